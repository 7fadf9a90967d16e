/*
 * outside.c - links to other sites that only the made pages have
 *
 *   comes in:  pages as HTML, by many threads; the links of texts, which have a file and a line
 *   goes out:  those of templates, each once, with a page that it stands on
 *
 * What a page says of itself in its head (its own address, its feeds) is no link of a reader's.
 */
#include "builder/outside.h"
#include "vial/site/html_tags.h"

void outside_begin(struct outside *outside)
{
    *outside = (struct outside){ 0 };
    outside->pages = map_in(&outside->arena);
    pthread_mutex_init(&outside->lock, NULL);
}

void outside_end(struct outside *outside)
{
    pthread_mutex_destroy(&outside->lock);
    arena_free(&outside->arena);
}

static void note(struct outside *outside, const struct target *target, str url)
{
    pthread_mutex_lock(&outside->lock);
    struct map_entry *entry = map_find(&outside->pages, url);
    const str *first = entry ? entry->data : NULL;
    if (!first || str_cmp(target->url, *first) < 0) {
        str *page = arena_make(&outside->arena, str);

        *page = str_copy(&outside->arena, target->url);
        if (!entry)
            entry = map_put(&outside->pages, str_copy(&outside->arena, url));
        entry->data = page;
    }
    pthread_mutex_unlock(&outside->lock);
}

static bool is_outside(str url)
{
    return str_istarts(url, S("https://")) || str_istarts(url, S("http://")) ||
           str_starts(url, S("//"));
}

static bool is_for_machines(const struct html_tags *tag)
{
    static const char *const rels[] = { "canonical", "alternate", "preconnect", "dns-prefetch" };
    const struct html_attribute *rel = html_attribute(tag, "rel");

    for (size_t i = 0; rel && i < sizeof rels / sizeof *rels; i++)
        if (str_ieq(rel->value, str_of(rels[i])))
            return true;
    return false;
}

void outside_read(struct outside *outside, const struct target *target, str html)
{
    struct html_tags tags = { .html = html };
    struct arena a = { 0 };

    while (html_next_tag(&tags))
        for (size_t i = 0; i < tags.count; i++) {
            const struct html_attribute *attribute = &tags.attributes[i];
            bool leads = str_ieq(attribute->name, S("href")) || str_ieq(attribute->name, S("src"));

            if (leads && is_outside(attribute->value) &&
                !(str_ieq(tags.name, S("link")) && is_for_machines(&tags)))
                note(outside, target, html_address(attribute->value, &a));
        }
    arena_free(&a);
}

void outside_add(struct outside *outside, str own, struct errors *links)
{
    struct arena a = { 0 };
    struct map told = map_in(&a);

    for (size_t i = 0; i < links->count; i++)
        map_put(&told, str_copy(&a, links->list[i].sentence));
    for (size_t i = 0; i < outside->pages.count; i++) {
        const struct map_entry *entry = &outside->pages.entries[i];
        struct error err = { 0 };

        if (map_find(&told, entry->key) || (own.len > 1 && str_starts(entry->key, own)))
            continue;
        error_at(&err, (struct place){ .file = *(const str *)entry->data }, "%.*s",
                 STR(entry->key));
        error_note(&err, (struct place){ 0 },
                   "no text has this link: a template or vial.yaml does");
        errors_add(links, &err);
    }
    errors_sort(links);
    arena_free(&a);
}
