/*
 * search_write.c - the files of an index
 *
 *   comes in:  pages and their words
 *   goes out:  files that call vialSearch() with one object each
 *
 * They are scripts, not JSON, because a page that was opened as a file may load scripts and nothing
 * else. What is in them is text that gzip makes small, and a browser reads in one go:
 *
 *   titles   a line for each part: "/url/<tab>Title", then its headings: "-Heading", or
 *            "#id<tab>Heading" where the anchor is not the usual one
 *
 *   words    all forms, sorted: how many letters are those of the form before (A: none), the other
 *            letters, and whose form it is: "," of a new group, "." of the last form's, "!7;" of
 *            the eighth
 *
 *   places   of each group: the parts it is in, as numbers, each less the one before; " " ends it;
 *            "#", "$", "%" before a number: often, in a heading, in the title; "! " ends that of a
 *            word so common that only titles and headings are here
 *
 *   reach    of each group: a number in `reaches`, from 1, which tells which of the `endings` lead
 *            to it: how many letters of its first form go, then six endings in each number
 *
 *   counts   of each page: its parts
 *
 * What a file says follows from its own words, and from the numbers of parts: of a large site each
 * page has room for some more of these. So an edit leaves most files as they were.
 *
 * Digits are the signs of ASCII from "&" on, without the backslash: the first 64 end a number, the
 * others stand before such a one.
 */
#include "vial/site/search_merge.h"

#include "vial/base/unicode.h"
#include "vial/base/utf8.h"
#include "vial/site/search_stems.h"

/* ---- signs ---- */

enum { ONE = 64, MORE = 24 };

static char sign(uint64_t digit)
{
    char c = (char)('&' + digit);

    return c >= '\\' ? (char)(c + 1) : c;
}

void search_put_number(struct buf *out, uint64_t n)
{
    char high[16];
    size_t count = 0;

    for (uint64_t rest = n / ONE; rest; rest = (rest - 1) / MORE)
        high[count++] = sign(ONE + (rest - 1) % MORE);
    while (count)
        buf_addc(out, high[--count]);
    buf_addc(out, sign(n % ONE));
}

/* Bytes at the front that stand for themselves. */
static size_t usual(str text)
{
    size_t n = 0;

    while (n < text.len && (unsigned char)text.p[n] >= ' ' && text.p[n] != '"' && text.p[n] != '\\')
        n++;
    return n;
}

static void put_json(struct buf *out, const char *key, str text)
{
    buf_addf(out, "\n\"%s\":\"", key);
    for (size_t n; text.len; text = str_from(text, n + (n < text.len))) {
        n = usual(text);
        buf_add(out, str_slice(text, 0, n));
        if (n == text.len)
            break;
        if (text.p[n] == '\n' || text.p[n] == '\t')
            buf_add(out, text.p[n] == '\n' ? S("\\n") : S("\\t"));
        else if (text.p[n] == '"' || text.p[n] == '\\')
            buf_addf(out, "\\%c", text.p[n]);
    }
    buf_lit(out, "\",");
}

static void put_list(struct buf *out, const char *key, const str *list, size_t count)
{
    buf_addf(out, "\n\"%s\":[", key);
    for (size_t i = 0; i < count; i++)
        buf_addf(out, "%s\"%.*s\"", i ? "," : "", STR(list[i]));
    buf_lit(out, "],");
}

/* ---- what a file says ---- */

/* The lines of a page; empty ones where it has room for more parts. */
static void put_lines(struct buf *out, const struct merged *m, size_t page)
{
    struct unpack u = known_text(m->pages[page].text);
    size_t parts = unpack_number(&u), room = m->first_part[page + 1] - m->first_part[page];

    for (size_t i = 0; i < room; i++) {
        if (out->len)
            buf_addc(out, '\n');
        if (i == 0) {
            buf_add(out, m->pages[page].url);
            buf_addc(out, '\t');
        }
        if (i < parts)
            buf_add(out, unpack_text(&u));
    }
}

static void put_titles(struct buf *out, const struct merged *m, size_t from, size_t to)
{
    struct buf text = buf_in(m->arena);

    for (size_t page = from; page < to; page++)
        put_lines(&text, m, page);
    put_json(out, "titles", buf_str(&text));
}

