/*
 * str_tests.c - text.isalpha() and its like: is each character of a kind?
 *
 *   comes in:  text
 *   goes out:  True or False, as Python's str says; of no characters, mostly False
 */
#include "vial/base/utf8.h"
#include "vial/template/str_methods.h"
#include "vial/template/text.h"

static value all_are(value self, bool (*is)(uint32_t), bool of_none)
{
    str s = value_text(self);

    if (!s.len)
        return value_bool(of_none);
    while (s.len)
        if (!is(utf8_next(&s)))
            return value_bool(false);
    return value_bool(true);
}

static bool is_alnum_char(uint32_t c)
{
    return char_is_alpha(c) || char_is_numeric(c);
}
static bool is_ascii_char(uint32_t c)
{
    return c < 0x80;
}

#define ALL_ARE(name, kind, of_none)                                                               \
    value method_##name(struct rendering *r, value self, const value *args)                        \
    {                                                                                              \
        (void)r;                                                                                   \
        (void)args;                                                                                \
        return all_are(self, kind, of_none);                                                       \
    }
ALL_ARE(isalnum, is_alnum_char, false)
ALL_ARE(isalpha, char_is_alpha, false)
ALL_ARE(isascii, is_ascii_char, true)
ALL_ARE(isdecimal, char_is_decimal, false)
ALL_ARE(isdigit, char_is_digit, false)
ALL_ARE(isnumeric, char_is_numeric, false)
ALL_ARE(isprintable, char_is_printable, true)
ALL_ARE(isspace, char_is_space, false)

value method_isidentifier(struct rendering *r, value self, const value *args)
{
    str s = value_text(self);

    (void)r;
    (void)args;
    if (!s.len || !char_starts_name(utf8_next(&s)))
        return value_bool(false);
    while (s.len)
        if (!char_continues_name(utf8_next(&s)))
            return value_bool(false);
    return value_bool(true);
}

/* Some letter has the case asked for, and none has another. */
static value only_case(value self, bool (*wanted)(uint32_t), bool (*other)(uint32_t))
{
    bool some = false;

    for (str s = value_text(self); s.len;) {
        uint32_t c = utf8_next(&s);

        if (other(c) || char_is_title(c))
            return value_bool(false);
        some = some || wanted(c);
    }
    return value_bool(some);
}

value method_islower(struct rendering *r, value self, const value *args)
{
    (void)r;
    (void)args;
    return only_case(self, char_is_lower, char_is_upper);
}

value method_isupper(struct rendering *r, value self, const value *args)
{
    (void)r;
    (void)args;
    return only_case(self, char_is_upper, char_is_lower);
}

/* Capitals begin words, and small letters only follow letters. */
value method_istitle(struct rendering *r, value self, const value *args)
{
    bool some = false, within = false;

    (void)r;
    (void)args;
    for (str s = value_text(self); s.len;) {
        uint32_t c = utf8_next(&s);
        bool capital = char_is_upper(c) || char_is_title(c), small = char_is_lower(c);

        if ((capital && within) || (small && !within))
            return value_bool(false);
        within = capital || small;
        some = some || within;
    }
    return value_bool(some);
}
