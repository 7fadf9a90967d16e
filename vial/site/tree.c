/*
 * tree.c - every file that a site is made of
 *
 *   comes in:  folders; and how they were the last time
 *   goes out:  how they are, and the paths that are not what they were
 *
 * A folder whose own times are as they were has the names it had: then only its files are looked
 * at, each by its name from the folder's descriptor, and nothing is listed or sorted. In one that
 * changed, names are listed; when they are others, the whole root is walked again.
 */
#include "vial/site/tree.h"

#include "vial/base/path.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_settled(const struct tree *tree, const struct file_info *info)
{
    return file_settled(info->changed, tree->taken);
}

static bool is_known(struct digest digest)
{
    return digest.high || digest.low;
}

/*
 * Files that were changed just now are told by their bytes. Pages, which are in the first root,
 * have digests of their own, and are read anyway.
 */
static void take_digests(struct tree *tree, struct tree_root *root, str folder)
{
    struct file_walk *walk = &root->walk;
    struct arena a = { 0 };

    for (size_t i = 0; i < walk->count; i++) {
        bool is_page = root == tree->roots && str_ends(walk->entries[i].path, S(".md"));

        if (is_page || is_settled(tree, &walk->entries[i].info))
            continue;
        if (!root->digests)
            root->digests = arena_array(tree->arena, struct digest, walk->count);
        if (!is_known(root->digests[i]))
            file_digest(&root->digests[i],
                        path_join(&a, path_join(&a, folder, root->path), walk->entries[i].path),
                        NULL);
    }
    arena_free(&a);
}

bool tree_take(struct tree *tree, str folder, const str *paths, size_t count, int64_t taken,
               struct arena *a, struct error *err)
{
    *tree = (struct tree){ .arena = a, .taken = taken };
    for (size_t i = 0; i < count && i < TREE_ROOTS; i++) {
        struct tree_root *root = &tree->roots[tree->count++];

        root->path = str_copy(a, paths[i]);
        if (!file_walk(&root->walk, path_join(a, folder, root->path), S(""), a, err))
            return false;
        take_digests(tree, root, folder);
    }
    return true;
}

static bool same_info(const struct file_info *a, const struct file_info *b)
{
    return a->changed && a->changed == b->changed && a->size == b->size && a->mtime == b->mtime &&
           a->inode == b->inode;
}

/* ---- comparing ---- */

struct comparing {
    struct tree *tree;
    struct tree_root *root;
    const struct tree_root *was;
    str folder; /* of the root, as the system calls it */
    struct tree_changes *changes;
    int *fds; /* for each folder: open on it, or -1                        */
    size_t open;
    bool moved; /* there are other names than there were */
};

static void add_change(struct comparing *c, str path)
{
    struct tree_changes *changes = c->changes;

    if (changes->count == changes->cap) {
        size_t cap = changes->cap ? changes->cap * 2 : 16;

        changes->paths =
            arena_grow(c->tree->arena, changes->paths, changes->cap * sizeof *changes->paths,
                       cap * sizeof *changes->paths);
        changes->cap = cap;
    }
    changes->paths[changes->count++] =
        path.len ? path_join(c->tree->arena, c->root->path, path) : c->root->path;
}

static int by_path(const void *left, const void *right)
{
    const struct file_entry *a = left, *b = right;

    return str_cmp(a->path, b->path);
}

static const struct file_entry *find(const struct file_entry *list, size_t count, str path)
{
    struct file_entry wanted = { .path = path };

    return count ? bsearch(&wanted, list, count, sizeof *list, by_path) : NULL;
}

/* A name that was not there. Names that are gone are met while the files are looked at. */
static void look_at_name(struct comparing *c, str folder, str name)
{
    const struct file_walk *walk = &c->root->walk;
    char joined[4096];
    struct buf path = { joined, 0, sizeof joined, NULL };

    if (folder.len + name.len + 2 > sizeof joined) {
        c->moved = true;
        return;
    }
    buf_add(&path, folder);
    if (folder.len)
        buf_addc(&path, '/');
    buf_add(&path, name);
    if (find(walk->entries, walk->count, buf_str(&path)) ||
        find(walk->folders, walk->nfolders, buf_str(&path)))
        return;
    add_change(c, str_copy(c->tree->arena, buf_str(&path)));
    c->moved = true;
}

static bool look_at_names(struct comparing *c, int fd, str folder)
{
    int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *names = again < 0 ? NULL : fdopendir(again);
    const struct dirent *entry;

    if (!names) {
        if (again >= 0)
            close(again);
        return false;
    }
    while ((entry = readdir(names)))
        if (!file_is_hidden(str_of(entry->d_name)))
            look_at_name(c, folder, str_of(entry->d_name));
    closedir(names);
    return true;
}