/* The number of parts of each page. */
static void put_counts(struct buf *out, const struct merged *m, size_t npages)
{
    struct buf text = buf_in(m->arena);

    for (size_t i = 0; i < npages; i++)
        search_put_number(&text, m->first_part[i + 1] - m->first_part[i]);
    put_json(out, "counts", buf_str(&text));
}

static void put_places(struct buf *out, const struct group *group)
{
    uint32_t next = 0;

    for (size_t i = 0; i < group->count; i++) {
        uint32_t part = group->places[i] / 4, level = group->places[i] % 4;

        if (level)
            buf_addc(out, " #$%"[level]);
        search_put_number(out, part - next);
        next = part + 1;
    }
    buf_add(out, group->common ? S("! ") : S(" "));
}

/* Letters that both begin with, as a browser counts them; `*bytes` of them here. */
static unsigned same_letters(str a, str b, size_t *bytes)
{
    enum { MOST = 25 };
    str left = a, right = b;
    unsigned count = 0;

    *bytes = 0;
    while (left.len && right.len) {
        uint32_t c = utf8_next(&left);
        unsigned wide = c > 0xFFFF ? 2 : 1;

        if (c != utf8_next(&right) || count + wide > MOST)
            break;
        count += wide;
        *bytes = a.len - left.len;
    }
    return count;
}

struct words {
    struct buf words, places, reach;
    const struct merged *merged;
    const struct known_word *before;
    uint32_t shard, ngroups;
    struct map reaches; /* their numbers, from 1, by their texts */
};

static void put_reach(struct words *w, str reach)
{
    struct map_entry *entry = reach.len ? map_put(&w->reaches, reach) : NULL;

    if (entry && !entry->data)
        entry->data = (void *)(uintptr_t)w->reaches.count;
    search_put_number(&w->reach, entry ? (uintptr_t)entry->data : 0);
}

static void put_form(struct words *w, const struct known_word *form)
{
    size_t bytes = 0;
    unsigned same = w->before ? same_letters(w->before->bare, form->bare, &bytes) : 0;
    struct group *group = &w->merged->groups[form->group];

    buf_addc(&w->words, (char)('A' + same));
    buf_add(&w->words, str_from(form->bare, bytes));
    if (group->written != w->shard + 1) {
        buf_addc(&w->words, ',');
        group->number = w->ngroups++;
        group->written = w->shard + 1;
        put_places(&w->places, group);
        put_reach(w, group->first->reach);
    } else if (w->before && w->before->group == form->group) {
        buf_addc(&w->words, '.');
    } else {
        buf_addf(&w->words, "!%u;", group->number);
    }
    w->before = form;
}

static str *keys_of(const struct map *map, struct arena *a)
{
    str *keys = arena_array(a, str, map->count + 1);

    for (size_t i = 0; i < map->count; i++)
        keys[i] = map->entries[i].key;
    return keys;
}

/* The forms of `list`, and where they are. */
static void put_words(struct buf *out, const struct merged *m, struct known_word *const *list,
                      size_t count, uint32_t shard)
{
    struct words w = { .words = buf_in(m->arena),
                       .places = buf_in(m->arena),
                       .reach = buf_in(m->arena),
                       .merged = m,
                       .shard = shard,
                       .reaches = map_in(m->arena) };

    for (size_t i = 0; i < count; i++)
        put_form(&w, list[i]);
    put_json(out, "words", buf_str(&w.words));
    put_json(out, "places", buf_str(&w.places));
    put_json(out, "reach", buf_str(&w.reach));
    put_list(out, "reaches", keys_of(&w.reaches, m->arena), w.reaches.count);
}

/* ---- files ---- */

/* Each says everything, if only that there is nothing of it. */
struct file {
    str name; /* behind that of the first */
    struct search_cut cut;
    bool head;
    size_t from, to; /* titles of these pages */
    struct known_word *const *forms;
    size_t nforms;
    size_t npages; /* whose parts are counted */
    uint32_t shard;
};

/* How the files are to be read. */
static void put_keys(struct buf *out, const struct merged *m, struct search_cut cut)
{
    const str *endings;
    size_t nendings = stems_endings(m->known->stems, &endings);

    buf_addf(out, "\n\"shards\":%zu,\"slice\":%d,", cut.shards, cut.slices ? SEARCH_SLICE : 0);
    put_list(out, "endings", endings, nendings);
}

