/*
 * lines.c - what base/unicode.h makes of each line of standard input, for test.py to compare
 *
 *   comes in:  lines of UTF-8
 *   goes out:  for each: lower, upper, casefold, NFKD, NFC, and the kinds of its first code point,
 *              with a NUL between and a line end behind
 */
#include "vial/base/buf.h"
#include "vial/base/unicode.h"
#include "vial/base/utf8.h"
#include <stdio.h>
#include <stdlib.h>

static void add_kinds(struct buf *out, str line)
{
    uint32_t c = utf8_next(&line);

    buf_add(out, unicode_is_letter(c) ? S("L") : S(""));
    buf_add(out, unicode_is_number(c) ? S("N") : S(""));
    buf_add(out, unicode_is_mark(c) ? S("M") : S(""));
    buf_add(out, unicode_is_space(c) ? S("s") : S(""));
    buf_addf(out, " %X", unicode_titlecase(c));
}

static void answer(struct buf *out, str line, struct arena *a)
{
    const str made[] = { unicode_lower(a, line), unicode_upper(a, line), unicode_casefold(a, line),
                         unicode_nfkd(a, line), unicode_nfc(a, line) };

    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        buf_add(out, made[i]);
        buf_addc(out, '\0');
    }
    add_kinds(out, line);
    buf_addc(out, '\n');
}

int main(void)
{
    struct arena a = { 0 };
    struct buf out = { 0 };
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;

    while ((len = getline(&line, &cap, stdin)) > 1) {
        answer(&out, str_n(line, (size_t)len - 1), &a);
        arena_reset(&a);
        fwrite(out.p, 1, out.len, stdout);
        buf_clear(&out);
    }
    free(line);
    buf_free(&out);
    arena_free(&a);
    return 0;
}
