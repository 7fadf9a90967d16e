/*
 * links.c - where a page's links lead
 *
 *   comes in:  a link as its writer wrote it, and the page it stands on
 *   goes out:  the address on the site; or a finding with the link's place and the nearest match
 *
 * Links are relative to the file they stand in, as on GitHub and in editors. What other tools make
 * of files is understood as well: "b.html" and "b/" for b.md, a folder for its section, a leading
 * slash for content/ or the site's root, and at last what a browser would make of it, relative to
 * the page's address. Each place that was looked at is noted: if something comes to be there, the
 * link may change.
 */
#include "vial/site/links.h"
#include "vial/base/path.h"
#include "vial/base/picture.h"
#include "vial/http/http.h"
#include "vial/site/shortcodes.h"

/* A link in its parts: "../b.md?x=1#end". */
struct parts {
    str path;   /* decoded */
    str suffix; /* "?x=1", as written */
    str anchor; /* "end", as written  */
    bool has_anchor;
};

/* Where it leads. */
struct found {
    str url;
    const struct page *page;   /* NULL: something else */
    const struct asset *asset; /* NULL: no file that is sent as it is */
    bool hidden;               /* the page is not shown */
    unsigned language;         /* of the page it stands on, to begin with */
};

/* "https:", "mailto:", "//host": not ours. */
static bool is_elsewhere(str url)
{
    size_t n = 0;

    if (str_starts(url, S("//")))
        return true;
    while (n < url.len && (is_alnum(url.p[n]) || strchr("+-.", url.p[n])))
        n++;
    return n > 1 && n < url.len && url.p[n] == ':' && is_alpha(url.p[0]);
}

static bool cut_link(struct parts *parts, str url, struct arena *a)
{
    ptrdiff_t hash = str_find_char(url, '#');
    str path = hash == STR_NONE ? url : str_slice(url, 0, (size_t)hash);
    ptrdiff_t question = str_find_char(path, '?');

    *parts = (struct parts){ .has_anchor = hash != STR_NONE };
    if (parts->has_anchor)
        parts->anchor = str_from(url, (size_t)hash + 1);
    if (question != STR_NONE) {
        parts->suffix = str_from(path, (size_t)question);
        path = str_slice(path, 0, (size_t)question);
    }
    return url_decode(&parts->path, path, a);
}

/* ---- looking ---- */

static bool found_page(struct found *found, const struct page *page)
{
    if (!page)
        return false;
    *found = (struct found){ .url = page->url, .page = page, .hidden = page->shown != PAGE_SHOWN };
    return true;
}

/*
 * A link to a page that names no language leads to it in the language it is read in, where it is
 * there: `place` is that of the page or folder.
 */
static bool find_translated(struct visit *v, str place, struct found *found)
{
    const struct page *page = index_page_at(v->site->index, place);

    visit_note_path(v, place);
    return page && !page->shown && found_page(found, page);
}

/* The same of a page whose translations are called otherwise: by their `translation_key`. */
static const struct page *in_language(struct visit *v, const struct page *page, str path,
                                      unsigned language)
{
    if (!page || !language || page->language == language ||
        config_locate(v->site->config, path, v->arena).language)
        return page;
    visit_note(v, page, "translations");
    const struct page *other = page->translations ? page->translations[language] : NULL;
    return other ? other : page;
}

/* A file of content/ by its path: a page, or what lies beside pages. */
static bool find_file(struct visit *v, str path, struct found *found)
{
    const struct index *index = v->site->index;
    const struct config *config = v->site->config;
    const struct asset *asset;

    if (found->language && !config_locate(config, path, v->arena).language &&
        find_translated(v, config_in_language(config, found->language, path, v->arena), found))
        return true;
    visit_note_path(v, path);
    if (found_page(found, in_language(v, index_page_at(index, path), path, found->language)))
        return true;
    asset = map_get(&index->assets, path);
    if (!asset)
        return false;
    *found = (struct found){ .url = asset->url, .asset = asset };
    return true;
}

/* A section, or a page with its own folder, at this place. */
static bool find_folder_at(struct visit *v, str path, struct found *found)
{
    const struct index *index = v->site->index;
    const struct section *section = map_get(&index->sections, path);

    visit_note_key(v, "section", path);
    if (found_page(found, map_get(&index->bundles, path)))
        return true;
    return section && (section->page->has_file || index->lists) && found_page(found, section->page);
}

