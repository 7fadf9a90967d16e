/*
 * image_read.c - a picture's file becomes its pixels
 *
 *   comes in:  the bytes of a JPEG, PNG or WebP
 *   goes out:  its size; its pixels, upright
 *
 * The head is read first, and says how much memory the rest will take: a file of a few kilobytes
 * may claim to be of many gigabytes.
 */
#include "vial/site/image.h"
#include <spng.h>
#include <stdlib.h>
#include <turbojpeg.h>
#include <webp/decode.h>

enum { PIXELS_MAX = 80 << 20, SIDE_MAX = 65535 };

static bool refuse(struct error *err, str file, const char *why)
{
    return error_at(err, (struct place){ .file = file }, "%s", why);
}

/* ---- which way is up ---- */

static unsigned number_at(str tiff, size_t at, size_t bytes, bool big)
{
    unsigned number = 0;

    for (size_t i = 0; i < bytes; i++)
        number |= (unsigned)(unsigned char)tiff.p[at + i] << 8 * (big ? bytes - 1 - i : i);
    return number;
}

/* Tag 0x112 of the first directory of an EXIF block. */
static unsigned orientation_of(str tiff)
{
    bool big = str_starts(tiff, S("MM"));

    if (tiff.len < 14 || (!big && !str_starts(tiff, S("II"))))
        return 1;
    size_t at = number_at(tiff, 4, 4, big);
    if (at > tiff.len - 2)
        return 1;
    size_t count = number_at(tiff, at, 2, big);
    for (at += 2; count && at + 12 <= tiff.len; count--, at += 12)
        if (number_at(tiff, at, 2, big) == 0x112) {
            unsigned found = number_at(tiff, at + 8, 2, big);

            return found >= 1 && found <= 8 ? found : 1;
        }
    return 1;
}

/* The segments before the picture itself. */
static unsigned jpeg_orientation(str bytes)
{
    for (size_t at = 2; at + 4 <= bytes.len && (unsigned char)bytes.p[at] == 0xFF;) {
        unsigned kind = (unsigned char)bytes.p[at + 1];
        size_t len = number_at(bytes, at + 2, 2, true);
        str segment = str_slice(bytes, at + 4, at + 2 + len);

        if (kind == 0xDA || len < 2)
            break;
        if (kind == 0xE1 && str_starts(segment, S("Exif\0")) && segment.len > 6)
            return orientation_of(str_from(segment, 6));
        at += 2 + len;
    }
    return 1;
}

/* A chunk of a PNG or of a WebP: four letters, and a length of either byte order. */
static str chunk_of(str bytes, size_t at, const char *name, bool png)
{
    while (at + 8 <= bytes.len) {
        size_t len = number_at(bytes, at + (png ? 0 : 4), 4, png);
        str kind = str_slice(bytes, at + (png ? 4 : 0), at + (png ? 8 : 4));

        if (len > bytes.len - at - 8)
            break;
        if (str_eq(kind, str_of(name)))
            return str_slice(bytes, at + 8, at + 8 + len);
        at += 8 + len + (png ? 4 : len % 2);
    }
    return S("");
}

/* ---- the head ---- */

static bool look_at_jpeg(struct image_head *head, str bytes)
{
    tjhandle tj = tjInitDecompress();
    int width = 0, height = 0, sampling, colours;
    bool good = tj && tjDecompressHeader3(tj, (const unsigned char *)bytes.p, bytes.len, &width,
                                          &height, &sampling, &colours) == 0;

    if (tj)
        tjDestroy(tj);
    head->format = IMAGE_JPEG;
    head->width = (unsigned)width;
    head->height = (unsigned)height;
    head->orientation = jpeg_orientation(bytes);
    return good;
}

static bool look_at_png(struct image_head *head, str bytes)
{
    if (bytes.len < 33 || !str_eq(str_slice(bytes, 12, 16), S("IHDR")))
        return false;
    head->format = IMAGE_PNG;
    head->width = number_at(bytes, 16, 4, true);
    head->height = number_at(bytes, 20, 4, true);
    head->orientation = orientation_of(chunk_of(bytes, 8, "eXIf", true));
    return true;
}

