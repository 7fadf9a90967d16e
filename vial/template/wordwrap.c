/*
 * wordwrap.c - lines of at most so many characters
 *
 *   comes in:  text, a width, and whether words may be broken
 *   goes out:  each of its lines wrapped as Python's textwrap does
 *
 * A line is cut into chunks: white space, words, and the parts of words that a hyphen or a dash
 * lets break. Chunks are then put on lines while they fit.
 */
#include "vial/base/utf8.h"
#include "vial/template/containers.h"
#include "vial/template/filter_functions.h"
#include "vial/template/markup.h"
#include "vial/template/number.h"
#include "vial/template/text.h"
#include "vial/template/undefined.h"

struct wrapping {
    struct rendering *r;
    int64_t width;
    bool break_words, break_hyphens;
    struct buf *out;
    str between;       /* lines */
    bool some;         /* lines were written for this one */
    size_t broken_end; /* where the chunk ends of which a part is on a line already */
};

/* ---- chunks ---- */

static bool is_blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_letter(uint32_t c)
{
    return char_is_word(c) && !char_is_decimal(c);
}

static bool may_end_word(uint32_t c)
{
    return char_is_word(c) || (c && c < 0x80 && strchr("!\"'&.,?", (int)c));
}

/* The character before `at`, which then moves to where that begins; 0 at the front. */
static uint32_t before(str line, size_t *at)
{
    return *at ? text_last(str_slice(line, 0, *at), at) : 0;
}

static uint32_t character(str line, size_t at)
{
    str rest = str_from(line, at);

    return rest.len ? utf8_next(&rest) : 0;
}

/* How many dashes of two or more stand at `at` before a word, or 0. */
static size_t dashes(str line, size_t at)
{
    size_t end = at;

    while (end < line.len && line.p[end] == '-')
        end++;
    return end - at >= 2 && end < line.len && char_is_word(character(line, end)) ? end - at : 0;
}

/* Whether a word may break behind the hyphen at `at`: two letters before it, or "x-y", and a word
 * of two letters, or "x-y", behind. */
static bool breaks_behind(str line, size_t at)
{
    size_t back = at, next = at + 1;
    uint32_t first = before(line, &back), second = before(line, &back);
    bool front = is_letter(first) && is_letter(second);

    if (!front && second == '-' && may_end_word(first))
        front = is_letter(before(line, &back));
    if (!front || !is_letter(character(line, next)))
        return false;
    next += utf8_offset(str_from(line, next), 1);
    if (next < line.len && line.p[next] == '-' && is_letter(character(line, next + 1)))
        return true;
    return next < line.len && is_letter(character(line, next));
}

static size_t word_len(str line, size_t from)
{
    size_t at = from;

    while (at < line.len) {
        size_t back = at;

        at += utf8_offset(str_from(line, at), 1);
        back = at;
        if (at == line.len || is_blank((unsigned char)line.p[at]))
            break;
        if (line.p[at] == '-' && breaks_behind(line, at))
            return at + 1 - from;
        if (line.p[at] == '-' && may_end_word(before(line, &back)) && dashes(line, at))
            break;
    }
    return at - from;
}

static str next_chunk(const struct wrapping *w, str line, size_t from)
{
    size_t at = from, back = from;

    if (from < w->broken_end)
        return str_slice(line, from, w->broken_end);
    while (at < line.len && is_blank((unsigned char)line.p[at]))
        at++;
    if (at > from)
        return str_slice(line, from, at);
    if (!w->break_hyphens) {
        while (at < line.len && !is_blank((unsigned char)line.p[at]))
            at++;
        return str_slice(line, from, at);
    }
    if (line.p[from] == '-' && may_end_word(before(line, &back)) && dashes(line, from))
        return str_slice(line, from, from + dashes(line, from));
    return str_slice(line, from, from + word_len(line, from));
}

/* ---- lines ---- */

/* How much of a word that is too long goes on a line with `left` characters. */
static size_t broken_len(const struct wrapping *w, str word, int64_t left)
{
    size_t end = left > 0 ? utf8_offset(word, (size_t)left) : 0;

    if (w->break_hyphens) {
        ptrdiff_t hyphen = str_rfind_char(str_slice(word, 0, end), '-');

        for (ptrdiff_t i = 0; i < hyphen; i++)
            if (word.p[i] != '-')
                return (size_t)hyphen + 1;
    }
    return end;
}

