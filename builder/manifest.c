/*
 * manifest.c - which files of an output folder are vial's, and what they held
 *
 *   comes in:  names and records
 *   goes out:  .vial/output-DIGEST.manifest in the site's folder, and .begun, the journal
 *
 *     vial manifest 1
 *     6f1b...d2 4096 1795242312000000000 about/index.html
 *     9c00...07 812 1795242312000000000 static/style.css
 *     <tab>from 812 1795240000000000000
 *     end 2 c3d0...4e
 *
 * A line for each file, in order: the digest of its bytes, its size, when it was changed, its name.
 * Lines with a tab tell more of the file above them, and those that are not known are passed over:
 * what a later vial keeps there does not make this one forget which files are ours. The last line
 * has the number of files and the digest of all lines before it, so that damage is noticed. A line
 * break or a backslash in a name is written \n or \\.
 */
#include "builder/manifest.h"

#include "vial/base/file.h"
#include "vial/base/path.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define FIRST_LINE "vial manifest 1"
#define LAST_LINE  "end "
#define FROM       "from "

/* ---- names in lines ---- */

static str unquoted(struct arena *a, str name)
{
    struct buf out = buf_in(a);

    if (!str_has(name, '\\'))
        return name;
    for (size_t i = 0; i < name.len; i++) {
        bool escape = name.p[i] == '\\' && i + 1 < name.len;

        if (escape)
            i++;
        buf_addc(&out, escape && name.p[i] == 'n' ? '\n' : name.p[i]);
    }
    return buf_str(&out);
}

static void add_name(struct buf *out, str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.p[i];

        if (c == '\n' || c == '\\')
            buf_addc(out, '\\');
        buf_addc(out, c == '\n' ? 'n' : c);
    }
    buf_addc(out, '\n');
}

/* ---- reading ---- */

static bool take_number(str *rest, int64_t *number)
{
    return str_int(str_cut(rest, ' '), number) && *number >= 0;
}

static bool take_stamp(str *rest, struct stamp *stamp)
{
    int64_t size;

    if (!take_number(rest, &size) || !take_number(rest, &stamp->changed))
        return false;
    stamp->size = (uint64_t)size;
    return true;
}

static struct record *add(struct manifest *m, str name)
{
    struct map_entry *entry = map_put(&m->records, name);

    if (!entry->data)
        entry->data = arena_make(m->arena, struct record);
    return entry->data;
}

/* Lines end in "\n" alone: a name may end in "\r". */
static bool take_line(str *rest, str *line)
{
    if (!rest->len)
        return false;
    *line = str_cut(rest, '\n');
    return true;
}

/* A name of ours: whatever was done to this file, none leads out of the output. */
static bool is_name(str name)
{
    return name.len && path_inside(name);
}

static bool read_files(struct manifest *m, str text)
{
    struct record *record = NULL;
    str line;

    while (take_line(&text, &line)) {
        if (str_starts(line, S("\t"))) {
            line = str_from(line, 1);
            if (record && str_starts(line, S(FROM))) {
                str rest = str_from(line, sizeof FROM - 1);

                if (!take_stamp(&rest, &record->source))
                    return false;
            }
            continue;
        }
        struct record read = { 0 };
        if (!digest_parse(str_cut(&line, ' '), &read.digest) || !take_stamp(&line, &read.file) ||
            !line.len)
            return false;
        line = unquoted(m->arena, line);
        if (!is_name(line))
            return false;
        record = add(m, line);
        *record = read;
    }
    return true;
}

/* False when the text is not a whole manifest, just as it was written. */
static bool read_manifest(struct manifest *m, str text)
{
    str first, last, lines = text;
    struct digest digest;
    int64_t count;

    if (!str_ends(text, S("\n")) || !take_line(&lines, &first) || !str_eq(first, S(FIRST_LINE)))
        return false;
    text.len--;
    size_t end = (size_t)(str_rfind_char(text, '\n') + 1);
    last = str_from(text, end);
    if (end < sizeof FIRST_LINE || !str_starts(last, S(LAST_LINE)))
        return false;
    last = str_from(last, sizeof LAST_LINE - 1);
    return take_number(&last, &count) && digest_parse(last, &digest) &&
           digest_eq(digest, digest_of(str_slice(text, 0, end))) &&
           read_files(m, str_slice(text, sizeof FIRST_LINE, end)) &&
           m->records.count == (size_t)count;
}

/* What was begun is ours; a last line without its end was never begun. */
static void read_journal(struct manifest *m, str text)
{
    str line;

    m->unfinished = text.len > 0;
    while (str_has(text, '\n') && take_line(&text, &line))
        if (is_name(line = unquoted(m->arena, line)))
            add(m, line);
}

