/*
 * complaints.c - the errors of many targets, each told once
 *
 *   comes in:  errors, in any order, from any thread
 *   goes out:  the same list of errors for the same site, however many threads there were
 */
#include "builder/complaints.h"

struct complaint {
    size_t at; /* in the list */
    size_t count;
    str name; /* the first by name of those who met it: its error is the one that is told */
    bool about_files;
};

void complaints_begin(struct complaints *c, struct errors *errors)
{
    *c = (struct complaints){ .errors = errors };
    c->seen = map_in(&c->arena);
    pthread_mutex_init(&c->lock, NULL);
}

static str what_is_said(const struct error *err, bool about_files, struct arena *a)
{
    if (about_files)
        return str_copy(a, err->sentence);
    return str_fmt(a, "%.*s:%u:%u:%.*s", STR(err->file), err->line, err->col, STR(err->sentence));
}

static void add(struct complaints *c, struct error *err, str name, bool about_files)
{
    struct map_entry *entry = map_put(&c->seen, what_is_said(err, about_files, &c->arena));
    struct complaint *complaint = entry->data;

    if (!complaint) {
        complaint = entry->data = arena_make(&c->arena, struct complaint);
        *complaint =
            (struct complaint){ c->errors->count, 0, str_copy(&c->arena, name), about_files };
        errors_add(c->errors, err);
    } else if (str_cmp(name, complaint->name) < 0) {
        complaint->name = str_copy(&c->arena, name);
        error_move(&c->errors->list[complaint->at], err);
    } else {
        error_free(err);
    }
    complaint->count++;
}

void complaints_add(struct complaints *c, struct error *err, str name, bool about_files)
{
    pthread_mutex_lock(&c->lock);
    add(c, err, name, about_files);
    pthread_mutex_unlock(&c->lock);
}

void complaints_end(struct complaints *c)
{
    for (size_t i = 0; i < c->seen.count; i++) {
        const struct complaint *complaint = c->seen.entries[i].data;

        if (complaint->count > 1)
            error_note(&c->errors->list[complaint->at], (struct place){ 0 }, "and %zu more %s%s",
                       complaint->count - 1, complaint->about_files ? "file" : "page",
                       complaint->count == 2 ? "" : "s");
    }
    errors_sort(c->errors);
    pthread_mutex_destroy(&c->lock);
    arena_free(&c->arena);
}
