/*
 * assets_sheet.c - style sheets on their way
 *
 *   comes in:  a sheet, alone or in a bundle
 *   goes out:  its text with the addresses it names as they are to be, and with what it imports
 *
 * An address in a sheet is relative to that sheet: where it is moved into another, its addresses
 * are told anew. A sheet that is imported stands in the place of the rule that named it, within the
 * conditions of that rule. Browsers heed imports at the head alone, so from the first sheet that is
 * put in its place on, all have to be; those of another host, or that say @namespace, cannot be,
 * and they and what stands before them stay imports.
 */
#include "vial/base/path.h"
#include "vial/http/http.h"
#include "vial/site/assets_inside.h"
#include "vial/site/css.h"

struct sheet {
    const struct sheet *up; /* that it is put into; NULL: none */
    struct making *making;
    const struct asset *asset;
    str text;
    size_t shift; /* what css_urls() is given begins there */
    struct buf *out;
    struct error *err;
    bool failed;
};

static str name_of(const struct asset *asset)
{
    return asset->in_memory ? asset->url : asset->file;
}

static struct place place_in(const struct sheet *sheet, size_t at, size_t len)
{
    return (struct place){ name_of(sheet->asset), sheet->text, at, len };
}

/* ---- what a sheet names ---- */

static void tell_missing(struct sheet *sheet, str url, size_t at, size_t len)
{
    struct making *m = sheet->making;
    struct site *site = m->visit->site;
    struct error err = { 0 };

    m->misses = true;
    if (!m->report || site->config->links == LINKS_IGNORE)
        return;
    error_at(&err, place_in(sheet, at, len), "there is no file '%.*s'", STR(url));
    reads_note(m->visit->reads, S("again:links"));
    pthread_mutex_lock(&site->findings->lock);
    errors_add(site->config->links == LINKS_WARN ? &site->findings->warnings
                                                 : &site->findings->errors,
               &err);
    pthread_mutex_unlock(&site->findings->lock);
}

static bool leads_elsewhere(str url)
{
    size_t i = 0;

    while (i < url.len && (is_alnum((unsigned char)url.p[i]) || strchr("+-.", url.p[i])))
        i++;
    return !url.len || str_starts(url, S("#")) || str_starts(url, S("//")) ||
           (i && i < url.len && url.p[i] == ':');
}

/* Where the address leads: decoded, below the site's own path. False: elsewhere. */
static bool find_address(const struct sheet *sheet, str url, str *address)
{
    struct arena *a = sheet->making->arena;
    str base = sheet->making->visit->site->config->base_path;
    str joined = url_join(a, str_fmt(a, "%.*s%.*s", STR(base), STR(sheet->asset->url)), url);

    joined = str_cut(&joined, '#');
    joined = str_cut(&joined, '?');
    return str_starts(joined, base) && url_decode(address, str_from(joined, base.len), a);
}

static const struct asset *find_asset(const struct sheet *sheet, str url)
{
    struct making *m = sheet->making;
    str address;

    if (leads_elsewhere(url) || !find_address(sheet, url, &address))
        return NULL;
    reads_note(m->reads, str_fmt(m->arena, "url:%.*s", STR(address)));
    return asset_at(m->visit, address);
}

static str folder_of(str url)
{
    return str_slice(url, 1, (size_t)(str_rfind_char(url, '/') + (str_rfind_char(url, '/') == 0)));
}

/*
 * `url` with `target` (encoded, with or without a fingerprint) in the place of what it leads to; in
 * the sheet that is made. It stays as it is written as far as it can.
 */
static str told_anew(const struct sheet *sheet, str url, str target)
{
    struct making *m = sheet->making;
    struct arena *a = m->arena;
    str path = url, name = str_from(target, (size_t)(str_rfind_char(target, '/') + 1)), front;

    path = str_cut(&path, '#');
    path = str_cut(&path, '?');
    str from = folder_of(m->source->url), own = folder_of(sheet->asset->url);
    if (str_starts(path, S("/")) || str_eq(from, own)) {
        front = str_slice(path, 0, (size_t)(str_rfind_char(path, '/') + 1));
        path = str_slice(url, path.len, url.len);
        return str_fmt(a, "%.*s%.*s%.*s", STR(front), STR(name), STR(path));
    }
    front = path_relative(a, from, str_from(target, 1));
    return str_fmt(a, "%.*s%.*s", STR(front), STR(str_from(url, path.len)));
}

static str resolve(void *self, str url, size_t at, size_t len)
{
    struct sheet *sheet = self;
    struct making *m = sheet->making;
    struct made made;
    str address;

    if (sheet->failed || leads_elsewhere(url) || !find_address(sheet, url, &address))
        return (str){ 0 };
    const struct asset *asset = find_asset(sheet, url);
    bool names = m->visit->site->config->assets.fingerprint_urls;
    if (!asset) {
        if (names)
            tell_missing(sheet, url, sheet->shift + at, len);
        return told_anew(sheet, url, url_encode(m->arena, address, "/!$&'()*+,;=:@"));
    }
    if (!names)
        return told_anew(sheet, url, asset->url);
    if (!making_other(m, asset, &made, sheet->err)) {
        sheet->failed = true;
        return (str){ 0 };
    }
    reads_note_url(m->reads, local_url(m->visit, made.url));
    return told_anew(sheet, url, made.url);
}

