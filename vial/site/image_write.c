/*
 * image_write.c - pixels in another size, and a file of them
 *
 *   comes in:  a picture
 *   goes out:  a part of it in another size; its bytes as JPEG, PNG or WebP
 *
 * sRGB is not light: half of 255 is a fifth of the light. So pixels are made linear before they are
 * mixed, else fine bright patterns come out dark; and weighed by their alpha, else colours that
 * nobody sees shine through at the edges. stb_image_resize does both.
 */
#include "vial/site/image.h"
#include <math.h>
#include <spng.h>
#include <stdlib.h>
#include <turbojpeg.h>
#include <webp/encode.h>

#define STB_IMAGE_RESIZE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_STATIC
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#include <stb/stb_image_resize.h>
#pragma GCC diagnostic pop

bool image_resize(struct image *to, const struct image *from, struct image_part part,
                  unsigned width, unsigned height)
{
    double w = from->width, h = from->height;
    int alpha = from->channels == 4 ? 3 : STBIR_ALPHA_CHANNEL_NONE;

    *to = (struct image){ width, height, from->channels,
                          malloc((size_t)width * height * from->channels) };
    if (to->pixels &&
        stbir_resize_region(from->pixels, (int)from->width, (int)from->height, 0, to->pixels,
                            (int)width, (int)height, 0, STBIR_TYPE_UINT8, (int)from->channels,
                            alpha, 0, STBIR_EDGE_CLAMP, STBIR_EDGE_CLAMP, STBIR_FILTER_DEFAULT,
                            STBIR_FILTER_DEFAULT, STBIR_COLORSPACE_SRGB, NULL, (float)(part.x / w),
                            (float)(part.y / h), fminf(1, (float)((part.x + part.width) / w)),
                            fminf(1, (float)((part.y + part.height) / h))))
        return true;
    free(to->pixels);
    to->pixels = NULL;
    return false;
}

/* ---- bytes ---- */

/* White behind what shows through. */
static unsigned char *without_alpha(const struct image *image)
{
    size_t count = (size_t)image->width * image->height;
    unsigned char *rgb = malloc(count * 3);

    for (size_t i = 0; rgb && i < count; i++) {
        unsigned alpha = image->pixels[i * 4 + 3];

        for (size_t k = 0; k < 3; k++)
            rgb[i * 3 + k] =
                (unsigned char)((image->pixels[i * 4 + k] * alpha + 255 * (255 - alpha) + 127) /
                                255);
    }
    return rgb;
}

static bool write_jpeg(struct buf *out, const struct image *image, unsigned quality)
{
    tjhandle tj = tjInitCompress();
    unsigned char *bytes = NULL, *rgb = image->channels == 4 ? without_alpha(image) : NULL;
    unsigned long size = 0;
    bool good = tj && (rgb || image->channels == 3) &&
                tjCompress2(tj, rgb ? rgb : image->pixels, (int)image->width, 0, (int)image->height,
                            TJPF_RGB, &bytes, &size, TJSAMP_420, (int)quality,
                            TJFLAG_ACCURATEDCT | TJFLAG_PROGRESSIVE) == 0;

    if (good)
        buf_add(out, str_n((const char *)bytes, size));
    tjFree(bytes);
    free(rgb);
    if (tj)
        tjDestroy(tj);
    return good;
}

static bool write_png(struct buf *out, const struct image *image)
{
    spng_ctx *png = spng_ctx_new(SPNG_CTX_ENCODER);
    struct spng_ihdr ihdr = {
        .width = image->width,
        .height = image->height,
        .bit_depth = 8,
        .color_type =
            image->channels == 4 ? SPNG_COLOR_TYPE_TRUECOLOR_ALPHA : SPNG_COLOR_TYPE_TRUECOLOR,
    };
    size_t pixels = (size_t)image->width * image->height * image->channels, size = 0;
    int why = 0;
    bool good =
        png && spng_set_option(png, SPNG_ENCODE_TO_BUFFER, 1) == 0 &&
        spng_set_ihdr(png, &ihdr) == 0 &&
        spng_encode_image(png, image->pixels, pixels, SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE) == 0;
    void *bytes = good ? spng_get_png_buffer(png, &size, &why) : NULL;

    if (bytes)
        buf_add(out, str_n(bytes, size));
    free(bytes);
    spng_ctx_free(png);
    return bytes != NULL;
}

static bool write_webp(struct buf *out, const struct image *image, unsigned quality)
{
    uint8_t *bytes = NULL;
    int width = (int)image->width, height = (int)image->height;
    size_t size =
        image->channels == 4
            ? WebPEncodeRGBA(image->pixels, width, height, width * 4, (float)quality, &bytes)
            : WebPEncodeRGB(image->pixels, width, height, width * 3, (float)quality, &bytes);

    if (size)
        buf_add(out, str_n((const char *)bytes, size));
    WebPFree(bytes);
    return size > 0;
}

bool image_write(struct buf *out, const struct image *image, enum image_format format,
                 unsigned quality, struct error *err)
{
    bool good = format == IMAGE_JPEG  ? write_jpeg(out, image, quality)
                : format == IMAGE_PNG ? write_png(out, image)
                                      : write_webp(out, image, quality);

    return good || error_set(err, "a picture of %u x %u pixels cannot be written", image->width,
                             image->height);
}
