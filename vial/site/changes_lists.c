/*
 * changes_lists.c - which lists and addresses are not what they were
 *
 *   comes in:  two indexes of one site
 *   goes out:  the keys of sections, terms, lists in pieces, feeds, navigation and addresses that
 *              differ
 *
 * They are compared one by one; what is only in one of the two differs in everything.
 */
#include "vial/base/path.h"
#include "vial/site/backlinks.h"
#include "vial/site/changes.h"
#include "vial/site/feeds.h"

/* ---- sections ---- */

static bool same_order(const struct page *const *a, size_t na, const struct page *const *b,
                       size_t nb)
{
    if (na != nb)
        return false;
    for (size_t i = 0; i < na; i++)
        if (!str_eq(a[i]->path, b[i]->path))
            return false;
    return true;
}

static bool same_sections(const struct section *a, const struct section *b)
{
    if (a->nsections != b->nsections)
        return false;
    for (size_t i = 0; i < a->nsections; i++)
        if (!str_eq(a->sections[i]->path, b->sections[i]->path))
            return false;
    return true;
}

/* Whether there is something at its address: its own text, or a template that lists its pages. */
static bool is_made(const struct index *index, const struct section *section)
{
    return section->page->has_file || index->lists;
}

static void compare_section(struct comparing *c, const struct section *was,
                            const struct section *now)
{
    const struct section *any = now ? now : was;

    if (was && now && same_order(was->pages, was->npages, now->pages, now->npages) &&
        same_sections(was, now) && str_eq(was->page->path, now->page->path) &&
        str_eq(was->url, now->url) && was->page->has_file == now->page->has_file &&
        is_made(c->was->index, was) == is_made(c->site->index, now))
        return;
    changed(c->keys, "section", any->path);
    /* who asked the section asked its page: another one now, or one that is in no list of files */
    bool other = !was || !now || !str_eq(was->page->path, now->page->path);
    if (was && (other || !was->page->has_file))
        changed_all(c, was->page);
    if (now && (other || !now->page->has_file))
        changed_all(c, now->page);
}

/* Those of a page with a file are compared with the page. */
static void compare_translations(struct comparing *c, const struct page *was,
                                 const struct page *now)
{
    if (was && now && !was->has_file && !now->has_file &&
        !same_translations(c, was->translations, now->translations))
        changed_field(c->keys, now, "translations");
}

static void compare_sections(struct comparing *c)
{
    const struct map *was = &c->was->index->sections, *now = &c->site->index->sections;

    for (size_t i = 0; i < was->count; i++) {
        const struct section *old = was->entries[i].data, *new = map_get(now, was->entries[i].key);

        compare_section(c, old, new);
        compare_translations(c, old->page, new ? new->page : NULL);
    }
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            compare_section(c, NULL, now->entries[i].data);
}

/* ---- terms and lists in pieces ---- */

/* A page of a term that has no file is in no list of files. */
static void compare_term_page(struct comparing *c, const struct page *was, const struct page *now)
{
    bool other = !was || !now || !str_eq(was->path, now->path) || was->has_file != now->has_file;

    compare_translations(c, was, now);
    if (was && (other || (!was->has_file && !str_eq(was->title, now->title))))
        changed_all(c, was);
    if (now && other)
        changed_all(c, now);
    if (!other && !str_eq(was->url, now->url)) {
        changed_field(c->keys, now, "url");
        changed_field(c->keys, now, "permalink");
    }
}

static bool same_terms(struct term *const *a, size_t na, struct term *const *b, size_t nb)
{
    if (na != nb)
        return false;
    for (size_t i = 0; i < na; i++)
        if (!str_eq(a[i]->key, b[i]->key))
            return false;
    return true;
}

static void compare_term(struct comparing *c, const struct term *was, const struct term *now)
{
    if (!was || !now || !same_order(was->pages, was->npages, now->pages, now->npages) ||
        !same_terms(was->terms, was->nterms, now->terms, now->nterms))
        changed(c->keys, "term", was ? was->key : now->key);
    compare_term_page(c, was ? was->page : NULL, now ? now->page : NULL);
}

static void compare_terms(struct comparing *c)
{
    const struct map *was = &c->was->index->terms, *now = &c->site->index->terms;

    for (size_t i = 0; i < was->count; i++)
        compare_term(c, was->entries[i].data, map_get(now, was->entries[i].key));
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            compare_term(c, NULL, now->entries[i].data);
}

