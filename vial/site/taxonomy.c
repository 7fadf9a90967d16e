/*
 * taxonomy.c - the words that pages are filed under
 *
 *   comes in:  pages that are shown, in the order of their files; what vial.yaml files by
 *   goes out:  for each taxonomy its terms, for each term its pages
 *
 * A term is known by the slugs of its words, so that "Linux" and "linux" are one; two words that
 * differ in more than case and spaces and would have one address are an error. The first page that
 * names a term gives it its name, unless it has a file of its own.
 */
#include "vial/site/taxonomy.h"
#include "vial/base/path.h"
#include "vial/base/unicode.h"
#include "vial/site/index.h"
#include "vial/site/locale.h"
#include "vial/site/plain_order.h"
#include "vial/site/slug.h"
#include <stdio.h>

static const char *const months[] = { "January",   "February", "March",    "April",
                                      "May",       "June",     "July",     "August",
                                      "September", "October",  "November", "December" };

struct filing {
    struct index *index;
    const struct index_inputs *in;
    struct taxonomy *taxonomy;
    struct map titles; /* of files of terms: to struct file */
    struct map files;  /* by the keys of their terms        */
    struct map names;  /* by what these would be by the names of the files */
    struct errors *errors;
};

/* A file that is the text of a term. */
struct file {
    str key;
    struct page *page;
};

/* ---- which folders are a taxonomy's ---- */

static bool any_page_says(const struct index_inputs *in, unsigned language, str name)
{
    for (size_t i = 0; i < in->npages; i++)
        if (in->pages[i]->language == language && !value_is_undefined(page_key(in->pages[i], name)))
            return true;
    return false;
}

static void begin(struct index *index, const struct index_inputs *in,
                  const struct config_taxonomy *config, unsigned language)
{
    if (config->usual && !any_page_says(in, language, config->name))
        return;
    struct taxonomy *taxonomy = arena_make(&index->arena, struct taxonomy);
    taxonomy->config = config;
    taxonomy->key = config_in_language(in->config, language, config->name, &index->arena);
    taxonomy->language = (uint8_t)language;
    taxonomy->names = map_in(&index->arena);
    taxonomy->keys = map_in(&index->arena);
    map_put(&index->taxonomies, taxonomy->key)->data = taxonomy;
}

void index_taxonomies(struct index *index, const struct index_inputs *in)
{
    for (unsigned language = 0; language < index->nlanguages; language++)
        for (size_t i = 0; i < in->config->ntaxonomies; i++)
            begin(index, in, &in->config->taxonomies[i], language);
}

bool taxonomy_is_shown(const struct index *index, const struct taxonomy *taxonomy)
{
    bool wanted = !taxonomy->language || taxonomy->nterms;

    return taxonomy->page->has_file || (index->lists_terms && wanted);
}

struct taxonomy *taxonomy_of(const struct index *index, const struct config *config,
                             const struct page *page)
{
    str rest = config_logical(config, page->language, page->place), name = str_cut(&rest, '/');

    if (!index->taxonomies.count || !rest.len)
        return NULL;
    return map_get(&index->taxonomies,
                   str_slice(page->place, 0, (size_t)(name.p + name.len - page->place.p)));
}

/* ---- terms ---- */

/* The slugs of the words between the slashes; a word of signs only stands for itself. */
static str key_of(struct filing *f, str name)
{
    struct arena *a = &f->index->arena;
    str key = f->taxonomy->key, rest = name;

    while (rest.len) {
        str word = f->taxonomy->config->nested ? str_cut(&rest, '/') : rest;
        str slug = slug_of(a, word);

        if (!f->taxonomy->config->nested)
            rest = S("");
        if (!slug.len)
            slug = str_trim(word);
        if (slug.len)
            key = str_fmt(a, "%.*s/%.*s", STR(key), STR(slug));
    }
    return key;
}

/* Case, spaces and hyphens aside. */
static bool same_word(struct filing *f, str a, str b)
{
    str one = unicode_casefold(&f->index->arena, str_trim(a));
    str other = unicode_casefold(&f->index->arena, str_trim(b));
    bool same = one.len == other.len;

    for (size_t i = 0; same && i < one.len; i++)
        same = one.p[i] == other.p[i] || (strchr(" -_", one.p[i]) && strchr(" -_", other.p[i]));
    return same;
}

/* Stands for the file that a term does not have. */
static struct page *page_for(struct filing *f, str key, str name, enum page_kind kind)
{
    struct page *page = arena_make(&f->index->arena, struct page);

