/*
 * finish.c - the end of a build: what is no longer made goes, and all of it is remembered
 *
 *   comes in:  what was made, and what earlier builds wrote
 *   goes out:  the manifest; fewer files; and where the output is switched as a whole, the switch
 *
 * Old files are taken away before they are forgotten, and a new output is remembered before it is
 * shown: so a build that is killed between any two of these steps has only to be done again.
 */
#include "builder/build.h"

#include "vial/base/file.h"
#include "vial/base/path.h"

static void warn_left(struct build *b, str name)
{
    struct error err = { 0 };

    error_at(&err, (struct place){ .file = path_join(&b->arena, b->output.folder, name) },
             "is no longer made, but was changed since vial wrote it: it is left alone");
    errors_add(&b->report->warnings, &err);
}

/* Everything there is after this build. */
static struct map records_of(struct build *b)
{
    struct map records = map_in(&b->arena);

    for (size_t i = 0; i < b->targets.count; i++)
        if (!b->targets.list[i]->failed)
            map_set(&records, b->targets.list[i]->name, &b->targets.list[i]->record);
    if (b->redirects.name.len && !b->redirects.failed)
        map_set(&records, b->redirects.name, &b->redirects.record);
    for (size_t i = 0; i < b->copies.count; i++)
        map_set(&records, b->copies.entries[i].key, b->copies.entries[i].data);
    return records;
}

/* True when the file is to be remembered still. */
static bool remove_old(struct build *b, str name)
{
    struct error err = { 0 };
    bool left;

    if (!output_remove(b->maker.output, name, &left, &b->arena, &err)) {
        complaints_add(&b->complaints, &err, name, true);
        return true;
    }
    if (left)
        warn_left(b, name);
    else
        b->report->removed += !b->beside.on;
    return false;
}

/*
 * Old files that are no longer made are taken away, unless something went wrong (`keep`): then a
 * page may be missing only because it could not be read, and what an earlier build made of it is
 * the best there is.
 */
static void remove_olds(struct build *b, struct map *records, bool keep)
{
    for (size_t i = 0; i < b->into->records.count; i++) {
        const struct map_entry *old = &b->into->records.entries[i];
        struct record *kept = old->data;

        if (map_find(records, old->key) || kept->no_file)
            continue;
        kept->noted.set = 0; /* should it be made again, it is made anew */
        if (keep || remove_old(b, old->key))
            map_set(records, old->key, kept);
    }
}

/* ---- where the output is switched as a whole ---- */

/*
 * What is shown now and will not be. What somebody changed there since is theirs, and comes along.
 */
static bool leave_shown(struct build *b, const struct map *records, struct error *err)
{
    bool good = true;

    for (size_t i = 0; good && i < b->manifest.records.count; i++) {
        const struct map_entry *old = &b->manifest.records.entries[i];
        const struct record *record = old->data;

        if (record->no_file || map_find(records, old->key))
            continue;
        if (output_is_as_left(&b->output, old->key, &b->arena)) {
            b->report->removed++;
            continue;
        }
        warn_left(b, old->key);
        good = beside_carry_one(&b->beside, old->key, &b->arena, err);
    }
    return good;
}

/* Whether what is shown already is just what was made: the same files, and none that has to go. */
static bool is_shown(const struct build *b, const struct map *records)
{
    bool same = b->beside.on && !b->redirects.written && !b->report->copies_written &&
                b->manifest.records.count > 0;

    for (size_t i = 0; same && i < b->targets.count; i++)
        same = !b->targets.list[i]->written;
    for (size_t i = 0; same && i < b->manifest.records.count; i++)
        same = map_find(records, b->manifest.records.entries[i].key) != NULL;
    return same;
}

/* Then nothing is switched, and it is remembered with the times of the files that are shown. */
static void stay_with_shown(struct build *b, const struct map *records)
{
    struct arena a = { 0 };

    for (size_t i = 0; i < records->count; i++) {
        struct record *record = records->entries[i].data;
        struct file_info info = file_info(path_join(&a, b->output.folder, records->entries[i].key));

        if (!record->no_file)
            record->file = (struct stamp){ info.size, info.changed };
        arena_reset(&a);
    }
    arena_free(&a);
    b->into = &b->manifest;
    b->switched = true;
}

static bool show(struct build *b, struct error *err)
{
    const struct build_report *report = b->report;

    if (!b->beside.on || b->switched || report->errors.count ||
        (b->options->strict && report->warnings.count))
        return true;
    b->switched = beside_switch(&b->beside, &b->arena, err);
    return b->switched;
}

/* ---- the whole of it ---- */

bool build_finish(struct build *b, const struct site_past *past, struct error *err)
{
    bool keep = b->keep || b->options->keep || b->report->errors.count;
    struct map records = records_of(b);
    struct buf known = buf_in(&b->arena);

    if (!keep && is_shown(b, &records)) {
        stay_with_shown(b, &records);
    } else {
        remove_olds(b, &records, keep);
        if (b->beside.on && !keep && !leave_shown(b, &records, err))
            return false;
    }
    if (past)
        site_remember(b->site, past, &known);
    b->manifest.known = buf_str(&known);
    b->manifest.versions = has_code(b) ? versions_now(b) : S("");
    b->manifest.compressed = b->options->compress;
    b->manifest.clean = !b->report->errors.count && b->report->warnings.count <= b->refused;
    return manifest_save(&b->manifest, b->into, &records, err) && show(b, err);
}
