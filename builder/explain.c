/*
 * explain.c - what the last build made each output from
 *
 *   comes in:  a site's folder
 *   goes out:  for each output, why it was made and what was read for it
 *
 * Nothing is read but the site's configuration, which says where the output is, and the manifest.
 */
#include "builder/explain.h"

#include "builder/manifest.h"
#include "builder/output.h"
#include "vial/base/file.h"
#include "vial/base/path.h"

enum { SOURCES = 16 };

struct listing {
    struct explained_read *list;
    size_t count, cap;
    struct arena *arena;
};

static void add_read(void *self, str thing, uint64_t fields)
{
    struct listing *l = self;

    if (l->count == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 64;

        l->list = arena_grow(l->arena, l->list, l->cap * sizeof *l->list, cap * sizeof *l->list);
        l->cap = cap;
    }
    l->list[l->count++] = (struct explained_read){ thing, fields };
}

static void tell_all(const struct manifest *m, explain_fn *each, void *self)
{
    struct arena a = { 0 };
    bool go_on = true;

    for (size_t i = 0; i < m->records.count && go_on; i++) {
        const struct record *record = m->records.entries[i].data;

        if (record->copy)
            continue;
        struct listing reads = { .arena = &a };

        notes_each(&m->notes, record->noted, add_read, &reads);
        struct explained explained = { m->records.entries[i].key, record->why, record->page,
                                       record->redirects_to,      reads.list,  reads.count };
        go_on = each(self, &explained);
        arena_reset(&a);
    }
    arena_free(&a);
}

static bool refuse(struct output *out, struct errors *errors)
{
    struct error err = { 0 };

    error_at(&err, (struct place){ .file = out->folder }, "was not built by this vial");
    error_hint(&err, "'vial build' builds it, and remembers how");
    errors_add(errors, &err);
    return false;
}

bool explain_each(str folder, str output, explain_fn *each, void *self, struct errors *errors)
{
    struct arena a = { 0 };
    struct site *site = site_begin(folder, &(struct site_options){ 0 }, errors);
    struct output out = { .fd = -1 };
    struct error err = { 0 };
    struct manifest m;
    str sources[SOURCES], name;

    if (!site)
        return false;
    out.folder = output.len ? output : path_join(&a, site_folder(site), site_output(site));
    bool good = output_check(&out, &name, site_folder(site), sources,
                             site_watched(site, sources, SOURCES), &a, &err);
    if (!good)
        errors_add(errors, &err);
    else if (!manifest_look(&m, site_folder(site), name, file_info(out.real).inode, &a))
        good = refuse(&out, errors);
    else
        tell_all(&m, each, self);
    site_close(site);
    arena_free(&a);
    return good;
}
