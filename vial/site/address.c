/*
 * address.c - gives everything its address
 *
 *   comes in:  sections and pages in their places, files, routes
 *   goes out:  their URLs, and the table that finds them by URL
 *
 * Addresses are made of bytes as a reader sees them, and looked up so; what is written into links
 * is encoded. An address belongs to one thing: the second that wants it is an error with both names
 * and is left out.
 */
#include "vial/site/address.h"
#include "vial/base/path.h"
#include "vial/http/http.h"
#include "vial/site/feeds.h"
#include "vial/site/outputs.h"
#include "vial/site/search_index.h"
#include "vial/site/slug.h"

static const char safe[] = "/!$&'()*+,;=:@";

struct folder {
    str address;
};

/* What stands behind a target, as a writer knows it: a file, or a line of vial.yaml. */
static struct place owner(const struct giving *g, const struct target *target)
{
    struct arena *a = &g->index->arena;

    switch (target->kind) {
    case TARGET_ASSET:
    case TARGET_STATIC:
        return (struct place){ .file = target->asset->in_memory ? target->asset->path
                                                                : target->asset->file };
    case TARGET_ROUTE:
        return target->route->place;
    case TARGET_FEED:
        return config_place(g->in->config, S("feeds"));
    case TARGET_SEARCH:
        return config_place(g->in->config, S("search"));
    case TARGET_SITEMAP:
    case TARGET_ROBOTS:
        return config_place(g->in->config, S("sitemap"));
    default:
        break;
    }
    const struct page *page = target->page;
    if (!page->has_file && (page->kind == PAGE_TERM || page->kind == PAGE_TAXONOMY))
        return (struct place){ .file = page->path };
    if (target->number > 1 && page->has_file && page->paging)
        return page_place(g->in->content, page, S("paginate"), a);
    if (!page->has_file)
        return (struct place){ .file = path_join(a, g->in->content, page->section->path) };
    if (target->kind == TARGET_ALIAS || target->kind == TARGET_OUTPUT)
        return page_place(g->in->content, page,
                          target->kind == TARGET_ALIAS ? S("aliases") : S("outputs"), a);
    return page_place(g->in->content, page, page->own_url.len ? S("url") : S("slug"), a);
}

/* Two files that are both the page of one folder. */
static bool is_same_folder(const struct target *one, const struct target *other)
{
    return one->page && other->page && page_names_folder(one->page->path) &&
           page_names_folder(other->page->path) &&
           str_eq(path_dir(one->page->path), path_dir(other->page->path));
}

bool address_give(struct giving *g, str address, struct target target)
{
    struct arena *a = &g->index->arena;
    struct map_entry *entry = map_find(&g->index->targets, address);
    struct error err = { 0 };

    if (entry) {
        struct place other = owner(g, entry->data);

        error_at(&err, owner(g, &target), "has the address '%.*s', which belongs to %.*s",
                 STR(address), STR(other.file));
        error_hint(&err, is_same_folder(&target, entry->data)
                             ? "a folder has one page of its own: _index.md, index.md or README.md"
                             : "'slug' or 'url' in the front matter gives a page another address");
        errors_add(g->errors, &err);
        return false;
    }
    struct target *given = arena_alloc(a, sizeof *given);
    *given = target;
    map_put(&g->index->targets, address)->data = given;
    return true;
}

str address_encoded(struct giving *g, str address)
{
    for (size_t i = 0; i < address.len; i++) {
        char c = address.p[i];

        if (!is_alnum(c) && !strchr("-._~/", c))
            return url_encode(&g->index->arena, address, safe);
    }
    return address;
}

static str folder_address(struct giving *g, str folder)
{
    const struct folder *found = map_get(&g->folders, folder);

    return found ? found->address : S("/");
}

static str below(struct giving *g, str folder, str name)
{
    struct arena *a = &g->index->arena;
    char *text = arena_alloc(a, folder.len + name.len + 1);

    memcpy(text, folder.p, folder.len);
    memcpy(text + folder.len, name.p, name.len);
    text[folder.len + name.len] = '/';
    return str_n(text, folder.len + name.len + 1);
}

