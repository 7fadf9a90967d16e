/*
 * words.c - how long a text is to read
 *
 *   comes in:  pieces of text
 *   goes out:  a number of words
 *
 * Chinese and Japanese write no spaces, and their readers count signs; Korean has spaces and is
 * counted by them, as all other scripts are.
 */
#include "vial/markdown/words.h"

#include "vial/base/unicode.h"
#include "vial/base/utf8.h"

static bool is_sign(uint32_t c)
{
    return (c >= 0x3041 && c <= 0x30FF && c != 0x30FB) || /* kana, without the middle dot */
           (c >= 0x31F0 && c <= 0x31FF) || (c >= 0x3400 && c <= 0x4DBF) ||
           (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFF66 && c <= 0xFF9F) || (c >= 0x20000 && c <= 0x3FFFF) || c == 0x3005 ||
           c == 0x3007;
}

static void add_wide(struct words *words, uint32_t c)
{
    if (is_sign(c)) {
        words->count++;
        words->inside = false;
    } else if (unicode_is_space(c)) {
        words->inside = false;
    } else if (!words->inside && (unicode_is_letter(c) || unicode_is_number(c))) {
        words->count++;
        words->inside = true;
    }
}

void words_add(struct words *words, str text)
{
    while (text.len) {
        unsigned char c = (unsigned char)*text.p;

        if (c >= 0x80) {
            add_wide(words, utf8_next(&text));
            continue;
        }
        if (is_space(c)) {
            words->inside = false;
        } else if (!words->inside && is_alnum(c)) {
            words->count++;
            words->inside = true;
        }
        text = str_from(text, 1);
    }
}
