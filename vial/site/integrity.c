/*
 * integrity.c - the digest by which a browser tells that a file is the one it was promised
 *
 *   comes in:  a text or a file
 *   goes out:  its SHA-384, as the attribute `integrity` has it
 */
#include "vial/base/path.h"
#include "vial/site/assets_inside.h"
#include <fcntl.h>
#include <gcrypt.h>
#include <stdlib.h>
#include <unistd.h>

/* Nobody may use libgcrypt before it was told its version; what the program around us set stays. */
static void set_up(void)
{
    if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
        return;
    gcry_check_version(NULL);
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

static gcry_md_hd_t begin(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    gcry_md_hd_t md;

    pthread_once(&once, set_up);
    if (gcry_md_open(&md, GCRY_MD_SHA384, 0))
        abort(); /* it is always there */
    return md;
}

static struct sha384 end(gcry_md_hd_t md)
{
    struct sha384 sum;

    memcpy(sum.bytes, gcry_md_read(md, GCRY_MD_SHA384), sizeof sum.bytes);
    gcry_md_close(md);
    return sum;
}

struct sha384 sha384_of(str text)
{
    gcry_md_hd_t md = begin();

    gcry_md_write(md, text.p, text.len);
    return end(md);
}

bool sha384_of_file(struct sha384 *sum, str file, struct error *err)
{
    enum { PIECE = 1 << 16 };
    struct arena a = { 0 };
    int fd = open(path_cstr(&a, file), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *piece = arena_alloc(&a, PIECE);
    gcry_md_hd_t md = begin();
    ssize_t got = -1;

    while (fd >= 0 && (got = read(fd, piece, PIECE)) > 0)
        gcry_md_write(md, piece, (size_t)got);
    if (got < 0)
        error_errno(err, file, "cannot be read");
    if (fd >= 0)
        close(fd);
    *sum = end(md);
    arena_free(&a);
    return got == 0;
}

str sha384_integrity(struct arena *a, const struct sha384 *sum)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buf out = buf_in(a);

    buf_lit(&out, "sha384-");
    for (size_t i = 0; i < sizeof sum->bytes; i += 3) { /* 48 bytes: nothing is left over */
        const unsigned char *b = sum->bytes + i;

        buf_addc(&out, digits[b[0] >> 2]);
        buf_addc(&out, digits[(b[0] & 3) << 4 | b[1] >> 4]);
        buf_addc(&out, digits[(b[1] & 15) << 2 | b[2] >> 6]);
        buf_addc(&out, digits[b[2] & 63]);
    }
    return buf_str(&out);
}

str sha384_hex(struct arena *a, const struct sha384 *sum)
{
    struct buf out = buf_in(a);

    for (size_t i = 0; i < sizeof sum->bytes; i++)
        buf_addf(&out, "%02x", sum->bytes[i]);
    return buf_str(&out);
}
