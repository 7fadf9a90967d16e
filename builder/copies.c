/*
 * copies.c - files in other codings, beside those they are of
 *
 *   comes in:  the outputs of a build, with --compress
 *   goes out:  "a.css.br", "a.css.zst", "a.css.gz", where that is smaller
 *
 * A copy is an output like any other: written only when it differs, remembered, and taken away when
 * it is no longer made. It stays as it is when its file was not written and the copy is as we left
 * it. After a build that was killed nobody knows of which file a copy is, so each is made again.
 * None is ever older than its file: by that `vial serve --root` and other servers see that the two
 * belong together.
 */
#include "builder/build.h"

#include "builder/workers.h"
#include "vial/base/file.h"
#include "vial/base/path.h"
#include "vial/http/coding.h"
#include <fcntl.h>
#include <sys/stat.h>

struct copy {
    const struct target *of;
    enum coding coding;
    str name;
    struct record record; /* all zero: there is none */
    bool made, written;
    struct error err;
};

struct copying {
    struct build *b;
    struct copy *list;
    size_t count;
};

/* ---- which ---- */

/* What is obeyed and not served needs no copy. */
static bool is_for_servers(str name)
{
    return str_eq(name, S("_redirects")) || str_eq(name, S("_headers"));
}

static bool wants_copies(const struct target *target)
{
    return target->name.len && !target->failed && !target->no_file &&
           !is_for_servers(target->name) &&
           coding_suits(media_type(target->name), target->record.file.size);
}

static void list_copies(struct copying *copying)
{
    struct build *b = copying->b;

    copying->list = arena_array(&b->arena, struct copy, b->targets.count * CODINGS);
    for (size_t i = 0; i < b->targets.count; i++)
        for (enum coding coding = 0; coding < CODINGS && wants_copies(b->targets.list[i]);
             coding++) {
            const struct target *of = b->targets.list[i];
            str name = str_fmt(&b->arena, "%.*s%.*s", STR(of->name), STR(coding_ending(coding)));

            if (coding_is_here(coding) && !map_find(&b->targets.by_name, name))
                copying->list[copying->count++] =
                    (struct copy){ .of = of, .coding = coding, .name = name };
        }
}

/* ---- making ---- */

static bool keep(const struct build *b, struct copy *copy, struct arena *a)
{
    struct map_entry *entry = map_find(&b->manifest.records, copy->name);
    struct record *old = entry ? entry->data : NULL;

    if (!old || !old->copy || copy->of->written || b->manifest.unfinished || b->options->force ||
        !file_is_right(b, copy->name, old, a))
        return false;
    copy->record = *old;
    return !b->beside.on ||
           output_carry(&b->beside.output, copy->name, old, &copy->record, a, &copy->err);
}

static bool is_earlier(struct timespec a, struct timespec b)
{
    return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

/* The file was written again and its copy was not, being what it should be. */
static void make_newer(const struct build *b, struct copy *copy, struct arena *a)
{
    const char *name = path_cstr(a, copy->name);
    struct stat file, own;
    int fd = b->maker.output->fd;

    if (fstatat(fd, path_cstr(a, copy->of->name), &file, 0) != 0 ||
        fstatat(fd, name, &own, 0) != 0 || !is_earlier(own.st_mtim, file.st_mtim))
        return;
    struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, file.st_mtim };
    if (utimensat(fd, name, times, 0) == 0 && fstatat(fd, name, &own, 0) == 0) {
        struct file_info info = file_info_of(&own);

        copy->record.file = (struct stamp){ info.size, info.changed };
    }
}

static void make(void *self, size_t i, struct arena *a)
{
    const struct copying *copying = self;
    struct build *b = copying->b;
    struct copy *copy = &copying->list[i];
    struct buf out = buf_in(a);
    str text;

    if (!keep(b, copy, a)) {
        if (!file_read(&text, path_join(a, b->maker.output->folder, copy->of->name), 0, NULL, a,
                       &copy->err) ||
            !coding_make(&out, copy->coding, CODING_LASTING, text) ||
            !output_put_text(b->maker.output, copy->name, buf_str(&out), &copy->record,
                             &copy->written, a, &copy->err))
            return;
        copy->record.copy = true;
    }
    copy->made = true;
    make_newer(b, copy, a);
}

/* ---- the whole of it ---- */

static bool write_journal(const struct copying *copying, struct error *err)
{
    const struct manifest *m = copying->b->into;
    str *names = arena_array(&copying->b->arena, str, copying->count);
    size_t count = 0;

    for (size_t i = 0; i < copying->count; i++)
        if (!manifest_find(m, copying->list[i].name))
            names[count++] = copying->list[i].name;
    return manifest_begin(m, names, count, err);
}

bool make_copies(struct build *b, struct error *err)
{
    struct copying copying = { .b = b };

    if (!b->options->compress || b->options->check)
        return true;
    list_copies(&copying);
    if (!write_journal(&copying, err))
        return false;
    workers_run(b->options->jobs, copying.count, make, &copying);
    for (size_t i = 0; i < copying.count; i++) {
        struct copy *copy = &copying.list[i];

        if (copy->err.sentence.len)
            complaints_add(&b->complaints, &copy->err, copy->name, true);
        if (!copy->made)
            continue;
        map_set(&b->copies, copy->name, &copy->record);
        b->report->copies++;
        b->report->copies_written += copy->written;
    }
    return true;
}
