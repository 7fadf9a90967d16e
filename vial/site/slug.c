/*
 * slug.c - names of files and titles as parts of an address
 *
 *   comes in:  a file's or folder's name, a title, a term
 *   goes out:  letters, digits, marks and hyphens; folded and in normal form C
 *
 * Compatibility forms are resolved first ("ﬁ" is "fi", full-width letters are plain ones), then
 * case is folded, then the characters are sorted into those that stay and those that part words.
 */
#include "vial/site/slug.h"
#include "vial/base/buf.h"
#include "vial/base/unicode.h"
#include "vial/base/utf8.h"

static bool is_word(uint32_t c)
{
    if (c < 0x80)
        return is_alnum((int)c) || c == '_' || c == '.';
    return unicode_is_letter(c) || unicode_is_number(c) || unicode_is_mark(c);
}

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019 || c == 0x02BC;
}

/* Dots and underscores belong to a word only between its letters. */
static str without_edges(str slug)
{
    while (slug.len && strchr("-._", slug.p[0]))
        slug = str_from(slug, 1);
    while (slug.len && strchr("-._", slug.p[slug.len - 1]))
        slug.len--;
    return slug;
}

str slug_of(struct arena *a, str name)
{
    str rest = unicode_casefold(a, unicode_nfkd(a, name));
    struct buf out = buf_in(a);
    bool apart = false;

    while (rest.len) {
        uint32_t c = utf8_next(&rest);

        if (is_apostrophe(c))
            continue;
        if (!is_word(c)) {
            apart = true;
            continue;
        }
        if (apart && out.len)
            buf_addc(&out, '-');
        apart = false;
        buf_add_utf8(&out, c);
    }
    return without_edges(unicode_nfc(a, buf_str(&out)));
}

str slug_title(struct arena *a, str name)
{
    str title = str_trim(name);
    struct buf out = buf_in(a);
    char first[UTF8_MAX];

    if (!title.len)
        return name;
    uint32_t c = unicode_titlecase(utf8_next(&title));
    buf_add(&out, str_n(first, utf8_encode(first, c)));
    for (size_t i = 0; i < title.len; i++)
        buf_addc(&out, title.p[i] == '-' || title.p[i] == '_' ? ' ' : title.p[i]);
    return buf_str(&out);
}
