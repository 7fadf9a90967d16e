/*
 * objects_picture.c - pictures in other sizes, as templates see them
 *
 *   comes in:  resize_image('map.png', width=600), srcset('map.png', [400, 800])
 *   goes out:  an address and its size; a list of addresses for the attribute
 */
#include "vial/base/nearest.h"
#include "vial/http/http.h"
#include "vial/site/pictures.h"
#include "vial/template/ops.h"
#include <stdlib.h>

struct picture_object {
    struct object object;
    struct visit *visit;
    struct picture picture;
};

static bool picture_attr(struct rendering *r, const struct object *object, str name, value *out)
{
    const struct picture_object *o = (const struct picture_object *)object;
    struct visit *v = o->visit;

    (void)r;
    if (str_eq(name, S("url")))
        *out = value_str(local_url(v, o->picture.url));
    else if (str_eq(name, S("permalink")))
        *out = value_str(permalink(v, o->picture.url));
    else if (str_eq(name, S("width")))
        *out = value_int(o->picture.width);
    else if (str_eq(name, S("height")))
        *out = value_int(o->picture.height);
    else if (str_eq(name, S("type")))
        *out = value_str(media_type(o->picture.url));
    else
        return false;
    return true;
}

static bool picture_item(struct rendering *r, const struct object *o, value key, value *out)
{
    return key.type == VIAL_STR && picture_attr(r, o, value_text(key), out);
}

static void picture_print(struct rendering *r, const struct object *object, struct buf *out)
{
    const struct picture_object *o = (const struct picture_object *)object;

    (void)r;
    buf_add(out, local_url(o->visit, o->picture.url));
}

static void picture_names(const struct object *object, struct nearest *near)
{
    static const char *const names[] = { "url", "permalink", "width", "height", "type" };

    (void)object;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        nearest_try(near, str_of(names[i]));
}

static const struct object_type picture_type = {
    .name = "picture",
    .attr = picture_attr,
    .item = picture_item,
    .print = picture_print,
    .names = picture_names,
};

/* ---- what was asked for ---- */

struct asked {
    str path;
    value widths; /* of srcset() */
    struct picture_wish wish;
};

static bool read_number(struct rendering *r, const char *function, str name, value v, int64_t most,
                        unsigned *number)
{
    if (value_is_none(v)) {
        *number = 0;
        return true;
    }
    if (v.type == VIAL_INT && v.as.i >= 1 && v.as.i <= most) {
        *number = (unsigned)v.as.i;
        return true;
    }
    fail(r, "TypeError", "%s(): '%.*s' is a number from 1 to %lld", function, STR(name),
         (long long)most);
    return false;
}

static bool read_word(struct rendering *r, const char *function, str name, value v,
                      const char *const *words, int *number)
{
    for (*number = 0; words[*number]; ++*number)
        if (str_eq(value_text(v), str_of(words[*number])))
            return true;
    fail(r, "TypeError", "%s(): '%.*s' is none of %s, %s and %s", function, STR(name), words[0],
         words[1], words[2]);
    return false;
}

static bool read_one(struct rendering *r, const char *function, str name, value v, bool set,
                     struct asked *asked)
{
    static const char *const ops[] = { "fit", "fill", "scale", NULL };
    static const char *const formats[] = { "jpeg", "png", "webp", NULL };
    int word = 0;

    if (!set && str_eq(name, S("width")))
        return read_number(r, function, name, v, 16384, &asked->wish.width);
    if (!set && str_eq(name, S("height")))
        return read_number(r, function, name, v, 16384, &asked->wish.height);
    if (str_eq(name, S("quality")))
        return read_number(r, function, name, v, 100, &asked->wish.quality);
    if (!set && str_eq(name, S("op"))) {
        if (!read_word(r, function, name, v, ops, &word))
            return false;
        asked->wish.op = (enum picture_op)word;
        return true;
    }
    if (str_eq(name, S("format"))) {
        if (!read_word(r, function, name, v, formats, &word))
            return false;
        asked->wish.format = (enum image_format)(word + 1);
        return true;
    }
    if (set && str_eq(name, S("widths"))) {
        asked->widths = v;
        return true;
    }
    fail(r, "TypeError", "%s() takes no argument '%.*s'", function, STR(name));
    return false;
}