static void close_folders(struct comparing *c)
{
    for (size_t i = 0; c->open && i < c->root->walk.nfolders; i++)
        if (c->fds[i] >= 0) {
            close(c->fds[i]);
            c->fds[i] = -1;
            c->open--;
        }
}

/* Open on the folder with this number; -1 when it is gone. */
static int folder_fd(struct comparing *c, size_t i)
{
    enum { OPEN_MAX_HERE = 200 };
    struct arena a = { 0 };

    if (c->fds[i] >= 0)
        return c->fds[i];
    if (c->open == OPEN_MAX_HERE)
        close_folders(c);
    str path = c->root->walk.folders[i].path;
    c->fds[i] = open(path_cstr(&a, path.len ? path_join(&a, c->folder, path) : c->folder),
                     O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    arena_free(&a);
    c->open += c->fds[i] >= 0;
    return c->fds[i];
}

static void look_at_folders(struct comparing *c)
{
    for (size_t i = 0; i < c->root->walk.nfolders; i++) {
        struct file_entry *entry = &c->root->walk.folders[i];
        struct stat st;
        int fd = folder_fd(c, i);

        if (fd < 0 || fstat(fd, &st) != 0) {
            add_change(c, entry->path);
            c->moved = true;
            continue;
        }
        struct file_info info = file_info_of(&st);
        if (same_info(&entry->info, &info))
            continue;
        entry->info = info;
        if (!look_at_names(c, fd, entry->path))
            c->moved = true;
    }
}

/* Files and folders are sorted alike, so a file's folder is most often the one of the last file. */
static size_t folder_of(const struct comparing *c, str path, size_t last)
{
    const struct file_walk *walk = &c->root->walk;
    str dir = path_dir(path);

    if (last < walk->nfolders && str_eq(walk->folders[last].path, dir))
        return last;
    const struct file_entry *found = find(walk->folders, walk->nfolders, dir);
    return found ? (size_t)(found - walk->folders) : 0;
}

/* Its times are others, or say nothing: but are its bytes? */
static bool has_same_bytes(const struct comparing *c, size_t i, const struct file_info *now)
{
    const struct file_entry *was = &c->was->walk.entries[i];
    struct arena a = { 0 };
    struct digest digest;
    bool same = c->was->digests && is_known(c->was->digests[i]) && was->info.size == now->size &&
                file_digest(&digest, path_join(&a, c->folder, was->path), NULL) &&
                digest_eq(digest, c->was->digests[i]);

    arena_free(&a);
    return same;
}

static void look_at_files(struct comparing *c)
{
    struct file_walk *walk = &c->root->walk;
    size_t folder = 0;
    char name[256];

    for (size_t i = 0; i < walk->count; i++) {
        struct file_entry *entry = &walk->entries[i];
        str last = path_name(entry->path);
        struct stat st;

        folder = folder_of(c, entry->path, folder);
        int fd = folder_fd(c, folder);
        if (last.len < sizeof name) {
            memcpy(name, last.p, last.len);
            name[last.len] = '\0';
        }
        if (fd < 0 || last.len >= sizeof name || fstatat(fd, name, &st, 0) != 0 ||
            !S_ISREG(st.st_mode)) {
            add_change(c, entry->path);
            c->moved = true;
            continue;
        }
        struct file_info info = file_info_of(&st);
        if (same_info(&entry->info, &info))
            continue;
        entry->info = info;
        if (!has_same_bytes(c, i, &info))
            add_change(c, entry->path);
    }
}

static bool compare_root(struct tree *tree, struct tree_root *root, const struct tree_root *was,
                         str folder, struct tree_changes *changes, struct error *err)
{
    struct arena *a = tree->arena;
    struct comparing c = { .tree = tree, .root = root, .was = was, .changes = changes };
    struct file_walk *walk = &root->walk;

    c.folder = path_join(a, folder, was->path);
    root->path = was->path;
    *walk = was->walk;
    if (!walk->nfolders) { /* it was not there */
        if (!file_exists(c.folder))
            return true;
        add_change(&c, S(""));
        return file_walk(walk, c.folder, S(""), a, err);
    }
    walk->entries = arena_array(a, struct file_entry, walk->count);
    walk->folders = arena_array(a, struct file_entry, walk->nfolders);
    memcpy(walk->folders, was->walk.folders, walk->nfolders * sizeof *walk->folders);
    if (walk->count)
        memcpy(walk->entries, was->walk.entries, walk->count * sizeof *walk->entries);
    c.fds = arena_array(a, int, walk->nfolders);
    memset(c.fds, -1, walk->nfolders * sizeof *c.fds);
    look_at_folders(&c);
    look_at_files(&c);
    close_folders(&c);
    return !c.moved || file_walk(walk, c.folder, S(""), a, err);
}

bool tree_compare(struct tree *tree, const struct tree *was, str folder, int64_t taken,
                  struct tree_changes *changes, struct arena *a, struct error *err)
{
    *tree = (struct tree){ .arena = a, .count = was->count, .taken = taken };
    for (size_t i = 0; i < was->count; i++) {
        if (!compare_root(tree, &tree->roots[i], &was->roots[i], folder, changes, err))
            return false;
        take_digests(tree, &tree->roots[i], folder);
    }
    return true;
}

/* ---- packing ---- */

static void pack_list(const struct tree *tree, const struct file_entry *list, size_t count,
                      struct buf *out)
{
    str before = S("");

    pack_number(out, count);
    for (size_t i = 0; i < count; i++) {
        struct file_info info = list[i].info;

        if (!is_settled(tree, &info))
            info.changed = info.mtime = 0;
        pack_name(out, before, list[i].path);
        pack_number(out, info.size);
        pack_fixed(out, (uint64_t)info.changed);
        pack_signed(out, info.changed - info.mtime);
        pack_number(out, info.inode);
        before = list[i].path;
    }
}

/* Those that still hold what they held at the beginning. */
static void pack_digests(const struct tree_root *root, str folder, struct buf *out)
{
    struct arena a = { 0 };
    struct digest now;
    size_t last = 0;

    for (size_t i = 0; root->digests && i < root->walk.count; i++) {
        if (!is_known(root->digests[i]) ||
            !file_digest(&now, path_join(&a, folder, root->walk.entries[i].path), NULL) ||
            !digest_eq(now, root->digests[i]))
            continue;
        pack_number(out, i + 1 - last);
        pack_digest(out, now);
        last = i + 1;
    }
    pack_number(out, 0);
    arena_free(&a);
}

static void unpack_digests(struct tree_root *root, struct unpack *from, struct arena *a)
{
    size_t at = 0;
    uint64_t step;

    while ((step = unpack_number(from)) && !from->bad) {
        struct digest digest = unpack_digest(from);

        if (step > root->walk.count - at) {
            from->bad = true;
            return;
        }
        at += (size_t)step;
        if (!root->digests)
            root->digests = arena_array(a, struct digest, root->walk.count);
        root->digests[at - 1] = digest;
    }
}

static struct file_entry *unpack_list(size_t *count, enum file_kind kind, struct unpack *from,
                                      struct arena *a)
{
    enum { LEAST = 13 };
    str before = S("");

    *count = unpack_count(from, LEAST);
    struct file_entry *list = arena_array(a, struct file_entry, *count);
    for (size_t i = 0; i < *count; i++) {
        struct file_info *info = &list[i].info;

        list[i].path = before = unpack_name(from, before, a);
        info->kind = kind;
        info->size = unpack_number(from);
        info->changed = (int64_t)unpack_fixed(from);
        info->mtime = info->changed - unpack_signed(from);
        info->inode = unpack_number(from);
    }
    return list;
}

void tree_pack(const struct tree *tree, str folder, struct buf *out)
{
    struct arena a = { 0 };

    pack_number(out, tree->count);
    for (size_t i = 0; i < tree->count; i++) {
        const struct tree_root *root = &tree->roots[i];

        pack_text(out, root->path);
        pack_list(tree, root->walk.folders, root->walk.nfolders, out);
        pack_list(tree, root->walk.entries, root->walk.count, out);
        pack_digests(root, path_join(&a, folder, root->path), out);
    }
    arena_free(&a);
}

bool tree_unpack(struct tree *tree, struct unpack *from, struct arena *a)
{
    *tree = (struct tree){ .arena = a, .count = unpack_count(from, 1) };
    if (tree->count > TREE_ROOTS)
        return false;
    for (size_t i = 0; i < tree->count; i++) {
        struct file_walk *walk = &tree->roots[i].walk;

        tree->roots[i].path = unpack_text(from);
        walk->folders = unpack_list(&walk->nfolders, FILE_FOLDER, from, a);
        walk->entries = unpack_list(&walk->count, FILE_REGULAR, from, a);
        unpack_digests(&tree->roots[i], from, a);
    }
    return !from->bad;
}