static void name_word(struct comparing *c, const struct taxonomy *taxonomy, str word)
{
    struct arena a = { 0 };

    changed(c->keys, "word", str_fmt(&a, "%.*s/%.*s", STR(taxonomy->key), STR(word)));
    arena_free(&a);
}

/* Words that stand for another term now. */
static void compare_words(struct comparing *c, const struct taxonomy *was,
                          const struct taxonomy *now)
{
    for (size_t i = 0; i < was->names.count; i++) {
        const struct term *old = was->names.entries[i].data;
        const struct term *new = map_get(&now->names, was->names.entries[i].key);

        if (!new || !str_eq(old->key, new->key))
            name_word(c, was, was->names.entries[i].key);
    }
    for (size_t i = 0; i < now->names.count; i++)
        if (!map_find(&was->names, now->names.entries[i].key))
            name_word(c, now, now->names.entries[i].key);
}

static void compare_taxonomy(struct comparing *c, const struct taxonomy *old,
                             const struct taxonomy *new)
{
    str word = old ? old->key : new->key;

    if (!old || !new) {
        changed(c->keys, "taxonomy", S(""));
        changed(c->keys, "taxonomy", word);
    } else if (!same_terms(old->terms, old->nterms, new->terms, new->nterms)) {
        changed(c->keys, "taxonomy", word);
    }
    if (old && new)
        compare_words(c, old, new);
    compare_term_page(c, old ? old->page : NULL, new ? new->page : NULL);
}

/* Which taxonomies there are is the configuration's to say, but for those nobody asked for. */
static void compare_taxonomies(struct comparing *c)
{
    const struct map *was = &c->was->index->taxonomies, *now = &c->site->index->taxonomies;

    for (size_t i = 0; i < was->count; i++)
        compare_taxonomy(c, was->entries[i].data, map_get(now, was->entries[i].key));
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            compare_taxonomy(c, NULL, now->entries[i].data);
}

static bool same_paging(const struct paging *a, const struct paging *b)
{
    return a->by == b->by && a->orphans == b->orphans && str_eq(a->path, b->path);
}

static void compare_paged(struct comparing *c)
{
    const struct map *was = &c->was->index->paged, *now = &c->site->index->paged;

    for (size_t i = 0; i < was->count; i++) {
        const struct paged *old = was->entries[i].data, *new = map_get(now, was->entries[i].key);

        if (!new || !same_paging(old->paging, new->paging) ||
            !same_order(old->pages, old->npages, new->pages, new->npages))
            changed(c->keys, "paged", was->entries[i].key);
    }
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            changed(c->keys, "paged", now->entries[i].key);
}

static void compare_feeds(struct comparing *c)
{
    const struct map *was = &c->was->index->feeds, *now = &c->site->index->feeds;

    for (size_t i = 0; i < was->count; i++) {
        const struct feed *old = was->entries[i].data, *new = map_get(now, was->entries[i].key);

        if (!new || !same_order(old->pages, old->npages, new->pages, new->npages))
            changed(c->keys, "feed", was->entries[i].key);
    }
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            changed(c->keys, "feed", now->entries[i].key);
}

/* Both are of one configuration, and so of as many languages. */
static bool same_others(const struct comparing *c, const str *a, const str *b)
{
    for (size_t i = 0; a && b && i < c->site->config->nlanguages; i++)
        if (!same_or_none(a[i], b[i]))
            return false;
    return !a == !b;
}

static bool same_sitemap(const struct comparing *c, const struct sitemap *a,
                         const struct sitemap *b)
{
    if (!a || !b || a->count != b->count)
        return a == b;
    for (size_t i = 0; i < a->count; i++)
        if (!str_eq(a->list[i].url, b->list[i].url) ||
            !same_date(&a->list[i].date, &b->list[i].date) ||
            !same_others(c, a->list[i].others, b->list[i].others))
            return false;
    return true;
}

/* A folder that is one page is asked for as a section is. */
static void compare_bundles(struct comparing *c)
{
    const struct map *was = &c->was->index->bundles, *now = &c->site->index->bundles;

    for (size_t i = 0; i < was->count; i++)
        if (!map_find(now, was->entries[i].key))
            changed(c->keys, "section", was->entries[i].key);
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            changed(c->keys, "section", now->entries[i].key);
}

