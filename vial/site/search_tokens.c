/*
 * search_tokens.c - a text, word by word
 *
 *   comes in:  text
 *   goes out:  where its words are; how they are compared
 *
 * Runs of letters are cut once more where the script changes to one without spaces or back. Most
 * text is ASCII, which is told by a byte.
 */
#include "vial/site/search_tokens.h"

#include "vial/base/buf.h"
#include "vial/base/unicode.h"
#include "vial/base/utf8.h"

static bool is_of_words(uint32_t c)
{
    return c < 0x80 ? is_alnum((int)c)
                    : unicode_is_letter(c) || unicode_is_number(c) || unicode_is_mark(c);
}

/* The code point at `at`, which moves behind it. */
static uint32_t take(str text, size_t *at)
{
    unsigned char byte = (unsigned char)text.p[*at];

    if (byte < 0x80) {
        (*at)++;
        return byte;
    }
    str rest = str_from(text, *at);
    uint32_t c = utf8_next(&rest);
    *at = text.len - rest.len;
    return c;
}

/* The next run of one kind; false: there is none. */
static bool find_run(struct tokens *t, size_t *from, size_t *to, bool *unspaced)
{
    size_t at = t->at, next = at;
    uint32_t c = 0;

    while (at < t->text.len && !is_of_words(c = take(t->text, &next)))
        at = next;
    if (at >= t->text.len)
        return false;
    *from = at;
    *unspaced = unicode_is_unspaced(c);
    for (at = next; at < t->text.len; at = next) {
        c = take(t->text, &next);
        if (!is_of_words(c) || unicode_is_unspaced(c) != *unspaced)
            break;
    }
    *to = t->at = at;
    return true;
}

/* Two signs from where we are, or what is left. */
static bool take_pair(struct tokens *t, struct token *token)
{
    size_t second = t->piece, end;

    take(t->text, &second);
    end = second;
    if (second < t->end)
        take(t->text, &end);
    *token = (struct token){ t->piece, end, true };
    t->piece = end == t->end && !(t->last_signs && second < end) ? t->end : second;
    return true;
}

bool tokens_next(struct tokens *t, struct token *token)
{
    bool unspaced;

    if (t->piece < t->end)
        return take_pair(t, token);
    if (!find_run(t, &token->from, &token->to, &unspaced))
        return false;
    if (unspaced) {
        t->piece = token->from;
        t->end = token->to;
        return take_pair(t, token);
    }
    token->unspaced = false;
    str word = str_slice(t->text, token->from, token->to);
    if (word.len > TOKEN_MOST)
        token->to = token->from + utf8_offset(word, TOKEN_MOST);
    return true;
}

/* ---- how they are compared ---- */

/* Small sigma has two forms, by its place. */
static str one_sigma(str text, struct arena *a)
{
    struct buf out;

    if (str_find(text, S("ς")) < 0)
        return text;
    out = buf_in(a);
    for (size_t at = 0; at < text.len;) {
        bool final = str_starts(str_from(text, at), S("ς"));

        if (final)
            buf_lit(&out, "σ");
        else
            buf_addc(&out, text.p[at]);
        at += final ? 2 : 1;
    }
    return buf_str(&out);
}

str token_plain(str text, struct arena *a)
{
    if (utf8_ascii(text))
        return str_lower(a, text);
    return one_sigma(unicode_lower(a, unicode_nfc(a, unicode_nfkd(a, text))), a);
}

str token_bare(str word, struct arena *a)
{
    struct buf out;

    if (utf8_ascii(word))
        return word;
    out = buf_in(a);
    for (str rest = unicode_nfkd(a, word); rest.len;) {
        uint32_t c = utf8_next(&rest);

        if (c < 0x300 || c > 0x36F)
            buf_add_utf8(&out, c);
    }
    return unicode_nfc(a, buf_str(&out));
}
