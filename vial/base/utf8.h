/*
 * UTF-8: text as code points, as RFC 3629 has it (no surrogates, nothing above U+10FFFF, no
 * overlong forms).
 */
#pragma once
#include "vial/base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { UTF8_MAX = 4, UTF8_REPLACEMENT = 0xFFFD };

/* True when all of `s` is UTF-8; else `*bad` (may be NULL) is the offset of the first byte that is
 * not. */
bool utf8_valid(str s, size_t *bad);

/*
 * The code point at the front of `*rest`, which moves behind it. Bytes that are no UTF-8 give
 * U+FFFD, one at a time. `*rest` may not be empty.
 */
uint32_t utf8_next(str *rest);

/* Writes `codepoint` (U+FFFD for what is none) and returns the number of bytes, 1 to 4. */
size_t utf8_encode(char out[UTF8_MAX], uint32_t codepoint);

size_t utf8_count(str s);                /* code points in `s`                                */
size_t utf8_offset(str s, size_t count); /* bytes taken by the first `count` code points      */
bool utf8_ascii(str s);                  /* nothing but ASCII                                 */

/* A copy in which each byte that is no UTF-8 is U+FFFD; `s` itself when all is well. */
str utf8_mended(struct arena *a, str s);

#ifdef __cplusplus
}
#endif
