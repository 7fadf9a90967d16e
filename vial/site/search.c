/*
 * search.c - the index of a site's words
 *
 *   comes in:  a site, as it is now; a question
 *   goes out:  pages, the best first, with a piece of their text
 *
 * One database in memory, one lock. Before each question the site is compared with what the index
 * has of it, which is a number to be computed from the pages' digests; only if that differs it is
 * looked which pages are new. A question may take so long and no longer: what was found by then is
 * the answer.
 */
#include "vial/site/search.h"

#include "vial/base/date.h"
#include "vial/base/hash.h"
#include "vial/base/path.h"
#include "vial/base/utf8.h"
#include "vial/markdown/markdown.h"
#include "vial/site/inside.h"
#include "vial/site/search_index.h"
#include "vial/site/search_tokens.h"
#include <stdlib.h>

#ifdef VIAL_SEARCH
#include <sqlite3.h>

struct search {
    pthread_mutex_t lock;
    unsigned holders;
    sqlite3 *db;
    sqlite3_stmt *find, *count, *put_page, *put_text, *drop_page, *drop_text;
    struct map known; /* struct indexed, by path, on the heap */
    struct arena arena;
    uint64_t state; /* of the site that it follows; 0: of none yet */
    int64_t begun;  /* when that site was read                     */
    int64_t deadline;
    bool cut;
};

struct indexed {
    uint64_t state;
    int64_t id; /* 0: it is not in the index */
    bool seen;
};

bool search_is_here(void)
{
    return true;
}

/* ---- the database ---- */

#define MARK_BEGIN "\x01"
#define MARK_END   "\x02"

static const char schema[] =
    "CREATE VIRTUAL TABLE text USING fts5(title, headings, body,"
    " tokenize='vial', prefix='2 3');"
    "CREATE TABLE page(id INTEGER PRIMARY KEY, path TEXT, url TEXT, language INTEGER);";

/*
 * The words of a text, for FTS5. A pair of signs is told to stand where its first sign does, and
 * the last sign of a run is a word as well: so what is found may be marked sign by sign, and
 * "東京都" is 東京, 京都 and whatever begins with 都, one behind the other.
 */
static int cut_text(Fts5Tokenizer *self, void *context, int flags, const char *text, int len,
                    int (*found)(void *, int, const char *, int, int, int))
{
    struct tokens tokens = { .text = str_n(text, (size_t)len), .last_signs = true };
    struct arena a = { 0 };
    struct token token;
    int result = SQLITE_OK;

    (void)self;
    (void)flags;
    while (result == SQLITE_OK && tokens_next(&tokens, &token)) {
        str written = str_slice(tokens.text, token.from, token.to), rest = written;
        str word = token_bare(token_plain(written, &a), &a);

        if (token.unspaced) {
            utf8_next(&rest);
            token.to -= rest.len;
        }
        result = found(context, 0, word.p, (int)word.len, (int)token.from, (int)token.to);
        arena_reset(&a);
    }
    arena_free(&a);
    return result;
}

static int begin_cutting(void *context, const char **options, int count, Fts5Tokenizer **self)
{
    static char nothing; /* is kept from one text to the next */

    (void)context;
    (void)options;
    (void)count;
    *self = (Fts5Tokenizer *)&nothing;
    return SQLITE_OK;
}

static void end_cutting(Fts5Tokenizer *self)
{
    (void)self;
}

static bool add_tokenizer(sqlite3 *db)
{
    fts5_tokenizer ours = { begin_cutting, end_cutting, cut_text };
    fts5_api *api = NULL;
    sqlite3_stmt *ask = NULL;

    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &ask, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(ask, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(ask);
    }
    sqlite3_finalize(ask);
    return api && api->xCreateTokenizer(api, "vial", NULL, &ours, NULL) == SQLITE_OK;
}

static bool fail_sql(struct search *search, struct error *err)
{
    return error_set(err, "the search index: %s",
                     search->db ? sqlite3_errmsg(search->db) : "out of memory");
}

static bool prepare(struct search *search, sqlite3_stmt **statement, const char *sql,
                    struct error *err)
{
    return sqlite3_prepare_v3(search->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) ==
               SQLITE_OK ||
           fail_sql(search, err);
}

static bool open_database(struct search *search, struct error *err)
{
    return (sqlite3_open_v2(":memory:", &search->db,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                            NULL) == SQLITE_OK &&
            add_tokenizer(search->db) &&
            sqlite3_exec(search->db, schema, NULL, NULL, NULL) == SQLITE_OK) ||
           fail_sql(search, err);
}

