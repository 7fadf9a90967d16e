/*
 * Text: what Python's str knows of characters and words.
 */
#pragma once
#include "vial/base/str.h"

/* Of one character, as the methods of the same names ask of all: str.isprintable() ... */
bool char_is_printable(uint32_t c);
bool char_is_alpha(uint32_t c);
bool char_is_decimal(uint32_t c);
bool char_is_digit(uint32_t c);
bool char_is_numeric(uint32_t c);
bool char_is_upper(uint32_t c);
bool char_is_lower(uint32_t c);
bool char_is_title(uint32_t c);
bool char_is_cased(uint32_t c);
bool char_is_space(uint32_t c);
bool char_starts_name(uint32_t c);
bool char_continues_name(uint32_t c);
int char_decimal(uint32_t c);  /* the value of a decimal digit of any script, or -1 */
bool char_is_word(uint32_t c); /* \w */

/* The code point that ends `s`, which is not empty, and where it begins. */
uint32_t text_last(str s, size_t *at);

/* How many bytes at the front are white space, or are none. */
size_t text_span(str s, bool spaces);

/* Text between white space: str.split(). False when there is no more. */
bool text_next_word(str *rest, str *word);
bool text_last_word(str *rest, str *word);

/* Without white space, or the characters of `*chars`, at the ends asked for. */
str text_strip(str s, const str *chars, bool left, bool right);

/* The next line of str.splitlines(); `end` (may be NULL) is what ended it. */
bool text_next_line(str *rest, str *line, str *end);

/* Where `part` stands last. */
ptrdiff_t text_rfind(str s, str part);
size_t text_count(str s, str part); /* not overlapping */
