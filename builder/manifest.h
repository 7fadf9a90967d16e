/*
 * The manifest: which files of an output folder are vial's, what they held and were made from.
 *
 * It lies in the site's .vial folder, one for each output folder, and is replaced as a whole when a
 * build ends. Beside it lies a journal: a build writes there what it begins before it begins it,
 * and locks it meanwhile. So what a killed build left behind is known to be ours, and two builds do
 * not write into one folder at once.
 *
 * An output that is switched as a whole (builder/beside.h) has two folders that take turns, and so
 * two manifests. Each says which folder it is of, by the number of its inode, which it keeps when
 * it is renamed: so no manifest has to move when the folders do.
 */
#pragma once
#include "builder/notes.h"
#include "vial/base/error.h"

/* How a file was when it was looked at last; all zero: it has to be looked at again. */
struct stamp {
    uint64_t size;
    int64_t changed;
};

static inline bool stamp_eq(struct stamp a, struct stamp b)
{
    return a.changed != 0 && a.changed == b.changed && a.size == b.size;
}

/* What was written; all zero for a file that was only begun. */
struct record {
    struct digest digest;
    struct stamp file, source; /* `source` is of the file that this one is a copy of  */
    struct noted noted;        /* what it was made from; nothing: it is made again    */
    str why;                   /* why it was made the last time, in words             */
    str redirects_to;          /* where it leads, when it is a redirect, ...          */
    int redirect;              /* ... and its status                                  */
    bool page;                 /* HTML                                                */
    bool no_file;              /* a redirect that has no file                         */
    bool copy;                 /* in another coding, of the file beside it (copies.c) */
};

static inline bool record_is_whole(const struct record *record)
{
    return record->digest.high || record->digest.low;
}

struct manifest {
    struct arena *arena;
    str base, path;     /* of both manifests; of this one */
    bool second;        /* which of the two it is */
    uint64_t folder;    /* inode of the folder that it is of; 0: not known */
    struct map records; /* struct record, by names relative to the output */
    int journal, lock;  /* the lock is the first one's journal, whichever this is */
    int64_t behind;     /* ns: by how much the clock of the site's files is behind ours       */
    bool unfinished;    /* the last build was killed: what is there may be of any age */
    bool clean;         /* the last build had nothing to complain of                  */
    bool compressed;    /* it made copies in other codings                            */
    struct notes notes;
    size_t shown[4]; /* how many pages were shown, and were not: by enum site_shown      */
    str known;       /* of the site: see site_look(); empty: nothing                     */
    str versions;    /* of what its own code said that it reads (versions.c)             */
};

/*
 * The manifest of the site in `folder` for its output `name` (any text that is always the same for
 * it), which is a folder with this inode, locked for us. Where there is none it is empty; where it
 * is damaged as well, and *damaged says so. False when it cannot be read or written, or when
 * another build has it.
 */
bool manifest_open(struct manifest *m, str folder, str name, uint64_t inode, bool *damaged,
                   struct arena *a, struct error *err);

/*
 * The other of the two, while `m` is open: which files are in the folder that is not shown. What
 * they were made from is left out. *there: such a folder was made before.
 */
bool manifest_open_other(struct manifest *other, const struct manifest *m, bool *there,
                         struct error *err);

/* As manifest_open(), only to look: no lock, no journal. False when there is none to be read. */
bool manifest_look(struct manifest *m, str folder, str name, uint64_t inode, struct arena *a);

/* What an earlier build wrote under this name, or NULL: then the file is not ours. */
const struct record *manifest_find(const struct manifest *m, str name);

/*
 * What of a stamp may be believed later: nothing, when the file was changed just now. It may be
 * changed again within one tick of its clock, and nobody could see that.
 */
struct stamp stamp_settled(const struct manifest *m, struct stamp stamp);

/* Writes down that these files are about to be made, and, even of none, that a build has begun. */
bool manifest_begin(const struct manifest *m, const str *names, size_t count, struct error *err);

/*
 * The end of a build: `records` instead of what was in `into`, with the notes, known, versions,
 * clean and shown of `m`; and an empty journal. Both are one unless the output is switched as a
 * whole.
 */
bool manifest_save(struct manifest *m, const struct manifest *into, const struct map *records,
                   struct error *err);

/* Without saving, the journal stays as it is. */
void manifest_close(struct manifest *m);