    page->path = page->place = str_fmt(&f->index->arena, "%.*s.md", STR(key));
    page->language = f->taxonomy->language;
    page->kind = (uint8_t)kind;
    page->title = name;
    page->title_from = TITLE_NAME;
    page->slug = path_name(key);
    page->section = f->index->languages[f->taxonomy->language].root;
    page->sort_by = -1;
    page->order = UINT32_MAX;
    return page;
}

static void push(struct arena *a, struct term ***list, size_t *count, size_t *cap, struct term *t)
{
    if (*count == *cap) {
        size_t more = *cap ? *cap * 2 : 8;

        *list = arena_grow(a, *list, *cap * sizeof **list, more * sizeof **list);
        *cap = more;
    }
    (*list)[(*count)++] = t;
}

static struct term *term_at(struct filing *f, str key, str name)
{
    struct taxonomy *taxonomy = f->taxonomy;
    struct arena *a = &f->index->arena;
    struct term *term = map_get(&taxonomy->keys, key);

    if (term)
        return term;
    term = arena_make(a, struct term);
    term->taxonomy = taxonomy;
    term->key = key;
    str above = path_dir(key), word = name;
    if (above.len > taxonomy->key.len) {
        ptrdiff_t slash = str_rfind_char(name, '/');

        word = slash == STR_NONE ? name : str_from(name, (size_t)slash + 1);
        term->parent = term_at(
            f, above, slash == STR_NONE ? path_name(above) : str_slice(name, 0, (size_t)slash));
        push(a, &term->parent->terms, &term->parent->nterms, &term->parent->terms_cap, term);
    } else {
        push(a, &taxonomy->terms, &taxonomy->nterms, &taxonomy->terms_cap, term);
    }
    const struct file *own = map_get(&f->files, key);
    term->name = str_trim(word);
    term->page = own ? own->page : page_for(f, key, term->name, PAGE_TERM);
    term->page->above = term->parent ? term->parent->page : taxonomy->page;
    map_put(&taxonomy->keys, key)->data = term;
    map_put(&f->index->terms, key)->data = term;
    map_put(&f->index->term_pages, term->page->path)->data = term;
    return term;
}

static void refuse(struct filing *f, const struct term *term, const struct page *page, str name)
{
    struct error err = { 0 };
    str taxonomy = f->taxonomy->config->name;

    error_at(&err, page_place(f->in->content, page, taxonomy, &f->index->arena),
             "'%.*s' and '%.*s' of %.*s would have one address", STR(name), STR(term->name),
             STR(taxonomy));
    error_hint(&err, "a file %.*s/NAME.md with 'title: %.*s' gives that one its own",
               STR(path_join(&f->index->arena, f->in->content, taxonomy)), STR(name));
    errors_add(f->errors, &err);
}

/* The term for a word as `page` writes it; NULL when there is none, and it was told why. */
static struct term *term_for(struct filing *f, const struct page *page, str name)
{
    struct map_entry *known = map_find(&f->taxonomy->names, name);

    if (known)
        return known->data;
    const struct file *own = map_get(&f->titles, name);
    if (!own)
        own = map_get(&f->names, key_of(f, name));
    str key = own ? own->key : key_of(f, name);
    if (key.len == f->taxonomy->key.len)
        return NULL; /* no word at all */
    struct term *term = map_get(&f->taxonomy->keys, key);
    str word = name;
    if (f->taxonomy->config->nested && str_has(name, '/'))
        word = str_from(name, (size_t)str_rfind_char(name, '/') + 1);
    if (term && !own && !term->page->has_file && !same_word(f, term->name, word)) {
        refuse(f, term, page, word);
        return NULL;
    }
    if (!term)
        term = term_at(f, key, name);
    map_put(&f->taxonomy->names, name)->data = term;
    return term;
}

/* ---- pages ---- */

static void file_under(struct filing *f, struct term *term, const struct page *page)
{
    for (; term; term = term->parent) {
        if (term->npages && term->pages[term->npages - 1] == page)
            continue; /* by another word */
        if (term->npages == term->cap) {
            size_t cap = term->cap ? term->cap * 2 : 8;

            term->pages = arena_grow(&f->index->arena, term->pages, term->cap * sizeof *term->pages,
                                     cap * sizeof *term->pages);
            term->cap = cap;
        }
        term->pages[term->npages++] = page;
    }
}

