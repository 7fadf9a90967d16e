/*
 * reuse.c - what an include that is not rendered again would have read
 *
 *   comes in:  an include that begins, ends, or is put out as it was (vial/template/template.h)
 *   goes out:  the reads of the response, as they would be had it been rendered
 *
 * It is for apps whose templates mostly see what all responses have in common: a site's pages. What
 * is of one request alone tells so by vial_glance().
 */
#include "vial/app/inside.h"

static void *begin(void *user)
{
    vial_req *r = user;
    struct reads *before = arena_make(r->arena, struct reads);

    *before = reads_begin(r->reads);
    return before;
}

static void turn(void *user, void *before)
{
    reads_turn(((vial_req *)user)->reads, before);
}

static const void *end(void *user, void *before, struct arena *keep)
{
    struct reads *reads = ((vial_req *)user)->reads, *kept = NULL;

    if (keep && reads_may_be_kept(reads))
        kept = reads_copy(keep, reads);
    reads_end(reads, before);
    return kept;
}

static void again(void *user, const void *kept)
{
    reads_repeat(((vial_req *)user)->reads, kept);
}

static uint64_t glances(void *user)
{
    return ((vial_req *)user)->glances;
}

static unsigned kin(void *user)
{
    return ((vial_req *)user)->kin;
}

void vial_kin(vial_req *r, unsigned number)
{
    r->kin = number;
}

void vial_reuse_partials(vial *app)
{
    static const struct reuse_hooks hooks = { begin, turn, end, again, glances, kin };

    env_reuse(app->env, &hooks);
}

void vial_glance(vial_req *r)
{
    if (r)
        r->glances++;
}

uint64_t vial_glances(const vial_req *r)
{
    return r->glances;
}