static bool read_call(struct rendering *r, const char *function, const struct call *call, bool set,
                      struct asked *asked)
{
    static const char *const resize[] = { "", "width", "height" }, *const widths[] = { "",
                                                                                       "widths" };
    size_t most = set ? 2 : 3;

    *asked = (struct asked){ .widths = value_undefined() };
    if (!call->nargs || call->nargs > most || call->args[0].type != VIAL_STR) {
        fail(r, "TypeError", "%s() takes the path of a picture first", function);
        return false;
    }
    asked->path = value_text(call->args[0]);
    for (size_t i = 1; i < call->nargs; i++)
        if (!read_one(r, function, str_of(set ? widths[i] : resize[i]), call->args[i], set, asked))
            return false;
    for (size_t i = 0; i < call->nnamed; i++)
        if (!read_one(r, function, call->names[i], call->named[i], set, asked))
            return false;
    return true;
}

static const struct asset *find(struct rendering *r, struct visit *v, str path)
{
    const struct asset *source = picture_named(v, path);

    if (source)
        return source;
    str near = asset_nearest(v, path);
    fail(r, "AssetError", "there is no picture '%.*s' beside the page, in %.*s or in %.*s%s%.*s%s",
         STR(path), STR(v->site->config->content), STR(v->site->config->static_files),
         near.len ? "; did you mean '" : "", STR(near), near.len ? "'?" : "");
    return NULL;
}

/* An error of the file has its place; one of the wish has the template's. */
static value refuse(struct rendering *r, struct visit *v, str path, struct error *err)
{
    if (!err->file.len) {
        fail(r, "AssetError", "'%.*s': %.*s%s%.*s", STR(path), STR(err->sentence),
             err->hint.len ? "; " : "", STR(err->hint));
        error_free(err);
        return value_undefined();
    }
    vial_abort_error(v->req, err);
    return fail(r, "AssetError", "'%.*s' cannot be resized", STR(path));
}

value call_resize_image(struct rendering *r, const struct call *call, void *self)
{
    struct visit *v = visit_from(self, r);
    struct asked asked;
    struct error err = { 0 };
    const struct asset *source;

    if (!read_call(r, "resize_image", call, false, &asked) || !(source = find(r, v, asked.path)))
        return value_undefined();
    struct picture_object *o = arena_make(v->arena, struct picture_object);
    o->object.type = &picture_type;
    o->visit = v;
    if (!picture_made(v, source, &asked.wish, &o->picture, &err))
        return refuse(r, v, asked.path, &err);
    return value_object(&o->object);
}

/* One for each width that the picture has; the picture as it is where it has none of them. */
value call_srcset(struct rendering *r, const struct call *call, void *self)
{
    struct visit *v = visit_from(self, r);
    struct buf out = buf_in(rendering_arena(r));
    struct error err = { 0 };
    struct picture picture;
    struct asked asked;
    const struct asset *source;
    bool whole = false;

    if (!read_call(r, "srcset", call, true, &asked) || !(source = find(r, v, asked.path)))
        return value_undefined();
    if (!list_len(asked.widths))
        return fail(r, "TypeError", "srcset() takes a list of widths: srcset(path, [400, 800])");
    for (size_t i = 0; i < list_len(asked.widths); i++) {
        if (!read_number(r, "srcset", S("widths"), list_at(asked.widths, i), 16384,
                         &asked.wish.width))
            return value_undefined();
        if (!picture_made(v, source, &asked.wish, &picture, &err))
            return refuse(r, v, asked.path, &err);
        bool beyond = asked.wish.width >= picture.full_width;
        if (beyond && whole)
            continue;
        whole = whole || beyond;
        buf_addf(&out, "%s%.*s %uw", out.len ? ", " : "", STR(local_url(v, picture.url)),
                 picture.width);
    }
    return value_str(buf_str(&out));
}