static bool prepare_all(struct search *search, struct error *err)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } all[] = {
        { &search->find, "SELECT page.path, page.url, title,"
                         " snippet(text, 2, '" MARK_BEGIN "', '" MARK_END "', '…', 32)"
                         " FROM text JOIN page ON page.id = text.rowid"
                         " WHERE text MATCH ?1 AND page.language = ?2"
                         " ORDER BY bm25(text, 12, 4, 1), page.url LIMIT ?3 OFFSET ?4" },
        { &search->count, "SELECT count(*) FROM text JOIN page ON page.id = text.rowid"
                          " WHERE text MATCH ?1 AND page.language = ?2" },
        { &search->put_page, "INSERT INTO page(path, url, language) VALUES(?1, ?2, ?3)" },
        { &search->put_text,
          "INSERT INTO text(rowid, title, headings, body) VALUES(?1, ?2, ?3, ?4)" },
        { &search->drop_page, "DELETE FROM page WHERE id = ?1" },
        { &search->drop_text, "DELETE FROM text WHERE rowid = ?1" },
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!prepare(search, all[i].statement, all[i].sql, err))
            return false;
    return true;
}

static bool open_index(struct search *search, struct error *err)
{
    if (search->drop_text)
        return true;
    if (search->db)
        return fail_sql(search, err); /* it could not be made, and cannot be made now */
    return open_database(search, err) && prepare_all(search, err);
}

static void bind(sqlite3_stmt *statement, int at, str text)
{
    sqlite3_bind_text(statement, at, text.len ? text.p : "", (int)text.len, SQLITE_STATIC);
}

static bool run(struct search *search, sqlite3_stmt *statement, struct error *err)
{
    bool done = sqlite3_step(statement) == SQLITE_DONE;

    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return done || fail_sql(search, err);
}

struct search *search_new(void)
{
    struct search *search = calloc(1, sizeof *search);

    if (!search)
        out_of_memory(sizeof *search);
    pthread_mutex_init(&search->lock, NULL);
    search->known = map_in(&search->arena);
    search->holders = 1;
    return search;
}

struct search *search_hold(struct search *search)
{
    __atomic_add_fetch(&search->holders, 1, __ATOMIC_RELAXED);
    return search;
}

