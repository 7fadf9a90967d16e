/*
 * picture.c - how large a picture is shown
 *
 *   comes in:  a file, or its bytes
 *   goes out:  width and height
 *
 * What the file is, its first bytes say, not its name: browsers go by them as well. PNG, GIF and
 * WebP have their size at a fixed place; of the others it is found in files of their own. A number
 * in a picture is a stranger's word: offsets are 64 bits wide, walks end after a number of steps.
 */
#include "vial/base/picture.h"

#include "vial/base/arena.h"
#include "vial/base/path.h"
#include "vial/base/picture_inside.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD = 16 << 10 }; /* read at once: enough for most */

bool picture_take(const struct picture_bytes *from, uint64_t offset, void *to, size_t len)
{
    if (offset > from->size || len > from->size - offset)
        return false;
    if (offset + len <= from->text.len) {
        memcpy(to, from->text.p + offset, len);
        return true;
    }
    return from->fd >= 0 && pread(from->fd, to, len, (off_t)offset) == (ssize_t)len;
}

static bool png(struct picture_size *size, const struct picture_bytes *from)
{
    unsigned char head[24];

    return picture_take(from, 0, head, sizeof head) && !memcmp(head + 12, "IHDR", 4) &&
           picture_is(size, big(head + 16, 4), big(head + 20, 4));
}

static bool gif(struct picture_size *size, const struct picture_bytes *from)
{
    unsigned char head[10];

    return picture_take(from, 0, head, sizeof head) &&
           picture_is(size, little(head + 6, 2), little(head + 8, 2));
}

/* Lossy, lossless, or with a head of its own. */
static bool webp(struct picture_size *size, const struct picture_bytes *from)
{
    unsigned char head[30];
    const unsigned char *data = head + 20;

    if (!picture_take(from, 0, head, 25))
        return false;
    if (!memcmp(head + 12, "VP8L", 4)) {
        uint32_t bits = little(data + 1, 4);
        return data[0] == 0x2f && picture_is(size, (bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
    }
    if (!picture_take(from, 0, head, sizeof head))
        return false;
    if (!memcmp(head + 12, "VP8X", 4))
        return picture_is(size, little(data + 4, 3) + 1, little(data + 7, 3) + 1);
    return !memcmp(head + 12, "VP8 ", 4) && !memcmp(data + 3, "\x9d\x01\x2a", 3) &&
           picture_is(size, little(data + 6, 2) & 0x3fff, little(data + 8, 2) & 0x3fff);
}

static bool size_of(struct picture_size *size, const struct picture_bytes *from)
{
    str text = from->text;
    unsigned orientation;

    if (str_starts(text, S("\x89PNG\r\n\x1a\n")))
        return png(size, from);
    if (str_starts(text, S("\xff\xd8")))
        return picture_jpeg(size, &orientation, from);
    if (str_starts(text, S("GIF87a")) || str_starts(text, S("GIF89a")))
        return gif(size, from);
    if (str_starts(text, S("RIFF")) && str_starts(str_from(text, 8), S("WEBP")))
        return webp(size, from);
    if (str_starts(str_from(text, 4), S("ftyp")))
        return picture_avif(size, from);
    return picture_svg(size, text);
}

bool picture_size(struct picture_size *size, str bytes)
{
    return size_of(size, &(struct picture_bytes){ .fd = -1, .text = bytes, .size = bytes.len });
}

unsigned picture_orientation(str bytes)
{
    struct picture_bytes from = { .fd = -1, .text = bytes, .size = bytes.len };
    struct picture_size size;
    unsigned orientation = 1;

    if (str_starts(bytes, S("\xff\xd8")))
        picture_jpeg(&size, &orientation, &from);
    return orientation;
}

static bool read_head(struct picture_bytes *from, char *head)
{
    struct stat st;

    if (from->fd < 0 || fstat(from->fd, &st) || !S_ISREG(st.st_mode))
        return false;
    ssize_t len = pread(from->fd, head, HEAD, 0);
    from->size = (uint64_t)st.st_size;
    from->text = str_n(head, len > 0 ? (size_t)len : 0);
    return len > 0;
}

bool picture_size_of_file(struct picture_size *size, str path)
{
    struct arena a = { 0 };
    struct picture_bytes from = { .fd = open(path_cstr(&a, path),
                                             O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) };
    char head[HEAD];
    bool known = read_head(&from, head) && size_of(size, &from);

    if (from.fd >= 0)
        close(from.fd);
    arena_free(&a);
    return known;
}
