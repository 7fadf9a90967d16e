/*
 * assets_make.c - what becomes of an asset on its way
 *
 *   comes in:  a file, and what `assets:` in vial.yaml wants
 *   goes out:  its text; or nothing, where it stays as it is
 *
 * The addresses that a sheet names are left as they are written but for the name at their end, so
 * that a sheet may lie wherever its site does.
 */
#include "vial/base/path.h"
#include "vial/http/http.h"
#include "vial/site/assets_inside.h"
#include "vial/site/css.h"

struct sheet {
    struct making *making;
    str text; /* as it is written, for places */
    struct error *err;
    bool failed;
};

/* ---- what a sheet names ---- */

static void tell_missing(struct sheet *sheet, str url, size_t at, size_t len)
{
    struct making *m = sheet->making;
    struct site *site = m->visit->site;
    struct place place = { m->source->in_memory ? m->source->url : m->source->file, sheet->text, at,
                           len };
    struct error err = { 0 };

    m->misses = true;
    if (!m->report || site->config->links == LINKS_IGNORE)
        return;
    error_at(&err, place, "there is no file '%.*s'", STR(url));
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

/* Where the address leads on the site, decoded. False: elsewhere. */
static bool find_address(const struct making *m, str url, str *address)
{
    struct arena *a = m->arena;
    str base = m->visit->site->config->base_path;
    str joined = url_join(a, str_fmt(a, "%.*s%.*s", STR(base), STR(m->source->url)), url);

    joined = str_cut(&joined, '#');
    joined = str_cut(&joined, '?');
    return str_starts(joined, base) && url_decode(address, str_from(joined, base.len), a);
}

static str resolve(void *self, str url, size_t at, size_t len)
{
    struct sheet *sheet = self;
    struct making *m = sheet->making;
    struct made made;
    str address, path = url;

    if (sheet->failed || leads_elsewhere(url) || !find_address(m, url, &address))
        return (str){ 0 };
    reads_note(m->reads, str_fmt(m->arena, "url:%.*s", STR(address)));
    const struct asset *asset = asset_at(m->visit, address);
    if (!asset) {
        tell_missing(sheet, url, at, len);
        return (str){ 0 };
    }
    if (!making_other(m, asset, &made, sheet->err)) {
        sheet->failed = true;
        return (str){ 0 };
    }
    reads_note_url(m->reads, local_url(m->visit, made.url));
    path = str_cut(&path, '#');
    path = str_cut(&path, '?');
    return str_fmt(m->arena, "%.*s%.*s%.*s",
                   STR(str_slice(path, 0, (size_t)(str_rfind_char(path, '/') + 1))),
                   STR(str_from(made.url, (size_t)(str_rfind_char(made.url, '/') + 1))),
                   STR(str_from(url, path.len)));
}

static bool name_fingerprints(struct making *m, str *text, struct error *err)
{
    struct sheet sheet = { .making = m, .text = *text, .err = err };
    struct buf out = buf_in(m->arena);

    css_urls(*text, resolve, &sheet, &out, m->arena);
    *text = buf_str(&out);
    return !sheet.failed;
}

/* ---- the whole of it ---- */

static bool is_sheet(const struct asset *asset)
{
    return str_ieq(path_ext(asset->path), S(".css"));
}

bool asset_make(struct making *m, str *text, struct error *err)
{
    const struct config_assets *config = &m->visit->site->config->assets;

    if (!is_sheet(m->source) || !config->fingerprint_urls)
        return true;
    return making_read(m, m->source, text, err) && name_fingerprints(m, text, err);
}
