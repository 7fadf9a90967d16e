/*
 * changes.c - what is not what it was
 *
 *   comes in:  where everything was, and where it is
 *   goes out:  the keys that those who keep responses have to look for in their reads
 *
 * Pages, sections and addresses are compared one by one; what is only in one of the two states
 * differs in everything. A key too many costs one rendering, a key too few a stale page: in doubt
 * a key is named.
 */
#include "vial/site/changes.h"
#include "vial/base/path.h"
#include "vial/site/feeds.h"
#include <stdio.h>

struct comparing {
    struct reads *keys;
    const struct site *site;
    const struct snapshot *was;
};

/* "section:blog", put together on the stack: keys are short. */
static struct read *thing(struct reads *keys, const char *kind, str what)
{
    char text[640];
    int n = snprintf(text, sizeof text, "%s:%.*s", kind, STR(what));

    if (n > 0 && (size_t)n < sizeof text)
        return reads_of(keys, str_n(text, (size_t)n));
    struct arena a = { 0 };
    struct read *read = reads_of(keys, str_fmt(&a, "%s:%.*s", kind, STR(what)));
    arena_free(&a);
    return read;
}

static void name(struct reads *keys, const char *kind, str what)
{
    thing(keys, kind, what)->fields |= READ_ITSELF;
}

/* A field of a page, and so of the lists that the page is in. */
static void name_fields(struct reads *keys, const struct page *page, uint64_t fields)
{
    thing(keys, "page", page->path)->fields |= fields;
    if (page->kind != PAGE_PLAIN && page->kind != PAGE_BUNDLE)
        return;
    if (page->section)
        thing(keys, "section", page->section->path)->fields |= fields;
    reads_of(keys, S("site.pages"))->fields |= fields;
}

static void name_field(struct reads *keys, const struct page *page, const char *field)
{
    name_fields(keys, page, reads_field(str_of(field)));
}

/* ---- values ---- */

static bool same_items(value a, value b)
{
    if (list_len(a) != list_len(b))
        return false;
    for (size_t i = 0; i < list_len(a); i++)
        if (!said_same(list_at(a, i), list_at(b, i)))
            return false;
    return true;
}

static bool same_entries(value a, value b)
{
    value key, v, other_key, other;

    if (dict_len(a) != dict_len(b))
        return false;
    for (size_t i = 0; dict_entry(a, i, &key, &v); i++)
        if (!dict_entry(b, i, &other_key, &other) || !said_same(key, other_key) ||
            !said_same(v, other))
            return false;
    return true;
}

bool said_same(value a, value b)
{
    if (a.type != b.type)
        return false;
    switch (a.type) {
    case VIAL_BOOL:
        return a.as.b == b.as.b;
    case VIAL_INT:
        return a.as.i == b.as.i;
    case VIAL_FLOAT:
        return a.as.d == b.as.d;
    case VIAL_STR:
        return str_eq(value_text(a), value_text(b));
    case VIAL_LIST:
    case VIAL_TUPLE:
        return same_items(a, b);
    case VIAL_DICT:
        return same_entries(a, b);
    case VIAL_OBJECT:
        return a.as.object == b.as.object;
    default:
        return true;
    }
}

static bool same_date(const struct maybe_date *a, const struct maybe_date *b)
{
    return a->there == b->there && a->date.unix_time == b->date.unix_time &&
           a->date.nanos == b->date.nanos && a->date.offset == b->date.offset &&
           a->date.has_time == b->date.has_time;
}

static bool same_texts(const struct texts *a, const struct texts *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!str_eq(a->list[i], b->list[i]))
            return false;
    return true;
}

static bool same_weight(const struct page *a, const struct page *b)
{
    return a->weight.there == b->weight.there && a->weight.number == b->weight.number;
}

static bool same_ids(const struct page_ids *a, const struct page_ids *b)
{
    return a && b && a->count == b->count &&
           memcmp(a->hashes, b->hashes, a->count * sizeof *a->hashes) == 0;
}

/* ---- what a page says ---- */

/* Fields that are made of the text. */
static const char *const of_text[] = { "content",    "summary",      "raw", "toc",
                                       "word_count", "reading_time", "ids" };
