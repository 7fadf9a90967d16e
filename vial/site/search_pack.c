/*
 * search_pack.c - the words of a page, part by part
 *
 *   comes in:  the HTML of its text
 *   goes out:  its parts, each as a line of the list of titles (search_write.c); its words, each
 *              with the parts it is in and how much it says there
 *
 * The HTML is cut at its headings and at blocks of code; what is between is text. A first heading
 * that is the title stands for the page itself.
 */
#include "vial/base/pack.h"
#include "vial/site/html_tags.h"
#include "vial/site/search.h"
#include "vial/site/search_index.h"
#include "vial/site/search_tokens.h"

enum { OFTEN = 3 };

struct word {
    uint32_t *places;           /* part * 4 + enum word_level */
    uint32_t count, cap, times; /* times: in the last of these parts, in its text */
};

struct packing {
    struct arena *arena;
    const struct markdown *made;
    struct map words; /* struct word */
    struct buf parts;
    uint32_t nparts;
    bool code;
};

static struct word *word_of(struct packing *p, str text)
{
    struct map_entry *entry = map_put(&p->words, text);

    if (!entry->data)
        entry->data = arena_make(p->arena, struct word);
    return entry->data;
}

static void note(struct packing *p, str text, unsigned level)
{
    struct word *word = word_of(p, text);
    uint32_t part = p->nparts - 1;

    if (!word->count || word->places[word->count - 1] / 4 != part) {
        if (word->count == word->cap) {
            size_t cap = word->cap ? word->cap * 2 : 2;

            word->places = arena_grow(p->arena, word->places, word->cap * sizeof *word->places,
                                      cap * sizeof *word->places);
            word->cap = (uint32_t)cap;
        }
        word->places[word->count++] = part * 4;
        word->times = 0;
    }
    uint32_t *place = &word->places[word->count - 1];
    word->times += level == WORD_TEXT;
    if (level == WORD_TEXT && word->times >= OFTEN)
        level = WORD_OFTEN;
    if (level > *place % 4)
        *place = part * 4 + level;
}

static void note_text(struct packing *p, str text, unsigned level)
{
    struct tokens tokens = { .text = token_plain(text, p->arena), .last_signs = true };
    struct token token;

    while (tokens_next(&tokens, &token))
        note(p, str_slice(tokens.text, token.from, token.to), level);
}

static void note_html(struct packing *p, str html)
{
    struct buf text = buf_in(p->arena);

    search_text(&text, html);
    note_text(p, buf_str(&text), WORD_TEXT);
}

/* ---- parts ---- */

/* In one line: the index tells them apart by lines and tabs. */
static str one_line(str text, struct arena *a)
{
    struct buf out = buf_in(a);

    text = str_trim(text);
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.p[i] > ' ')
            buf_addc(&out, text.p[i]);
        else if (out.len && out.p[out.len - 1] != ' ')
            buf_addc(&out, ' ');
    return buf_str(&out);
}

/* The id that a heading of plain letters gets: what need not be said. */
static bool is_usual_id(str id, str heading)
{
    size_t at = 0;

    for (size_t i = 0; i < heading.len; i++) {
        char c = to_lower(heading.p[i]);

        if ((unsigned char)c >= 0x80)
            return false;
        if (!is_alnum(c) && c != ' ' && c != '-' && c != '_')
            continue;
        if (at == id.len || id.p[at++] != (c == ' ' ? '-' : c))
            return false;
    }
    return at == id.len;
}

static void begin_part(struct packing *p, str line)
{
    pack_text(&p->parts, line);
    p->nparts++;
}

static void begin_heading(struct packing *p, str id, str heading)
{
    heading = one_line(heading, p->arena);
    begin_part(p, is_usual_id(id, heading)
                      ? str_fmt(p->arena, "-%.*s", STR(heading))
                      : str_fmt(p->arena, "#%.*s\t%.*s", STR(id), STR(heading)));
}

