/*
 * failure.c - what goes wrong while a template runs, and what runs too long
 *
 *   comes in:  a kind and a sentence, wherever something fails; then, on the way out, places
 *   goes out:  one error: the innermost place, and a note for each step that led there
 */
#include "vial/template/interp.h"

#include <stdarg.h>

value fail(struct rendering *r, const char *kind, const char *fmt, ...)
{
    struct buf sentence = buf_in(r->arena);
    va_list args;

    if (r->failed)
        return value_undefined();
    va_start(args, fmt);
    buf_addv(&sentence, fmt, args);
    va_end(args);
    r->failed = true;
    r->placed = false;
    r->unwound = NULL;
    r->failure = (struct failure){ .kind = kind, .sentence = buf_str(&sentence) };
    return value_undefined();
}

bool failed(const struct rendering *r)
{
    return r->failed;
}

void fail_forget(struct rendering *r)
{
    r->failed = false;
    r->failure = (struct failure){ 0 };
}

void fail_hint(struct rendering *r, str hint)
{
    if (r->failed)
        r->failure.hint = hint;
}

void fail_meant(struct rendering *r, str nearest)
{
    if (r->failed && !r->failure.meant.len)
        r->failure.meant = nearest;
}

/* A recursion that went too deep has hundreds of steps: the first ones tell enough. */
enum { NOTES_MAX = 12 };

static const char *asked_by(uint32_t op)
{
    switch ((enum operation)(op & 0xff)) {
    case OP_INCLUDE:
        return "included from";
    case OP_IMPORT:
        return "imported from";
    default:
        return "extended by";
    }
}

static void add_note(struct rendering *r, struct place place, uint32_t op)
{
    const struct code *from = r->unwound;

    if (!from || from->kind == CODE_TEST || r->notes++ >= NOTES_MAX)
        return;
    switch ((enum code_kind)from->kind) {
    case CODE_MACRO:
        error_note(r->err, place, "in macro '%.*s', called from", STR(from->name));
        break;
    case CODE_BLOCK:
        error_note(r->err, place, "in block '%.*s', called from", STR(from->name));
        break;
    case CODE_CALL_BLOCK:
        error_note(r->err, place, "in the call block, called from");
        break;
    case CODE_LOOP:
        error_note(r->err, place, "in the recursive loop, called from");
        break;
    default:
        error_note(r->err, place, "%s", asked_by(op));
    }
}

/* Of a method call on what is undefined, that is at fault and not the whole call. */
static void narrow(const struct rendering *r, const struct code *code, uint32_t op,
                   struct place *place)
{
    enum operation operation = (enum operation)(op & 0xff);
    const struct site *site;

    if (operation != OP_METHOD && operation != OP_PRINT_CALL)
        return;
    site = &code->template->sites[op >> 8];
    if (!site->to || strcmp(r->failure.kind, "UndefinedError") != 0)
        return;
    place->offset = site->from;
    place->len = site->to - site->from;
}

static bool is_part(char c)
{
    return is_alnum(c) || c == '_' || c == '.' || (unsigned char)c >= 0x80;
}

/* Of `a + b.c` with an undefined `c`, `b.c` is at fault and not the whole sum. */
static void narrow_to_name(const struct rendering *r, uint32_t op, struct place *place)
{
    enum operation operation = (enum operation)(op & 0xff);
    str name = r->failure.name, span;

    if (!name.len || place->offset + place->len > place->source.len || operation < OP_ADD ||
        operation > OP_CHAIN)
        return;
    span = str_n(place->source.p + place->offset, place->len);
    for (size_t from = 0; from + name.len <= span.len; from++) {
        size_t end = from + name.len, begin = from;

        if (!str_eq(str_n(span.p + from, name.len), name) ||
            (from && (span.p[from - 1] == '\'' || span.p[from - 1] == '"' ||
                      (is_part(span.p[from - 1]) && span.p[from - 1] != '.'))) ||
            (end < span.len && is_part(span.p[end])))
            continue;
        while (begin && is_part(span.p[begin - 1]))
            begin--;
        place->offset += begin;
        place->len = end - begin;
        return;
    }
}

void fail_at(struct rendering *r, const struct activation *f, const uint32_t *op)
{
    struct place place;
    size_t at;

    code_place(f->code, (size_t)(op - f->code->ops), &place, &at);
    if (r->options->frame_left)
        frame_leave(r, f, place);
    if (r->placed) {
        add_note(r, place, *op);
    } else {
        narrow(r, f->code, *op, &place);
        narrow_to_name(r, *op, &place);
        error_at(r->err, place, "%.*s", STR(r->failure.sentence));
        error_kind(r->err, r->failure.kind);
        error_meant(r->err, r->failure.meant);
        if (r->failure.hint.len)
            error_hint(r->err, "%.*s", STR(r->failure.hint));
        if (r->err) {
            unsigned col;
            str text;

            place.offset = at;
            place_line(place, &r->err->tag_line, &col, &text);
        }
        r->placed = true;
    }
    r->unwound = f->code;
}

void fail_finish(struct rendering *r)
{
    if (r->notes > NOTES_MAX)
        error_note(r->err, (struct place){ 0 }, "and %u steps more", r->notes - NOTES_MAX);
}

/* ---- limits ---- */

bool rendering_spend(struct rendering *r, uint64_t steps)
{
    if (r->failed)
        return false;
    if (r->arena->size + r->out->len > r->memory) {
        fail(r, "TemplateRuntimeError", "this template needs more than %zu bytes of memory",
             r->options->max_memory);
        return false;
    }
    if (r->steps <= steps || r->steps == UINT64_MAX) {
        r->steps = 0;
        fail(r, "TemplateRuntimeError", "this template takes more than %llu steps",
             (unsigned long long)r->options->max_steps);
        return false;
    }
    r->steps -= steps;
    return true;
}

bool rendering_take(struct rendering *r, size_t bytes)
{
    size_t used = r->arena->size + r->out->len;

    if (r->failed)
        return false;
    if (used <= r->memory && bytes <= r->memory - used)
        return true;
    fail(r, "TemplateRuntimeError", "this template needs more than %zu bytes of memory",
         r->options->max_memory);
    return false;
}

bool rendering_enter(struct rendering *r)
{
    if (r->depth) {
        r->depth--;
        return true;
    }
    fail(r, "RecursionError", "maximum recursion depth exceeded");
    return false;
}