static const char *const all_fields[] = {
    "title",     "title_from", "description",  "date",       "updated",   "weight",
    "draft",     "params",     "slug",         "template",   "aliases",   "url",
    "permalink", "path",       "kind",         "section",    "ancestors", "prev",
    "next",      "assets",     "content",      "raw",        "summary",   "toc",
    "ids",       "word_count", "reading_time", "taxonomies", "related",   "feeds",
};

static void name_file(struct reads *keys, const struct site *site, str path)
{
    struct arena a = { 0 };

    name(keys, "file", path_join(&a, site->config->content, path));
    arena_free(&a);
}

static void name_more(struct reads *keys, const struct page *page)
{
    value key, v;

    for (size_t i = 0; dict_entry(page->more, i, &key, &v); i++)
        name_fields(keys, page, reads_field(value_text(key)) | READ_OTHERS);
}

static void name_all(struct comparing *c, const struct page *page)
{
    for (size_t i = 0; i < sizeof all_fields / sizeof *all_fields; i++)
        name_field(c->keys, page, all_fields[i]);
    name_more(c->keys, page);
    name_file(c->keys, c->site, page->path);
}

void changes_of_text(struct reads *keys, const struct site *site, const struct page *was,
                     const struct page *now)
{
    bool ids =
        !same_ids(atomic_load(&((struct page *)was)->ids), atomic_load(&((struct page *)now)->ids));

    if (digest_eq(was->body_digest, now->body_digest))
        return;
    for (size_t i = 0; i < sizeof of_text / sizeof *of_text; i++)
        if (ids || strcmp(of_text[i], "ids") != 0)
            name_field(keys, was, of_text[i]);
    name_file(keys, site, now->path);
}

static bool same_more(const struct page *was, const struct page *now)
{
    return said_same(was->more, now->more);
}

/* `paginate:` as it was written, also what the list makes of it. */
static bool same_cut(const struct paging *a, const struct paging *b)
{
    return a == b ||
           (a && b && a->by == b->by && a->orphans == b->orphans && a->reversed == b->reversed &&
            str_eq(a->path, b->path) && str_eq(a->of, b->of));
}

bool page_differs_in_text_only(const struct page *was, const struct page *now)
{
    return str_eq(was->title, now->title) && was->title_from == now->title_from &&
           str_eq(was->description, now->description) && str_eq(was->summary, now->summary) &&
           str_eq(was->template, now->template) && str_eq(was->slug, now->slug) &&
           str_eq(was->own_url, now->own_url) && same_date(&was->date, &now->date) &&
           same_date(&was->updated, &now->updated) && same_weight(was, now) &&
           same_texts(&was->aliases, &now->aliases) && was->publish == now->publish &&
           was->expiry == now->expiry && was->draft == now->draft && was->sort_by == now->sort_by &&
           was->reverse == now->reverse && was->reverse_said == now->reverse_said &&
           same_more(was, now) && same_cut(was->paging, now->paging);
}

static void compare_front(struct comparing *c, const struct page *was, const struct page *now)
{
    const struct {
        const char *field;
        bool same;
    } fields[] = {
        { "title", str_eq(was->title, now->title) },
        { "title_from", was->title_from == now->title_from },
        { "description", str_eq(was->description, now->description) },
        { "summary", str_eq(was->summary, now->summary) },
        { "template", str_eq(was->template, now->template) },
        { "slug", str_eq(was->slug, now->slug) },
        { "date", same_date(&was->date, &now->date) },
        { "updated", same_date(&was->updated, &now->updated) },
        { "weight", same_weight(was, now) },
        { "draft", was->draft == now->draft },
        { "aliases", same_texts(&was->aliases, &now->aliases) },
    };

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!fields[i].same)
            name_field(c->keys, now, fields[i].field);
    if (!same_more(was, now)) {
        name_field(c->keys, now, "params");
        name_more(c->keys, was);
        name_more(c->keys, now);
    }
}

/* ---- where a page is ---- */

static str path_or_none(const struct page *page)
{
    return page ? page->path : (str){ 0 };
}

