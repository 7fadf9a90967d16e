/*
 * versions.c - what C code said that its pages were made from, from one build to the next
 *
 *   comes in:  the things that pages were made from the last time, and how each of them was
 *   goes out:  those that are not the same now
 *
 * A site knows its own files; what its code reads beside them is known by vial_depends() alone. Of
 * an app that is no site all is known in this way, and where its settings are others, all is made
 * again.
 */
#include "builder/build.h"

static bool is_told(str thing)
{
    return str_starts(thing, S("depends:")) || str_starts(thing, S("thing:"));
}

static bool concerns(const struct build *b, str thing)
{
    return !b->site || is_told(thing);
}

struct comparing {
    struct build *b;
    struct map was; /* struct digest, by thing */
    struct reads *changed;
};

static void compare(void *self, str thing)
{
    struct comparing *c = self;
    const struct digest *was = map_get(&c->was, thing), none = { 0 };

    if (!concerns(c->b, thing))
        return;
    struct digest now = vial_version(c->b->maker.app, thing);
    if (!was || digest_eq(now, none) || !digest_eq(now, *was))
        reads_note(c->changed, thing);
}

void versions_compare(struct build *b, struct reads *changed)
{
    struct comparing comparing = { b, map_in(&b->arena), changed };
    struct unpack from = unpack_of(b->manifest.versions);
    str thing = S("");

    vial_versions_begin(b->maker.app);
    unpack_digest(&from); /* of the settings */
    while (unpack_more(&from)) {
        struct digest *digest = arena_make(&b->arena, struct digest);

        thing = unpack_name(&from, thing, &b->arena);
        *digest = unpack_digest(&from);
        map_set(&comparing.was, thing, digest);
    }
    notes_each_thing(&b->manifest.notes, compare, &comparing);
}

bool versions_settings_same(const struct build *b)
{
    struct unpack from = unpack_of(b->manifest.versions);
    struct digest settings = unpack_digest(&from);

    return !from.bad && digest_eq(settings, vial_settings(b->maker.app));
}

struct packing {
    struct build *b;
    struct buf out;
    str before;
};

static void pack(void *self, str thing)
{
    struct packing *p = self;

    if (!concerns(p->b, thing))
        return;
    pack_name(&p->out, p->before, thing);
    pack_digest(&p->out, vial_version(p->b->maker.app, thing));
    p->before = thing;
}

str versions_now(struct build *b)
{
    struct packing packing = { b, buf_in(&b->arena), S("") };

    pack_digest(&packing.out, vial_settings(b->maker.app));
    notes_each_thing(&b->manifest.notes, pack, &packing);
    return buf_str(&packing.out);
}
