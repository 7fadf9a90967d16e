/*
 * entities.c - character references resolved, as HTML 5 and Python's html.unescape() do
 *
 *   comes in:  text that begins with '&'
 *   goes out:  what it stands for: a named or a numbered character, or the '&' itself
 *
 * The names are sorted, and written by entities.py when vial is built. Some may lack their ';', so
 * the longest known beginning of a word counts: "&notit;" is "¬it;".
 */
#include "vial/template/entities.h"

#include "vial/base/named.h"

struct entity {
    const char *name; /* with its ';', if it has one */
    const char *text;
};

static const struct entity entities[] = {
#include "entities.inc"
};

static const struct entity *find_entity(str name)
{
    return NAMED(entities, name);
}

/* What browsers take numbers for that Windows once used. */
static uint32_t windows_character(uint32_t number)
{
    static const uint16_t table[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
    };

    return number >= 0x80 && number < 0xA0 ? table[number - 0x80] : number;
}

static bool is_dropped(uint32_t c)
{
    return (c >= 1 && c <= 8) || (c >= 0xE && c <= 0x1F) || (c >= 0x7F && c <= 0x9F) ||
           (c >= 0xFDD0 && c <= 0xFDEF) || c == 0xB || (c & 0xFFFE) == 0xFFFE;
}

static void add_numbered(uint32_t number, struct buf *out)
{
    uint32_t c = windows_character(number);

    if (number == 0 || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF))
        buf_add_utf8(out, 0xFFFD);
    else if (c != number || number == 0x0D || (number >= 0x80 && number < 0xA0))
        buf_add_utf8(out, c);
    else if (!is_dropped(number))
        buf_add_utf8(out, number);
}

/* "#39;", "#x27": the length of it, or 0. */
static size_t numbered(str s, struct buf *out)
{
    bool hex = s.len > 1 && to_lower(s.p[1]) == 'x';
    size_t at = hex ? 2 : 1, first = at;
    uint32_t number = 0;

    for (; at < s.len && (hex ? hex_digit(s.p[at]) >= 0 : is_digit(s.p[at])); at++)
        if (number <= 0x10FFFF)
            number = number * (hex ? 16 : 10) + (uint32_t)hex_digit(s.p[at]);
    if (at == first)
        return 0;
    add_numbered(number, out);
    return at < s.len && s.p[at] == ';' ? at + 1 : at;
}

static bool ends_name(char c)
{
    return c == '\t' || c == '\n' || c == '\f' || c == ' ' || c == '<' || c == '&' || c == '#' ||
           c == ';';
}

static size_t named(str s, struct buf *out)
{
    size_t len = 0;

    while (len < s.len && len < 32 && !ends_name(s.p[len]))
        len++;
    if (len && len < s.len && s.p[len] == ';')
        len++;
    for (; len > 1; len--) {
        const struct entity *entity = find_entity(str_slice(s, 0, len));

        if (entity) {
            buf_add(out, str_of(entity->text));
            return len;
        }
    }
    return 0;
}

void entity_next(str *rest, struct buf *out)
{
    str s = str_from(*rest, 1);
    size_t taken = s.len && s.p[0] == '#' ? numbered(s, out) : named(s, out);

    if (!taken)
        buf_lit(out, "&");
    *rest = str_from(s, taken);
}
