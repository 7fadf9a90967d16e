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

void fail_meant(struct rendering *r, str nearest)
{
    if (r->failed && !r->failure.meant.len)
        r->failure.meant = nearest;
}

static void add_note(struct rendering *r, struct place place)
{
    const struct code *from = r->unwound;

    if (!from)
        return;
    switch ((enum code_kind)from->kind) {
    case CODE_MACRO:
        error_note(r->err, place, "in macro '%.*s', called from", STR(from->name));
        break;
    case CODE_BLOCK:
        error_note(r->err, place, "in block '%.*s' of", STR(from->name));
        break;
    case CODE_CALL_BLOCK:
        error_note(r->err, place, "in a call block, called from");
        break;
    case CODE_ROOT:
        error_note(r->err, place, "in '%.*s', asked for by", STR(from->template->name));
        break;
    case CODE_LOOP:
        error_note(r->err, place, "in a recursive loop, called from");
        break;
    case CODE_TEST:
        break;
    }
}

void fail_at(struct rendering *r, const struct activation *f, const uint32_t *op)
{
    struct place place;
    size_t at;

    code_place(f->code, (size_t)(op - f->code->ops), &place, &at);
    if (r->placed) {
        add_note(r, place);
    } else {
        const char *kind = r->failure.kind;

        error_at(r->err, place, "%.*s", STR(r->failure.sentence));
        error_kind(r->err, kind);
        error_meant(r->err, r->failure.meant);
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
