/*
 * floor.c - the least that a program does that makes a site of Markdown
 *
 *   comes in:  floor build CONTENT OUTPUT LIKE; or floor walk FOLDER...
 *   goes out:  build: for each CONTENT/x.md an OUTPUT/x/index.html of as many bytes as
 * LIKE/x/index.html has; walk: nothing
 *
 * It reads the files, has cmark-gfm parse them and write HTML, and writes that, filled up or cut to
 * the size of the page that vial made; it knows no templates, no other page, no yesterday, and has
 * as many threads as there are cores. The walk looks once at each file, by its name in its open
 * folder. Nothing that does the work of a site generator can be faster than this with the same
 * parser, so ratios to it say what all the rest costs.
 */
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH = 4096, MOST = 64 };

static char **pages;
static size_t npages, cap;
static const char *content, *output, *like;
static atomic_size_t next;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void add_page(const char *name)
{
    if (npages == cap && !(pages = realloc(pages, (cap = cap ? cap * 2 : 1024) * sizeof *pages)))
        die("realloc");
    pages[npages++] = strdup(name);
}

/* Calls add_page() for files that end in ".md", by their path below `root`; looks at all of them.
 */
static void walk(int at, const char *folder, const char *name, int adding)
{
    int fd = openat(at, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *names = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;

    if (!names)
        die(folder);
    while ((entry = readdir(names))) {
        char inner[PATH];
        struct stat st;
        size_t len = strlen(entry->d_name);

        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") ||
            fstatat(fd, entry->d_name, &st, 0) != 0)
            continue;
        snprintf(inner, sizeof inner, "%s%s%s", name, *name ? "/" : "", entry->d_name);
        if (S_ISDIR(st.st_mode))
            walk(fd, entry->d_name, inner, adding);
        else if (adding && len > 3 && !strcmp(entry->d_name + len - 3, ".md"))
            add_page(inner);
    }
    closedir(names);
}

static char *read_file(const char *path, size_t *len)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &st) != 0)
        die(path);
    char *text = malloc((size_t)st.st_size + 1);
    *len = (size_t)read(fd, text, (size_t)st.st_size);
    text[*len] = '\0';
    close(fd);
    return text;
}

static char *to_html(const char *text, size_t len)
{
    static const char *const names[] = { "table", "strikethrough", "autolink", "tasklist" };
    int options = CMARK_OPT_UNSAFE | CMARK_OPT_FOOTNOTES;
    cmark_parser *parser = cmark_parser_new(options);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(names[i]));
    cmark_parser_feed(parser, text, len);
    cmark_node *root = cmark_parser_finish(parser);
    char *html = cmark_render_html(root, options, cmark_parser_get_syntax_extensions(parser));
    cmark_node_free(root);
    cmark_parser_free(parser);
    return html;
}

/* "---\n...\n---\n" is no text. */
static const char *without_front_matter(const char *text)
{
    const char *end = strncmp(text, "---\n", 4) ? NULL : strstr(text + 4, "\n---\n");

    return end ? end + 5 : text;
}

/* "a/b.md" is at a/b/index.html, "a/_index.md" at a/index.html. */
static void name_page(char *path, const char *root, const char *name)
{
    int len = (int)strlen(name) - 3;

    if (len >= 6 && !strcmp(name + len - 6, "_index.md"))
        len -= 6;
    snprintf(path, PATH, "%s/%.*s/index.html", root, len, name);
}

static void make_folders(char *path)
{
    for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = '\0';
        mkdir(path, 0777);
        *p = '/';
    }
}

static void write_page(const char *name, const char *html)
{
    char path[PATH];
    struct stat st;
    size_t len = strlen(html), size = len;

    name_page(path, like, name);
    if (stat(path, &st) == 0)
        size = (size_t)st.st_size;
    char *text = malloc(size + 1);
    memset(text, ' ', size);
    memcpy(text, html, len < size ? len : size);
    name_page(path, output, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        make_folders(path);
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    }
    if (fd < 0 || write(fd, text, size) != (ssize_t)size || close(fd) != 0)
        die(path);
    free(text);
}

static void *work(void *arg)
{
    size_t i;

    (void)arg;
    while ((i = atomic_fetch_add(&next, 1)) < npages) {
        char path[PATH];
        size_t len;

        snprintf(path, sizeof path, "%s/%s", content, pages[i]);
        char *text = read_file(path, &len);
        const char *body = without_front_matter(text);
        char *html = to_html(body, len - (size_t)(body - text));
        write_page(pages[i], html);
        free(html);
        free(text);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[MOST];
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (argc > 2 && !strcmp(argv[1], "walk")) {
        for (int i = 2; i < argc; i++)
            walk(AT_FDCWD, argv[i], "", 0);
        return 0;
    }
    if (argc != 5 || strcmp(argv[1], "build"))
        return 2;
    content = argv[2];
    output = argv[3];
    like = argv[4];
    cmark_gfm_core_extensions_ensure_registered();
    walk(AT_FDCWD, content, "", 1);
    cores = cores < 1 ? 1 : cores > MOST ? MOST : cores;
    for (long i = 1; i < cores; i++)
        if (pthread_create(&threads[i], NULL, work, NULL) != 0)
            die("pthread_create");
    work(NULL);
    for (long i = 1; i < cores; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
