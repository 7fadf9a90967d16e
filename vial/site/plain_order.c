/*
 * plain_order.c - most titles and terms, compared without ICU
 *
 *   comes in:  two texts of what is printed in ASCII
 *   goes out:  which comes first
 *
 * Signs come before digits, digits before letters, and digits that stand together are a number
 * whatever zeros are before it. Case counts only when nothing else differs, and then the first
 * difference of it. That is the order of CLDR's root, from which the languages below differ at most
 * in letters with accents. Others have letters of two characters ("ch", "aa"), or another place for
 * some ("y", "z").
 */
#include "vial/site/plain_order.h"

enum { LONGEST = 120 }; /* ICU knows numbers of twice as many digits */

bool plain_language(str code)
{
    static const char *const languages[] = { "en", "de", "fr", "it", "nl", "pt" };
    str name = str_cut(&code, '-');

    if (code.len > 2) /* a script or a variant: "de-1901", "en-US-u-co-phonebk" */
        return false;
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        if (str_eq(name, str_of(languages[i])))
            return true;
    return false;
}

/* Signs in their order, which is not ASCII's. */
static const uint8_t places[256] = {
    [' '] = 1,  ['_'] = 2,  ['-'] = 3,   [','] = 4,  [';'] = 5,  [':'] = 6,  ['!'] = 7,
    ['?'] = 8,  ['.'] = 9,  ['\''] = 10, ['"'] = 11, ['('] = 12, [')'] = 13, ['['] = 14,
    [']'] = 15, ['{'] = 16, ['}'] = 17,  ['@'] = 18, ['*'] = 19, ['/'] = 20, ['\\'] = 21,
    ['&'] = 22, ['#'] = 23, ['%'] = 24,  ['`'] = 25, ['^'] = 26, ['+'] = 27, ['<'] = 28,
    ['='] = 29, ['>'] = 30, ['|'] = 31,  ['~'] = 32, ['$'] = 33,
};

static int place_of(char c)
{
    return is_alnum((unsigned char)c) ? to_lower(c) : places[(unsigned char)c];
}

bool plain_words(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!place_of(s.p[i]))
            return false;
    return s.len <= LONGEST;
}

/* The digits at the front, without the zeros before them. */
static str take_number(str *s)
{
    size_t len = 0, zeros = 0;

    while (len < s->len && is_digit(s->p[len]))
        len++;
    while (zeros < len && s->p[zeros] == '0')
        zeros++;
    str number = str_slice(*s, zeros, len);
    *s = str_from(*s, len);
    return number;
}

static int compare_numbers(str a, str b)
{
    return a.len != b.len ? (a.len < b.len ? -1 : 1) : str_cmp(a, b);
}

int plain_order(str a, str b)
{
    int by_case = 0;

    while (a.len && b.len) {
        int order;

        if (is_digit(*a.p) && is_digit(*b.p)) {
            str left = take_number(&a), right = take_number(&b);

            order = compare_numbers(left, right);
        } else {
            order = place_of(*a.p) - place_of(*b.p); /* '0' is 48, and 'a' above it */
            if (!by_case)
                by_case = *b.p - *a.p; /* "A" is below "a" there */
            a = str_from(a, 1);
            b = str_from(b, 1);
        }
        if (order)
            return order;
    }
    return a.len ? 1 : b.len ? -1 : by_case;
}
