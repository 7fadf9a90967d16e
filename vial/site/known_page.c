/*
 * known_page.c - what a page's front matter said, for the next time
 *
 *   comes in:  a page, as page_load() made it
 *   goes out:  bytes; and the page again, without its file
 *
 * What the index says of a page is not kept: it is made anew.
 */
#include "vial/site/backlinks.h"
#include "vial/site/known.h"
#include "vial/site/paging.h"
#include <stdlib.h>

/* Whoever gives a page or its paging a new member lets it be packed here as well. */
_Static_assert(sizeof(struct page) == 480, "a new member of struct page has to be packed");
_Static_assert(sizeof(struct paging) == 104, "a new member of struct paging has to be packed");

enum { DEEPEST = 32 };

/* ---- values ---- */

static bool pack_value(value v, struct buf *out, int depth)
{
    value key, item;
    uint64_t bits;

    pack_number(out, v.type);
    switch (v.type) {
    case VIAL_UNDEFINED:
    case VIAL_NONE:
        return true;
    case VIAL_BOOL:
        pack_number(out, v.as.b);
        return true;
    case VIAL_INT:
        pack_signed(out, v.as.i);
        return true;
    case VIAL_FLOAT:
        memcpy(&bits, &v.as.d, sizeof bits);
        pack_fixed(out, bits);
        return true;
    case VIAL_STR:
        pack_text(out, value_text(v));
        return !v.flags;
    case VIAL_LIST:
        pack_number(out, list_len(v));
        for (size_t i = 0; i < list_len(v); i++)
            if (depth == DEEPEST || !pack_value(list_at(v, i), out, depth + 1))
                return false;
        return true;
    case VIAL_DICT:
        pack_number(out, dict_len(v));
        for (size_t i = 0; dict_entry(v, i, &key, &item); i++) {
            if (depth == DEEPEST || key.type != VIAL_STR)
                return false;
            pack_text(out, value_text(key));
            if (!pack_value(item, out, depth + 1))
                return false;
        }
        return true;
    default:
        return false;
    }
}

static value unpack_value(struct unpack *from, struct arena *a, int depth)
{
    uint64_t bits, type = unpack_number(from);
    value v = value_none();
    double number;
    size_t count;

    if (depth > DEEPEST) {
        from->bad = true;
        return v;
    }
    switch (type) {
    case VIAL_UNDEFINED:
        return value_undefined();
    case VIAL_NONE:
        return v;
    case VIAL_BOOL:
        return value_bool(unpack_number(from) != 0);
    case VIAL_INT:
        return value_int(unpack_signed(from));
    case VIAL_FLOAT:
        bits = unpack_fixed(from);
        memcpy(&number, &bits, sizeof number);
        return value_float(number);
    case VIAL_STR:
        return value_str(unpack_text(from));
    case VIAL_LIST:
        v = list_new(a, count = unpack_count(from, 1));
        for (size_t i = 0; i < count && !from->bad; i++)
            list_push(v, unpack_value(from, a, depth + 1));
        return v;
    case VIAL_DICT:
        v = dict_new(a, count = unpack_count(from, 2));
        for (size_t i = 0; i < count && !from->bad; i++) {
            str key = unpack_text(from);

            dict_set(v, key, unpack_value(from, a, depth + 1));
        }
        return v;
    default:
        from->bad = true;
        return v;
    }
}

/* ---- parts of a page ---- */

static void pack_date(const struct maybe_date *date, struct buf *out)
{
    pack_number(out, (uint64_t)date->there | (uint64_t)date->date.has_time << 1 |
                         (uint64_t)date->date.has_zone << 2);
    if (!date->there)
        return;
    pack_signed(out, date->date.unix_time);
    pack_signed(out, date->date.nanos);
    pack_signed(out, date->date.offset);
}

static struct maybe_date unpack_date(struct unpack *from)
{
    uint64_t flags = unpack_number(from);
    struct maybe_date date = { .there = flags & 1 };

    if (!date.there)
        return date;
    date.date.has_time = flags >> 1 & 1;
    date.date.has_zone = flags >> 2 & 1;
    date.date.unix_time = unpack_signed(from);
    date.date.nanos = (int32_t)unpack_signed(from);
    date.date.offset = (int16_t)unpack_signed(from);
    return date;
}

static void pack_paging(const struct paging *paging, struct buf *out)
{
    pack_number(out, paging != NULL);
    if (!paging)
        return;
    pack_number(out, paging->by);
    pack_number(out, paging->orphans);
    pack_number(out, paging->reversed);
    pack_text(out, paging->path);
    pack_text(out, paging->of);
}

static struct paging *unpack_paging(struct unpack *from, struct arena *a)
{
    struct paging *paging;

