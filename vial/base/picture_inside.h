/*
 * A picture's bytes, wherever they are: what picture.c and the files of its formats share.
 */
#pragma once
#include "vial/base/picture.h"

struct picture_bytes {
    int fd;   /* to be read at an offset; below 0: `text` is all of it */
    str text; /* the beginning, at least                                */
    uint64_t size;
};

/* `len` bytes from `offset` on; false: there are not so many. */
bool picture_take(const struct picture_bytes *from, uint64_t offset, void *to, size_t len);

static inline uint32_t big(const unsigned char *p, size_t len)
{
    uint32_t number = 0;

    while (len--)
        number = number << 8 | *p++;
    return number;
}

static inline uint32_t little(const unsigned char *p, size_t len)
{
    uint32_t number = 0;

    while (len--)
        number = number << 8 | p[len];
    return number;
}

/* False where it is nothing, or more than any picture has. */
static inline bool picture_is(struct picture_size *size, uint32_t width, uint32_t height)
{
    *size = (struct picture_size){ width, height };
    return width && height && width <= PICTURE_LARGEST && height <= PICTURE_LARGEST;
}

bool picture_jpeg(struct picture_size *size, unsigned *orientation,
                  const struct picture_bytes *from);
bool picture_avif(struct picture_size *size, const struct picture_bytes *from);
bool picture_svg(struct picture_size *size, str text);
