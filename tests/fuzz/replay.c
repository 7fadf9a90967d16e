/*
 * replay.c - a fuzz target's corpus, run once through it
 *
 *   comes in:  names of files and folders
 *   goes out:  how many inputs there were; a sanitizer's report when one of them is bad
 *
 * Each input is copied to a piece of memory of just its size, so that a byte read past its end is
 * seen.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static size_t inputs;
static const char *current = "";

/* The last words: which input it was. */
static void name_input(void)
{
    fprintf(stderr, "the input was %s\n", current);
}

static void end_by(int signal_number)
{
    name_input();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static int replay_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(size ? size : 1);

    if (!file || !data || fread(data, 1, size, file) != size) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return 1;
    }
    fclose(file);
    current = path;
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    inputs++;
    return 0;
}

static int replay(const char *path)
{
    struct stat st;
    char inner[4096];
    const struct dirent *entry;
    int failed = 0;

    if (stat(path, &st) != 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return 1;
    }
    if (!S_ISDIR(st.st_mode))
        return replay_file(path, (size_t)st.st_size);

    DIR *folder = opendir(path);
    while (folder && (entry = readdir(folder))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        failed |= replay(inner);
    }
    if (folder)
        closedir(folder);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;

    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(name_input);
    signal(SIGABRT, end_by); /* a property that does not hold */
    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i]);
    printf("%zu inputs\n", inputs);
    return failed || inputs == 0; /* a corpus that is not there proves nothing */
}
