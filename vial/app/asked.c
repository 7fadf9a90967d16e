/*
 * asked.c - what a response owes to who asked for it
 *
 *   comes in:  that a handler, a hook or a template looked at some part of the request
 *   goes out:  a note of it among the reads, so that nobody gets a page that was made for another
 *
 * Host and scheme are not noted where the app knows its own (base_url): then they are the same for
 * all who ask.
 */
#include "vial/app/inside.h"

static bool is_fixed(const vial_req *r, str what)
{
    return r->app->base_host.len && str_eq(what, S("host"));
}

void vial_asked(vial_req *r, const char *of_what)
{
    str rest = str_of(of_what);
    char key[64];

    while (rest.len) {
        str what = str_cut(&rest, ' ');

        if (!what.len || is_fixed(r, what) || what.len > sizeof key - 8)
            continue;
        memcpy(key, "request:", 8);
        memcpy(key + 8, what.p, what.len);
        reads_note(r->reads, str_n(key, what.len + 8));
    }
}

void vial_tells_reads(vial *app, vial_fn *handler)
{
    struct teller *teller = arena_make(app->arena, struct teller);

    *teller = (struct teller){ app->tellers, handler };
    app->tellers = teller;
}

/* In a site nobody watches over what its own code tells of, so there it may not be kept. */
static bool tells_all(const vial_req *r)
{
    return r->duty && r->duty->tells_all && !r->app->notes_code;
}

void note_handler(vial_req *r, vial_fn *handler)
{
    if (tells_all(r))
        return;
    for (const struct teller *teller = r->app->tellers; teller; teller = teller->next)
        if (teller->handler == handler)
            return;
    vial_asked(r, "code");
}

void note_hooks(vial_req *r)
{
    if (tells_all(r))
        return;
    for (const struct scope *scope = r->scope; scope; scope = scope->parent)
        if (scope->owner->before || scope->owner->after || scope->owner->context)
            vial_asked(r, "code");
}
