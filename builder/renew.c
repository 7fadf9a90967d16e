/*
 * renew.c - what has to be made again
 *
 *   comes in:  what outputs were made from, what changed, how their files are
 *   goes out:  which of them are right as they are; why the others are not
 *
 * An output is right when nothing changed that it was made from, and its file is as we left it. A
 * file whose times say nothing, because it was written a moment before the manifest, is read.
 */
#include "builder/build.h"

#include "vial/base/file.h"
#include "vial/base/path.h"
#include <fcntl.h>
#include <sys/stat.h>

/* True when the file is the one we wrote. Its times are believed from now on. */
bool file_is_right(const struct build *b, str name, struct record *record, struct arena *a)
{
    struct digest digest;
    struct stat st;

    if (record->no_file)
        return true;
    if (fstatat(b->output.fd, path_cstr(a, name), &st, 0) != 0)
        return false;
    struct file_info info = file_info_of(&st);
    struct stamp now = { info.size, info.changed };
    if (stamp_eq(record->file, now))
        return true;
    if (record->file.changed || info.kind != FILE_REGULAR || info.size != record->file.size ||
        !file_digest(&digest, path_join(a, b->output.folder, name), NULL) ||
        !digest_eq(digest, record->digest))
        return false;
    record->file = now;
    return true;
}

static str kept_text(struct build *b, const char *fmt, str what)
{
    pthread_mutex_lock(&b->lock);
    str text = str_fmt(&b->told, fmt, STR(what));
    pthread_mutex_unlock(&b->lock);
    return text;
}

/* It is right where it is shown; so it will be beside it. */
static void carry(struct build *b, struct target *target, const struct record *old, struct arena *a)
{
    struct error err = { 0 };

    target->failed = !output_carry(&b->beside.output, target->name, old, &target->record, a, &err);
    if (target->failed)
        complaints_add(&b->complaints, &err, target->name, true);
}

bool keep_target(struct build *b, struct target *target, struct arena *a)
{
    struct map_entry *entry = map_find(&b->manifest.records, target->name);
    struct record *old = entry ? entry->data : NULL;
    str key;

    target->why = b->all_why;
    if (!b->comparing)
        return false;
    target->why = b->site || !old || !record_is_whole(old) ? S("new") : S("untold");
    if (!old || !old->noted.set)
        return false;
    if (notes_touched(&b->manifest.notes, old->noted, &key, a)) {
        target->why = kept_text(b, "key:%.*s", key);
        return false;
    }
    target->why = S("file");
    if (!file_is_right(b, target->name, old, a))
        return false;
    target->record = *old;
    if (b->beside.on && !old->no_file)
        carry(b, target, old, a);
    target->page = old->page;
    target->no_file = old->no_file;
    target->redirect = old->redirect;
    target->redirects_to = old->redirects_to;
    target->kept = true;
    notes_each_url(&b->manifest.notes, old->noted, note_path, b);
    return true;
}

/* Handlers of an app may read anything, unless they say what they do; those of a site note that. */
static bool all_is_noted(const struct build *b, const struct reads *reads)
{
    return reads && reads->things.count && (b->site || !reads_has(reads, S("request:code")));
}

void note_target(struct build *b, struct target *target, const struct made *made,
                 const struct map *found)
{
    struct record *record = &target->record;

    record->page = target->page;
    record->no_file = target->no_file;
    record->why = target->why;
    if (made->redirects_to.len) {
        target->redirects_to = kept_text(b, "%.*s", made->redirects_to);
        record->redirect = target->redirect;
        record->redirects_to = target->redirects_to;
    }
    if (!target->failed && b->manifest.journal >= 0 && all_is_noted(b, made->res.reads))
        record->noted = notes_keep(&b->manifest.notes, made->res.reads, found);
}

static bool record_is_kept(struct build *b, const struct map_entry *entry, struct arena *a)
{
    struct record *record = entry->data;

    if (record->copy)
        return file_is_right(b, entry->key, record, a);
    if (str_eq(entry->key, S("_redirects")) && !record->noted.set)
        return file_is_right(b, entry->key, record, a);
    return record->noted.set && (record->file.changed || record->no_file) &&
           !notes_touched(&b->manifest.notes, record->noted, NULL, NULL) &&
           file_is_right(b, entry->key, record, a);
}

bool all_is_kept(struct build *b, const struct site_past *past)
{
    const struct map *records = &b->manifest.records;
    struct build_report report = *b->report;
    struct arena a = { 0 };
    bool kept = site_is_same(past) && b->manifest.clean && !b->manifest.unfinished &&
                b->manifest.compressed == b->options->compress && !b->options->force &&
                !site_has_logic(b->site) && /* it may list other pages now */
                records->count;

    if (kept)
        notes_compare(&b->manifest.notes, site_changed(past));
    for (size_t i = 0; kept && i < records->count; i++) {
        const struct record *record = records->entries[i].data;

        kept = record_is_kept(b, &records->entries[i], &a);
        arena_reset(&a);
        if (record->no_file)
            continue;
        report.copies += record->copy;
        if (record->copy)
            continue;
        report.files++;
        report.pages += record->page;
        report.unchanged++;
    }
    arena_free(&a);
    if (kept)
        *b->report = report;
    return kept;
}