static void know_folder(struct giving *g, str path, str address)
{
    struct folder *folder = arena_make(&g->index->arena, struct folder);

    folder->address = address;
    map_put(&g->folders, path)->data = folder;
}

/*
 * An address as it was written, in bytes; without an ending it is a folder, whose index is the
 * page.
 */
static str written_address(struct giving *g, str url)
{
    struct arena *a = &g->index->arena;
    str decoded;

    if (!url_decode(&decoded, url, a))
        decoded = url;
    if (!str_starts(decoded, S("/")))
        decoded = str_fmt(a, "/%.*s", STR(decoded));
    if (str_ends(decoded, S("/")) || path_ext(decoded).len)
        return decoded;
    return str_fmt(a, "%.*s/", STR(decoded));
}

str address_in_language(struct giving *g, unsigned language, str address)
{
    str prefix = g->in->config->languages[language].prefix;

    return prefix.len ? str_fmt(&g->index->arena, "/%.*s%.*s", STR(prefix), STR(address)) : address;
}

static void give_sections(struct giving *g)
{
    /* parents come before their sections: they were made first */
    for (size_t i = 0; i < g->index->sections.count; i++) {
        struct section *section = g->index->sections.entries[i].data;
        str address = address_in_language(g, section->language, S("/"));

        if (section->parent)
            address = below(g, folder_address(g, section->parent->path), section->page->slug);
        know_folder(g, section->path, address);
        section->url = address_encoded(g, address);
    }
}

static str page_address(struct giving *g, const struct page *page)
{
    str address;

    if (page->own_url.len)
        return written_address(g, page->own_url);
    if (page->kind == PAGE_NOT_FOUND)
        return address_in_language(g, page->language, S("/404.html"));
    if (page->kind == PAGE_SECTION)
        return folder_address(g, page->section->path);
    if (address_permalink(g, page, &address))
        return address;
    address = below(g, folder_address(g, page->section->path), page->slug);
    if (!g->in->config->ugly_urls || page->kind != PAGE_PLAIN)
        return address;
    return str_fmt(&g->index->arena, "%.*s.html", STR(str_slice(address, 0, address.len - 1)));
}

static void give_page(struct giving *g, struct page *page)
{
    str address = page_address(g, page);

    outputs_give(g, address, page, NULL);
    if (page->kind == PAGE_BUNDLE)
        know_folder(g, path_dir(page->place),
                    str_slice(address, 0, (size_t)str_rfind_char(address, '/') + 1));
}

static str taxonomy_address(struct giving *g, const struct taxonomy *taxonomy)
{
    return address_in_language(
        g, taxonomy->language,
        config_taxonomy_path(g->in->config, taxonomy->config, taxonomy->language));
}

/* What a taxonomy's pages are called by: its path, and the slugs of terms below it. */
static str term_address(struct giving *g, const struct taxonomy *taxonomy, const struct page *page,
                        str key)
{
    str below_name = str_from(key, taxonomy->key.len + 1);

    if (page->own_url.len)
        return written_address(g, page->own_url);
    return str_fmt(&g->index->arena, "%.*s%.*s/", STR(taxonomy_address(g, taxonomy)),
                   STR(below_name));
}

static void give_taxonomy(struct giving *g, const struct taxonomy *taxonomy)
{
    struct page *page = taxonomy->page;
    str address =
        page->own_url.len ? written_address(g, page->own_url) : taxonomy_address(g, taxonomy);

    bool empty = taxonomy->language && !taxonomy->nterms && !page->has_file;
    page->url = empty ? S("") : address_encoded(g, address);
    if (taxonomy_is_shown(g->index, taxonomy))
        outputs_give(g, address, page, NULL);
    for (size_t i = 0; i < taxonomy->keys.count; i++) {
        const struct term *term = taxonomy->keys.entries[i].data;
        str at = term_address(g, taxonomy, term->page, term->key);

        term->page->url = address_encoded(g, at);
        if (term->page->has_file || g->in->lists_terms)
            outputs_give(g, at, term->page, term);
    }
}