/* The same by its path, in the language it is read in if it is there. "" is content/ itself. */
static bool find_folder(struct visit *v, str path, struct found *found)
{
    const struct config *config = v->site->config;

    if (config->nlanguages > 1) {
        struct located in = config_locate(config, path_join(v->arena, path, S("x.md")), v->arena);
        str own = path_dir(in.logical);

        path = path_dir(in.place);
        if (found->language && !in.language &&
            find_folder_at(v, config_in_language(config, found->language, own, v->arena), found))
            return true;
    }
    return find_folder_at(v, path, found);
}

/* What another tool would have made of a file: "b.html", "b/", "b", "b/index.html". */
static bool find_made(struct visit *v, str path, struct found *found)
{
    str stem = path;

    if (str_eq(path_name(path), S("index.html")))
        return find_folder(v, path_dir(path), found);
    if (str_eq(path_ext(path), S(".md")))
        return false;
    if (str_eq(path_ext(path), S(".html")))
        stem = str_slice(path, 0, path.len - S(".html").len);
    return stem.len && find_file(v, str_fmt(v->arena, "%.*s.md", STR(stem)), found);
}

/* `path` is below content/, normal, and was written with a slash at its end if `slash`. */
static bool find_in_content(struct visit *v, str path, bool slash, struct found *found)
{
    return (!slash && path.len && find_file(v, path, found)) || find_folder(v, path, found) ||
           find_made(v, path, found);
}

static const struct target *target_at(struct visit *v, str address)
{
    visit_note_key(v, "url", address);
    return map_get(&v->site->index->targets, address);
}

/*
 * What the site's own code answers. Which rules it has is its shape, so nothing is noted but the
 * address, which has to be made then.
 */
static bool find_code(struct visit *v, str address, struct found *found)
{
    const struct binding binding = { .host = S("localhost") };
    struct match match;

    if (!v->site->logic)
        return false;
    if (vial_static_file(v->site->app, address, v->arena).p) {
        *found = (struct found){ .url = url_encode(v->arena, address, "/!$&'()*+,;=:@") };
        visit_note_key(v, "again", S("code")); /* nobody watches its folder */
        return true;
    }
    routes_match(vial_routes(v->site->app), &binding, S("GET"), address, &match, v->arena);
    if (match.kind != MATCH_FOUND || !match.route->rule.duty)
        return false;
    *found = (struct found){ .url = url_encode(v->arena, address, "/!$&'()*+,;=:@") };
    if (!match.route->rule.no_freeze)
        reads_note_url(v->reads, local_url(v, found->url));
    return true;
}

/* An address of the site: a page, a static file, a route. The slash at its end may be missing. */
static bool find_address(struct visit *v, str address, struct found *found)
{
    const struct target *target = target_at(v, address);

    if (!target && !str_ends(address, S("/")))
        target = target_at(v, str_fmt(v->arena, "%.*s/", STR(address)));
    if (!target)
        return find_code(v, address, found);
    *found = (struct found){ .url = target->url };
    if (target->kind == TARGET_PAGE)
        found->page = target->page;
    if (target->kind == TARGET_ASSET || target->kind == TARGET_STATIC)
        found->asset = target->asset;
    return true;
}

/* "../static/x.png", "../content/b.md": out of content/ and into the site's folder, as in editors.
 */
static bool find_beside_content(struct visit *v, str path, bool slash, struct found *found)
{
    const struct config *config = v->site->config;
    str whole = path_normal(v->arena, path_join(v->arena, config->content, path));
    str page = path_below(whole, config->content), file = path_below(whole, config->static_files);

    if (page.p)
        return find_in_content(v, page, slash, found);
    return file.p && find_address(v, str_fmt(v->arena, "/static/%.*s", STR(file)), found);
}

/* What a browser makes of it: relative to the page's own address. */
static bool find_as_browser(struct visit *v, const struct page *page, str path, struct found *found)
{
    str decoded, base = page->url;

    if (!url_decode(&decoded, base, v->arena))
        return false;
    base = str_slice(decoded, 0, (size_t)(str_rfind_char(decoded, '/') + 1));
    str joined = str_fmt(v->arena, "%.*s%.*s", STR(base), STR(path));
    str address = path_normal(v->arena, joined);
    if (str_ends(path, S("/")) && !str_ends(address, S("/")))
        address = str_fmt(v->arena, "%.*s/", STR(address));
    return find_address(v, address, found);
}

static str normal(struct arena *a, str path)
{
    str clean = path_normal(a, path);

    return str_eq(clean, S(".")) ? S("") : clean;
}

