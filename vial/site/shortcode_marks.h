/*
 * The mark that stands for a call while Markdown is read: control characters, which it carries
 * along like any text.
 *
 *     0x02, four digits of the call's number (base 8, the least first, from 0x0E on), 0x03, pads
 *
 * Where a link leads no control character may stand: there it is a sign of nobody's script, the
 * digits, "_" as many as are wanted, and ".".
 */
#pragma once

enum { MARK_PAD = 4, MARK_LENGTH = 6, MARK_DIGITS = 4, MARK_ZERO = 0x0E };

#define ADDRESS_SIGN "\uE002"