static void file_by_words(struct filing *f, const struct page *page)
{
    value words = page_key(page, f->taxonomy->config->name);

    if (words.type == VIAL_STR)
        file_under(f, term_for(f, page, value_text(words)), page);
    for (size_t i = 0; i < list_len(words); i++) {
        value word = list_at(words, i);

        if (word.type == VIAL_STR)
            file_under(f, term_for(f, page, value_text(word)), page);
        else if (word.type == VIAL_INT)
            file_under(f,
                       term_for(f, page, str_fmt(&f->index->arena, "%lld", (long long)word.as.i)),
                       page);
    }
}

/* As the language writes it ("+yMMMM" is a month with its year); NULL: it has not to be asked. */
static str name_in_language(struct filing *f, struct date date, const char *format)
{
    struct locale *locale = f->in->locales ? f->in->locales[f->taxonomy->language] : NULL;
    str name;

    if (!locale || !locale_date((struct locale *)(uintptr_t)locale, date, str_of(format), false,
                                &f->index->arena, &name))
        return S("");
    return name;
}

/* Of which months are called as here, so that ICU's tables (2 MB of a server) are left alone. */
static bool is_english(const struct filing *f)
{
    str code = f->in->config->languages[f->taxonomy->language].code;

    return plain_language(code) && str_starts(code, S("en"));
}

/* "2026", "November 2026", "21 November 2026", or as the language has these. */
static str name_of_date(struct filing *f, struct date date, int by)
{
    struct arena *a = &f->index->arena;
    struct civil day = date_civil(date);
    str name = S("");

    if (by == BY_YEAR)
        return str_fmt(a, "%04d", day.year);
    if (by != BY_MONTH || !is_english(f))
        name = name_in_language(f, date, by == BY_MONTH ? "+yMMMM" : "+yMMMMd");
    if (name.len)
        return name;
    name = str_fmt(a, "%s %d", months[day.month - 1], day.year);
    return by == BY_MONTH ? name : str_fmt(a, "%d %.*s", day.day, STR(name));
}

static str key_of_date(const struct taxonomy *taxonomy, struct civil day, int by, struct arena *a)
{
    str key = str_fmt(a, "%.*s/%04d", STR(taxonomy->key), day.year);

    if (by >= BY_MONTH)
        key = str_fmt(a, "%.*s/%02d", STR(key), day.month);
    return by >= BY_DAY ? str_fmt(a, "%.*s/%02d", STR(key), day.day) : key;
}

/* A date's term, and those it is in: 2026, 2026/11, 2026/11/21. */
static struct term *term_of_date(struct filing *f, struct date date, int by)
{
    struct arena *a = &f->index->arena;
    struct civil day = date_civil(date);
    str key = key_of_date(f->taxonomy, day, by, a);
    struct term *term = map_get(&f->taxonomy->keys, key);

    if (term)
        return term;
    if (by > BY_YEAR)
        term_of_date(f, date, by - 1);
    term = term_at(f, key, name_of_date(f, date, by));
    if (!term->page->has_file) {
        term->page->more = dict_new(a, 3);
        dict_set(term->page->more, S("year"), value_int(day.year));
        if (by >= BY_MONTH)
            dict_set(term->page->more, S("month"), value_int(day.month));
        if (by >= BY_DAY)
            dict_set(term->page->more, S("day"), value_int(day.day));
    }
    return term;
}

static bool is_filed(const struct taxonomy *taxonomy, const struct page *page)
{
    return !page->shown && page->language == taxonomy->language &&
           (page->kind == PAGE_PLAIN || page->kind == PAGE_BUNDLE);
}

static void file_page(struct filing *f, const struct page *page)
{
    int by = f->taxonomy->config->by;

    if (!is_filed(f->taxonomy, page))
        return;
    if (by == BY_WORDS)
        file_by_words(f, page);
    else if (page->date.there)
        file_under(f, term_of_date(f, page->date.date, by), page);
}

/* ---- files of terms ---- */

/* "tags/languages/c.md" is the text of the term "tags/languages/c", with `slug` at the end. */
static str key_of_file(struct filing *f, const struct page *page, str slug)
{
    struct arena *a = &f->index->arena;
    str rest = path_dir(config_logical(f->in->config, page->language, page->place));
    str key = f->taxonomy->key;

    if (page_names_folder(page->place))
        rest = path_dir(rest);
    str_cut(&rest, '/');
    while (rest.len) {
        str folder = str_cut(&rest, '/'), step = slug_of(a, folder);

        key = str_fmt(a, "%.*s/%.*s", STR(key), STR(step.len ? step : folder));
    }
    return str_fmt(a, "%.*s/%.*s", STR(key), STR(slug));
}

