/*
 * image_none.c - pictures, of a vial that was compiled without
 *
 *   comes in:  a wish
 *   goes out:  how to have it granted
 */
#include "vial/site/image.h"

static bool without(struct error *err)
{
    error_set(err, "this vial was compiled without what resizes pictures");
    return error_hint(err, "compile it with -Dimages=enabled, which needs libturbojpeg0-dev, "
                           "libspng-dev, libwebp-dev and libstb-dev");
}

bool image_look(struct image_head *head, str bytes, str file, struct error *err)
{
    (void)head, (void)bytes, (void)file;
    return without(err);
}

void image_free(struct image *image)
{
    (void)image;
}

bool image_read(struct image *image, const struct image_head *head, str bytes, unsigned least_width,
                unsigned least_height, str file, struct error *err)
{
    (void)image, (void)head, (void)bytes, (void)least_width, (void)least_height, (void)file;
    return without(err);
}

bool image_resize(struct image *to, const struct image *from, struct image_part part,
                  unsigned width, unsigned height)
{
    (void)to, (void)from, (void)part, (void)width, (void)height;
    return false;
}

bool image_write(struct buf *out, const struct image *image, enum image_format format,
                 unsigned quality, struct error *err)
{
    (void)out, (void)image, (void)format, (void)quality;
    return without(err);
}
