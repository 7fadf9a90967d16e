/*
 * search_index.c - the site's indexes, made when somebody asks
 *
 *   comes in:  requests for their files
 *   goes out:  the files; what they were made from
 *
 * The first who asks for a file of a language reads its pages, and whoever asks meanwhile helps: so
 * a build with several workers makes an index with all of them. When all are read, the last writes
 * all files, and they are kept until something changes. What was read of a page is kept until that
 * page changes (search_known.h), also from one run to the next: of an edit one page is read.
 *
 * A file says of itself that it read "search:", which any change of a page is (changes.c): many
 * pages make few files. What pages with calls read beside their text is noted as it is.
 */
#include "vial/site/search_index.h"

#include "vial/base/path.h"
#include "vial/base/program.h"
#include "vial/http/http.h"
#include "vial/site/address.h"
#include "vial/site/search_known.h"
#include <stdlib.h>

enum { BATCH = 8 };

struct language_built {
    struct arena arena;
    const struct page **pages;
    struct search_page *read;
    size_t npages, next, done;
    struct reads *notes; /* of pages with calls */
    str *files;          /* NULL: they are not yet written */
    bool begun, again;
};

struct search_built {
    pthread_mutex_t lock;
    pthread_cond_t written;
    struct language_built *languages;
    size_t nlanguages;
    struct search_known **known; /* of each language */
    size_t nknown;
};

struct search_built *search_built_new(void)
{
    struct search_built *built = calloc(1, sizeof *built);

    if (!built)
        out_of_memory(sizeof *built);
    pthread_mutex_init(&built->lock, NULL);
    pthread_cond_init(&built->written, NULL);
    return built;
}

void search_built_forget(struct search_built *built, bool everything)
{
    for (size_t i = 0; i < built->nlanguages; i++)
        arena_free(&built->languages[i].arena);
    free(built->languages);
    built->languages = NULL;
    built->nlanguages = 0;
    if (!everything)
        return;
    for (size_t i = 0; i < built->nknown; i++)
        search_known_delete(built->known[i]);
    free(built->known);
    built->known = NULL;
    built->nknown = 0;
}

void search_built_delete(struct search_built *built)
{
    if (!built)
        return;
    search_built_forget(built, true);
    pthread_cond_destroy(&built->written);
    pthread_mutex_destroy(&built->lock);
    free(built);
}

/* ---- pages ---- */

bool search_has(const struct page *page)
{
    value said = page_key(page, S("in_search_index"));

    return page->has_file && page->shown == PAGE_SHOWN && page->kind != PAGE_NOT_FOUND &&
           page->url.len && !(said.type == VIAL_BOOL && !said.as.b);
}

static bool read_text(struct visit *v, const struct page *page, struct markdown *made, bool *again,
                      struct arena *a, struct error *err)
{
    const struct config *config = v->site->config;
    struct markdown_options options = {
        .with = config->markdown &
                ~(unsigned)(MARKDOWN_HIGHLIGHT | MARKDOWN_TOC | MARKDOWN_ANCHORS | MARKDOWN_LAZY),
        .escape_raw_html = config->html == HTML_ESCAPE,
        .drop_raw_html = config->html == HTML_REMOVE,
        .max_size = PAGE_SIZE,
    };
    str file = path_join(a, v->site->content, page->path), text;
    struct front_span span;

    if (!file_read(&text, file, PAGE_SIZE, NULL, a, err) ||
        !front_matter_find(&span, file, text, err))
        return false;
    *again = !digest_eq(digest_of(text), page->digest);
    return markdown_render(made, file, str_from(text, span.body), &options, a, err);
}

/* What it calls has a say in its text: it is made as it is shown. */
static bool read_made(struct visit *v, const struct page *page, struct markdown *made,
                      struct reads **notes, struct error *err)
{
    struct reads before = reads_begin(v->reads);
    const struct rendered *rendered = visit_render(v, page, err);

    *notes = reads_copy(v->arena, v->reads);
    reads_end(v->reads, &before);
    if (rendered)
        *made = rendered->out;
    return rendered != NULL;
}

static struct digest key_of(const struct page *page)
{
    struct digester all;

    digester_begin(&all);
    digester_add(&all, str_n((const char *)&page->digest, sizeof page->digest));
    digester_add(&all, page->title);
    return digester_end(&all);
}

/* What came of reading one page. */
struct read_page {
    str words;
    struct reads *notes; /* NULL: none but its text */
    bool again;
};

/* A page that cannot be read is found by its title; what is wrong is told by who shows it. */
static struct read_page read_page(struct visit *v, const struct page *page, struct arena *a)
{
    struct read_page read = { 0 };
    struct markdown made = { 0 };
    struct error err = { 0 };
    struct buf words = buf_in(a);
    bool good = page->calls ? read_made(v, page, &made, &read.notes, &err)
                            : read_text(v, page, &made, &read.again, a, &err);

    if (!good)
        made = (struct markdown){ 0 };
    search_pack(&words, &made, page->title, v->site->config->search_code, a);
    read.again = read.again || !good;
    error_free(&err);
    read.words = buf_str(&words);
    return read;
}

/* With the lock, which is given up while the page is read. */
static void take_page(struct search_built *built, struct language_built *language, size_t i,
                      struct visit *v, struct arena *scratch)
{
    const struct page *page = language->pages[i];
    struct search_known *known = built->known[page->language];
    struct search_page *read = &language->read[i];
    struct digest key = page->calls ? (struct digest){ 0 } : key_of(page);

