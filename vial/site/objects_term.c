/*
 * objects_term.c - taxonomies and their terms, as templates see them
 *
 *   comes in:  `site.taxonomies.tags.terms`, `page.taxonomies.series`
 *   goes out:  terms with their pages, and notes of what was read
 *
 * A term answers as its own page does (title, url, content), and to a few names more. One that was
 * asked for by a page knows where in the term that page is: a series has `prev` and `next`.
 */
#include "vial/site/visit.h"
#include "vial/template/ops.h"
#include <stdlib.h>

struct term_object {
    struct object object;
    struct visit *visit;
    const struct term *term;
    const struct page *page; /* that asked; NULL: none did */
};

struct taxonomy_object {
    struct object object;
    struct visit *visit;
    const struct taxonomy *taxonomy;
};

static const struct object_type term_type, taxonomy_type;

static value term_of_page(struct visit *v, const struct term *term, const struct page *page)
{
    if (!term)
        return value_none();

    struct term_object *object = arena_make(v->arena, struct term_object);
    *object = (struct term_object){ { &term_type }, v, term, page };
    return value_object(&object->object);
}

value term_value(struct visit *v, const struct term *term)
{
    return term_of_page(v, term, NULL);
}

static value terms_value(struct visit *v, struct term *const *terms, size_t count)
{
    value list = list_new(v->arena, count);

    for (size_t i = 0; i < count; i++)
        list_push(list, term_value(v, terms[i]));
    return list;
}

/* ---- a term ---- */

/* The number of the page that asked, from 1; 0: it is not in the term. */
static size_t place_in(const struct term_object *o)
{
    for (size_t i = 0; o->page && i < o->term->npages; i++)
        if (o->term->pages[i] == o->page)
            return i + 1;
    return 0;
}

static value neighbour(const struct term_object *o, size_t number)
{
    bool there = number >= 1 && number <= o->term->npages;

    return there ? page_value(o->visit, o->term->pages[number - 1]) : value_none();
}

static bool term_list(const struct term_object *o, str name, value *out)
{
    const struct term *term = o->term;
    size_t here;

    if (str_eq(name, S("pages"))) {
        *out = pages_value(o->visit, term->pages, term->npages);
    } else if (str_eq(name, S("count"))) {
        *out = value_int((int64_t)term->npages);
    } else if (str_eq(name, S("terms")) || str_eq(name, S("sections"))) {
        *out = terms_value(o->visit, term->terms, term->nterms);
    } else if (str_eq(name, S("number")) && (here = place_in(o))) {
        *out = value_int((int64_t)here);
    } else if (str_eq(name, S("prev")) && (here = place_in(o))) {
        *out = neighbour(o, here - 1);
    } else if (str_eq(name, S("next")) && (here = place_in(o))) {
        *out = neighbour(o, here + 1);
    } else {
        return false;
    }
    visit_note_key(o->visit, "term", term->key);
    return true;
}

static bool term_attr(struct rendering *r, const struct object *object, str name, value *out)
{
    const struct term_object *o = (const struct term_object *)object;
    struct visit *v = o->visit;

    if (term_list(o, name, out))
        return true;
    if (str_eq(name, S("name"))) {
        visit_note(v, o->term->page, "title");
        *out = value_str(o->term->page->has_file ? o->term->page->title : o->term->name);
        return true;
    }
    if (str_eq(name, S("taxonomy"))) {
        *out = taxonomy_value(v, o->term->taxonomy);
        return true;
    }
    if (str_eq(name, S("parent"))) {
        *out = term_value(v, o->term->parent);
        return true;
    }
    if (str_eq(name, S("page"))) {
        *out = page_value(v, o->term->page);
        return true;
    }
    return page_attr(r, v, o->term->page, name, out);
}

static bool term_item(struct rendering *r, const struct object *o, value key, value *out)
{
    return key.type == VIAL_STR && term_attr(r, o, value_text(key), out);
}

static bool term_equal(struct rendering *r, const struct object *o, value other)
{
    const struct term_object *that = other.as.object;

    (void)r;
    return other.type == VIAL_OBJECT && that->object.type == &term_type &&
           that->term == ((const struct term_object *)o)->term;
}

