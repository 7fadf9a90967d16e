/*
 * order.c - who comes before whom
 *
 *   comes in:  sections with their pages in the order of the files
 *   goes out:  the same, sorted as each section asks; and who is before and after whom
 *
 * Without a wish, pages are in the order of their weights, those without one behind the others,
 * then the newest first, then by path, where numbers count as numbers: "part-2" is before
 * "part-10". Nothing is left to chance, so that two builds agree.
 */
#include "vial/site/index.h"
#include "vial/site/locale.h"
#include <stdlib.h>

/* As by bytes, but digits in a row are one number. */
static int natural_order(str a, str b)
{
    size_t i = 0, j = 0;

    while (i < a.len && j < b.len) {
        if (is_digit(a.p[i]) && is_digit(b.p[j])) {
            size_t from = i, to = j;

            while (i < a.len && a.p[i] == '0')
                i++;
            while (j < b.len && b.p[j] == '0')
                j++;
            size_t x = i, y = j;
            while (x < a.len && is_digit(a.p[x]))
                x++;
            while (y < b.len && is_digit(b.p[y]))
                y++;
            int order = x - i != y - j ? (x - i < y - j ? -1 : 1) : memcmp(a.p + i, b.p + j, x - i);
            if (order)
                return order;
            if (x - from != y - to) /* "01" and "1": equal as numbers, but not as names */
                return x - from < y - to ? -1 : 1;
            i = x;
            j = y;
            continue;
        }
        unsigned char c = (unsigned char)a.p[i++], d = (unsigned char)b.p[j++];
        if (c != d)
            return c < d ? -1 : 1;
    }
    return (a.len - i > b.len - j) - (a.len - i < b.len - j);
}

static int weight_order(const struct page *a, const struct page *b)
{
    if (a->weight.there != b->weight.there)
        return a->weight.there ? -1 : 1;
    return (a->weight.number > b->weight.number) - (a->weight.number < b->weight.number);
}

/* The newest first. */
static int date_order(const struct page *a, const struct page *b)
{
    int64_t x = a->date.date.unix_time, y = b->date.date.unix_time;

    if (a->date.there != b->date.there)
        return a->date.there ? -1 : 1;
    return x != y ? (x < y ? 1 : -1)
                  : (a->date.date.nanos < b->date.date.nanos) -
                        (a->date.date.nanos > b->date.date.nanos);
}

static int path_order(const struct page *a, const struct page *b)
{
    int order = natural_order(a->path, b->path);

    return order ? order : (a->order > b->order) - (a->order < b->order);
}

int page_order(const struct page *a, const struct page *b, struct wish wish)
{
    int order = 0;

    if (wish.by == SORT_BY_TITLE)
        order = wish.locale ? locale_compare(wish.locale, a->title, b->title)
                            : natural_order(a->title, b->title);
    if (wish.by == SORT_BY_ALL || wish.by == SORT_BY_WEIGHT)
        order = weight_order(a, b);
    if (!order && (wish.by == SORT_BY_ALL || wish.by == SORT_BY_DATE))
        order = date_order(a, b);
    if (!order)
        order = path_order(a, b);
    return wish.reverse ? -order : order;
}

static int compare_pages(const void *left, const void *right, void *wish)
{
    const struct page *const *a = left, *const *b = right;

    return page_order(*a, *b, *(struct wish *)wish);
}

static int compare_sections(const void *left, const void *right, void *wish)
{
    const struct section *const *a = left, *const *b = right;

    return page_order((*a)->page, (*b)->page, *(struct wish *)wish);
}

static struct locale *locale_in(const struct index_inputs *in, unsigned language)
{
    return in->locales ? in->locales[language] : NULL;
}

struct wish wish_of(const struct section *section, const struct index_inputs *in)
{
    const struct config *config = in->config;
    const struct page *page = section->page;

    return (struct wish){
        .locale = locale_in(in, section->language),
        .by = page->sort_by >= 0 ? (enum sort_by)page->sort_by : (enum sort_by)config->sort_by,
        .reverse = page->reverse_said ? page->reverse : config->reverse,
    };
}

static void link_neighbours(const struct page **pages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct page *page = (struct page *)pages[i];

        page->prev = i ? pages[i - 1] : NULL;
        page->next = i + 1 < count ? pages[i + 1] : NULL;
    }
}

/* ---- terms ---- */

struct terms_wish {
    enum taxonomy_by by;
    struct locale *locale; /* NULL: by bytes */
};

static int compare_terms(const void *left, const void *right, void *self)
{
    const struct term *a = *(const struct term *const *)left;
    const struct term *b = *(const struct term *const *)right;
    const struct terms_wish *wish = self;
    int order = weight_order(a->page, b->page);

    if (!order && wish->by == BY_WORDS && wish->locale)
        order = locale_compare(wish->locale, a->name, b->name);
    if (!order)
        order = natural_order(a->key, b->key);
    return wish->by == BY_WORDS ? order : -order;
}

/* A term without terms in it has no array of them. */
static void sort_terms(struct term **terms, size_t count, struct terms_wish *wish)
{
    if (count)
        qsort_r(terms, count, sizeof *terms, compare_terms, wish);
}

/* The words by weight and then as in a dictionary; dates the newest first. */
static void order_taxonomy(struct taxonomy *taxonomy, const struct index_inputs *in)
{
    const struct config *config = in->config;
    const struct config_taxonomy *asked = taxonomy->config;
    struct locale *locale = locale_in(in, taxonomy->language);
    struct terms_wish by = { (enum taxonomy_by)asked->by, locale };
    struct wish wish = {
        .locale = locale,
        .by = (enum sort_by)(asked->sort_by >= 0 ? asked->sort_by : config->sort_by),
        .reverse = asked->sort_by >= 0 || asked->reverse ? asked->reverse : config->reverse,
    };

    sort_terms(taxonomy->terms, taxonomy->nterms, &by);
    for (size_t i = 0; i < taxonomy->keys.count; i++) {
        struct term *term = taxonomy->keys.entries[i].data;

        if (term->npages)
            qsort_r(term->pages, term->npages, sizeof *term->pages, compare_pages, &wish);
        sort_terms(term->terms, term->nterms, &by);
    }
}

void index_order(struct index *index, const struct index_inputs *in)
{
    struct wish all = { (enum sort_by)in->config->sort_by, in->config->reverse, NULL };

    for (size_t i = 0; i < index->sections.count; i++) {
        struct section *section = index->sections.entries[i].data;
        struct wish wish = wish_of(section, in);

        qsort_r(section->pages, section->npages, sizeof *section->pages, compare_pages, &wish);
        qsort_r(section->sections, section->nsections, sizeof *section->sections, compare_sections,
                &wish);
        if (!section->transparent) /* else they are those of the section around it */
            link_neighbours(section->pages, section->npages);
    }
    for (size_t i = 0; i < index->nlanguages; i++) {
        struct language *language = &index->languages[i];

        all.locale = locale_in(in, (unsigned)i);
        qsort_r(language->all, language->nall, sizeof *language->all, compare_pages, &all);
    }
    for (size_t i = 0; i < index->taxonomies.count; i++)
        order_taxonomy(index->taxonomies.entries[i].data, in);
}