static bool same_backlinks(const struct backlinks *a, const struct backlinks *b)
{
    return a && b && same_order(a->pages, a->count, b->pages, b->count);
}

/* Where nobody asked for them before, nobody has read any. */
static void compare_backlinks(struct comparing *c)
{
    const struct map *was = &c->was->index->backlinks, *now = &c->site->index->backlinks;

    if (!atomic_load(&((struct index *)(uintptr_t)c->was->index)->has_backlinks))
        return;
    for (size_t i = 0; i < was->count; i++)
        if (!same_backlinks(was->entries[i].data, map_get(now, was->entries[i].key)))
            changed(c->keys, "backlinks", was->entries[i].key);
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            changed(c->keys, "backlinks", now->entries[i].key);
}

static bool same_nav(const struct nav *a, const struct nav *b)
{
    for (; a && b; a = a->next, b = b->next)
        if (!str_eq(a->title, b->title) || !same_or_none(a->url, b->url) ||
            !same_nav(a->children, b->children))
            return false;
    return !a && !b;
}

static bool same_menus(const struct map *a, const struct map *b)
{
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++)
        same = str_eq(a->entries[i].key, b->entries[i].key) &&
               same_nav(a->entries[i].data, b->entries[i].data);
    return same;
}

/* ---- addresses ---- */

static bool same_target(const struct target *a, const struct target *b)
{
    if (!a || !b || a->kind != b->kind)
        return false;
    if (a->number != b->number || !a->paged != !b->paged)
        return false;
    if (a->page && b->page)
        return str_eq(a->page->path, b->page->path);
    return !a->asset == !b->asset && (!a->asset || str_eq(a->asset->file, b->asset->file));
}

static void compare_targets(struct comparing *c)
{
    const struct map *was = &c->was->index->targets, *now = &c->site->index->targets;

    for (size_t i = 0; i < was->count; i++)
        if (!same_target(was->entries[i].data, map_get(now, was->entries[i].key)))
            changed(c->keys, "url", was->entries[i].key);
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            changed(c->keys, "url", now->entries[i].key);
}

/* A file beside pages came or went: links to it, and lists of what is in a folder and below. */
static void name_asset(struct comparing *c, str path)
{
    changed_thing(c->keys, "page", path)->fields |= reads_field(S("url"));
    for (str folder = path_dir(path);; folder = path_dir(folder)) {
        changed(c->keys, "assets", folder);
        if (!folder.len)
            break;
    }
}

static void compare_assets(struct comparing *c)
{
    const struct map *was = &c->was->index->assets, *now = &c->site->index->assets;

    for (size_t i = 0; i < was->count; i++) {
        const struct asset *old = was->entries[i].data;
        const struct asset *new = map_get(now, was->entries[i].key);

        if (!new || !str_eq(old->url, new->url))
            name_asset(c, was->entries[i].key);
    }
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            name_asset(c, now->entries[i].key);
}

/* "site.nav", or "site.nav:de" of another language than the site's own. */
static void name_of_language(struct comparing *c, const char *key, const struct language *language)
{
    if (language->config->main)
        reads_note(c->keys, str_of(key));
    else
        changed(c->keys, key, language->config->code);
}

static void compare_language(struct comparing *c, const struct language *old,
                             const struct language *new)
{
    if (!same_order(old->all, old->nall, new->all, new->nall))
        name_of_language(c, "site.pages", new);
    if (!same_nav(old->nav, new->nav))
        name_of_language(c, "site.nav", new);
    if (!same_menus(&old->menus, &new->menus))
        name_of_language(c, "site.menus", new);
}

void changes_of_lists(struct comparing *c)
{
    const struct index *old = c->was->index, *new = c->site->index;

    compare_sections(c);
    compare_bundles(c);
    compare_taxonomies(c);
    compare_terms(c);
    compare_paged(c);
    compare_feeds(c);
    compare_backlinks(c);
    compare_targets(c);
    compare_assets(c);
    for (size_t i = 0; i < new->nlanguages; i++)
        compare_language(c, &old->languages[i], &new->languages[i]);
    if (!same_sitemap(c, old->sitemap, new->sitemap))
        reads_note(c->keys, S("sitemap:"));
}
