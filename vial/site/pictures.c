/*
 * pictures.c - pictures in other sizes
 *
 *   comes in:  a picture and a wish; later, the address that was given for it
 *   goes out:  that address; later, the bytes
 *
 * The address has a piece of a digest of the file's bytes, of the wish and of our way to do it. So
 * what was made once is right for good, and is kept under that digest.
 */
#include "vial/site/pictures.h"
#include "vial/base/path.h"
#include "vial/http/fresh.h"
#include "vial/http/http.h"
#include "vial/site/assets_inside.h"
#include <math.h>
#include <stdio.h>

enum { FILE_MAX = 256 << 20, SIZE_MAX_ASKED = 16384, BIG = 12 << 20, QUALITY = 82 };
#define WAY "pictures 1" /* another one when other bytes come of the same wish */

/* All that an address stands for. */
struct order {
    str file, url; /* of the picture as it is */
    struct digest source;
    unsigned width, height, quality;
    enum picture_op op;
    enum image_format format;
};

static const char *const endings[] = { "", ".jpg", ".png", ".webp" };

/* ---- which ---- */

const struct asset *picture_named(struct visit *v, str name)
{
    const struct page *page = visit_needs(v);

    if (page && !str_starts(name, S("/"))) {
        str beside = path_normal(v->arena, path_join(v->arena, path_dir(page_text(page)), name));

        visit_note_path(v, beside);
        const struct asset *asset = map_get(&v->site->index->assets, beside);
        if (asset)
            return asset;
    }
    const struct asset *asset = asset_named(v, name);
    return asset && !asset->recipe ? asset : NULL;
}

/* ---- what is known of a file ---- */

static bool read_head(struct visit *v, const struct asset *source, struct image_head *head,
                      struct digest *digest, struct error *err)
{
    struct arena a = { 0 };
    struct file_info info;
    str bytes = source->text, file = source->in_memory ? source->url : source->file;

    if (!source->in_memory && pictures_find_head(v->site->pictures, file, head, digest))
        return true;
    bool good = (source->in_memory || file_read(&bytes, file, FILE_MAX, &info, &a, err)) &&
                image_look(head, bytes, file, err);
    if (good) {
        *digest = digest_of(bytes);
        if (!source->in_memory)
            pictures_keep_head(v->site->pictures, file, &info, head, digest);
    }
    arena_free(&a);
    return good;
}

/* ---- which size ---- */

static unsigned at_least_one(double size)
{
    return size < 1 ? 1 : (unsigned)lround(size);
}

static bool find_size(const struct image_head *head, const struct picture_wish *wish,
                      unsigned *width, unsigned *height, struct error *err)
{
    double by_width = (double)wish->width / head->width;
    double by_height = (double)wish->height / head->height;

    if (!wish->width && !wish->height && wish->op != PICTURE_FIT)
        return error_set(err, "a width or a height is needed");
    if (wish->width > SIZE_MAX_ASKED || wish->height > SIZE_MAX_ASKED)
        return error_set(err, "pictures are made up to %d pixels wide and high", SIZE_MAX_ASKED);
    if (wish->op == PICTURE_FILL && (!wish->width || !wish->height))
        return error_set(err, "'fill' needs a width and a height");
    if (wish->op != PICTURE_FIT && wish->width && wish->height) {
        *width = wish->width;
        *height = wish->height;
        return true;
    }
    double by = !wish->width ? by_height : !wish->height ? by_width : fmin(by_width, by_height);
    if ((!wish->width && !wish->height) || (wish->op == PICTURE_FIT && by > 1))
        by = 1;
    *width = at_least_one(head->width * by);
    *height = at_least_one(head->height * by);
    if (*width > SIZE_MAX_ASKED || *height > SIZE_MAX_ASKED)
        return error_set(err, "pictures are made up to %d pixels wide and high", SIZE_MAX_ASKED);
    return true;
}

/* ---- addresses ---- */

static struct digest key_of(const struct order *order)
{
    const uint32_t wish[] = { order->width, order->height, order->quality, (uint32_t)order->op,
                              (uint32_t)order->format };
    struct digester d;

    digester_begin(&d);
    digester_add(&d, S(WAY));
    digester_add(&d, str_n((const char *)&order->source, sizeof order->source));
    digester_add(&d, str_n((const char *)wish, sizeof wish));
    return digester_end(&d);
}

/* "/blog/map.png" as "/blog/map-600x400.3f9a1c0b2d4e.webp". */
static str url_of(const struct order *order, struct arena *a)
{
    str name = str_from(order->url, (size_t)(str_rfind_char(order->url, '/') + 1));
    str ending = path_ext(name), stem = str_slice(order->url, 0, order->url.len - ending.len);
    str print = asset_fingerprint(a, digest_text(a, key_of(order)));

    return str_fmt(a, "%.*s-%ux%u.%.*s%s", STR(stem), order->width, order->height, STR(print),
                   endings[order->format]);
}

/* ---- what an address stands for, also in the next run ---- */

static str written(const struct site *site, const struct order *order, struct arena *a)
{
    return str_fmt(a, "%s\n%.*s\n%.*s\n%u %u %u %u %u\n", WAY,
                   STR(site_relative(site, order->file)), STR(order->url), order->width,
                   order->height, order->quality, (unsigned)order->op, (unsigned)order->format);
}