static str heading_text(struct packing *p, str id, str inside)
{
    struct buf text = buf_in(p->arena);

    for (size_t i = 0; id.len && i < p->made->nheadings; i++)
        if (str_eq(p->made->headings[i].id, id))
            return p->made->headings[i].text;
    search_text(&text, inside);
    return buf_str(&text);
}

static size_t behind(str html, size_t at, str what)
{
    ptrdiff_t found = str_find(str_from(html, at), what);

    return found < 0 ? html.len : at + (size_t)found + what.len;
}

/* The heading that begins at `at`; behind it. One without an id is text like any other. */
static size_t take_heading(struct packing *p, str html, size_t at, str title)
{
    struct html_tags tags = { .html = str_from(html, at) };
    char end[] = { '<', '/', 'h', html.p[at + 2], '>', 0 };
    const struct html_attribute *id;

    if (!html_next_tag(&tags) || tags.begin != 0)
        return at + 1;
    id = html_attribute(&tags, "id");
    size_t from = at + tags.at, to = behind(html, from, str_of(end));
    str inside = str_slice(html, from, to > from + 5 ? to - 5 : from);
    str text = heading_text(p, id ? id->value : S(""), inside);
    bool is_title = p->nparts == 1 && html.p[at + 2] == '1' &&
                    str_eq(one_line(text, p->arena), one_line(title, p->arena));
    if (is_title)
        return to;
    if (id && id->value.len)
        begin_heading(p, html_address(id->value, p->arena), text);
    note_text(p, text, WORD_HEADING);
    return to;
}

static bool is_heading(str rest)
{
    return rest.len > 4 && rest.p[1] == 'h' && rest.p[2] >= '1' && rest.p[2] <= '6' &&
           (rest.p[3] == '>' || rest.p[3] == ' ');
}

/* Behind what begins at `at` where that is no text: 0, it is. */
static size_t behind_other(const struct packing *p, str html, size_t at)
{
    str rest = str_from(html, at);

    if (str_starts(rest, S("<p>[TOC]</p>")))
        return at + 12;
    if (!p->code && (str_starts(rest, S("<pre>")) || str_starts(rest, S("<pre "))))
        return behind(html, at, S("</pre>"));
    return 0;
}

/* Behind a comment, a script or a style sheet, which search_text() passes over. */
static size_t behind_silent(str html, size_t at)
{
    str rest = str_from(html, at);

    if (str_starts(rest, S("<!--")))
        return behind(html, at, S("-->"));
    if (str_istarts(rest, S("<script")))
        return behind(html, at, S("</script>"));
    if (str_istarts(rest, S("<style")))
        return behind(html, at, S("</style>"));
    return at + 1;
}

static void take_html(struct packing *p, str html, str title)
{
    size_t from = 0, at = 0, next;

    while (at < html.len) {
        const char *tag = memchr(html.p + at, '<', html.len - at);

        at = tag ? (size_t)(tag - html.p) : html.len;
        if (at == html.len)
            break;
        if (is_heading(str_from(html, at))) {
            note_html(p, str_slice(html, from, at));
            at = from = take_heading(p, html, at, title);
        } else if ((next = behind_other(p, html, at)) != 0) {
            note_html(p, str_slice(html, from, at));
            at = from = next;
        } else {
            at = behind_silent(html, at);
        }
    }
    note_html(p, str_slice(html, from, html.len));
}

void search_pack(struct buf *out, const struct markdown *made, str title, bool code,
                 struct arena *a)
{
    struct packing p = { .arena = a, .made = made, .parts = buf_in(a), .code = code };

    p.words = map_in(a);
    begin_part(&p, one_line(title, a));
    note_text(&p, title, WORD_TITLE);
    take_html(&p, made->html, title);
    pack_number(out, p.nparts);
    buf_add(out, buf_str(&p.parts));
    pack_number(out, p.words.count);
    for (size_t i = 0; i < p.words.count; i++) {
        const struct word *word = p.words.entries[i].data;

        pack_text(out, p.words.entries[i].key);
        pack_number(out, word->count);
        for (uint32_t j = 0; j < word->count; j++)
            pack_number(out, word->places[j]);
    }
}
