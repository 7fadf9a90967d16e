/*
 * code.c - from an instruction back to the text it was made from
 *
 *   comes in:  while compiling, spans of the source in the order of the code
 *   goes out:  when something fails, the span of one instruction
 *
 * Positions are looked up only for errors, so they are kept small: each entry is three numbers of
 * one to five bytes, the distances from the entry before. There are two kinds, told apart by the
 * lowest bit of the first: where an instruction's span is, and from which token Jinja would count
 * the line of what follows.
 */
#include "vial/template/code.h"

enum { IS_MARK = 1 };

static void add_number(struct buf *out, uint32_t n)
{
    for (; n >= 0x80; n >>= 7)
        buf_addc(out, (char)(n | 0x80));
    buf_addc(out, (char)n);
}

static uint32_t zigzag(uint32_t from, uint32_t to)
{
    int32_t distance = (int32_t)(to - from);

    return (uint32_t)distance << 1 ^ (uint32_t)(distance >> 31);
}

static uint32_t unzigzag(uint32_t from, uint32_t n)
{
    return from + (n >> 1 ^ -(n & 1));
}

void places_add(struct places *p, uint32_t pc, uint32_t from, uint32_t to)
{
    add_number(&p->bytes, (pc - p->pc) << 1);
    add_number(&p->bytes, zigzag(p->offset, from));
    add_number(&p->bytes, to - from);
    p->pc = pc;
    p->offset = from;
}

void places_mark(struct places *p, uint32_t pc, uint32_t at)
{
    add_number(&p->bytes, (pc - p->pc) << 1 | IS_MARK);
    add_number(&p->bytes, zigzag(p->at, at));
    p->pc = pc;
    p->at = at;
}

static uint32_t number(const uint8_t **at, const uint8_t *end)
{
    uint32_t n = 0;

    for (unsigned shift = 0; *at < end; shift += 7) {
        uint8_t byte = *(*at)++;

        n |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    return n;
}

bool code_place(const struct code *code, size_t pc, struct place *place, size_t *line_at)
{
    const uint8_t *at = code->places, *end = at + code->nplaces;
    uint32_t entry = 0, offset = 0, len = 0, mark = 0;
    bool found = false;

    while (at < end) {
        uint32_t first = number(&at, end);

        entry += first >> 1;
        if (entry > pc)
            break;
        if (first & IS_MARK) {
            mark = unzigzag(mark, number(&at, end));
            continue;
        }
        offset = unzigzag(offset, number(&at, end));
        len = number(&at, end);
        found = true;
    }
    *place = (struct place){ code->template->file, code->template->text, offset, len };
    *line_at = mark;
    return found;
}