static struct before before_of(const struct page *page)
{
    return (struct before){
        .page = page,
        .url = page->url,
        .prev = path_or_none(page->prev),
        .next = path_or_none(page->next),
        .section = page->section ? page->section->path : (str){ 0 },
        .kind = page->kind,
        .shown = page->shown,
        .cascade = page->cascade,
    };
}

struct snapshot snapshot_take(const struct site *site, struct arena *a)
{
    struct snapshot was = { .index = site->index, .npages = site->npages };

    was.pages = arena_array(a, struct before, site->npages);
    for (size_t i = 0; i < site->npages; i++)
        was.pages[i] = before_of(site->pages[i]);
    return was;
}

static bool same_or_none(str a, str b)
{
    return !a.p == !b.p && str_eq(a, b);
}

static void compare_place(struct comparing *c, const struct before *was, const struct page *now)
{
    struct before is = before_of(now);

    if (!str_eq(was->url, is.url)) {
        name_field(c->keys, now, "url");
        name_field(c->keys, now, "permalink");
    }
    if (!same_or_none(was->prev, is.prev))
        name_field(c->keys, now, "prev");
    if (!same_or_none(was->next, is.next))
        name_field(c->keys, now, "next");
    if (was->kind != is.kind || !same_or_none(was->section, is.section)) {
        name_field(c->keys, now, "kind");
        name_field(c->keys, now, "section");
        name_field(c->keys, now, "ancestors");
        name_field(c->keys, now, "assets");
    }
}

static void name_inherited(struct comparing *c, value cascade, const struct page *page)
{
    value key, v;

    for (size_t i = 0; dict_entry(cascade, i, &key, &v); i++)
        name_fields(c->keys, page, reads_field(value_text(key)) | READ_OTHERS);
}

static void compare_page(struct comparing *c, const struct before *was, const struct page *now)
{
    if (was->shown != now->shown || !said_same(was->cascade, now->cascade)) {
        name_inherited(c, was->cascade, now);
        name_inherited(c, now->cascade, now);
        name_all(c, now);
        return;
    }
    compare_place(c, was, now);
    if (was->page == now)
        return;
    compare_front(c, was->page, now);
    changes_of_text(c->keys, c->site, was->page, now);
}

/* Both are sorted by path. */
static void compare_pages(struct comparing *c)
{
    size_t i = 0, j = 0;

    while (i < c->was->npages || j < c->site->npages) {
        const struct before *was = i < c->was->npages ? &c->was->pages[i] : NULL;
        const struct page *now = j < c->site->npages ? c->site->pages[j] : NULL;
        int order = !was ? 1 : !now ? -1 : str_cmp(was->page->path, now->path);

        if (order < 0)
            name_all(c, was->page);
        else if (order > 0)
            name_all(c, now);
        else
            compare_page(c, was, now);
        i += order <= 0;
        j += order >= 0;
    }
}

/* ---- lists ---- */

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

static void compare_section(struct comparing *c, const struct section *was,
                            const struct section *now)
{
    const struct section *any = now ? now : was;

    if (was && now && same_order(was->pages, was->npages, now->pages, now->npages) &&
        same_sections(was, now) && str_eq(was->page->path, now->page->path) &&
        str_eq(was->url, now->url) && was->page->has_file == now->page->has_file)
        return;
    name(c->keys, "section", any->path);
    /* who asked the section asked its page: another one now, or one that is in no list of files */
    bool other = !was || !now || !str_eq(was->page->path, now->page->path);
    if (was && (other || !was->page->has_file))
        name_all(c, was->page);
    if (now && (other || !now->page->has_file))
        name_all(c, now->page);
}

static void compare_sections(struct comparing *c)
{
    const struct map *was = &c->was->index->sections, *now = &c->site->index->sections;

    for (size_t i = 0; i < was->count; i++)
        compare_section(c, was->entries[i].data, map_get(now, was->entries[i].key));
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            compare_section(c, NULL, now->entries[i].data);
}

/* ---- terms and lists in pieces ---- */

