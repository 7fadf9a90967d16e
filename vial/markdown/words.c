/*
 * words.c - how long a text is to read
 *
 *   comes in:  pieces of text
 *   goes out:  a number of words
 *
 * Chinese and Japanese write no spaces, and their readers count signs; Korean has spaces and is
 * counted by them, as all other scripts are. Thai and its neighbours write no spaces either, and
 * where their words end only a dictionary knows: there their length is the measure.
 */
#include "vial/markdown/words.h"

#include "vial/base/unicode.h"
#include "vial/base/utf8.h"
#include <endian.h>

static bool is_sign(uint32_t c)
{
    return (c >= 0x3041 && c <= 0x30FF && c != 0x30FB) || /* kana, without the middle dot */
           (c >= 0x31F0 && c <= 0x31FF) || (c >= 0x3400 && c <= 0x4DBF) ||
           (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFF66 && c <= 0xFF9F) || (c >= 0x20000 && c <= 0x3FFFF) || c == 0x3005 ||
           c == 0x3007;
}

/* Thai and Lao, Burmese, Khmer: letters and what stands around them, without digits and stops. */
static bool is_run(uint32_t c)
{
    return c >= 0xE01 && c <= 0x17DC &&
           ((c <= 0xE4E && c != 0xE3F) || (c >= 0xE81 && c <= 0xECD) ||
            (c >= 0x1000 && c <= 0x103F) || (c >= 0x1050 && c <= 0x108F) ||
            (c >= 0x1780 && c <= 0x17D3));
}

static void add_run(struct words *words)
{
    enum { LENGTH = 4 };

    if (words->run++ % LENGTH == 0)
        words->count++;
    words->inside = false;
}

static void add_wide(struct words *words, uint32_t c)
{
    if (is_run(c)) {
        add_run(words);
        return;
    }
    words->run = 0;
    if (is_sign(c)) {
        words->count++;
        words->signs++;
        words->inside = false;
    } else if (unicode_is_space(c)) {
        words->inside = false;
    } else if (!words->inside && (unicode_is_letter(c) || unicode_is_number(c))) {
        words->count++;
        words->inside = true;
    }
}

static void add_byte(struct words *words, unsigned char c)
{
    words->run = 0;
    if (is_space(c)) {
        words->inside = false;
    } else if (!words->inside && is_alnum(c)) {
        words->count++;
        words->inside = true;
    }
}

/*
 * Eight ASCII bytes at once, for this is asked of every byte of every page. Of the eight numbers in
 * `eight`, those between two others have their high bit set in what between() returns. A word goes
 * on as a carry does in an addition: a letter's byte makes one, spaces stop it, signs let it pass;
 * so a letter that no carry reaches begins a word.
 */
#define EACH(byte) (0x0101010101010101u * (uint64_t)(byte))

static inline uint64_t between(uint64_t eight, unsigned low, unsigned high)
{
    return (eight + EACH(128 - low)) & ~(eight + EACH(127 - high)) & EACH(128);
}

static inline uint64_t whole_bytes(uint64_t high_bits)
{
    return (high_bits >> 7) * 255;
}

static void add_eight(struct words *words, uint64_t eight)
{
    uint64_t spaces = between(eight, ' ', ' ') | between(eight, '\t', '\r');
    uint64_t letters = between(eight | EACH(0x20), 'a', 'z') | between(eight, '0', '9');
    uint64_t passes = ~whole_bytes(spaces), makes = letters >> 7, carried;
    bool out = __builtin_add_overflow(passes, makes, &carried);

    out |= __builtin_add_overflow(carried, (uint64_t)words->inside, &carried);
    uint64_t reached = carried ^ passes ^ makes; /* in each byte's lowest bit */
    words->count += (size_t)__builtin_popcountll(makes & ~reached);
    words->inside = out;
    words->run = 0;
}

void words_add(struct words *words, str text)
{
    while (text.len) {
        uint64_t eight = EACH(128);

        if (text.len >= sizeof eight)
            memcpy(&eight, text.p, sizeof eight);
        if (!(eight & EACH(128))) {
            add_eight(words, le64toh(eight));
            text = str_from(text, sizeof eight);
        } else if (*text.p & 0x80) {
            add_wide(words, utf8_next(&text));
        } else {
            add_byte(words, (unsigned char)*text.p);
            text = str_from(text, 1);
        }
    }
}