static bool read_order(struct order *order, str text, struct arena *a)
{
    str line;
    unsigned op, format;

    if (!str_line(&text, &line) || !str_eq(line, S(WAY)) || !str_line(&text, &order->file) ||
        !str_line(&text, &order->url) ||
        sscanf(str_cstr(a, text), "%u %u %u %u %u", &order->width, &order->height, &order->quality,
               &op, &format) != 5)
        return false;
    order->op = (enum picture_op)op;
    order->format = (enum image_format)format;
    return op <= PICTURE_SCALE && format > IMAGE_NONE && format <= IMAGE_WEBP && order->width &&
           order->width <= SIZE_MAX_ASKED && order->height && order->height <= SIZE_MAX_ASKED;
}

static void remember(struct visit *v, const struct order *order, str url)
{
    str text = written(v->site, order, v->arena), known;
    struct digest name = digest_of(url);

    if (!pictures_keep_order(v->site->pictures, url, text) &&
        !asset_cache_find(v->site, name, S(".order"), &known, v->arena))
        asset_cache_keep(v->site, name, S(".order"), text, v->arena);
}

bool picture_made(struct visit *v, const struct asset *source, const struct picture_wish *wish,
                  struct picture *picture, struct error *err)
{
    struct image_head head;
    struct order order = { .file = source->file, .url = source->url, .op = wish->op };

    visit_note_key(v, "asset", site_relative(v->site, source->file));
    if (!read_head(v, source, &head, &order.source, err) ||
        !find_size(&head, wish, &order.width, &order.height, err))
        return false;
    *picture = (struct picture){ source->url, order.width, order.height, head.width };
    order.format = wish->format ? wish->format : head.format;
    order.quality = wish->quality ? wish->quality : QUALITY;
    if (order.format == IMAGE_PNG)
        order.quality = 0;
    bool same = order.format == head.format && order.width == head.width &&
                order.height == head.height && !wish->quality;
    if (same || source->in_memory) /* as good as it gets */
        return true;
    picture->url = url_of(&order, v->arena);
    remember(v, &order, picture->url);
    reads_note_url(v->reads, local_url(v, picture->url));
    return true;
}

/* ---- the pixels ---- */

/* The middle of it, in the shape that is wanted. */
static struct image_part part_of(const struct image *image, const struct order *order)
{
    struct image_part part = { 0, 0, image->width, image->height };

    if (order->op == PICTURE_FILL) {
        double by =
            fmax((double)order->width / image->width, (double)order->height / image->height);

        part.width = order->width / by;
        part.height = order->height / by;
        part.x = (image->width - part.width) / 2;
        part.y = (image->height - part.height) / 2;
    }
    return part;
}

static bool make(const struct order *order, const struct image_head *head, str bytes,
                 struct buf *out, struct error *err)
{
    struct image image = { 0 }, small = { 0 };
    bool good = image_read(&image, head, bytes, order->width, order->height, order->file, err);

    if (good && !image_resize(&small, &image, part_of(&image, order), order->width, order->height))
        good = error_at(err, (struct place){ .file = order->file }, "cannot be resized to %u x %u",
                        order->width, order->height);
    image_free(&image);
    good = good && image_write(out, &small, order->format, order->quality, err);
    image_free(&small);
    return good;
}

/* The file is another by now, or what is asked for was never given out. */
static bool is_order(const struct order *order, str bytes, str url, struct arena *a)
{
    struct order now = *order;

    now.source = digest_of(bytes);
    return str_eq(url_of(&now, a), url);
}

static vial_res *send(struct visit *v, str file)
{
    return vial_send_file(v->req, path_cstr(v->arena, path_dir(file)),
                          path_cstr(v->arena, path_name(file)));
}

static vial_res *reply(struct visit *v, str url, str bytes)
{
    vial_res *res = vial_reply(v->req, 200, media_type(url), bytes);

    return vial_set(res, "Cache-Control", "public, max-age=31536000, immutable");
}

static vial_res *make_now(struct visit *v, const struct order *order, str url, struct error *err)
{
    struct site *site = v->site;
    struct buf out = buf_in(v->arena);
    struct order now = *order;
    struct image_head head;
    str bytes;

    if (!file_read(&bytes, order->file, FILE_MAX, NULL, v->arena, err) ||
        !is_order(order, bytes, url, v->arena))
        return NULL;
    now.source = digest_of(bytes);
    struct digest key = key_of(&now);
    str ending = str_of(endings[order->format]),
        file = asset_cache_file(site, key, ending, v->arena);
    if (file_exists(file))
        return send(v, file);
    if (!image_look(&head, bytes, order->file, err))
        return NULL;
    bool big = (uint64_t)head.width * head.height > BIG; /* the memory of one at a time */
    if (big)
        pictures_wait(site->pictures);
    bool good = make(order, &head, bytes, &out, err);
    if (big)
        pictures_go_on(site->pictures);
    if (!good)
        return NULL;
    asset_cache_keep(site, key, ending, buf_str(&out), v->arena);
    if (file_exists(file))
        return send(v, file);
    pictures_keep_bytes(site->pictures, url, buf_str(&out));
    return reply(v, url, buf_str(&out));
}

vial_res *picture_show(struct visit *v, str address, struct error *err)
{
    struct order order = { 0 };
    str text, url = url_encode(v->arena, address, "/!$&'()*+,;=:@");

    if (!fresh_name_is_fingerprinted(address) ||
        !(pictures_find_order(v->site->pictures, url, &text, v->arena) ||
          asset_cache_find(v->site, digest_of(url), S(".order"), &text, v->arena)) ||
        !read_order(&order, text, v->arena))
        return NULL;
    if (pictures_find_bytes(v->site->pictures, url, &text, v->arena))
        return reply(v, url, text);
    order.file = path_join(v->arena, v->site->folder, order.file);
    return make_now(v, &order, url, err);
}
