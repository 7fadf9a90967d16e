/*
 * reload.c - the pages of a site as their files are now
 *
 *   comes in:  pages as they were, names and stamps of files as they are
 *   goes out:  pages as they are, most of them the same as before
 *
 * Both lists are sorted by path, so one walk through both tells which files are new, which are gone
 * and which have to be read. A page whose text alone changed stays where it is and learns of it:
 * then everything that points to it stays right.
 */
#include "vial/site/reload.h"
#include "vial/site/backlinks.h"
#include "vial/site/changes.h"
#include "vial/site/links.h"
#include "vial/site/load.h"
#include <stdlib.h>

struct reloading {
    struct site *site;
    const str *named;
    size_t nnamed;
    struct reads *keys;
    struct reloaded out;
    struct page **was;        /* for each file the page it had; NULL: none                */
    struct file_entry *files; /* to be read                                               */
    struct page **fresh;      /* what was made of each of them                            */
    size_t nfiles;
    bool *again; /* for each file: it is among those to be read */
};

static int by_text(const void *left, const void *right)
{
    return str_cmp(*(const str *)left, *(const str *)right);
}

static bool is_named(const struct reloading *r, str path)
{
    return r->nnamed && bsearch(&path, r->named, r->nnamed, sizeof path, by_text) != NULL;
}

static bool same_stamp(const struct file_info *a, const struct file_info *b)
{
    return a->size == b->size && a->mtime == b->mtime && a->changed == b->changed &&
           a->inode == b->inode;
}

static void let_go(struct reloading *r, struct page *page)
{
    r->out.gone[r->out.ngone++] = page;
    r->out.moved = true;
}

/* Finds each file's page, and the files that have to be read. */
static void match_files(struct reloading *r)
{
    const struct site *site = r->site;
    size_t old = 0;

    for (size_t i = 0; i < site->npage_files; i++) {
        const struct file_entry *file = &site->page_files[i];
        int order = 1;

        while (old < site->npages && (order = str_cmp(site->pages[old]->path, file->path)) < 0)
            let_go(r, site->pages[old++]);
        if (old < site->npages && order == 0)
            r->was[i] = site->pages[old++];
        if (r->was[i] && !is_named(r, file->path) && same_stamp(&r->was[i]->info, &file->info))
            continue;
        r->again[i] = true;
        r->files[r->nfiles++] = *file;
    }
    while (old < site->npages)
        let_go(r, site->pages[old++]);
}

/* Ids that somebody asked for are kept up to date, so that it is known whether they changed. */
static void carry_ids(const struct site *site, const struct page *was, struct page *now)
{
    if (atomic_load(&((struct page *)was)->ids) && !digest_eq(was->body_digest, now->body_digest))
        atomic_store(&now->ids, ids_read(site, now, S(""), NULL, NULL));
}

/* Its links, where they are known: when they are others, more than the text is new. */
static bool carry_links(const struct site *site, const struct page *was, struct page *now)
{
    struct page_links *links = atomic_load(&((struct page *)was)->links);

    if (!links)
        return true;
    if (digest_eq(was->body_digest, now->body_digest))
        atomic_store(&now->links, page_links_new(str_n(links->text, links->len)));
    else
        atomic_store(&now->links, page_links_read(site, now));
    return page_links_same(links, atomic_load(&now->links));
}

/* The text alone is new: the old page takes over what follows from it. */
static void take_text(struct page *was, struct page *now)
{
    struct page_ids *ids = atomic_load(&was->ids);

    was->digest = now->digest;
    was->body_digest = now->body_digest;
    was->info = now->info;
    was->calls = now->calls;
    for (struct page *other = was->stand_ins; other; other = other->stand_ins) {
        other->digest = now->digest;
        other->body_digest = now->body_digest;
        other->calls = now->calls;
    }
    if (atomic_load(&now->ids)) {
        atomic_store(&was->ids, atomic_load(&now->ids));
        atomic_store(&now->ids, ids);
    }
    page_free(now);
}

/* The page that stands for a file that was read again; NULL: it could not be made. */
static struct page *replace(struct reloading *r, struct page *was, struct page *now)
{
    if (!was) {
        r->out.moved = r->out.moved || now;
        return now;
    }
    if (now) {
        carry_ids(r->site, was, now);
        if (carry_links(r->site, was, now) && page_differs_in_text_only(was, now)) {
            changes_of_text(r->keys, r->site, was, now);
            take_text(was, now);
            return was;
        }
    }
    let_go(r, was);
    return now;
}

static void put_together(struct reloading *r)
{
    struct site *site = r->site;
    struct page **pages = calloc(site->npage_files + 1, sizeof(struct page *));
    size_t count = 0, next = 0;

    if (!pages)
        abort();
    for (size_t i = 0; i < site->npage_files; i++) {
        struct page *page = r->was[i];

        if (r->again[i])
            page = replace(r, page, r->fresh[next++]);
        if (page)
            pages[count++] = page;
    }
    free(site->pages);
    site->pages = pages;
    site->npages = count;
}

struct reloaded pages_reload(struct site *site, const str *named, size_t nnamed, struct reads *keys,
                             struct arena *a, struct errors *errors)
{
    size_t count = site->npage_files;
    struct reloading r = {
        .site = site,
        .named = named,
        .nnamed = nnamed,
        .keys = keys,
        .out.gone = arena_array(a, struct page *, site->npages),
        .was = arena_array(a, struct page *, count),
        .files = arena_array(a, struct file_entry, count),
        .again = arena_array(a, bool, count),
    };

    match_files(&r);
    r.fresh = arena_array(a, struct page *, r.nfiles);
    pages_load(r.fresh, r.files, r.nfiles, site->content, site->config, errors,
               &site->findings->warnings);
    put_together(&r);
    return r.out;
}
