/*
 * manifest.c - which files of an output folder are vial's, what they held and were made from
 *
 *   comes in:  names and records
 *   goes out:  .vial/output-DIGEST.manifest in the site's folder, and .begun, the journal; the
 *              second pair is called output-DIGEST-2
 *
 * The manifest is one file, packed (base/pack.h) and replaced by a rename, so what was made and
 * what it was made from are always of one build. First its name and which program wrote it; then
 * the files, in order; then parts with a name each, of which those that are not known are passed
 * over; at its end the digest of all before it, so that damage is noticed. Another program may be
 * of another mind about pages: then only the names of the files count, and all is made again.
 *
 * The journal is lines: a line break or a backslash in a name is written \n or \\.
 */
#include "builder/manifest.h"

#include "vial/base/program.h"
#include "vial/base/file.h"
#include "vial/base/path.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define FIRST_LINE "vial manifest 3\n"

enum { DIGEST = 16, INODE_END = sizeof FIRST_LINE - 1 + 8 };

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

static void unpack_made(struct record *record, str packed)
{
    struct unpack from = unpack_of(packed);
    uint64_t flags = unpack_number(&from);

    record->page = flags & 1;
    record->no_file = flags & 2;
    record->copy = flags & 8;
    record->noted.set = (uint32_t)unpack_number(&from);
    record->noted.own = unpack_text(&from);
    record->why = unpack_text(&from);
    if (flags & 4) {
        record->redirect = (int)unpack_number(&from);
        record->redirects_to = unpack_text(&from);
    }
    if (from.bad)
        record->noted.set = 0;
}

/* Beside what is a file, `made` tells how it came to be: only the program that did it asks. */
static bool unpack_file(struct manifest *m, str *name, bool ours, struct unpack *from)
{
    struct record *record;

    *name = unpack_name(from, *name, m->arena);
    if (from->bad || !is_name(*name))
        return false;
    record = add(m, *name);
    record->digest = unpack_digest(from);
    record->file.size = unpack_number(from);
    record->file.changed = (int64_t)unpack_fixed(from);
    if (unpack_number(from)) {
        record->source.size = unpack_number(from);
        record->source.changed = (int64_t)unpack_fixed(from);
    }
    str made = unpack_text(from);
    if (ours && made.len)
        unpack_made(record, made);
    return !from->bad;
}

static bool unpack_parts(struct manifest *m, bool ours, struct unpack *from)
{
    while (unpack_more(from)) {
        str name = unpack_text(from), part = unpack_text(from);
        struct unpack inner = unpack_of(part);

        if (ours && str_eq(name, S("notes")) && !notes_unpack(&m->notes, &inner))
            return false;
        if (ours && str_eq(name, S("known")))
            m->known = part;
        if (ours && str_eq(name, S("versions")))
            m->versions = part;
    }
    return !from->bad;
}

/* False when the text is not a whole manifest, just as it was written. */
static bool read_manifest(struct manifest *m, str text, bool whole_of_it)
{
    enum { LEAST = 28 };
    str name = S(""), whole = str_slice(text, 0, text.len < DIGEST ? 0 : text.len - DIGEST);
    struct unpack from = unpack_of(str_from(text, whole.len));

    if (!str_starts(whole, S(FIRST_LINE)) || !digest_eq(unpack_digest(&from), digest_of(whole)))
        return false;
    from = unpack_of(str_from(whole, sizeof FIRST_LINE - 1));
    m->folder = unpack_fixed(&from);
    bool ours = digest_eq(unpack_digest(&from), program_digest()) && whole_of_it;
    uint64_t flags = unpack_number(&from);
    m->clean = flags & 1 && ours;
    m->compressed = flags & 2;
    for (size_t i = 0; i < 4; i++)
        m->shown[i] = unpack_number(&from);
    size_t count = unpack_count(&from, LEAST);
    for (size_t i = 0; i < count; i++)
        if (!unpack_file(m, &name, ours, &from))
            return false;
    return m->records.count == count && unpack_parts(m, ours, &from);
}

static bool refuse(str path, struct error *err)
{
    if (errno == ELOOP) {
        error_at(err, (struct place){ .file = path }, "is a link, which vial did not make");
        return error_hint(err, "remove it: it may lead to a file of yours");
    }
    error_errno(err, path, "cannot be written");
    return error_hint(err, "vial remembers there which files it made: the site's folder has to be "
                           "writable");
}

/*
 * What was begun is ours. A last line without its end was never begun: it is a part of a name, from
 * a full disk or a kill, and taken away, or the next line would make it a name that nobody meant.
 */
static bool read_journal(struct manifest *m, str path, struct error *err)
{
    str text, line;
    size_t whole;

    if (!file_read(&text, path, 0, NULL, m->arena, err))
        return false;
    for (whole = text.len; whole && text.p[whole - 1] != '\n';)
        whole--;
    if (whole < text.len && ftruncate(m->journal, (off_t)whole) != 0)
        return refuse(path, err);
    m->unfinished = text.len > 0;
    text.len = whole;
    while (take_line(&text, &line))
        if (is_name(line = unquoted(m->arena, line)))
            add(m, line);
    return true;
}

