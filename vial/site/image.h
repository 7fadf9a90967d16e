/*
 * Pictures as pixels: read, resized, written.
 *
 * JPEG, PNG and WebP, by libturbojpeg, libspng and libwebp; resized by stb_image_resize, in linear
 * light and with alpha as it has to be. What is written depends on what is read alone, so that two
 * builds have the same bytes. Where vial is compiled without them, each of these fails and says so.
 */
#pragma once
#include "vial/base/error.h"

enum image_format { IMAGE_NONE, IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP };

/* What the head of a file says: its size as it is to be seen, turned as its camera was. */
struct image_head {
    enum image_format format;
    unsigned width, height;
    unsigned orientation; /* 1 to 8, as EXIF has it */
};

/* False: it is none of these, or too large; `file` is its name for messages. */
bool image_look(struct image_head *head, str bytes, str file, struct error *err);

struct image {
    unsigned width, height, channels; /* 3: RGB, 4: and alpha that is not multiplied in */
    unsigned char *pixels;            /* on the heap: image_free()                      */
};
void image_free(struct image *image);

/*
 * Its pixels, upright. A JPEG that is to be `least_width` wide and as high at least may come
 * smaller than it is, which spares time; 0: it does not.
 */
bool image_read(struct image *image, const struct image_head *head, str bytes, unsigned least_width,
                unsigned least_height, str file, struct error *err);

/* The part of it that begins at x, y, in another size. */
struct image_part {
    double x, y, width, height;
};
bool image_resize(struct image *to, const struct image *from, struct image_part part,
                  unsigned width, unsigned height);

/* `quality` from 1 to 100; PNG has none. JPEG has no alpha: what is behind is white. */
bool image_write(struct buf *out, const struct image *image, enum image_format format,
                 unsigned quality, struct error *err);