/* "linux" of "tags/linux.md" and of "tags/linux/index.md", whatever `slug` its front matter has. */
static str slug_of_file(struct filing *f, const struct page *page)
{
    str place = page->place;
    str name = page_names_folder(place) ? path_name(path_dir(place)) : path_stem(place);
    str slug = slug_of(&f->index->arena, name);

    return slug.len ? slug : name;
}

static void find_files(struct filing *f)
{
    for (size_t i = 0; i < f->in->npages; i++) {
        struct page *page = f->in->pages[i];

        if (page->shown || taxonomy_of(f->index, f->in->config, page) != f->taxonomy)
            continue;
        page->section = f->index->languages[f->taxonomy->language].root;
        if (page->kind == PAGE_TAXONOMY) {
            f->taxonomy->page = page;
        } else if (page->kind == PAGE_TERM) {
            struct file *file = arena_make(&f->index->arena, struct file);
            *file = (struct file){ key_of_file(f, page, page->slug), page };
            map_put(&f->titles, page->title)->data = file;
            map_put(&f->files, file->key)->data = file;
            map_put(&f->names, key_of_file(f, page, slug_of_file(f, page)))->data = file;
        }
    }
}

static void find_terms(struct filing *f)
{
    const struct config_taxonomy *config = f->taxonomy->config;

    find_files(f);
    if (!f->taxonomy->page) {
        str key = str_fmt(&f->index->arena, "%.*s/_index", STR(f->taxonomy->key));
        bool said;
        str title = config_taxonomy_title(f->in->config, config, f->taxonomy->language, &said);

        if (!title.len)
            title = slug_title(&f->index->arena, config->name);
        f->taxonomy->page = page_for(f, key, title, PAGE_TAXONOMY);
        f->taxonomy->page->title_from = said ? TITLE_WRITTEN : TITLE_NAME;
        f->taxonomy->page->slug = config->name;
    }
    for (size_t i = 0; i < f->in->npages; i++)
        file_page(f, f->in->pages[i]);
    for (size_t i = 0; i < f->files.count; i++) {
        const struct file *file = f->files.entries[i].data;

        term_at(f, file->key, file->page->title);
    }
}

void index_terms(struct index *index, const struct index_inputs *in, struct errors *errors)
{
    for (size_t i = 0; i < index->taxonomies.count; i++) {
        struct filing f = {
            .index = index,
            .in = in,
            .taxonomy = index->taxonomies.entries[i].data,
            .titles = map_in(&index->arena),
            .files = map_in(&index->arena),
            .names = map_in(&index->arena),
            .errors = errors,
        };

        find_terms(&f);
    }
}

/* ---- asking ---- */

static const struct term *by_date(const struct taxonomy *taxonomy, const struct page *page)
{
    struct arena a = { 0 };
    str key = key_of_date(taxonomy, date_civil(page->date.date), taxonomy->config->by, &a);
    const struct term *term = map_get(&taxonomy->keys, key);

    arena_free(&a);
    return term;
}

const struct term *term_of_file(const struct index *index, const struct page *page)
{
    return map_get(&index->term_pages, page->path);
}

static size_t take(const struct term **terms, size_t count, size_t max, const struct term *term)
{
    for (size_t i = 0; i < count && i < max; i++)
        if (terms[i] == term)
            return count;
    if (term && count < max)
        terms[count] = term;
    return count + (term != NULL);
}

size_t terms_of(const struct taxonomy *taxonomy, const struct page *page, const struct term **terms,
                size_t max)
{
    size_t count = 0;

    if (!is_filed(taxonomy, page))
        return 0;
    if (taxonomy->config->by != BY_WORDS)
        return page->date.there ? take(terms, 0, max, by_date(taxonomy, page)) : 0;
    value words = page_key(page, taxonomy->config->name);
    if (words.type == VIAL_STR)
        return take(terms, 0, max, map_get(&taxonomy->names, value_text(words)));
    for (size_t i = 0; i < list_len(words); i++) {
        value word = list_at(words, i);
        char digits[24];
        str name = value_text(word);

        if (word.type == VIAL_INT)
            name = str_n(digits,
                         (size_t)snprintf(digits, sizeof digits, "%lld", (long long)word.as.i));
        count = take(terms, count, max, map_get(&taxonomy->names, name));
    }
    return count;
}