static str write_file(const struct merged *m, const struct file *file)
{
    struct buf out = buf_in(m->arena);

    buf_addf(&out, "vialSearch({\"file\":\"%.*s\",", STR(file->name));
    if (file->head)
        put_keys(&out, m, file->cut);
    put_titles(&out, m, file->from, file->to);
    put_counts(&out, m, file->npages);
    put_words(&out, m, file->forms, file->nforms, file->shard);
    out.len--; /* the last comma */
    buf_lit(&out, "});\n");
    return buf_str(&out);
}

/*
 * The words that begin with the same two signs are together, so that what is typed is looked for in
 * one file as long as it goes on. Pairs of signs are together by their first.
 */
static size_t shard_of(str form, size_t shards)
{
    uint32_t first = form.len ? utf8_next(&form) : 0, second = form.len ? utf8_next(&form) : 0;

    return unicode_is_unspaced(first) ? first % shards : (first * 31 + second) % shards;
}

static void write_shards(str *files, const struct merged *m, struct search_cut cut)
{
    if (!cut.shards)
        return;
    struct arena *a = m->arena;
    size_t *ends = arena_array(a, size_t, cut.shards + 1);
    struct known_word **list = arena_array(a, struct known_word *, m->nforms + 1);

    for (size_t i = 0; i < m->nforms; i++)
        ends[shard_of(m->forms[i]->bare, cut.shards) + 1]++;
    for (size_t i = 0; i < cut.shards; i++)
        ends[i + 1] += ends[i];
    for (size_t i = 0; i < m->nforms; i++)
        list[ends[shard_of(m->forms[i]->bare, cut.shards)]++] = m->forms[i];
    for (size_t i = 0; i < cut.shards; i++) {
        size_t from = i ? ends[i - 1] : 0;

        files[i] = write_file(m, &(struct file){ .name = str_fmt(a, "-w%zu", i),
                                                 .forms = list + from,
                                                 .nforms = ends[i] - from,
                                                 .shard = (uint32_t)i });
    }
}

static void write_slices(str *files, const struct merged *m, struct search_cut cut)
{
    for (size_t i = 0; i < cut.slices; i++) {
        size_t from = i * SEARCH_SLICE, to = from + SEARCH_SLICE;

        files[i] = write_file(m, &(struct file){ .name = str_fmt(m->arena, "-p%zu", i),
                                                 .from = from,
                                                 .to = to < m->npages ? to : m->npages });
    }
}

str *search_write(struct search_known *known, const struct search_page *pages, size_t npages,
                  struct arena *a)
{
    enum { ROOM = 4 };
    struct search_cut cut = search_cut_of(npages);
    str *files = arena_array(a, str, search_files(cut));
    struct arena scratch = { 0 };
    struct merged m;

    search_merge(&m, known, pages, npages, cut.shards ? ROOM : 1, &scratch);
    struct file first = { .name = S(""), .cut = cut, .head = true, .npages = npages };
    if (!cut.shards) {
        first.to = npages;
        first.forms = m.forms;
        first.nforms = m.nforms;
    }
    files[0] = write_file(&m, &first);
    write_shards(files + 1, &m, cut);
    write_slices(files + 1 + cut.shards, &m, cut);
    for (size_t i = 0; i < search_files(cut); i++)
        files[i] = str_copy(a, files[i]);
    arena_free(&scratch);
    return files;
}

struct search_cut search_cut_of(size_t npages)
{
    enum { SHARDS_MOST = 256 };
    size_t shards = (npages + SEARCH_PER_SHARD - 1) / SEARCH_PER_SHARD;

    if (npages <= SEARCH_WHOLE)
        return (struct search_cut){ 0, 0 };
    return (struct search_cut){ shards < SHARDS_MOST ? shards : SHARDS_MOST,
                                (npages + SEARCH_SLICE - 1) / SEARCH_SLICE };
}

str search_file_address(str language, struct search_cut cut, size_t number, struct arena *a)
{
    str name = str_lower(a, language);

    if (!number)
        return str_fmt(a, "/search/%.*s.js", STR(name));
    if (number <= cut.shards)
        return str_fmt(a, "/search/%.*s-w%zu.js", STR(name), number - 1);
    return str_fmt(a, "/search/%.*s-p%zu.js", STR(name), number - 1 - cut.shards);
}