/* ---- the lock ---- */

/* What is remembered is this machine's own: under version control it would go back with the next
 * checkout, and files that vial made be taken for somebody else's. */
static void keep_out_of_git(struct manifest *m, str folder)
{
    str path = path_join(m->arena, folder, S(".gitignore"));

    if (!file_exists(path))
        file_replace(path, S("*\n"), NULL, NULL); /* where it cannot be, nothing is lost */
}

static int64_t now_real(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void compare_clocks(struct manifest *m)
{
    int64_t theirs = file_clock(m->journal);

    if (theirs)
        m->behind = now_real() - theirs;
}

static str journal_of(const struct manifest *m, bool second)
{
    return str_fmt(m->arena, "%.*s%s.begun", STR(m->base), second ? "-2" : "");
}

/* It is emptied later: a site from a stranger may bring a link of that name to a file of ours. */
static int open_journal(const struct manifest *m, str path, struct error *err)
{
    int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
    int fd = open(path_cstr(m->arena, path), flags, 0666);

    if (fd < 0)
        refuse(path, err);
    return fd;
}

static bool lock_journal(struct manifest *m, struct error *err)
{
    str path = journal_of(m, false);

    if (!file_make_folders(path_dir(path), err))
        return error_hint(err, "vial remembers there which files it made");
    keep_out_of_git(m, path_dir(path));
    m->lock = open_journal(m, path, err);
    if (m->lock < 0)
        return false;
    if (flock(m->lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) {
        /* a file system that knows no locks is no reason not to build */
        m->journal = m->second ? open_journal(m, journal_of(m, true), err) : m->lock;
        return m->journal >= 0;
    }
    manifest_close(m);
    return error_at(err, (struct place){ .file = path },
                    "is in use: another vial is building into this folder");
}

static void forget(struct manifest *m)
{
    m->records = map_in(m->arena);
    m->known = m->versions = S("");
    m->clean = false;
    notes_begin(&m->notes, m->arena);
}

/* The folder that a manifest says it is of; 0: there is none, or it does not say. */
static uint64_t folder_of(str path, struct arena *a)
{
    char head[INODE_END];
    int fd = open(path_cstr(a, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd < 0 ? 0 : read(fd, head, sizeof head);

    if (fd >= 0)
        close(fd);
    if (n != (ssize_t)sizeof head || !str_starts(str_n(head, sizeof head), S(FIRST_LINE)))
        return 0;
    struct unpack from = unpack_of(str_n(head + sizeof FIRST_LINE - 1, 8));
    return unpack_fixed(&from);
}

static void name_manifest(struct manifest *m, str base, bool second, struct arena *a)
{
    *m = (struct manifest){ .arena = a, .base = base, .second = second, .journal = -1, .lock = -1 };
    forget(m);
    m->path = str_fmt(a, "%.*s%s.manifest", STR(base), second ? "-2" : "");
}

/* The first of the two, unless the second says that the folder is its own. */
static void find_manifest(struct manifest *m, str folder, str name, uint64_t inode, struct arena *a)
{
    str digest = str_slice(digest_text(a, digest_of(name)), 0, 12);
    str base = path_join(a, folder, str_fmt(a, ".vial/output-%.*s", STR(digest)));

    name_manifest(m, base, true, a);
    if (!inode || folder_of(m->path, a) != inode)
        name_manifest(m, base, false, a);
}

bool manifest_look(struct manifest *m, str folder, str name, uint64_t inode, struct arena *a)
{
    str text;

    find_manifest(m, folder, name, inode, a);
    return file_read(&text, m->path, 0, NULL, a, NULL) && read_manifest(m, text, true);
}

/* What is there of it, and of its journal. */
static bool load(struct manifest *m, bool whole_of_it, bool *damaged, struct error *err)
{
    str text;

    *damaged = false;
    if (file_exists(m->path)) {
        if (!file_read(&text, m->path, 0, NULL, m->arena, err))
            return false;
        *damaged = !read_manifest(m, text, whole_of_it);
        if (*damaged)
            forget(m);
    }
    return read_journal(m, journal_of(m, m->second), err);
}

bool manifest_open(struct manifest *m, str folder, str name, uint64_t inode, bool *damaged,
                   struct arena *a, struct error *err)
{
    *damaged = false;
    find_manifest(m, folder, name, inode, a);
    if (!lock_journal(m, err))
        return false;
    compare_clocks(m);
    return load(m, true, damaged, err);
}

bool manifest_open_other(struct manifest *other, const struct manifest *m, bool *there,
                         struct error *err)
{
    bool damaged;

    name_manifest(other, m->base, !m->second, m->arena);
    *there = file_exists(other->path) || file_exists(journal_of(other, other->second));
    other->behind = m->behind;
    other->journal = open_journal(other, journal_of(other, other->second), err);
    return other->journal >= 0 && load(other, false, &damaged, err);
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

struct stamp stamp_settled(const struct manifest *m, struct stamp stamp)
{
    bool settled = file_settled(stamp.changed, now_real() - m->behind);

    return (struct stamp){ stamp.size, settled ? stamp.changed : 0 };
}

static str packed_made(const struct record *record, struct arena *a)
{
    struct buf out = buf_in(a);

    if (!record->noted.set && !record->copy)
        return S("");
    pack_number(&out, (record->page ? 1u : 0u) | (record->no_file ? 2u : 0u) |
                          (record->redirect ? 4u : 0u) | (record->copy ? 8u : 0u));
    pack_number(&out, record->noted.set);
    pack_text(&out, record->noted.own);
    pack_text(&out, record->why);
    if (record->redirect) {
        pack_number(&out, (uint64_t)record->redirect);
        pack_text(&out, record->redirects_to);
    }
    return buf_str(&out);
}

static void add_file(const struct manifest *m, struct buf *out, str before, str name,
                     const struct record *record, struct arena *a)
{
    struct stamp file = stamp_settled(m, record->file);

    pack_name(out, before, name);
    pack_digest(out, record->digest);
    pack_number(out, file.size);
    pack_fixed(out, (uint64_t)file.changed);
    pack_number(out, record->source.changed != 0);
    if (record->source.changed) {
        pack_number(out, record->source.size);
        pack_fixed(out, (uint64_t)record->source.changed);
    }
    pack_text(out, packed_made(record, a));
}

static int by_name(const void *left, const void *right)
{
    const struct map_entry *const *a = left, *const *b = right;

    return str_cmp((*a)->key, (*b)->key);
}

static const struct map_entry **in_order(const struct map *records, struct arena *a)
{
    const struct map_entry **sorted = arena_array(a, const struct map_entry *, records->count);
    bool is_sorted = true;

    for (size_t i = 0; i < records->count; i++) {
        sorted[i] = &records->entries[i];
        is_sorted = is_sorted && (!i || by_name(&sorted[i - 1], &sorted[i]) < 0);
    }
    if (!is_sorted)
        qsort(sorted, records->count, sizeof *sorted, by_name);
    return sorted;
}

static void pack_notes(struct manifest *m, const struct map_entry **sorted, size_t count,
                       struct buf *out, struct arena *a)
{
    struct noted **used = arena_array(a, struct noted *, count);
    size_t nused = 0;

    for (size_t i = 0; i < count; i++) {
        struct record *record = sorted[i]->data;

        if (record->noted.set)
            used[nused++] = &record->noted;
    }
    notes_pack(&m->notes, used, nused, out, a);
}

/*
 * Two may not claim one folder. It happens when a folder was removed by hand, and the next one got
 * its number.
 */
static void disown(const struct manifest *m, struct arena *a)
{
    str other = str_fmt(a, "%.*s%s.manifest", STR(m->base), m->second ? "" : "-2");

    if (m->folder && folder_of(other, a) == m->folder)
        file_remove(other, NULL);
}

bool manifest_save(struct manifest *m, const struct manifest *into, const struct map *records,
                   struct error *err)
{
    struct arena a = { 0 };
    struct buf out = { 0 }, notes = { 0 };
    const struct map_entry **sorted = in_order(records, &a);
    str before = S("");

    pack_notes(m, sorted, records->count, &notes, &a);
    buf_lit(&out, FIRST_LINE);
    pack_fixed(&out, into->folder);
    pack_digest(&out, program_digest());
    pack_number(&out, (m->clean ? 1u : 0u) | (m->compressed ? 2u : 0u));
    for (size_t i = 0; i < 4; i++)
        pack_number(&out, m->shown[i]);
    pack_number(&out, records->count);
    for (size_t i = 0; i < records->count; i++) {
        add_file(m, &out, before, sorted[i]->key, sorted[i]->data, &a);
        before = sorted[i]->key;
    }
    pack_text(&out, S("notes"));
    pack_text(&out, buf_str(&notes));
    pack_text(&out, S("known"));
    pack_text(&out, m->known);
    if (m->versions.len) {
        pack_text(&out, S("versions"));
        pack_text(&out, m->versions);
    }
    pack_digest(&out, digest_of(buf_str(&out)));

    disown(into, &a);
    bool good = file_replace_alone(into->path, buf_str(&out), err);
    if (good && ftruncate(into->journal, 0) != 0)
        good = refuse(into->path, err);
    buf_free(&notes);
    buf_free(&out);
    arena_free(&a);
    return good;
}

void manifest_close(struct manifest *m)
{
    if (m->journal >= 0 || m->lock >= 0)
        notes_end(&m->notes);
    if (m->journal >= 0 && m->journal != m->lock)
        close(m->journal);
    if (m->lock >= 0)
        close(m->lock); /* and with it the lock is gone */
    m->journal = m->lock = -1;
}
