/*
 * objects_asset.c - assets, as templates see them
 *
 *   comes in:  asset('css/site.css')
 *   goes out:  its address, which tells its content; its digest; its text
 */
#include "vial/base/nearest.h"
#include "vial/base/path.h"
#include "vial/http/http.h"
#include "vial/site/assets.h"
#include "vial/template/ops.h"

struct asset_object {
    struct object object;
    struct visit *visit;
    const struct asset *source;
    struct made made;
};

/* The error of the file is the one that is told. */
static value refuse(struct rendering *r, struct visit *v, const struct asset *source,
                    struct error *err)
{
    vial_abort_error(v->req, err);
    return fail(r, "AssetError", "%.*s cannot be made", STR(source->path));
}

static bool text_of(struct rendering *r, const struct asset_object *o, value *out)
{
    struct error err = { 0 };
    struct made made;
    str text;

    if (!asset_text(o->visit, o->source, &made, &text, &err)) {
        *out = refuse(r, o->visit, o->source, &err);
        return true;
    }
    *out = value_safe(text);
    return true;
}

static bool asset_attr(struct rendering *r, const struct object *object, str name, value *out)
{
    const struct asset_object *o = (const struct asset_object *)object;
    struct visit *v = o->visit;

    if (str_eq(name, S("url")))
        *out = value_str(local_url(v, o->made.url));
    else if (str_eq(name, S("permalink")))
        *out = value_str(permalink(v, o->made.url));
    else if (str_eq(name, S("integrity")))
        *out = value_str(o->made.integrity);
    else if (str_eq(name, S("type")))
        *out = value_str(media_type(o->made.url));
    else if (str_eq(name, S("size")))
        *out = value_int((int64_t)o->made.size);
    else if (str_eq(name, S("name")))
        *out = value_str(path_name(o->source->path));
    else if (str_eq(name, S("path")))
        *out = value_str(o->source->path);
    else if (str_eq(name, S("text")))
        return text_of(r, o, out);
    else
        return false;
    return true;
}

static bool asset_item(struct rendering *r, const struct object *o, value key, value *out)
{
    return key.type == VIAL_STR && asset_attr(r, o, value_text(key), out);
}

static void asset_print(struct rendering *r, const struct object *object, struct buf *out)
{
    const struct asset_object *o = (const struct asset_object *)object;

    (void)r;
    buf_add(out, local_url(o->visit, o->made.url));
}

static void asset_names(const struct object *object, struct nearest *near)
{
    static const char *const names[] = { "url",  "permalink", "integrity", "type",
                                         "size", "name",      "path",      "text" };

    (void)object;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        nearest_try(near, str_of(names[i]));
}

static const struct object_type asset_type = {
    .name = "asset",
    .attr = asset_attr,
    .item = asset_item,
    .print = asset_print,
    .names = asset_names,
};

/* asset('css/site.css'): a file of static/, the site's or its theme's, or else of content/. */
value call_asset(struct rendering *r, const struct call *call, void *self)
{
    struct visit *v = visit_from(self, r);
    struct error err = { 0 };

    if (call->nargs != 1 || call->nnamed || call->args[0].type != VIAL_STR)
        return fail(r, "TypeError", "asset() takes one path, relative to static/ or content/");
    str name = value_text(call->args[0]);
    const struct asset *source = asset_named(v, name);
    if (!source) {
        str near = asset_nearest(v, name);

        return fail(r, "AssetError", "there is no file '%.*s' in %.*s or %.*s%s%.*s%s", STR(name),
                    STR(v->site->config->static_files), STR(v->site->config->content),
                    near.len ? "; did you mean '" : "", STR(near), near.len ? "'?" : "");
    }
    struct asset_object *o = arena_make(v->arena, struct asset_object);
    *o = (struct asset_object){ { &asset_type }, v, source, { .size = 0 } };
    if (!asset_made(v, source, &o->made, &err))
        return refuse(r, v, source, &err);
    reads_note_url(v->reads, local_url(v, o->made.url));
    return value_object(&o->object);
}
