/*
 * sections.c - pages that were at the address of a folder
 *
 *   comes in:  "docs/setup.md" at /docs/setup/, and other pages in docs/setup/
 *   goes out:  "docs/setup/_index.md": here each folder has a page of its own, and this is it;
 *              and no alias where something is
 */
#include "vial/import/inside.h"

/* Every folder of content/, and whether it has a page. */
static void note_folders(struct importing *im, struct map *folders)
{
    static const char *const indexes[] = { "_index.md", "index.md", "README.md", NULL };

    for (size_t i = 0; i < im->count; i++) {
        const struct item *item = im->items[i];
        str folder = path_dir(item->file);

        if (!item->page || !str_starts(item->file, S("content/")))
            continue;
        if (word_in(path_name(item->file), indexes))
            map_put(folders, folder)->data = im;
        for (; str_starts(folder, S("content")); folder = path_dir(folder))
            map_put(folders, folder);
    }
}

/* Aliases where something else is: a folder's page, another page, the same alias twice. */
static void settle_aliases(struct importing *im, const struct map *folders)
{
    struct map given = map_in(im->a);

    for (size_t i = 0; i < im->count; i++)
        if (im->items[i]->url.len)
            map_put(&given, url_key(im->a, im->items[i]->url))->data = im->items[i];
    for (size_t i = 0; i < im->count; i++) {
        struct item *item = im->items[i];
        value list = dict_get(item->front, S("aliases")), kept = list_new(im->a, 4);

        if (!item->page || list.type != VIAL_LIST)
            continue;
        for (size_t n = 0; n < list_len(list); n++) {
            str alias = value_text(list_at(list, n)), key = url_key(im->a, alias);
            struct map_entry *other = map_find(&given, key);

            if (other && other->data != item)
                left_file(im, item->source, "its alias '%.*s' belongs to %.*s", STR(alias),
                          STR(((struct item *)other->data)->source));
            if (other || map_find(folders, str_fmt(im->a, "content%.*s", STR(key))))
                continue;
            map_put(&given, key)->data = item;
            list_push(kept, value_str(alias));
        }
        front_set(item, "aliases", list_len(kept) ? kept : value_undefined());
    }
}

void sections_settle(struct importing *im)
{
    struct map folders = map_in(im->a);

    note_folders(im, &folders);
    for (size_t i = 0; i < im->count; i++) {
        struct item *item = im->items[i];
        str folder = str_fmt(im->a, "content%.*s", STR(url_key(im->a, item->url)));
        struct map_entry *entry;

        if (!item->page || !str_ends(item->url, S("/")))
            continue;
        if (str_ends(folder, S("/")))
            folder = S("content");
        entry = map_find(&folders, folder);
        if (!entry || entry->data || str_eq(path_dir(item->file), S("content/posts")))
            continue;
        entry->data = item;
        item->file = str_fmt(im->a, "%.*s/_index.md", STR(folder));
        map_put(&im->by_file, item->file)->data = item;
    }
    settle_aliases(im, &folders);
}
