/*
 * observe.c - what an include looks at outside of itself
 *
 *   comes in:  names and attributes, while an include runs that may be kept
 *   goes out:  a list of sights: what was asked for and what it was
 *
 * A name is looked for from the inside out. Where that way leads over the border of an include, the
 * include has looked outside, and of several, one within the other, each whose border was crossed.
 * Scalars and text are remembered as they are; of an object it is remembered what it stands for
 * (object_type.same), or better, if all that is asked for is an attribute of it, only that: a
 * sidebar may read `page.section` and be the same for all pages of a section. What can be compared
 * in none of these ways makes the include unsteady.
 *
 * Attributes are read on behalf of what is around the include: the notes that objects make then
 * (vial/app/reads.h) are turned to those of the outer side. So they are noted of the page itself,
 * whether the include is run or reused.
 */
#include "vial/template/env.h"
#include "vial/template/ops.h"
#include "vial/template/reuse.h"

enum { TEXT_MAX = 256 };

/* ---- sights ---- */

static bool see(struct sight *sight, bool there, value v)
{
    sight->there = there;
    sight->v = v;
    if (!there)
        return true;
    switch (v.type) {
    case VIAL_UNDEFINED:
    case VIAL_NONE:
    case VIAL_BOOL:
    case VIAL_INT:
    case VIAL_FLOAT:
        return true;
    case VIAL_STR:
        return v.len <= TEXT_MAX;
    case VIAL_OBJECT: {
        const struct object *o = v.as.object;

        sight->type = o->type;
        sight->same = o->type->same ? o->type->same(o) : NULL;
        return sight->same != NULL;
    }
    default:
        return false;
    }
}

static bool are_equal(const struct sight *a, const struct sight *b)
{
    if (a->there != b->there || (a->there && a->v.type != b->v.type))
        return false;
    if (!a->there)
        return true;
    switch (a->v.type) {
    case VIAL_BOOL:
        return a->v.as.b == b->v.as.b;
    case VIAL_INT:
    case VIAL_FLOAT:
        return a->v.as.i == b->v.as.i; /* bit for bit: -0.0 prints otherwise than 0.0 */
    case VIAL_STR:
        return a->v.flags == b->v.flags && str_eq(value_text(a->v), value_text(b->v));
    case VIAL_OBJECT:
        return a->type == b->type && a->same == b->same;
    default:
        return true;
    }
}

bool value_see(value v, struct sight *sight)
{
    return see(sight, true, v);
}

bool value_is_as(value v, const struct sight *sight)
{
    struct sight now = { 0 };

    return see(&now, true, v) && are_equal(&now, sight);
}

/* ---- observers ---- */

void rendering_unsteady(struct rendering *r)
{
    for (struct observer *o = r->observer; o; o = o->outer)
        o->unsteady = true;
}

struct birth birth_now(const struct rendering *r)
{
    return (struct birth){ r->observer, r->making > 0 };
}

void rendering_changes(struct rendering *r, const struct birth *birth)
{
    if (!birth->in_module && birth->in == r->observer)
        return;
    rendering_unsteady(r);
    r->changed = r->changed || birth->in_module;
}

static bool is_known(const struct observer *o, const struct sight *sight)
{
    for (unsigned i = 0; i < o->count; i++)
        if (str_eq(o->sights[i].name, sight->name) && str_eq(o->sights[i].attr, sight->attr))
            return true;
    return false;
}

/* Told to each observer from the innermost to the one before `end`. */
static void tell(struct rendering *r, const struct observer *end, struct sight sight, bool there,
                 value v)
{
    bool good = see(&sight, there, v);

    for (struct observer *o = r->observer; o != end; o = o->outer) {
        if (is_known(o, &sight))
            continue;
        if (good && o->count < SIGHTS_MAX)
            o->sights[o->count++] = sight;
        else
            o->unsteady = true;
    }
}

/* The observer whose border is `border`, of `o` and those around it. */
static struct observer *border_of(struct observer *o, const struct context *border)
{
    while (o && o->inside != border)
        o = o->outer;
    return o;
}

/* The first observer, from the inside, who has the name found at `at` inside its border. */
static struct observer *who_has(const struct rendering *r, const struct context *from,
                                const struct context *at)
{
    struct observer *o = r->observer;

    for (; from && from != at && o; from = from->parent) {
        const struct observer *crossed = border_of(o, from);

        if (crossed)
            o = crossed->outer;
    }
    return o;
}

static unsigned distance(const struct rendering *r, const struct observer *end)
{
    unsigned count = 0;

    for (const struct observer *o = r->observer; o != end; o = o->outer)
        count++;
    return count;
}

value observed_name(struct rendering *r, const struct context *context, str name, bool attr,
                    bool *own)
{
    const struct context *at = NULL;
    value v = { VALUE_MISSING, 0, 0, 0, { 0 } };
    bool there = context_find(r, context, name, &v, &at);
    struct observer *end = who_has(r, context, at);

    *own = end == r->observer;
    if (*own)
        return v;
    if (attr && at && there && (v.type == VIAL_OBJECT || v.type == VIAL_DICT)) {
        v.flags |= VALUE_OBSERVED;
        v.spare = (uint16_t)distance(r, end);
        r->observed = name;
        return v;
    }
    tell(r, end, (struct sight){ .name = name }, there && at, v);
    return v;
}

/* Reads it for the outermost of those who observe it, in the notes of what is around that one. */
static value read_outside(struct rendering *r, struct observer *last, value v, str name)
{
    struct observer *inner = r->observer;

    r->env->reuse->turn(r->user, last->aside.before);
    r->observer = last->outer;
    v = value_attr(r, v, name);
    r->observer = inner;
    r->env->reuse->turn(r->user, last->aside.before);
    return v;
}

value observed_attr(struct rendering *r, value v, str name)
{
    struct observer *last = r->observer, *end;
    value whole = v;

    for (unsigned i = 1; i < v.spare; i++)
        last = last->outer;
    end = last->outer;
    whole.flags &= (uint8_t)~VALUE_OBSERVED;
    whole.spare = 0;

    struct sight sight = { .name = r->observed, .attr = name };
    value found = read_outside(r, last, whole, name);
    if (r->failed || see(&sight, true, found)) {
        tell(r, end, sight, true, found);
        return found;
    }
    tell(r, end, (struct sight){ .name = sight.name }, true, whole);
    return value_attr(r, whole, name); /* nobody asks for it again: it is noted inside as well */
}

bool sight_holds(struct rendering *r, const struct context *context, const struct sight *sight)
{
    struct sight now = { .name = sight->name, .attr = sight->attr };
    const struct context *at = NULL;
    bool own, there;
    value v;

    there = context_find(r, context, sight->name, &v, &at) && at;
    if (r->observer) /* those around see it too */
        v = observed_name(r, context, sight->name, sight->attr.p != NULL, &own);
    if (!sight->attr.p)
        return see(&now, there, v) && are_equal(&now, sight);
    if (!there || (v.type != VIAL_OBJECT && v.type != VIAL_DICT))
        return false;
    v = v.flags & VALUE_OBSERVED ? observed_attr(r, v, sight->attr) : value_attr(r, v, sight->attr);
    return !r->failed && see(&now, true, v) && are_equal(&now, sight);
}