/* In characters; of what is longer than a line, no more is counted than shows that. */
static int64_t length_of(const struct wrapping *w, str chunk)
{
    if (chunk.len > (uint64_t)w->width)
        chunk = str_slice(chunk, 0, utf8_offset(chunk, (size_t)w->width + 1));
    return (int64_t)utf8_count(chunk);
}

/*
 * One line of the result out of the chunks from `at` on; where the next begins. A line is a slice
 * of the text, since its chunks lie side by side.
 */
static size_t wrap_line(struct wrapping *w, str line, size_t at, str *made)
{
    size_t start = at, last = at; /* the line's beginning, and that of its last chunk */
    int64_t used = 0;

    while (at < line.len) {
        str chunk = next_chunk(w, line, at);
        int64_t length = length_of(w, chunk);

        if (used + length > w->width) {
            if (length <= w->width)
                break;
            size_t taken = w->break_words ? broken_len(w, chunk, w->width - used)
                           : at == start  ? chunk.len
                                          : 0;

            if (w->break_words || taken)
                last = at; /* a piece of no length is a piece: what stands before it stays */
            w->broken_end = at + chunk.len;
            at += taken;
            break;
        }
        used += length;
        last = at;
        at += chunk.len;
    }
    *made = str_slice(line, start, at);
    /* White space at the end goes. */
    if (text_strip(str_slice(line, last, at), NULL, true, false).len == 0)
        made->len = last - start;
    return at;
}

static bool wrap(struct wrapping *w, str line)
{
    size_t at = 0;

    w->some = false;
    w->broken_end = 0;
    while (at < line.len) {
        str chunk = next_chunk(w, line, at), made;

        if (w->some && text_strip(chunk, NULL, true, false).len == 0) { /* nor at the front */
            at += chunk.len;
            if (at == line.len)
                break;
        }
        at = wrap_line(w, line, at, &made);
        if (made.len && w->some)
            buf_add(w->out, w->between);
        buf_add(w->out, made);
        w->some = w->some || made.len;
        if (!rendering_spend(w->r, 1 + made.len / 16) ||
            !rendering_take(w->r, made.len + w->between.len))
            return false;
    }
    return true;
}

value filter_wordwrap(struct rendering *r, value input, const value *args)
{
    struct buf text = buf_in(r->arena);
    struct wrapping w = { .r = r, .out = &text };
    value between = args[2];
    str rest = value_text(input), line;

    if (between.type != VIAL_NONE && between.type != VIAL_STR)
        return between.type == VIAL_UNDEFINED
                   ? undefined_fail(r, between)
                   : fail(r, "AttributeError", "'%s' object has no attribute 'join'",
                          value_type_name(between));
    if (input.type == VIAL_UNDEFINED)
        return undefined_fail(r, input);
    if (input.type != VIAL_STR)
        return fail(r, "AttributeError", "'%s' object has no attribute 'splitlines'",
                    value_type_name(input));
    if (args[0].type == VIAL_UNDEFINED)
        return input.len ? undefined_fail(r, args[0]) : value_str(S(""));
    if (!input.len)
        return value_str(S(""));
    if (!value_is_number(args[0]))
        return fail(r, "TypeError", "'<=' not supported between instances of '%s' and 'int'",
                    value_type_shown(r, args[0]));
    value width = args[0];

    if (width.type == VIAL_FLOAT && !value_to_int(r, width, &width))
        return value_undefined();
    if (!value_to_clamped(r, width, &w.width))
        return value_undefined();
    if (w.width > INT32_MAX)
        w.width = INT32_MAX;
    w.break_words = value_truth(r, args[1]);
    w.break_hyphens = value_truth(r, args[3]);
    if (between.type == VIAL_NONE)
        between = value_str(env_get_options(r->env)->newline_sequence);
    if (args[2].type == VIAL_NONE && !between.len)
        between = value_str(S("\n"));
    w.between = value_text(between);
    for (bool first = true; text_next_line(&rest, &line, NULL); first = false) {
        if (w.width <= 0)
            return fail(r, "ValueError", "invalid width %lld (must be > 0)", (long long)w.width);
        if (!first)
            buf_add(&text, w.between);
        if (!wrap(&w, line))
            return value_undefined();
    }
    return text_like(between, buf_str(&text));
}
