/*
 * Files: read whole, replaced if different, folders walked in order.
 *
 * What fails says so with the file's name and the system's reason, and what would mend it where
 * that is known ("is a folder, not a file").
 */
#pragma once
#include "vial/base/error.h"
#include "vial/base/hash.h"
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct stat; /* the system's */

enum file_kind { FILE_NONE, FILE_REGULAR, FILE_FOLDER, FILE_OTHER };

/* What a stat says, and enough to tell that a file was changed since. */
struct file_info {
    enum file_kind kind;
    uint64_t size;
    int64_t mtime;   /* nanoseconds since 1970                                       */
    int64_t changed; /* likewise; nobody can set it, whatever is done to the file    */
    uint64_t inode;
};

/*
 * Whether a file that changed last at `changed` can be told from one that is changed again after
 * `now`: both on the clock of its file system. Within one tick of that clock it cannot. Most tick a
 * few hundred times a second; one whose times are whole seconds may tick every other second (FAT).
 */
bool file_settled(int64_t changed, int64_t now);

/*
 * What the clock of the file system that `fd` lies on says; it gives the open file the times of
 * now. On a network's disk that is another machine's clock. 0: it would not say.
 */
int64_t file_clock(int fd);

/* Follows links. A file that is not there is FILE_NONE and no error. */
struct file_info file_info(str path);
struct file_info file_info_of(const struct stat *st);
bool file_exists(str path);
bool file_is_folder(str path);

/*
 * The whole of a regular file into `a`, followed by a NUL that is not counted. A folder, a FIFO or
 * a device is an error and is not waited for; so is a file of more than `limit` bytes (0: 1 GiB).
 * `info` (may be NULL) is of the moment it was opened.
 */
bool file_read(str *text, str path, size_t limit, struct file_info *info, struct arena *a,
               struct error *err);

/*
 * Makes `path` hold `text`: by a draft in the same folder and a rename, and not at all when it
 * holds just that already (so its mtime stays). Missing folders are made. `written` (may be NULL)
 * says whether anything was. A reader sees the old text or the new, and so does who comes after a
 * process that was killed.
 */
bool file_replace(str path, str text, bool *written, struct error *err);

/* True when `path` is a regular file of just these bytes. */
bool file_holds(str path, str text);

/*
 * A new file, likewise by a draft; missing folders are made. It is an error when something is there
 * already; what could not be written whole is taken away again.
 */
bool file_create(str path, str text, struct error *err);

/*
 * As file_replace(), without a look at what is there, for who holds a lock on `path`: its draft is
 * always "path.draft", so that what a killed process left is written over by the next one.
 */
bool file_replace_alone(str path, str text, struct error *err);

/* True when both are regular files of the same bytes. */
bool file_same(str a, str b);

/* digest_of() what is in the file, however large it is. */
bool file_digest(struct digest *digest, str path, struct error *err);

/* `to` becomes a copy of `from`, by a draft and a rename. */
bool file_copy(str from, str to, struct error *err);

/* Likewise, and with its time of change: to who asks for it by name it is the same file. */
bool file_clone(str from, str to, struct error *err);

/* Gives a file the times of now; where it cannot be, they stay. */
void file_touch(str path);

/* Takes away the drafts in `folder` that killed processes left there. Nobody may be writing to it.
 */
void file_sweep(str folder);
bool file_is_draft(str name);

bool file_make_folders(str path, struct error *err);
bool file_remove(str path, struct error *err); /* gone already is fine */

/* Removes the folder if it is empty, then its parents likewise, but never `root` itself. */
void file_prune(str path, str root);

struct file_entry {
    str path; /* relative to the walked root */
    struct file_info info;
};

struct file_walk {
    struct file_entry *entries;
    size_t count;
    struct file_entry *folders; /* the root, "", and those below it, as they were before */
    size_t nfolders;
};

/*
 * All regular files below `root`, sorted by path (bytes), names in `a`; and the folders, likewise.
 * Links to files and folders are followed, a circle of them is walked once. Names that begin with
 * "." (but ".well-known") and those that editors leave behind ("x~", "#x#",
 * ".x.swp") are left out, and so is the folder `skip` (relative; may be empty). A root that is not
 * there is an empty walk.
 */
bool file_walk(struct file_walk *walk, str root, str skip, struct arena *a, struct error *err);

/* The name alone decides: hidden, a backup or an editor's temporary file. */
bool file_is_hidden(str name);

#ifdef __cplusplus
}
#endif