static bool look_at_webp(struct image_head *head, str bytes, str file, struct error *err)
{
    WebPBitstreamFeatures features;

    if (WebPGetFeatures((const uint8_t *)bytes.p, bytes.len, &features) != VP8_STATUS_OK)
        return refuse(err, file, "is a WebP picture that is broken");
    if (features.has_animation)
        return refuse(err, file, "moves: it cannot be resized");
    str exif = chunk_of(bytes, 12, "EXIF", false);
    head->format = IMAGE_WEBP;
    head->width = (unsigned)features.width;
    head->height = (unsigned)features.height;
    head->orientation = orientation_of(str_starts(exif, S("Exif\0")) ? str_from(exif, 6) : exif);
    return true;
}

static bool look(struct image_head *head, str bytes, str file, struct error *err)
{
    if (str_starts(bytes, S("\xFF\xD8\xFF")))
        return look_at_jpeg(head, bytes) || refuse(err, file, "is a JPEG picture that is broken");
    if (str_starts(bytes, S("\x89PNG\r\n\x1A\n")))
        return look_at_png(head, bytes) || refuse(err, file, "is a PNG picture that is broken");
    if (str_starts(bytes, S("RIFF")) && str_eq(str_slice(bytes, 8, 12), S("WEBP")))
        return look_at_webp(head, bytes, file, err);
    refuse(err, file, "is none of the pictures that can be resized: JPEG, PNG, WebP");
    return error_hint(err, "an SVG needs no resizing, and a GIF is shown as it is: name it by its "
                           "own address");
}

bool image_look(struct image_head *head, str bytes, str file, struct error *err)
{
    *head = (struct image_head){ .orientation = 1 };
    if (!look(head, bytes, file, err))
        return false;
    if (!head->width || !head->height || head->width > SIDE_MAX || head->height > SIDE_MAX ||
        (uint64_t)head->width * head->height > PIXELS_MAX) {
        error_at(err, (struct place){ .file = file }, "is %u x %u pixels, which is too large",
                 head->width, head->height);
        return error_hint(err, "pictures up to %d million pixels are resized", PIXELS_MAX >> 20);
    }
    if (head->orientation > 4) {
        unsigned width = head->width;

        head->width = head->height;
        head->height = width;
    }
    return true;
}

/* ---- the pixels ---- */

void image_free(struct image *image)
{
    free(image->pixels);
    image->pixels = NULL;
}

static bool make_room(struct image *image, unsigned width, unsigned height, unsigned channels)
{
    *image = (struct image){ width, height, channels, malloc((size_t)width * height * channels) };
    return image->pixels != NULL;
}

/* Photoshop's CMYK, in which nothing is full ink. */
static void from_cmyk(struct image *image, const unsigned char *cmyk)
{
    for (size_t i = 0; i < (size_t)image->width * image->height; i++)
        for (size_t k = 0; k < 3; k++)
            image->pixels[i * 3 + k] = (unsigned char)(cmyk[i * 4 + k] * cmyk[i * 4 + 3] / 255);
}

/* An eighth, a quarter, a half: as small as is still twice what is wanted. */
static unsigned reduction(unsigned width, unsigned height, unsigned least_width,
                          unsigned least_height)
{
    unsigned by = 1;

    while (by < 8 && least_width && width / (by * 2) >= least_width * 2 &&
           height / (by * 2) >= least_height * 2)
        by *= 2;
    return by;
}

static bool decode_jpeg(tjhandle tj, struct image *image, str bytes, unsigned least_width,
                        unsigned least_height)
{
    const unsigned char *data = (const unsigned char *)bytes.p;
    int width, height, sampling, colours;

    if (tjDecompressHeader3(tj, data, bytes.len, &width, &height, &sampling, &colours) != 0)
        return false;
    unsigned by = reduction((unsigned)width, (unsigned)height, least_width, least_height);
    tjscalingfactor factor = { 1, (int)by };
    bool cmyk = colours == TJCS_CMYK || colours == TJCS_YCCK;
    unsigned w = (unsigned)TJSCALED(width, factor), h = (unsigned)TJSCALED(height, factor);
    unsigned char *inks = cmyk ? malloc((size_t)w * h * 4) : NULL;

    if (!make_room(image, w, h, 3) || (cmyk && !inks)) {
        free(inks);
        return false;
    }
    int done = tjDecompress2(tj, data, bytes.len, cmyk ? inks : image->pixels, (int)w, 0, (int)h,
                             cmyk ? TJPF_CMYK : TJPF_RGB, TJFLAG_ACCURATEDCT);
    if (cmyk)
        from_cmyk(image, inks);
    free(inks);
    /* cameras leave bytes behind that nobody misses; a picture that ends early is another thing */
    return done == 0 ||
           (tjGetErrorCode(tj) == TJERR_WARNING && !strstr(tjGetErrorStr2(tj), "remature end"));
}

