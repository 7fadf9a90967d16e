/*
 * program.c - which program this is
 *
 *   comes in:  the marks that linkers put into it and into its libraries (their build ids)
 *   goes out:  a digest of these; without any, of the version and of how its file is
 */
#include "vial/base/program.h"

#include "vial/base/buf.h"
#include "vial/base/file.h"
#include <elf.h>
#include <link.h>

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

/* The kernel's own page is another with each kernel, and makes nothing. */
static int add_mark(struct dl_phdr_info *info, size_t size, void *marks)
{
    (void)size;
    if (strstr(info->dlpi_name, "vdso"))
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_NOTE)
            buf_add(marks, find_mark((const char *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr,
                                     info->dlpi_phdr[i].p_memsz));
    return 0;
}

static struct digest digest;

/* Before main(): what is loaded later is a site's own code, which is known in other ways. */
__attribute__((constructor)) static void make_digest(void)
{
    struct file_info own = file_info(S("/proc/self/exe"));
    struct buf marks = { 0 };

    dl_iterate_phdr(add_mark, &marks);
    if (!marks.len)
        buf_addf(&marks, VIAL_VERSION " %llu %lld", (unsigned long long)own.size,
                 (long long)own.changed);
    digest = digest_of(buf_str(&marks));
    buf_free(&marks);
}

struct digest program_digest(void)
{
    return digest;
}
