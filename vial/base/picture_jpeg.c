/*
 * picture_jpeg.c - the size of a JPEG, and how it is turned
 *
 *   comes in:  segments, each a marker and a length
 *   goes out:  width and height as it is shown
 *
 * A camera held upright writes a picture that lies, and says so in EXIF: browsers turn it, so what
 * is shown is as wide as the file says it is high. The thumbnails and profiles between are passed
 * over by their lengths.
 */
#include "vial/base/picture_inside.h"

enum { SEGMENTS = 4096, FIELDS = 512, ORIENTATION = 0x0112 };

struct exif {
    const struct picture_bytes *from;
    uint64_t begin, end; /* of the TIFF in it */
    bool little;
};

static uint32_t number(const struct exif *exif, const unsigned char *p, size_t len)
{
    return exif->little ? little(p, len) : big(p, len);
}

static bool take(const struct exif *exif, uint64_t offset, unsigned char *to, size_t len)
{
    return exif->begin + offset + len <= exif->end &&
           picture_take(exif->from, exif->begin + offset, to, len);
}

static unsigned orientation_of(struct exif *exif)
{
    unsigned char head[8], field[12];

    if (!take(exif, 0, head, sizeof head))
        return 1;
    exif->little = head[0] == 'I';
    uint64_t at = number(exif, head + 4, 4);
    if (!take(exif, at, head, 2))
        return 1;
    uint32_t count = number(exif, head, 2);
    for (uint32_t i = 0; i < count && i < FIELDS; i++) {
        if (!take(exif, at + 2 + i * sizeof field, field, sizeof field))
            return 1;
        uint32_t value = number(exif, field + 8, 2);
        if (number(exif, field, 2) == ORIENTATION)
            return value >= 1 && value <= 8 ? value : 1;
    }
    return 1;
}

static void read_exif(unsigned *orientation, const struct picture_bytes *from, uint64_t at,
                      uint32_t len)
{
    struct exif exif = { .from = from, .begin = at + 6, .end = at + len };
    char name[6];

    if (len > 14 && picture_take(from, at, name, sizeof name) && !memcmp(name, "Exif\0\0", 6))
        *orientation = orientation_of(&exif);
}

/* Those that begin a picture; among them stand three that do not. */
static bool is_frame(unsigned marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static bool stands_alone(unsigned marker)
{
    return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

bool picture_jpeg(struct picture_size *size, unsigned *orientation,
                  const struct picture_bytes *from)
{
    unsigned char head[9];
    uint64_t at = 2;

    *orientation = 1;
    for (unsigned i = 0; i < SEGMENTS && picture_take(from, at, head, 2); i++) {
        if (head[0] != 0xff)
            return false;
        if (head[1] == 0xff) { /* before a marker any number may stand */
            at++;
            continue;
        }
        at += 2;
        if (stands_alone(head[1]))
            continue;
        unsigned marker = head[1];
        if (marker == 0xd9 || marker == 0xda || !picture_take(from, at, head, 2))
            return false;
        uint32_t len = big(head, 2);
        if (len < 2)
            return false;
        if (marker == 0xe1 && *orientation == 1)
            read_exif(orientation, from, at + 2, len - 2);
        if (is_frame(marker)) {
            bool turned = *orientation >= 5;

            if (!picture_take(from, at, head, 7))
                return false;
            uint32_t height = big(head + 3, 2), width = big(head + 5, 2);
            return picture_is(size, turned ? height : width, turned ? width : height);
        }
        at += len;
    }
    return false;
}
