/*
 * program.c - which program this is
 *
 *   comes in:  the mark that the linker put into it (its build id)
 *   goes out:  a digest of that; without one, of the version and of how its file is
 */
#include "builder/program.h"

#include "vial/base/file.h"
#include <elf.h>
#include <link.h>
#include <pthread.h>

static str find_mark(const char *at, size_t size)
{
    while (size >= sizeof(ElfW(Nhdr))) {
        const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)(const void *)at;
        size_t name = (note->n_namesz + 3u) & ~3u, text = (note->n_descsz + 3u) & ~3u;
        size_t whole = sizeof *note + name + text;

        if (whole > size)
            break;
        if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
            memcmp(at + sizeof *note, "GNU", 4) == 0)
            return str_n(at + sizeof *note + name, note->n_descsz);
        at += whole;
        size -= whole;
    }
    return S("");
}

/* The program itself is the first that is shown. */
static int look_at(struct dl_phdr_info *info, size_t size, void *mark)
{
    (void)size;
    for (int i = 0; i < info->dlpi_phnum && !((str *)mark)->len; i++)
        if (info->dlpi_phdr[i].p_type == PT_NOTE)
            *(str *)mark = find_mark((const char *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr,
                                     info->dlpi_phdr[i].p_memsz);
    return 1;
}

static struct digest digest;

static void make_digest(void)
{
    struct arena a = { 0 };
    str mark = S("");

    dl_iterate_phdr(look_at, &mark);
    if (!mark.len) {
        struct file_info info = file_info(S("/proc/self/exe"));

        mark = str_fmt(&a, VIAL_VERSION " %llu %lld", (unsigned long long)info.size,
                       (long long)info.changed);
    }
    digest = digest_of(mark);
    arena_free(&a);
}

struct digest program_digest(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, make_digest);
    return digest;
}
