/*
 * assets_make.c - what becomes of an asset on its way
 *
 *   comes in:  a file, and what `assets:` in vial.yaml wants
 *   goes out:  its text; or nothing, where it stays as it is
 */
#include "vial/base/path.h"
#include "vial/site/assets_inside.h"
#include "vial/site/css.h"

static bool is_kind(const struct asset *asset, const char *ext)
{
    return str_ieq(path_ext(asset->path), str_of(ext));
}

/* ---- bundles ---- */

static bool no_part(struct making *m, const struct recipe *recipe, str part, struct error *err)
{
    error_at(err, recipe->place, "there is no file '%.*s' for '%.*s'", STR(part),
             STR(m->source->path));
    return error_meant(err, asset_nearest(m->visit, part));
}

/* Scripts may end without a semicolon, or in a comment to the end of the line. */
static bool add_part(struct making *m, const struct asset *part, bool first, struct buf *out,
                     struct error *err)
{
    str text;

    if (!first)
        buf_lit(out, "\n");
    if (is_kind(m->source, ".css"))
        return sheet_add(m, part, first, out, err);
    if (!making_read(m, part, &text, err))
        return false;
    if (!first && (is_kind(m->source, ".js") || is_kind(m->source, ".mjs")))
        buf_lit(out, ";");
    buf_add(out, text);
    return true;
}

static bool make_bundle(struct making *m, const struct recipe *recipe, str *text, struct error *err)
{
    struct buf out = buf_in(m->arena);

    for (size_t i = 0; i < recipe->nparts; i++) {
        const struct asset *part = asset_named(m->visit, recipe->parts[i]);

        if (!part || part->recipe)
            return no_part(m, recipe, recipe->parts[i], err);
        reads_note(m->reads, str_fmt(m->arena, "url:%.*s", STR(part->url)));
        if (!add_part(m, part, i == 0, &out, err))
            return false;
    }
    *text = buf_str(&out);
    return true;
}

/* ---- the whole of it ---- */

static bool minify(struct making *m, str *text)
{
    struct buf out = buf_in(m->arena);

    css_minify(*text, &out);
    *text = buf_str(&out);
    return true;
}

bool asset_make(struct making *m, str *text, struct error *err)
{
    const struct config_assets *config = &m->visit->site->config->assets;
    bool sheet = str_ieq(m->ending, S(".css"));

    if (m->command) {
        if (!command_make(m, m->command, text, err))
            return false;
        if (sheet && !sheet_make(m, text, err))
            return false;
    } else if (m->source->recipe) {
        if (!make_bundle(m, m->source->recipe, text, err))
            return false;
    } else if (sheet && (config->fingerprint_urls || config->bundle_imports || config->minify)) {
        if (!making_read(m, m->source, text, err) || !sheet_make(m, text, err))
            return false;
    }
    return !sheet || !config->minify || minify(m, text);
}
