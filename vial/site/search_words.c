/*
 * search_words.c - what somebody typed, and what a page says, both as plain words
 *
 *   comes in:  a question from a stranger; HTML of a page
 *   goes out:  an expression of FTS5 in which all is quoted; text
 */
#include "vial/site/search.h"

#include "vial/base/unicode.h"
#include "vial/base/utf8.h"

enum { WORDS_MOST = 16, LENGTH_MOST = 256 };

/* ---- questions ---- */

/* A letter, a digit or anything beyond ASCII: what the index has words of. */
static bool has_word(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (is_alnum((unsigned char)s.p[i]) || (unsigned char)s.p[i] >= 0x80)
            return true;
    return false;
}

/* The next word, or what stands in quotes; `last`: nothing follows it, not even a space. */
static bool next_term(str *rest, str *term, bool *without, bool *quoted, bool *last)
{
    *rest = str_ltrim(*rest);
    if (!rest->len)
        return false;
    *without = rest->len > 1 && rest->p[0] == '-';
    if (*without)
        *rest = str_from(*rest, 1);
    *quoted = rest->p[0] == '"';
    if (*quoted) {
        *rest = str_from(*rest, 1);
        *term = str_cut(rest, '"');
        *last = false;
        return true;
    }
    size_t end = 0;
    while (end < rest->len && !is_space((unsigned char)rest->p[end]) && rest->p[end] != '"')
        end++;
    *term = str_slice(*rest, 0, end);
    *rest = str_from(*rest, end);
    *last = !rest->len;
    return true;
}

static void add_quoted(struct buf *out, str term)
{
    buf_addc(out, '"');
    for (size_t i = 0; i < term.len; i++)
        if (term.p[i] == '"' || (unsigned char)term.p[i] < ' ')
            buf_addc(out, ' ');
        else
            buf_addc(out, term.p[i]);
    buf_addc(out, '"');
}

/* What a script without spaces has at its end goes on: search.c tells why. */
static bool ends_in_sign(str term)
{
    uint32_t c = 0;

    while (term.len)
        c = utf8_next(&term);
    return unicode_is_unspaced(c);
}

/* NOT stands between what is wanted and what is not: of the latter alone nothing can be made. */
str search_expression(str words, struct arena *a)
{
    struct buf wanted = buf_in(a), unwanted = buf_in(a);
    str rest = utf8_mended(a, str_slice(words, 0, LENGTH_MOST)), term;
    bool without, quoted, last;

    for (int i = 0; i < WORDS_MOST && next_term(&rest, &term, &without, &quoted, &last); i++) {
        struct buf *out = without ? &unwanted : &wanted;

        if (!has_word(term))
            continue;
        if (out->len)
            buf_add(out, without ? S(" OR ") : S(" AND "));
        add_quoted(out, term);
        if ((last && !quoted && !without) || ends_in_sign(term))
            buf_addc(out, '*');
    }
    if (!wanted.len || !unwanted.len)
        return buf_str(&wanted);
    return str_fmt(a, "(%.*s) NOT (%.*s)", STR(buf_str(&wanted)), STR(buf_str(&unwanted)));
}

/* ---- texts ---- */

static bool is_named(str tag, const char *name)
{
    str wanted = str_of(name);

    return str_istarts(tag, wanted) &&
           (tag.len == wanted.len || !is_alnum((unsigned char)tag.p[wanted.len]));
}

/* Within a line: what stands around it is one word with what is in it. */
static bool is_inline(str tag)
{
    static const char *const names[] = { "a",    "abbr",   "b",   "code", "del", "em",
                                         "i",    "ins",    "kbd", "mark", "s",   "small",
                                         "span", "strong", "sub", "sup",  "u",   "var" };

    if (str_starts(tag, S("/")))
        tag = str_from(tag, 1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_named(tag, names[i]))
            return true;
    return false;
}

static size_t after(str html, size_t at, str what)
{
    for (; at + what.len <= html.len; at++)
        if (str_istarts(str_from(html, at), what))
            return at + what.len;
    return html.len;
}

static void add_space(struct buf *out)
{
    if (out->len && out->p[out->len - 1] != ' ')
        buf_addc(out, ' ');
}

/* Behind the tag at `at`, or behind all that is between it and its end where that is no text. */
static size_t skip_tag(struct buf *out, str html, size_t at)
{
    str tag = str_from(html, at + 1);

    if (str_starts(tag, S("!--")))
        return after(html, at, S("-->"));
    if (!is_inline(tag))
        add_space(out);
    if (is_named(tag, "script"))
        return after(html, after(html, at, S("</script")), S(">"));
    if (is_named(tag, "style"))
        return after(html, after(html, at, S("</style")), S(">"));
    return after(html, at, S(">"));
}

static size_t add_entity(struct buf *out, str html, size_t at)
{
    static const struct {
        const char *name, *text;
    } entities[] = { { "&amp;", "&" },   { "&lt;", "<" },  { "&gt;", ">" },
                     { "&quot;", "\"" }, { "&#39;", "'" }, { "&nbsp;", " " } };
    str rest = str_from(html, at);

    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (str_starts(rest, str_of(entities[i].name))) {
            buf_add(out, str_of(entities[i].text));
            return at + strlen(entities[i].name);
        }
    buf_addc(out, '&');
    return at + 1;
}

void search_text(struct buf *out, str html)
{
    for (size_t at = 0; at < html.len;) {
        char c = html.p[at];

        if (c == '<') {
            at = skip_tag(out, html, at);
        } else if (c == '&') {
            at = add_entity(out, html, at);
        } else {
            if ((unsigned char)c <= ' ')
                add_space(out);
            else
                buf_addc(out, c);
            at++;
        }
    }
}