static uint64_t term_hash(struct rendering *r, const struct object *o)
{
    (void)r;
    return (uint64_t)(uintptr_t)((const struct term_object *)o)->term;
}

static const void *term_same(const struct object *o)
{
    return ((const struct term_object *)o)->term;
}

static void term_print(struct rendering *r, const struct object *o, struct buf *out)
{
    const struct term_object *object = (const struct term_object *)o;

    (void)r;
    visit_note(object->visit, object->term->page, "title");
    buf_add(out, object->term->page->title);
}

static const struct object_type term_type = {
    .name = "term",
    .attr = term_attr,
    .item = term_item,
    .equal = term_equal,
    .hash = term_hash,
    .print = term_print,
    .same = term_same,
};

/* ---- a taxonomy ---- */

static bool taxonomy_attr(struct rendering *r, const struct object *object, str name, value *out)
{
    const struct taxonomy_object *o = (const struct taxonomy_object *)object;
    const struct taxonomy *taxonomy = o->taxonomy;
    struct visit *v = o->visit;

    if (str_eq(name, S("terms")) || str_eq(name, S("sections"))) {
        visit_note_key(v, "taxonomy", taxonomy->key);
        *out = terms_value(v, taxonomy->terms, taxonomy->nterms);
    } else if (str_eq(name, S("pages"))) {
        *out = list_new(v->arena, 0);
    } else if (str_eq(name, S("name"))) {
        *out = value_str(taxonomy->config->name);
    } else if (str_eq(name, S("by"))) {
        static const char *const words[] = { "word", "year", "month", "day" };

        *out = value_str(str_of(words[taxonomy->config->by]));
    } else if (str_eq(name, S("page"))) {
        *out = page_value(v, taxonomy->page);
    } else {
        return page_attr(r, v, taxonomy->page, name, out);
    }
    return true;
}

static bool taxonomy_item(struct rendering *r, const struct object *o, value key, value *out)
{
    return key.type == VIAL_STR && taxonomy_attr(r, o, value_text(key), out);
}

static bool taxonomy_equal(struct rendering *r, const struct object *o, value other)
{
    const struct taxonomy_object *that = other.as.object;

    (void)r;
    return other.type == VIAL_OBJECT && that->object.type == &taxonomy_type &&
           that->taxonomy == ((const struct taxonomy_object *)o)->taxonomy;
}

static uint64_t taxonomy_hash(struct rendering *r, const struct object *o)
{
    (void)r;
    return (uint64_t)(uintptr_t)((const struct taxonomy_object *)o)->taxonomy;
}

static const void *taxonomy_same(const struct object *o)
{
    return ((const struct taxonomy_object *)o)->taxonomy;
}

static void taxonomy_print(struct rendering *r, const struct object *o, struct buf *out)
{
    (void)r;
    buf_addf(out, "<taxonomy %.*s>",
             STR(((const struct taxonomy_object *)o)->taxonomy->config->name));
}

static const struct object_type taxonomy_type = {
    .name = "taxonomy",
    .attr = taxonomy_attr,
    .item = taxonomy_item,
    .equal = taxonomy_equal,
    .hash = taxonomy_hash,
    .print = taxonomy_print,
    .same = taxonomy_same,
};

value taxonomy_value(struct visit *v, const struct taxonomy *taxonomy)
{
    if (!taxonomy)
        return value_none();

    struct taxonomy_object *object = arena_make(v->arena, struct taxonomy_object);
    *object = (struct taxonomy_object){ { &taxonomy_type }, v, taxonomy };
    return value_object(&object->object);
}

/* `site.taxonomies`: all there are, by name. */
value taxonomies_value(struct visit *v)
{
    const struct map *all = &v->site->index->taxonomies;
    value dict = dict_new(v->arena, all->count);

    visit_note_key(v, "taxonomy", S(""));
    for (size_t i = 0; i < all->count; i++) {
        const struct taxonomy *taxonomy = all->entries[i].data;

        if (taxonomy->language == v->language)
            dict_set(dict, taxonomy->config->name, taxonomy_value(v, taxonomy));
    }
    return dict;
}

