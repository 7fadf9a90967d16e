/*
 * frames.c - what could be seen where a failure passed
 *
 *   comes in:  a frame that a failure is about to leave
 *   goes out:  its place and its names with their values, for whoever looks for the fault
 *
 * A name may stand in many slots, of scopes within scopes; the inner ones were made later, so the
 * last one that has a value is the one that counts. Slots without a name are the compiler's own.
 */
#include "vial/template/interp.h"

enum { NAMES_MAX = 200 }; /* of one frame */

static void add_slots(value into, const struct activation *f)
{
    if (!f)
        return;
    add_slots(into, f->outer);
    for (size_t i = 0; i < f->code->nslots && dict_len(into) < NAMES_MAX; i++)
        if (f->code->slot_names[i].len && f->slots[i].type < VALUE_UNRESOLVED)
            dict_set(into, f->code->slot_names[i], f->slots[i]);
}

static const char *kind_of(const struct code *code)
{
    switch ((enum code_kind)code->kind) {
    case CODE_MACRO:
        return "macro";
    case CODE_BLOCK:
        return "block";
    case CODE_CALL_BLOCK:
        return "call block";
    case CODE_LOOP:
        return "recursive loop";
    case CODE_TEST:
        return "condition of a loop";
    case CODE_ROOT:
        break;
    }
    return "";
}

void frame_leave(struct rendering *r, const struct activation *f, struct place place)
{
    struct left_frame frame = {
        .innermost = !r->placed,
        .place = place,
        .what = kind_of(f->code),
        .name = f->code->name,
        .names = dict_new(r->lasting, 16),
    };

    context_names(frame.names, f->context);
    add_slots(frame.names, f);
    r->options->frame_left(r->user, &frame);
}
