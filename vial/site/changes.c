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

/* "section:blog", put together on the stack: keys are short. */
struct read *changed_thing(struct reads *keys, const char *kind, str what)
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

void changed(struct reads *keys, const char *kind, str what)
{
    changed_thing(keys, kind, what)->fields |= READ_ITSELF;
}

/* "site.pages", or "site.pages:de" of another language than the site's: its place begins with it.
 */
static struct read *all_pages(struct reads *keys, const struct page *page)
{
    str place = page->place;

    return page->language ? changed_thing(keys, "site.pages", str_cut(&place, '/'))
                          : reads_of(keys, S("site.pages"));
}

/* A field of a page, and so of the lists that the page is in. */
static void name_fields(struct reads *keys, const struct page *page, uint64_t fields)
{
    changed_thing(keys, "page", page->path)->fields |= fields;
    if (!str_eq(page->place, page->path)) /* it may have been looked for there */
        changed_thing(keys, "page", page->place)->fields |= fields;
    for (const struct page *other = page->stand_ins; other && !page->source;
         other = other->stand_ins)
        name_fields(keys, other, fields);
    if (page->kind != PAGE_PLAIN && page->kind != PAGE_BUNDLE)
        return;
    for (const struct section *in = page->section; in; in = section_through(in))
        changed_thing(keys, "section", in->path)->fields |= fields;
    all_pages(keys, page)->fields |= fields;
}

void changed_field(struct reads *keys, const struct page *page, const char *field)
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

bool same_date(const struct maybe_date *a, const struct maybe_date *b)
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
    "title",     "title_from",   "description",  "date",       "updated",   "weight",
    "draft",     "params",       "slug",         "template",   "aliases",   "url",
    "permalink", "path",         "kind",         "section",    "ancestors", "prev",
    "next",      "assets",       "content",      "raw",        "summary",   "toc",
    "ids",       "word_count",   "reading_time", "taxonomies", "related",   "feeds",
    "lang",      "translations", "backlinks",    "fallback",   "outputs",
};

static void name_file(struct reads *keys, const struct site *site, str path)
{
    struct arena a = { 0 };

    changed(keys, "file", path_join(&a, site->config->content, path));
    arena_free(&a);
}

static void name_more(struct reads *keys, const struct page *page)
{
    value key, v;

    for (size_t i = 0; dict_entry(page->more, i, &key, &v); i++)
        name_fields(keys, page, reads_field(value_text(key)) | READ_OTHERS);
}

void changed_all(struct comparing *c, const struct page *page)
{
    for (size_t i = 0; i < sizeof all_fields / sizeof *all_fields; i++)
        changed_field(c->keys, page, all_fields[i]);
    name_more(c->keys, page);
    name_file(c->keys, c->site, page_text(page));
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
            changed_field(keys, was, of_text[i]);
    name_file(keys, site, page_text(now));
    reads_note(keys, S("search:"));
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
            changed_field(c->keys, now, fields[i].field);
    if (!same_more(was, now)) {
        changed_field(c->keys, now, "params");
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
        .translations = page->translations,
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

bool same_or_none(str a, str b)
{
    return !a.p == !b.p && str_eq(a, b);
}

/* Both are of one configuration, and so of the same languages. */
bool same_translations(const struct comparing *c, const struct page *const *a,
                       const struct page *const *b)
{
    for (size_t i = 0; (a || b) && i < c->site->config->nlanguages; i++)
        if (!same_or_none(path_or_none(a ? a[i] : NULL), path_or_none(b ? b[i] : NULL)))
            return false;
    return true;
}

static void compare_place(struct comparing *c, const struct before *was, const struct page *now)
{
    struct before is = before_of(now);

    if (!str_eq(was->url, is.url)) {
        changed_field(c->keys, now, "url");
        changed_field(c->keys, now, "permalink");
    }
    if (!same_or_none(was->prev, is.prev))
        changed_field(c->keys, now, "prev");
    if (!same_or_none(was->next, is.next))
        changed_field(c->keys, now, "next");
    if (!same_translations(c, was->translations, is.translations))
        changed_field(c->keys, now, "translations");
    if (was->kind != is.kind || !same_or_none(was->section, is.section)) {
        changed_field(c->keys, now, "kind");
        changed_field(c->keys, now, "section");
        changed_field(c->keys, now, "ancestors");
        changed_field(c->keys, now, "assets");
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
        changed_all(c, now);
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
            changed_all(c, was->page);
        else if (order > 0)
            changed_all(c, now);
        else
            compare_page(c, was, now);
        i += order <= 0;
        j += order >= 0;
    }
}

/* Pages in want of a translation, both sorted by place. */
static void compare_stand_ins(struct comparing *c)
{
    const struct index *was = c->was->index, *now = c->site->index;
    size_t i = 0, j = 0;

    while (i < was->nstand_ins || j < now->nstand_ins) {
        const struct page *old = i < was->nstand_ins ? was->stand_ins[i] : NULL;
        const struct page *new = j < now->nstand_ins ? now->stand_ins[j] : NULL;
        int order = !old ? 1 : !new ? -1 : str_cmp(old->place, new->place);

        if (order < 0) {
            changed_all(c, old);
        } else if (order > 0) {
            changed_all(c, new);
        } else {
            struct before before = before_of(old);

            compare_page(c, &before, new);
        }
        i += order <= 0;
        j += order >= 0;
    }
}

void changes_find(struct reads *keys, const struct snapshot *was, const struct site *site)
{
    struct comparing c = { keys, site, was };

    compare_pages(&c);
    compare_stand_ins(&c);
    changes_of_lists(&c);
    if (keys->things.count) /* whatever it is, some page may have other words or be elsewhere */
        reads_note(keys, S("search:"));
}