    if (!unpack_number(from))
        return NULL;
    paging = arena_make(a, struct paging);
    paging->by = unpack_number(from);
    paging->orphans = unpack_number(from);
    paging->reversed = unpack_number(from) != 0;
    paging->path = unpack_text(from);
    paging->of = unpack_text(from);
    return paging;
}

static void pack_ids(const struct page_ids *ids, struct buf *out)
{
    pack_number(out, ids ? ids->count + 1 : 0);
    for (size_t i = 0; ids && i < ids->count; i++)
        pack_number(out, ids->hashes[i] - (i ? ids->hashes[i - 1] : 0));
}

static struct page_ids *unpack_ids(struct unpack *from)
{
    size_t count = unpack_count(from, 1);
    uint32_t last = 0;

    if (!count)
        return NULL;
    struct page_ids *ids = malloc(sizeof *ids + count * sizeof *ids->hashes);
    if (!ids)
        abort();
    ids->count = count - 1;
    for (size_t i = 0; i < ids->count; i++)
        ids->hashes[i] = last += (uint32_t)unpack_number(from);
    return ids;
}

static void pack_links(const struct page_links *links, struct buf *out)
{
    pack_number(out, links != NULL);
    if (links)
        pack_text(out, str_n(links->text, links->len));
}

static struct page_links *unpack_links(struct unpack *from)
{
    return unpack_number(from) ? page_links_new(unpack_text(from)) : NULL;
}

enum {
    REVERSE = 1,
    REVERSE_SAID = 2,
    DRAFT = 4,
    WEIGHT = 8,
    PAGING = 16,
    CALLS = 32,
};

/* ---- the page ---- */

enum known_page page_pack(const struct page *page, struct buf *out)
{
    const str texts[] = { page->title,   page->slug,     page->description,
                          page->summary, page->template, page->own_url };

    pack_number(out, (page->reverse ? REVERSE : 0u) | (page->reverse_said ? REVERSE_SAID : 0u) |
                         (page->draft ? DRAFT : 0u) | (page->weight.there ? WEIGHT : 0u) |
                         (page->paging ? PAGING : 0u) | (page->calls ? CALLS : 0u));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        pack_text(out, texts[i]);
    pack_date(&page->date, out);
    pack_date(&page->updated, out);
    pack_signed(out, page->publish);
    pack_signed(out, page->expiry);
    if (page->weight.there)
        pack_signed(out, page->weight.number);
    pack_number(out, page->aliases.count);
    for (size_t i = 0; i < page->aliases.count; i++)
        pack_text(out, page->aliases.list[i]);
    pack_digest(out, page->digest);
    pack_digest(out, page->body_digest);
    pack_signed(out, page->sort_by);
    pack_number(out, page->title_from);
    if (page->paging)
        pack_paging(page->paging, out);
    pack_ids(atomic_load(&((struct page *)(uintptr_t)page)->ids), out);
    pack_links(atomic_load(&((struct page *)(uintptr_t)page)->links), out);
    if (!pack_value(page->more, out, 0))
        return KNOWN_READ;
    return page->loud ? KNOWN_LOUD : KNOWN_WHOLE;
}

bool page_unpack(struct page *page, str path, struct file_info info, const struct config *config,
                 struct unpack *from, struct arena *a)
{
    str *const texts[] = { &page->title,   &page->slug,     &page->description,
                           &page->summary, &page->template, &page->own_url };
    uint64_t flags = unpack_number(from);

    struct located where = config_locate(config, path, a);

    page->path = path;
    page->place = where.place;
    page->language = where.language;
    page->info = info;
    page->has_file = true;
    page->reverse = flags & REVERSE;
    page->reverse_said = flags & REVERSE_SAID;
    page->draft = flags & DRAFT;
    page->calls = flags & CALLS;
    page->weight.there = flags & WEIGHT;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = unpack_text(from);
    page->date = unpack_date(from);
    page->updated = unpack_date(from);
    page->publish = unpack_signed(from);
    page->expiry = unpack_signed(from);
    if (page->weight.there)
        page->weight.number = unpack_signed(from);
    page->aliases.count = unpack_count(from, 1);
    str *aliases = arena_array(a, str, page->aliases.count);
    for (size_t i = 0; i < page->aliases.count; i++)
        aliases[i] = unpack_text(from);
    page->aliases.list = aliases;
    page->digest = unpack_digest(from);
    page->body_digest = unpack_digest(from);
    page->sort_by = (int8_t)unpack_signed(from);
    page->title_from = (uint8_t)unpack_number(from);
    if (flags & PAGING)
        page->paging = unpack_paging(from, a);
    atomic_store(&page->ids, unpack_ids(from));
    atomic_store(&page->links, unpack_links(from));
    page->more = unpack_value(from, a, 0);
    return !from->bad;
}
