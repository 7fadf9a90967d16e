/*
 * unicode.c - case and normal forms, as Python has them
 *
 *   comes in:  UTF-8
 *   goes out:  UTF-8; the same slice where nothing changes
 *
 * libunistring does the work; its results equal Python's because both follow the Unicode tables,
 * and tests/peers/unicode asks both. The one exception, the final sigma, is ours.
 * Most text is ASCII, for which a loop over bytes is enough.
 */
#include "vial/base/unicode.h"

#include "vial/base/buf.h"
#include "vial/base/utf8.h"
#include <stdlib.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <uniwidth.h>

/* What libunistring gave on the heap, moved into the arena. */
static str kept(struct arena *a, uint8_t *text, size_t len)
{
    if (!text)
        out_of_memory(len);
    str copy = str_copy(a, str_n((const char *)text, len));
    free(text);
    return copy;
}

typedef uint8_t *mapping(const uint8_t *s, size_t n, const char *language, uninorm_t form,
                         uint8_t *out, size_t *len);

static str mapped(struct arena *a, str s, mapping *map)
{
    str good = utf8_mended(a, s);
    size_t len = 0;

    if (!good.len)
        return good;
    uint8_t *text = map((const uint8_t *)good.p, good.len, "", NULL, NULL, &len);
    return kept(a, text, len);
}

static str normal(struct arena *a, str s, uninorm_t form)
{
    str good = utf8_mended(a, s);
    size_t len = 0;

    uint8_t *text = u8_normalize(form, (const uint8_t *)good.p, good.len, NULL, &len);
    return kept(a, text, len);
}

/* The bit that tells case, turned in those of eight ASCII bytes that are small letters. */
static uint64_t upper_eight(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t from_a = eight + ones * (0x80 - 'a'), beyond_z = eight + ones * (0x7f - 'z');

    return eight ^ ((from_a ^ beyond_z) & ones * 0x80) >> 2;
}

static str ascii_upper(struct arena *a, str s)
{
    size_t i = 0;
    uint64_t eight;

    while (i < s.len && !is_lower(s.p[i]))
        i++;
    if (i == s.len)
        return s;

    char *copy = arena_alloc(a, s.len);
    for (i = 0; i + sizeof eight <= s.len; i += sizeof eight) {
        memcpy(&eight, s.p + i, sizeof eight);
        eight = upper_eight(eight);
        memcpy(copy + i, &eight, sizeof eight);
    }
    for (; i < s.len; i++)
        copy[i] = to_upper(s.p[i]);
    return str_n(copy, s.len);
}

/*
 * A capital sigma at the end of a word becomes another small one than elsewhere. The library knows,
 * but takes an apostrophe for a word's end, as Unicode did before 6.3, and U+0345 for a letter.
 */
#define SIGMA S("\xCE\xA3")

static bool says_nothing(uint32_t c)
{
    return c == '\'' || uc_is_property_case_ignorable(c);
}

/* Whether what stands before the end of `s` is a letter; if nothing there says so, `before`. */
static bool ends_in_letter(str s, bool before)
{
    while (s.len) {
        uint32_t c = utf8_next(&s);

        if (!says_nothing(c))
            before = uc_is_property_cased(c);
    }
    return before;
}

static bool begins_with_letter(str s)
{
    while (s.len) {
        uint32_t c = utf8_next(&s);

        if (!says_nothing(c))
            return uc_is_property_cased(c);
    }
    return false;
}

static str lower_around_sigmas(struct arena *a, str s)
{
    struct buf out = buf_in(a);
    bool in_word = false;
    ptrdiff_t at;

    while ((at = str_find(s, SIGMA)) != STR_NONE) {
        str before = str_slice(s, 0, (size_t)at);

        s = str_from(s, before.len + SIGMA.len);
        buf_add(&out, mapped(a, before, u8_tolower));
        bool is_final = ends_in_letter(before, in_word) && !begins_with_letter(s);
        buf_add(&out, is_final ? S("\xCF\x82") : S("\xCF\x83"));
        in_word = true;
    }
    buf_add(&out, mapped(a, s, u8_tolower));
    return buf_str(&out);
}

str unicode_lower(struct arena *a, str s)
{
    if (utf8_ascii(s))
        return str_lower(a, s);
    s = utf8_mended(a, s);
    return str_find(s, SIGMA) == STR_NONE ? mapped(a, s, u8_tolower) : lower_around_sigmas(a, s);
}

str unicode_upper(struct arena *a, str s)
{
    return utf8_ascii(s) ? ascii_upper(a, s) : mapped(a, s, u8_toupper);
}

str unicode_casefold(struct arena *a, str s)
{
    return utf8_ascii(s) ? str_lower(a, s) : mapped(a, s, u8_casefold);
}

str unicode_nfkd(struct arena *a, str s)
{
    return utf8_ascii(s) ? s : normal(a, s, UNINORM_NFKD);
}

str unicode_nfc(struct arena *a, str s)
{
    return utf8_ascii(s) ? s : normal(a, s, UNINORM_NFC);
}

bool unicode_is_letter(uint32_t c)
{
    return c < 0x80 ? is_alpha((int)c) : uc_is_general_category(c, UC_CATEGORY_L);
}

bool unicode_is_number(uint32_t c)
{
    return c < 0x80 ? is_digit((int)c) : uc_is_general_category(c, UC_CATEGORY_N);
}

bool unicode_is_unspaced(uint32_t c)
{
    static const char *const names[] = { "Han",  "Hangul", "Hiragana", "Katakana",
                                         "Thai", "Lao",    "Myanmar",  "Khmer" };
    const uc_script_t *script = c < 0xE00 ? NULL : uc_script(c);

    for (size_t i = 0; script && i < sizeof names / sizeof *names; i++)
        if (strcmp(script->name, names[i]) == 0)
            return true;
    return c == 0x30FC; /* it makes a vowel of either kana long */
}

bool unicode_is_mark(uint32_t c)
{
    return c >= 0x300 && uc_is_general_category(c, UC_CATEGORY_M);
}

/* Python's: bidirectional class WS, B or S, or general category Zs. */
bool unicode_is_space(uint32_t c)
{
    if (c < 0x80)
        return is_space((int)c) || (c >= 0x1C && c <= 0x1F);
    int bidi = uc_bidi_class(c);
    return bidi == UC_BIDI_WS || bidi == UC_BIDI_B || bidi == UC_BIDI_S ||
           uc_is_general_category(c, UC_CATEGORY_Zs);
}

uint32_t unicode_titlecase(uint32_t c)
{
    return c < 0x80 ? (uint32_t)to_upper((char)c) : uc_totitle(c);
}

unsigned unicode_width(uint32_t c)
{
    int width = c < 0x7F ? 1 : uc_width(c, "UTF-8");

    return width < 0 ? 1 : (unsigned)width; /* a control character is shown as its picture */
}
