/*
 * ids.c - what an anchor can lead to
 *
 *   comes in:  a page's HTML
 *   goes out:  its ids, and the names of its <a name>, as sorted hashes; the nearest of them
 *
 * A hash is enough to say that an id is there, and four bytes are little to keep for each heading
 * of a site. Only when one is missing are the ids themselves looked at again.
 */
#include "vial/base/nearest.h"
#include "vial/site/visit.h"
#include <stdlib.h>

/* The next `id="..."` or `name="..."` of a tag; false at the end. */
static bool next_id(str *rest, str *id)
{
    while (rest->len) {
        const char *equal = memchr(rest->p, '=', rest->len);

        if (!equal)
            return false;
        str before = str_n(rest->p, (size_t)(equal - rest->p));
        *rest = str_from(*rest, before.len + 1);
        bool is_id = str_ends(before, S(" id")) || str_ends(before, S("\nid")) ||
                     str_ends(before, S(" name")) || str_ends(before, S("\nname"));
        if (!is_id || rest->len < 2)
            continue;
        char quote = rest->p[0];
        if (quote != '"' && quote != '\'') {
            size_t n = 0;

            while (n < rest->len && !is_space(rest->p[n]) && rest->p[n] != '>')
                n++;
            *id = str_slice(*rest, 0, n);
            return true;
        }
        *rest = str_from(*rest, 1);
        *id = str_cut(rest, quote);
        return true;
    }
    return false;
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

static uint32_t hash_of(str id)
{
    return (uint32_t)hash_bytes(id);
}

struct page_ids *ids_of_html(str html)
{
    str rest = html, id;
    size_t count = 0;

    while (next_id(&rest, &id))
        count++;
    struct page_ids *ids = malloc(sizeof *ids + count * sizeof *ids->hashes);
    if (!ids)
        abort();
    ids->count = 0;
    for (rest = html; ids->count < count && next_id(&rest, &id);)
        ids->hashes[ids->count++] = hash_of(id);
    qsort(ids->hashes, ids->count, sizeof *ids->hashes, by_number);
    return ids;
}

bool ids_have(const struct page_ids *ids, str id)
{
    uint32_t hash = hash_of(id);

    return ids->count && bsearch(&hash, ids->hashes, ids->count, sizeof hash, by_number);
}

str ids_nearest(str html, str id, struct arena *a)
{
    struct nearest nearest = nearest_to(id);
    str other;

    while (next_id(&html, &other))
        nearest_try(&nearest, other);
    return str_copy(a, nearest.best);
}
