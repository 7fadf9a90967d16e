/*
 * Unicode: case and normal forms, as Python has them (libunistring; ASCII takes a short way).
 *
 * What comes in is UTF-8; what is not is mended first. What goes out lives in the arena, or is the
 * argument itself when nothing changes.
 */
#pragma once
#include "vial/base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

str unicode_lower(struct arena *a, str s);    /* str.lower(), with the final sigma     */
str unicode_upper(struct arena *a, str s);    /* str.upper(): "ß" becomes "SS"          */
str unicode_casefold(struct arena *a, str s); /* str.casefold()                        */
str unicode_nfkd(struct arena *a, str s);     /* unicodedata.normalize("NFKD", s)       */
str unicode_nfc(struct arena *a, str s);

bool unicode_is_letter(uint32_t codepoint);     /* general category L                    */
bool unicode_is_number(uint32_t codepoint);     /* N                                     */
bool unicode_is_mark(uint32_t codepoint);       /* M                                     */
/* Of a script whose words are written without spaces; or of Korean, whose words have others tied
 * to them. Of letters, marks and digits alone. */
bool unicode_is_unspaced(uint32_t codepoint);
bool unicode_is_space(uint32_t codepoint);      /* str.isspace()                         */
uint32_t unicode_titlecase(uint32_t codepoint); /* the simple mapping                   */
unsigned unicode_width(uint32_t codepoint);     /* columns of a terminal: 0, 1 or 2      */

#ifdef __cplusplus
}
#endif