    *read = (struct search_page){ .path = page->path, .url = page->url };
    if (!page->calls && (read->text = search_known_find(known, page->path, key)) != NULL)
        return;
    pthread_mutex_unlock(&built->lock);
    struct read_page got = read_page(v, page, scratch);
    pthread_mutex_lock(&built->lock);
    language->again = language->again || got.again;
    if (got.notes)
        reads_add(language->notes, got.notes);
    read->text =
        search_known_keep(known, page->path, got.again ? (struct digest){ 0 } : key, got.words);
}

/* ---- a language ---- */

static str file_of(const struct site *site, unsigned number, struct arena *a)
{
    return path_join(a, site_kept(site, S("search"), a), site->config->languages[number].code);
}

/* All that has a say in what is read of a page, beside the page. */
static struct digest state_of(const struct site *site, unsigned number)
{
    struct digest program = program_digest();
    struct digester all;

    digester_begin(&all);
    digester_add(&all, str_n((const char *)&program, sizeof program));
    digester_add(&all, site->config->languages[number].code);
    digester_add(&all, site->config->text.source);
    return digester_end(&all);
}

static void know(struct search_built *built, const struct site *site, unsigned number)
{
    struct arena a = { 0 };

    if (!built->known) {
        built->nknown = site->config->nlanguages;
        built->known = calloc(built->nknown, sizeof(struct search_known *));
        if (!built->known)
            out_of_memory(built->nknown * sizeof(struct search_known *));
    }
    if (!built->known[number]) {
        built->known[number] = search_known_new(site->config->languages[number].code);
        search_known_load(built->known[number], file_of(site, number, &a), state_of(site, number));
    }
    arena_free(&a);
}

/* What was read is written down, unless it is little and was not long ago. */
static void remember(struct search_built *built, const struct language_built *language,
                     const struct site *site, unsigned number)
{
    struct search_known *known = built->known[number];
    struct arena a = { 0 };
    str file = file_of(site, number, &a);

    if (known->unsaved > known->saved / 16 && site_make_kept(path_dir(file), &a))
        search_known_save(known, file, state_of(site, number), language->read, language->npages);
    arena_free(&a);
}

static struct language_built *language_of(struct search_built *built, const struct site *site,
                                          unsigned number)
{
    if (!built->languages) {
        built->nlanguages = site->config->nlanguages;
        built->languages = calloc(built->nlanguages, sizeof *built->languages);
        if (!built->languages)
            out_of_memory(built->nlanguages * sizeof *built->languages);
    }
    struct language_built *language = &built->languages[number];
    if (language->begun)
        return language;
    language->begun = true;
    know(built, site, number);
    language->notes = reads_new(&language->arena);
    language->pages = arena_array(&language->arena, const struct page *, site->npages + 1);
    for (size_t i = 0; i < site->npages; i++)
        if (site->pages[i]->language == number && search_has(site->pages[i]))
            language->pages[language->npages++] = site->pages[i];
    language->read = arena_array(&language->arena, struct search_page, language->npages + 1);
    return language;
}

/* Reads what nobody has begun to read. */
static void help(struct search_built *built, struct language_built *language, struct visit *v)
{
    struct arena scratch = { 0 };

    while (language->next < language->npages) {
        size_t from = language->next, to = from + BATCH;

        if (to > language->npages)
            to = language->npages;
        language->next = to;
        for (size_t i = from; i < to; i++) {
            take_page(built, language, i, v, &scratch);
            arena_reset(&scratch);
        }
        language->done += to - from;
    }
    arena_free(&scratch);
}

/* With the lock: whoever is here now has read the last page, or there is none. */
static void write_all(struct search_built *built, struct language_built *language,
                      const struct site *site, unsigned number)
{
    language->files =
        search_write(built->known[number], language->read, language->npages, &language->arena);
    remember(built, language, site, number);
    pthread_cond_broadcast(&built->written);
}

void search_built_file(struct visit *v, unsigned number, size_t file, str *text)
{
    struct search_built *built = v->site->built;

    visit_note_key(v, "search", S(""));
    pthread_mutex_lock(&built->lock);
    struct language_built *language = language_of(built, v->site, number);
    help(built, language, v);
    while (!language->files)
        if (language->done == language->npages)
            write_all(built, language, v->site, number);
        else
            pthread_cond_wait(&built->written, &built->lock);
    reads_repeat(v->reads, language->notes);
    if (language->again)
        reads_note(v->reads, S("again:text"));
    *text = str_copy(v->arena, language->files[file]);
    pthread_mutex_unlock(&built->lock);
}

/* ---- addresses ---- */

static void give_language(struct giving *g, unsigned number)
{
    const struct language *language = &g->index->languages[number];
    size_t npages = 0;

    for (size_t i = 0; i < g->in->npages; i++)
        npages += g->in->pages[i]->language == number && search_has(g->in->pages[i]);
    struct search_cut cut = search_cut_of(npages);
    for (size_t i = 0; i < search_files(cut); i++) {
        str address = search_file_address(language->config->code, cut, i, &g->index->arena);

        address_give(
            g, address,
            (struct target){
                .kind = TARGET_SEARCH, .url = address, .page = language->root->page, .number = i });
    }
}

void address_search(struct giving *g)
{
    static const struct asset script = { .path = { "search.js", 9 },
                                         .url = { SEARCH_SCRIPT, sizeof SEARCH_SCRIPT - 1 },
                                         .in_memory = true };
    struct asset *asset;

    if (!g->in->config->search_index)
        return;
    asset = arena_alloc(&g->index->arena, sizeof *asset);
    *asset = script;
    asset->text = theme_own("static/search.js");
    address_give(g, asset->url,
                 (struct target){ .kind = TARGET_STATIC, .url = asset->url, .asset = asset });
    for (unsigned i = 0; i < g->index->nlanguages; i++)
        give_language(g, i);
}