static str beside(const struct manifest *m, const char *ending)
{
    return str_fmt(m->arena, "%.*s.%s", STR(m->path), ending);
}

/* ---- the lock ---- */

static bool refuse(str path, struct error *err)
{
    error_errno(err, path, "cannot be written");
    return error_hint(err, "vial remembers there which files it made: the site's folder has to be "
                           "writable");
}

static bool lock_journal(struct manifest *m, str path, struct error *err)
{
    if (!file_make_folders(path_dir(path), err))
        return error_hint(err, "vial remembers there which files it made");
    m->journal = open(path_cstr(m->arena, path), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (m->journal < 0)
        return refuse(path, err);
    if (flock(m->journal, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return true; /* a file system that knows no locks is no reason not to build */
    manifest_close(m);
    return error_at(err, (struct place){ .file = path },
                    "is in use: another vial is building into this folder");
}

bool manifest_open(struct manifest *m, str folder, str name, bool *damaged, struct arena *a,
                   struct error *err)
{
    str digest = str_slice(digest_text(a, digest_of(name)), 0, 12), text, begun;

    *damaged = false;
    *m = (struct manifest){ .arena = a, .records = map_in(a), .journal = -1 };
    m->path = path_join(a, folder, str_fmt(a, ".vial/output-%.*s", STR(digest)));
    begun = beside(m, "begun");
    m->path = beside(m, "manifest");
    if (!lock_journal(m, begun, err))
        return false;
    if (file_exists(m->path)) {
        if (!file_read(&text, m->path, 0, NULL, a, err))
            return false;
        *damaged = !read_manifest(m, text);
        if (*damaged)
            m->records = map_in(a);
    }
    if (!file_read(&text, begun, 0, NULL, a, err))
        return false;
    read_journal(m, text);
    return true;
}

const struct record *manifest_find(const struct manifest *m, str name)
{
    return map_get(&m->records, name);
}

/* ---- writing ---- */

bool manifest_begin(const struct manifest *m, const str *names, size_t count, struct error *err)
{
    struct buf out = { 0 };
    str rest;

    buf_addc(&out, '\n'); /* also a build that begins no new file may be killed */
    for (size_t i = 0; i < count; i++)
        add_name(&out, names[i]);
    for (rest = buf_str(&out); rest.len;) {
        ssize_t n = write(m->journal, rest.p, rest.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        rest = str_from(rest, (size_t)n);
    }
    buf_free(&out);
    return !rest.len || refuse(m->path, err);
}

struct stamp stamp_settled(struct stamp stamp)
{
    enum { TICK = 100000000 }; /* ns: ten of the coarsest that a file system here has */
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    int64_t age = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - stamp.changed;
    return (struct stamp){ stamp.size, age > TICK ? stamp.changed : 0 };
}

static void add_stamp(struct buf *out, struct stamp stamp)
{
    buf_add_int(out, (int64_t)stamp.size);
    buf_addc(out, ' ');
    buf_add_int(out, stamp.changed);
}

static void add_file(struct buf *out, str name, const struct record *record, struct arena *a)
{
    buf_add(out, digest_text(a, record->digest));
    buf_addc(out, ' ');
    add_stamp(out, stamp_settled(record->file));
    buf_addc(out, ' ');
    add_name(out, name);
    if (record->source.changed) {
        buf_lit(out, "\t" FROM);
        add_stamp(out, record->source);
        buf_addc(out, '\n');
    }
}

static int by_name(const void *left, const void *right)
{
    const struct map_entry *const *a = left, *const *b = right;

    return str_cmp((*a)->key, (*b)->key);
}

bool manifest_save(const struct manifest *m, const struct map *records, struct error *err)
{
    struct arena a = { 0 };
    struct buf out = { 0 };
    const struct map_entry **sorted = arena_array(&a, const struct map_entry *, records->count);

    for (size_t i = 0; i < records->count; i++)
        sorted[i] = &records->entries[i];
    if (records->count)
        qsort(sorted, records->count, sizeof *sorted, by_name);

    buf_lit(&out, FIRST_LINE "\n");
    for (size_t i = 0; i < records->count; i++)
        add_file(&out, sorted[i]->key, sorted[i]->data, &a);
    str digest = digest_text(&a, digest_of(buf_str(&out)));
    buf_addf(&out, LAST_LINE "%zu %.*s\n", records->count, STR(digest));

    bool good = file_replace(m->path, buf_str(&out), NULL, err);
    if (good && ftruncate(m->journal, 0) != 0)
        good = refuse(m->path, err);
    buf_free(&out);
    arena_free(&a);
    return good;
}

void manifest_close(struct manifest *m)
{
    if (m->journal >= 0)
        close(m->journal); /* and with it the lock */
    m->journal = -1;
}