static bool read_jpeg(struct image *image, str bytes, unsigned least_width, unsigned least_height)
{
    tjhandle tj = tjInitDecompress();
    bool good = tj && decode_jpeg(tj, image, bytes, least_width, least_height);

    if (tj)
        tjDestroy(tj);
    return good;
}

static bool read_png(struct image *image, str bytes)
{
    enum { CHUNK = 64 << 20 };
    spng_ctx *png = spng_ctx_new(0);
    struct spng_ihdr ihdr;
    size_t size = 0;
    bool good = png && spng_set_image_limits(png, SIDE_MAX, SIDE_MAX) == 0 &&
                spng_set_chunk_limits(png, CHUNK, CHUNK) == 0 &&
                spng_set_png_buffer(png, bytes.p, bytes.len) == 0 &&
                spng_get_ihdr(png, &ihdr) == 0 &&
                spng_decoded_image_size(png, SPNG_FMT_RGBA8, &size) == 0 &&
                size == (size_t)ihdr.width * ihdr.height * 4 &&
                make_room(image, ihdr.width, ihdr.height, 4) &&
                spng_decode_image(png, image->pixels, size, SPNG_FMT_RGBA8, SPNG_DECODE_TRNS) == 0;

    spng_ctx_free(png);
    return good;
}

static bool read_webp(struct image *image, str bytes, unsigned width, unsigned height)
{
    return make_room(image, width, height, 4) &&
           WebPDecodeRGBAInto((const uint8_t *)bytes.p, bytes.len, image->pixels,
                              (size_t)width * height * 4, (int)width * 4) != NULL;
}

/* Nothing shows through: three channels do. */
static void drop_alpha(struct image *image)
{
    size_t count = (size_t)image->width * image->height;

    for (size_t i = 0; i < count; i++)
        if (image->pixels[i * 4 + 3] != 255)
            return;
    for (size_t i = 0; i < count; i++)
        memmove(image->pixels + i * 3, image->pixels + i * 4, 3);
    image->channels = 3;
}

/* Where the pixel at x, y of the upright picture is in the one that was stored. */
static size_t stored_at(unsigned orientation, unsigned x, unsigned y, unsigned width,
                        unsigned height)
{
    bool turned = orientation > 4;
    unsigned sx = turned ? y : x, sy = turned ? x : y;

    if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
        sx = width - 1 - sx;
    if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
        sy = height - 1 - sy;
    return (size_t)sy * width + sx;
}

static bool turn(struct image *image, unsigned orientation)
{
    bool turned = orientation > 4;
    struct image upright;

    if (orientation == 1)
        return true;
    if (!make_room(&upright, turned ? image->height : image->width,
                   turned ? image->width : image->height, image->channels))
        return false;
    unsigned char *to = upright.pixels;
    for (unsigned y = 0; y < upright.height; y++)
        for (unsigned x = 0; x < upright.width; x++, to += image->channels)
            memcpy(to,
                   image->pixels +
                       stored_at(orientation, x, y, image->width, image->height) * image->channels,
                   image->channels);
    image_free(image);
    *image = upright;
    return true;
}

bool image_read(struct image *image, const struct image_head *head, str bytes, unsigned least_width,
                unsigned least_height, str file, struct error *err)
{
    bool turned = head->orientation > 4, good = false;
    unsigned width = turned ? head->height : head->width;
    unsigned height = turned ? head->width : head->height;

    *image = (struct image){ 0 };
    if (head->format == IMAGE_JPEG)
        good = read_jpeg(image, bytes, turned ? least_height : least_width,
                         turned ? least_width : least_height);
    else if (head->format == IMAGE_PNG)
        good = read_png(image, bytes);
    else if (head->format == IMAGE_WEBP)
        good = read_webp(image, bytes, width, height);
    if (good && image->channels == 4)
        drop_alpha(image);
    if (good && turn(image, head->orientation))
        return true;
    image_free(image);
    return refuse(err, file, "is a picture that is broken or cut off");
}