void search_release(struct search *search)
{
    if (!search || __atomic_sub_fetch(&search->holders, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    sqlite3_stmt *const all[] = { search->find,     search->count,     search->put_page,
                                  search->put_text, search->drop_page, search->drop_text };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sqlite3_finalize(all[i]);
    sqlite3_close(search->db);
    arena_free(&search->arena);
    pthread_mutex_destroy(&search->lock);
    free(search);
}

/* ---- following the site ---- */

static uint64_t state_of(const struct page *page)
{
    uint64_t url = hash_bytes(page->url), title = hash_bytes(page->title);

    return (page->digest.low ^ (url * 3) ^ (title * 5)) * UINT64_C(0x9E3779B97F4A7C15) |
           (uint64_t)search_has(page);
}

/* Of the whole site; never 0. */
static uint64_t state_of_all(const struct site *site)
{
    uint64_t state = hash_bytes(S("search"));

    for (size_t i = 0; i < site->npages; i++)
        state = (state ^ state_of(site->pages[i])) * UINT64_C(0xBF58476D1CE4E5B9) + i;
    return state | 1;
}

/* Calls of shortcodes are no words of the page. */
static str without_calls(str text, struct arena *a)
{
    struct buf out = buf_in(a);

    for (size_t at = 0; at < text.len;) {
        str rest = str_from(text, at);
        bool expression = str_starts(rest, S("{{")), statement = str_starts(rest, S("{%"));
        ptrdiff_t end = expression  ? str_find(rest, S("}}"))
                        : statement ? str_find(rest, S("%}"))
                                    : -1;

        if (end >= 0) {
            at += (size_t)end + 2;
            buf_addc(&out, ' ');
        } else {
            buf_addc(&out, text.p[at++]);
        }
    }
    return buf_str(&out);
}

static bool read_text(struct buf *body, struct buf *headings, const struct site *site,
                      const struct page *page, struct arena *a, struct error *err)
{
    struct markdown_options options = { .with = site->config->markdown &
                                                ~(unsigned)(MARKDOWN_HIGHLIGHT | MARKDOWN_TOC |
                                                            MARKDOWN_ANCHORS) };
    str file = path_join(a, site->content, page->path), text;
    struct front_span span;
    struct markdown made;

    if (!file_read(&text, file, PAGE_SIZE, NULL, a, err) ||
        !front_matter_find(&span, file, text, err))
        return false;
    text = str_from(text, span.body);
    if (site->config->shortcodes && (str_find(text, S("{{")) >= 0 || str_find(text, S("{%")) >= 0))
        text = without_calls(text, a);
    if (!markdown_render(&made, file, text, &options, a, err))
        return false;
    for (size_t i = 0; i < made.nheadings; i++)
        buf_addf(headings, "%.*s\n", STR(made.headings[i].text));
    search_text(body, made.html);
    return true;
}

static bool drop(struct search *search, struct indexed *indexed, struct error *err)
{
    int64_t id = indexed->id;

    indexed->id = 0;
    if (!id)
        return true;
    sqlite3_bind_int64(search->drop_page, 1, id);
    sqlite3_bind_int64(search->drop_text, 1, id);
    return run(search, search->drop_page, err) && run(search, search->drop_text, err);
}

static bool put(struct search *search, struct indexed *indexed, const struct page *page, str body,
                str headings, struct error *err)
{
    bind(search->put_page, 1, page->path);
    bind(search->put_page, 2, page->url);
    sqlite3_bind_int(search->put_page, 3, page->language);
    if (!run(search, search->put_page, err))
        return false;
    indexed->id = sqlite3_last_insert_rowid(search->db);
    sqlite3_bind_int64(search->put_text, 1, indexed->id);
    bind(search->put_text, 2, page->title);
    bind(search->put_text, 3, headings);
    bind(search->put_text, 4, body);
    return run(search, search->put_text, err);
}

static struct indexed *indexed_of(struct search *search, str path)
{
    struct indexed *indexed = map_get(&search->known, path);

    if (!indexed) {
        indexed = arena_make(&search->arena, struct indexed);
        map_set(&search->known, str_copy(&search->arena, path), indexed);
    }
    return indexed;
}

/* A page that cannot be read is not found; what is wrong with it is told by who shows it. */
static bool follow_page(struct search *search, const struct site *site, const struct page *page,
                        struct arena *a, struct error *err)
{
    struct indexed *indexed = indexed_of(search, page->path);
    struct buf body = buf_in(a), headings = buf_in(a);
    struct error unread = { 0 };
    uint64_t state = state_of(page);

    indexed->seen = true;
    if (indexed->state == state)
        return true;
    if (!drop(search, indexed, err))
        return false;
    indexed->state = state;
    if (!search_has(page))
        return true;
    bool good = read_text(&body, &headings, site, page, a, &unread);
    error_free(&unread);
    return !good || put(search, indexed, page, buf_str(&body), buf_str(&headings), err);
}

static bool follow_pages(struct search *search, const struct site *site, struct error *err)
{
    struct arena a = { 0 };
    bool good = true;

    for (size_t i = 0; i < search->known.count; i++)
        ((struct indexed *)search->known.entries[i].data)->seen = false;
    for (size_t i = 0; good && i < site->npages; i++) {
        good = follow_page(search, site, site->pages[i], &a, err);
        arena_reset(&a);
    }
    for (size_t i = 0; good && i < search->known.count; i++) {
        struct indexed *indexed = search->known.entries[i].data;

        if (!indexed->seen) {
            good = drop(search, indexed, err);
            indexed->state = 0;
        }
    }
    arena_free(&a);
    return good;
}

/* An older edition of a site is not followed: requests that began with it see the newer words. */
static bool follow(struct search *search, const struct site *site, struct error *err)
{
    uint64_t state = state_of_all(site);

    if (site->begun < search->begun || state == search->state)
        return true;
    if (!open_index(search, err) ||
        (sqlite3_exec(search->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK &&
         !fail_sql(search, err)))
        return false;
    bool good = follow_pages(search, site, err);
    sqlite3_exec(search->db, "COMMIT", NULL, NULL, NULL);
    __atomic_store_n(&search->state, good ? state : 0, __ATOMIC_RELAXED);
    search->begun = site->begun;
    return good;
}

/* ---- asking ---- */

static int is_late(void *self)
{
    struct search *search = self;

    search->cut = search->cut || now_ns() > search->deadline;
    return search->cut;
}

static str column(sqlite3_stmt *statement, int at, struct arena *a)
{
    const char *text = (const char *)sqlite3_column_text(statement, at);

    return text ? str_copy(a, str_n(text, (size_t)sqlite3_column_bytes(statement, at))) : S("");
}

static str marked(str snippet, struct arena *a)
{
    struct buf out = buf_in(a);

    while (snippet.len) {
        size_t plain = 0;

        while (plain < snippet.len && snippet.p[plain] != MARK_BEGIN[0] &&
               snippet.p[plain] != MARK_END[0])
            plain++;
        buf_add_html(&out, str_slice(snippet, 0, plain));
        if (plain < snippet.len)
            buf_add(&out, snippet.p[plain] == MARK_BEGIN[0] ? S("<mark>") : S("</mark>"));
        snippet = str_from(snippet, plain + 1);
    }
    return buf_str(&out);
}

static bool find(struct search *search, str expression, const struct search_question *question,
                 struct search_answer *answer, struct arena *a, struct error *err)
{
    int step;

    bind(search->find, 1, expression);
    sqlite3_bind_int(search->find, 2, (int)question->language);
    sqlite3_bind_int64(search->find, 3, (int64_t)question->most);
    sqlite3_bind_int64(search->find, 4, (int64_t)question->from);
    answer->hits = arena_array(a, struct search_hit, question->most);
    while ((step = sqlite3_step(search->find)) == SQLITE_ROW && answer->count < question->most)
        answer->hits[answer->count++] =
            (struct search_hit){ column(search->find, 0, a), column(search->find, 1, a),
                                 column(search->find, 2, a),
                                 marked(column(search->find, 3, a), a) };
    bool good = step == SQLITE_DONE || step == SQLITE_ROW || step == SQLITE_INTERRUPT ||
                fail_sql(search, err);
    sqlite3_reset(search->find);
    sqlite3_clear_bindings(search->find);
    return good;
}

static void count(struct search *search, str expression, const struct search_question *question,
                  struct search_answer *answer)
{
    bind(search->count, 1, expression);
    sqlite3_bind_int(search->count, 2, (int)question->language);
    if (sqlite3_step(search->count) == SQLITE_ROW)
        answer->total = (size_t)sqlite3_column_int64(search->count, 0);
    sqlite3_reset(search->count);
    sqlite3_clear_bindings(search->count);
    if (answer->total < question->from + answer->count)
        answer->total = question->from + answer->count;
}

static bool answer_from(struct search *search, const struct search_question *question,
                        struct search_answer *answer, struct arena *a, struct error *err)
{
    enum { STEPS = 2000, LONGEST_MS = 250 };
    str expression = search_expression(question->words, a);

    if (!expression.len)
        return true;
    search->cut = false;
    search->deadline = now_ns() + LONGEST_MS * INT64_C(1000000);
    sqlite3_progress_handler(search->db, STEPS, is_late, search);
    bool good = find(search, expression, question, answer, a, err);
    if (good && (answer->count == question->most || question->from))
        count(search, expression, question, answer);
    else
        answer->total = answer->count;
    sqlite3_progress_handler(search->db, 0, NULL, NULL);
    answer->cut = search->cut;
    return good;
}

bool search_ask(struct search *search, struct site *site, const struct search_question *question,
                struct search_answer *answer, struct arena *a, struct error *err)
{
    *answer = (struct search_answer){ 0 };
    if (pthread_mutex_trylock(&search->lock) != 0) {
        /* the first index of a large site takes its time: nobody else waits for it */
        if (!__atomic_load_n(&search->state, __ATOMIC_RELAXED))
            return false;
        pthread_mutex_lock(&search->lock);
    }
    bool good = follow(search, site, err) && answer_from(search, question, answer, a, err);
    pthread_mutex_unlock(&search->lock);
    return good;
}

#else /* compiled without SQLite */

struct search {
    unsigned holders;
};

bool search_is_here(void)
{
    return false;
}

struct search *search_new(void)
{
    struct search *search = calloc(1, sizeof *search);

    if (!search)
        out_of_memory(sizeof *search);
    search->holders = 1;
    return search;
}

struct search *search_hold(struct search *search)
{
    __atomic_add_fetch(&search->holders, 1, __ATOMIC_RELAXED);
    return search;
}

void search_release(struct search *search)
{
    if (search && __atomic_sub_fetch(&search->holders, 1, __ATOMIC_ACQ_REL) == 0)
        free(search);
}

bool search_ask(struct search *search, struct site *site, const struct search_question *question,
                struct search_answer *answer, struct arena *a, struct error *err)
{
    (void)search;
    (void)site;
    (void)question;
    (void)a;
    *answer = (struct search_answer){ 0 };
    return error_set(err, "this vial was compiled without search");
}

#endif