/* From `from` to `to` of the sheet. */
static bool put_piece(struct sheet *sheet, size_t from, size_t to)
{
    sheet->shift = from;
    css_urls(str_slice(sheet->text, from, to), resolve, sheet, sheet->out, sheet->making->arena);
    return !sheet->failed;
}

/* ---- what it imports ---- */

static bool is_above(const struct sheet *sheet, const struct asset *asset)
{
    for (; sheet; sheet = sheet->up)
        if (str_eq(name_of(sheet->asset), name_of(asset)))
            return true;
    return false;
}

static bool is_sheet(const struct asset *asset)
{
    return str_ieq(path_ext(asset->path), S(".css"));
}

static bool put_sheet(struct sheet *sheet);

/* Whether it can stand in the place of the rule: all that it imports has to. */
static bool can_be_put(const struct sheet *sheet, const struct css_import *import,
                       struct sheet *other)
{
    const struct asset *asset = find_asset(sheet, import->url);
    size_t at;

    *other = (struct sheet){
        .up = sheet, .making = sheet->making, .asset = asset, .out = sheet->out, .err = sheet->err
    };
    if (!asset || asset->recipe || !is_sheet(asset) || is_above(sheet, asset) ||
        !making_read(sheet->making, asset, &other->text, NULL) || !css_is_whole(other->text, &at) ||
        css_has_rule(other->text, S("@namespace")))
        return false;
    struct css_head head = css_head(other->text, sheet->making->arena);
    for (size_t i = 0; i < head.count; i++) {
        struct sheet ignored;

        if (!can_be_put(other, &head.imports[i], &ignored))
            return false;
    }
    return true;
}

static bool put_import(struct sheet *sheet, const struct css_import *import)
{
    struct sheet other;
    unsigned braces = 0;

    if (!can_be_put(sheet, import, &other))
        return put_piece(sheet, import->at, import->at + import->len);
    if (import->media.len && ++braces)
        buf_addf(sheet->out, "@media %.*s {\n", STR(import->media));
    if (import->supports.len && ++braces)
        buf_addf(sheet->out, "@supports (%.*s) {\n", STR(import->supports));
    if (import->layer.p && ++braces)
        buf_addf(sheet->out, "@layer %.*s {\n", STR(import->layer));
    bool good = put_sheet(&other);
    while (braces--)
        buf_lit(sheet->out, "\n}");
    return good;
}

static bool put_sheet(struct sheet *sheet)
{
    struct css_head head = css_head(sheet->text, sheet->making->arena);
    bool inside = sheet->up || sheet->making->source->recipe, good = true;
    size_t at = inside ? head.charset : 0, first = head.count;

    while (sheet->making->visit->site->config->assets.bundle_imports && first) {
        struct sheet ignored;

        if (!can_be_put(sheet, &head.imports[first - 1], &ignored))
            break;
        first--;
    }
    for (size_t i = first; good && i < head.count; i++) {
        good = put_piece(sheet, at, head.imports[i].at) && put_import(sheet, &head.imports[i]);
        at = head.imports[i].at + head.imports[i].len;
    }
    return good && put_piece(sheet, at, sheet->text.len);
}

/* ---- for others ---- */

bool sheet_make(struct making *m, str *text, struct error *err)
{
    struct buf out = buf_in(m->arena);
    struct sheet sheet = {
        .making = m, .asset = m->source, .text = *text, .out = &out, .err = err
    };

    if (!put_sheet(&sheet))
        return false;
    *text = buf_str(&out);
    return true;
}

/* What stands before it in the bundle is closed: a sheet that is not would swallow the next. */
bool sheet_add(struct making *m, const struct asset *part, bool first, struct buf *out,
               struct error *err)
{
    struct sheet sheet = { .making = m, .asset = part, .out = out, .err = err };
    size_t at = 0;

    if (!making_read(m, part, &sheet.text, err))
        return false;
    if (!css_is_whole(sheet.text, &at)) {
        error_at(err, place_in(&sheet, at, 1), "what begins here is not closed");
        return error_hint(err, "in a bundle it would swallow the sheets behind it");
    }
    struct css_head head = css_head(sheet.text, m->arena);
    bool bundles = m->visit->site->config->assets.bundle_imports;
    for (size_t i = 0; !first && i < head.count; i++) {
        const struct css_import *import = &head.imports[i];
        struct sheet ignored;

        if (bundles && can_be_put(&sheet, import, &ignored))
            continue;
        error_at(err, place_in(&sheet, import->at, import->len),
                 "this @import stands behind the rules of other sheets, where browsers heed none");
        return error_hint(err, "%s",
                          bundles ? "let it be in the first sheet of the bundle"
                                  : "let it be in the first sheet of the bundle, or set "
                                    "'bundle_imports: true'");
    }
    return put_sheet(&sheet);
}