/* A page of a term that has no file is in no list of files. */
static void compare_term_page(struct comparing *c, const struct page *was, const struct page *now)
{
    bool other = !was || !now || !str_eq(was->path, now->path) || was->has_file != now->has_file;

    if (was && (other || (!was->has_file && !str_eq(was->title, now->title))))
        name_all(c, was);
    if (now && other)
        name_all(c, now);
    if (!other && !str_eq(was->url, now->url)) {
        name_field(c->keys, now, "url");
        name_field(c->keys, now, "permalink");
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
        name(c->keys, "term", was ? was->key : now->key);
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

    name(c->keys, "word", str_fmt(&a, "%.*s/%.*s", STR(taxonomy->config->name), STR(word)));
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

/* Which taxonomies there are is the configuration's to say, but for those nobody asked for. */
static void compare_taxonomies(struct comparing *c)
{
    const struct map *was = &c->was->index->taxonomies, *now = &c->site->index->taxonomies;

    if (was->count != now->count)
        name(c->keys, "taxonomy", S(""));
    for (size_t i = 0; i < c->site->config->ntaxonomies; i++) {
        str word = c->site->config->taxonomies[i].name;
        const struct taxonomy *old = map_get(was, word), *new = map_get(now, word);

        if (!old && !new)
            continue;
        if (!old || !new) {
            name(c->keys, "taxonomy", S(""));
            name(c->keys, "taxonomy", word);
        } else if (!same_terms(old->terms, old->nterms, new->terms, new->nterms)) {
            name(c->keys, "taxonomy", word);
        }
        if (old && new)
            compare_words(c, old, new);
        compare_term_page(c, old ? old->page : NULL, new ? new->page : NULL);
    }
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
            name(c->keys, "paged", was->entries[i].key);
    }
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            name(c->keys, "paged", now->entries[i].key);
}

static void compare_feeds(struct comparing *c)
{
    const struct map *was = &c->was->index->feeds, *now = &c->site->index->feeds;

    for (size_t i = 0; i < was->count; i++) {
        const struct feed *old = was->entries[i].data, *new = map_get(now, was->entries[i].key);

        if (!new || !same_order(old->pages, old->npages, new->pages, new->npages))
            name(c->keys, "feed", was->entries[i].key);
    }
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            name(c->keys, "feed", now->entries[i].key);
}

static bool same_sitemap(const struct sitemap *a, const struct sitemap *b)
{
    if (!a || !b || a->count != b->count)
        return a == b;
    for (size_t i = 0; i < a->count; i++)
        if (!str_eq(a->list[i].url, b->list[i].url) ||
            !same_date(&a->list[i].date, &b->list[i].date))
            return false;
    return true;
}

/* A folder that is one page is asked for as a section is. */
static void compare_bundles(struct comparing *c)
{
    const struct map *was = &c->was->index->bundles, *now = &c->site->index->bundles;

    for (size_t i = 0; i < was->count; i++)
        if (!map_find(now, was->entries[i].key))
            name(c->keys, "section", was->entries[i].key);
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            name(c->keys, "section", now->entries[i].key);
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
            name(c->keys, "url", was->entries[i].key);
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(was, now->entries[i].key))
            name(c->keys, "url", now->entries[i].key);
}

/* A file beside pages came or went: links to it, and lists of what is in a folder and below. */
static void name_asset(struct comparing *c, str path)
{
    thing(c->keys, "page", path)->fields |= reads_field(S("url"));
    for (str folder = path_dir(path);; folder = path_dir(folder)) {
        name(c->keys, "assets", folder);
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

void changes_find(struct reads *keys, const struct snapshot *was, const struct site *site)
{
    struct comparing c = { keys, site, was };
    const struct index *old = was->index, *new = site->index;

    compare_pages(&c);
    compare_sections(&c);
    compare_bundles(&c);
    compare_taxonomies(&c);
    compare_terms(&c);
    compare_paged(&c);
    compare_feeds(&c);
    compare_targets(&c);
    compare_assets(&c);
    if (!same_order(old->all, old->nall, new->all, new->nall))
        reads_note(keys, S("site.pages"));
    if (!same_nav(old->nav, new->nav))
        reads_note(keys, S("site.nav"));
    if (!same_menus(&old->menus, &new->menus))
        reads_note(keys, S("site.menus"));
    if (!same_sitemap(old->sitemap, new->sitemap))
        reads_note(keys, S("sitemap:"));
}