/* Which term a word stands for, if any, may change without the page. */
static void note_word(struct visit *v, const struct taxonomy *taxonomy, str word)
{
    visit_note_key(v, "word", str_fmt(v->arena, "%.*s/%.*s", STR(taxonomy->key), STR(word)));
}

/* The terms of the page, and a note of what they depend on. */
static size_t read_terms(struct visit *v, const struct taxonomy *taxonomy, const struct page *page,
                         const struct term **terms, size_t max)
{
    const struct config_taxonomy *config = taxonomy->config;
    size_t count = terms_of(taxonomy, page, terms, max);
    value words = page_key(page, config->name);

    visit_note(v, page, "kind");
    visit_note(v, page, config->by == BY_WORDS ? str_cstr(v->arena, config->name) : "date");
    if (config->by != BY_WORDS)
        return count < max ? count : max;
    if (words.type == VIAL_STR)
        note_word(v, taxonomy, value_text(words));
    for (size_t i = 0; i < list_len(words); i++)
        note_word(v, taxonomy, value_text(list_at(words, i)));
    return count < max ? count : max;
}

/* `page.taxonomies`: the terms of the page, by the names of those that it has terms of. */
value page_taxonomies(struct visit *v, const struct page *page)
{
    enum { MOST = 256 };
    const struct map *all = &v->site->index->taxonomies;
    const struct term *terms[MOST];
    value dict = dict_new(v->arena, all->count);

    visit_note_key(v, "taxonomy", S(""));
    for (size_t i = 0; i < all->count; i++) {
        const struct taxonomy *taxonomy = all->entries[i].data;
        if (taxonomy->language != page->language)
            continue;
        size_t count = read_terms(v, taxonomy, page, terms, MOST);
        value list = list_new(v->arena, count);

        for (size_t n = 0; n < count; n++)
            list_push(list, term_of_page(v, terms[n], page));
        if (count)
            dict_set(dict, taxonomy->config->name, list);
    }
    return dict;
}

/* ---- related pages ---- */

struct related {
    const struct page *page;
    size_t score; /* a word that few pages share says more than one that many do */
    size_t order;
};

static int by_score(const void *left, const void *right)
{
    const struct related *a = left, *b = right;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

static void count_term(struct map *found, const struct term *term, const struct page *page,
                       struct arena *a)
{
    enum { WHOLE = 1000000 };

    for (size_t i = 0; i < term->npages; i++) {
        if (term->pages[i] == page)
            continue;
        struct map_entry *entry = map_put(found, term->pages[i]->path);
        struct related *related = entry->data;

        if (!related) {
            related = entry->data = arena_make(a, struct related);
            related->page = term->pages[i];
            related->order = found->count;
        }
        related->score += WHOLE / term->npages;
    }
}

/* Pages that share words with this one, those that share most first. */
value related_pages(struct visit *v, const struct page *page)
{
    enum { MOST = 64 };
    const struct map *all = &v->site->index->taxonomies;
    const struct term *terms[MOST];
    struct map found = map_in(v->arena);

    visit_note_key(v, "taxonomy", S(""));
    for (size_t i = 0; i < all->count; i++) {
        const struct taxonomy *taxonomy = all->entries[i].data;

        if (taxonomy->config->by != BY_WORDS || taxonomy->language != page->language)
            continue;
        size_t count = read_terms(v, taxonomy, page, terms, MOST);
        for (size_t n = 0; n < count; n++) {
            visit_note_key(v, "term", terms[n]->key);
            count_term(&found, terms[n], page, v->arena);
        }
    }
    struct related *list = arena_array(v->arena, struct related, found.count);
    const struct page **pages = arena_array(v->arena, const struct page *, found.count);
    for (size_t i = 0; i < found.count; i++)
        list[i] = *(struct related *)found.entries[i].data;
    qsort(list, found.count, sizeof *list, by_score);
    for (size_t i = 0; i < found.count; i++)
        pages[i] = list[i].page;
    return pages_value(v, pages, found.count);
}