static void give_pages(struct giving *g)
{
    for (size_t i = 0; i < g->in->npages; i++) {
        struct page *page = g->in->pages[i];

        if (!page->shown && page->kind != PAGE_TAXONOMY && page->kind != PAGE_TERM)
            give_page(g, page);
    }
    for (size_t i = 0; i < g->index->taxonomies.count; i++)
        give_taxonomy(g, g->index->taxonomies.entries[i].data);
    for (size_t i = 0; i < g->index->sections.count; i++) {
        const struct section *section = g->index->sections.entries[i].data;
        struct page *page = (struct page *)section->page;

        if (page->has_file)
            continue;
        page->url = section->url;
        if (g->in->lists)
            outputs_give(g, folder_address(g, section->path), page, NULL);
    }
}

static void give_aliases(struct giving *g)
{
    for (size_t i = 0; i < g->in->npages; i++) {
        const struct page *page = g->in->pages[i];

        for (size_t n = 0; !page->shown && n < page->aliases.count; n++) {
            str alias = written_address(g, page->aliases.list[n]);

            address_give(g, alias,
                         (struct target){ .kind = TARGET_ALIAS,
                                          .url = address_encoded(g, alias),
                                          .page = page });
        }
    }
}

/*
 * The nearest folder above a file that has an address, and the way down from there. What lies in
 * content/ itself is in no language.
 */
static str file_address(struct giving *g, str path)
{
    for (str folder = path_dir(path);; folder = path_dir(folder)) {
        const struct folder *found = map_get(&g->folders, folder);
        str rest = str_from(path, folder.len ? folder.len + 1 : 0);

        if (found && folder.len)
            return str_fmt(&g->index->arena, "%.*s%.*s", STR(found->address), STR(rest));
        if (!folder.len)
            return str_fmt(&g->index->arena, "/%.*s", STR(path));
    }
}

/* The files of a page that is not shown are not shown either. */
static bool is_hidden_file(const struct giving *g, str path)
{
    if (!g->index->hidden.count)
        return false;
    for (str folder = path_dir(path);; folder = path_dir(folder)) {
        if (map_find(&g->index->hidden, folder))
            return true;
        if (!folder.len || map_find(&g->folders, folder))
            return false;
    }
}

/* Where the site's own language has a prefix, the bare address leads there. */
static void give_root(struct giving *g)
{
    const struct page *home = g->index->languages[0].root->page;

    if (g->in->config->languages[0].prefix.len && home->url.len &&
        !map_find(&g->index->targets, S("/")))
        address_give(g, S("/"),
                     (struct target){ .kind = TARGET_ALIAS, .url = S("/"), .page = home });
}

static void give_files(struct giving *g)
{
    struct arena *a = &g->index->arena;

    for (size_t i = 0; i < g->in->nassets; i++) {
        str path = g->in->assets[i].path;
        str place = config_locate(g->in->config, path, a).place;

        if (is_hidden_file(g, place))
            continue;
        struct asset *asset = arena_make(a, struct asset);
        str address = file_address(g, place);
        asset->path = path;
        asset->file = path_join(a, g->in->content, path);
        asset->url = address_encoded(g, address);
        if (address_give(
                g, address,
                (struct target){ .kind = TARGET_ASSET, .url = asset->url, .asset = asset }))
            map_put(&g->index->assets, path)->data = asset;
    }
    for (size_t i = 0; i < g->in->nstatics; i++) {
        const struct asset *asset = &g->in->statics[i];

        address_give(g, str_fmt(a, "/static/%.*s", STR(asset->path)),
                     (struct target){ .kind = TARGET_STATIC, .url = asset->url, .asset = asset });
    }
}

void index_addresses(struct index *index, const struct index_inputs *in, struct errors *errors)
{
    struct giving g = { index, in, map_in(&index->arena), errors };

    give_sections(&g);
    give_pages(&g);
    give_files(&g);
    give_aliases(&g);
    give_root(&g);
    index_routes(&g);
    address_feeds(&g);
    address_sitemap(&g);
    address_search(&g);
}