static bool find_from_root(struct visit *v, str path, struct found *found)
{
    str base = v->site->config->base_path, rest = path;

    if (base.len && str_starts(path, base) && str_starts(str_from(path, base.len), S("/")))
        rest = str_from(path, base.len);
    return find_in_content(v, normal(v->arena, str_from(path, 1)), str_ends(path, S("/")), found) ||
           find_address(v, rest, found);
}

/* `file` is where the link stands: the page's own, or one that it includes. */
static bool find_target(struct visit *v, const struct page *page, str file, str path,
                        struct found *found)
{
    if (str_starts(path, S("/")))
        return find_from_root(v, path, found);

    str joined = normal(v->arena, path_join(v->arena, path_dir(file), path));
    bool outside = str_starts(joined, S("..")), slash = str_ends(path, S("/"));
    if (outside && find_beside_content(v, joined, slash, found))
        return true;
    if (!outside && find_in_content(v, joined, slash, found))
        return true;
    return find_as_browser(v, page, path, found);
}

/* ---- the door ---- */

static str address(struct visit *v, const struct found *found, const struct parts *parts)
{
    return str_fmt(v->arena, "%.*s%.*s%s%.*s", STR(local_url(v, found->url)), STR(parts->suffix),
                   parts->has_anchor ? "#" : "", STR(parts->anchor));
}

/* A link that leads nowhere is told once, though its text be seen again in the HTML. */
static void missing(struct link_scope *scope, const struct markdown_link *link, str path)
{
    if (!scope->report)
        return;
    map_put(&scope->missing, path);
    finding_missing(scope, link, path);
}

static str file_of(const struct link_scope *scope, const struct markdown_link *link)
{
    const struct rendered *rendered = scope->rendered;
    str file = S("");

    if (rendered->npieces)
        file = path_below(rendered_place(rendered, rendered->body + link->offset, 0).file,
                          scope->visit->site->content);
    return file.len ? file : page_text(scope->page);
}

const struct page *link_page(struct visit *v, const struct page *page, str url)
{
    struct found found = { .language = page->language };
    struct parts parts;

    if (!url.len || is_elsewhere(url) || !cut_link(&parts, url, v->arena) || !parts.path.len ||
        !find_target(v, page, page_text(page), parts.path, &found) || found.hidden)
        return NULL;
    return found.page;
}

/* So large the picture is; whoever shows that reads the file. */
static void measure(struct visit *v, const struct asset *asset, struct markdown_target *to)
{
    struct picture_size size;

    visit_note_file(v, asset->file);
    if (asset->in_memory ? picture_size(&size, asset->text)
                         : picture_size_of_file(&size, asset->file)) {
        to->width = size.width;
        to->height = size.height;
    }
}

static bool resolve(struct link_scope *scope, const struct markdown_link *link,
                    struct markdown_target *to)
{
    struct visit *v = scope->visit;
    struct parts parts;
    struct found found = { .language = scope->page->language };

    if (is_elsewhere(link->url))
        finding_outside(scope, link);
    if (!link->url.len || is_elsewhere(link->url) || !cut_link(&parts, link->url, v->arena))
        return false;
    if (!parts.path.len) {
        if (scope->report && parts.has_anchor)
            anchor_defer(scope, link, parts.anchor);
        return false;
    }
    if (!find_target(v, scope->page, file_of(scope, link), parts.path, &found)) {
        missing(scope, link, parts.path);
        return false;
    }
    if (found.hidden) {
        if (scope->report)
            finding_hidden(scope, link, found.page);
        map_put(&scope->missing, parts.path);
        return false;
    }
    if (scope->report && parts.has_anchor && found.page == scope->page)
        anchor_defer(scope, link, parts.anchor);
    else if (scope->report && parts.has_anchor && found.page)
        anchor_check(scope, link, found.page, parts.anchor);
    if (found.page)
        visit_note(v, found.page, "url");
    if (link->image && found.asset && v->site->config->markdown & MARKDOWN_SIZES)
        measure(v, found.asset, to);
    to->url = address(v, &found, &parts);
    return true;
}

bool link_resolve(void *self, const struct markdown_link *link, struct markdown_target *to)
{
    struct link_scope *scope = self;
    struct markdown_link made = *link;

    if (!scope->shortcodes || !scope->shortcodes->count)
        return resolve(scope, link, to);
    if (!shortcodes_in_link(scope, &made.url)) {
        scope->failed = true;
        return false;
    }
    if (resolve(scope, &made, to))
        return true;
    to->url = made.url;
    return !str_eq(made.url, link->url);
}
