/*
 * external_cache.c - what other sites answered, for a while
 *
 *   comes in:  .vial/external
 *   goes out:  the answers that are young enough; and the file again
 *
 * Only good answers are kept: who mends a link, or whose network was down, is not told of
 * yesterday. A line is four fields with a tab between: when, the status, the address, and where it
 * has moved.
 */
#include "cli/external.h"
#include "vial/base/file.h"
#include <stdlib.h>
#include <time.h>

#define FIRST_LINE "vial external 1"
enum { CACHE_SIZE = 64 << 20 };

/* Not the time that SOURCE_DATE_EPOCH tells: answers grow old in any case. */
int64_t external_now(void)
{
    return (int64_t)time(NULL);
}

static bool read_number(str text, int64_t *number)
{
    *number = 0;
    if (!text.len || text.len > 15)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.p[i]))
            return false;
        *number = *number * 10 + (text.p[i] - '0');
    }
    return true;
}

static void read_line(struct map *known, str line, int64_t max_age, struct arena *a)
{
    str when = str_cut(&line, '\t'), status = str_cut(&line, '\t'), url = str_cut(&line, '\t');
    int64_t at, code;

    if (!read_number(when, &at) || !read_number(status, &code) || !url.len || at > external_now() ||
        external_now() - at > max_age)
        return;
    struct known_link *link = arena_make(a, struct known_link);
    *link = (struct known_link){ at, (long)code, line };
    map_put(known, url)->data = link;
}

struct map external_cache_load(str file, int64_t max_age, struct arena *a)
{
    struct map known = map_in(a);
    str text, line;

    if (!file_exists(file) || !file_read(&text, file, CACHE_SIZE, NULL, a, NULL) ||
        !str_line(&text, &line) || !str_eq(line, S(FIRST_LINE)))
        return known;
    while (str_line(&text, &line))
        read_line(&known, line, max_age, a);
    return known;
}

static int by_key(const void *left, const void *right)
{
    return str_cmp(((const struct map_entry *)left)->key, ((const struct map_entry *)right)->key);
}

bool external_cache_save(str file, const struct map *known, struct error *err)
{
    struct buf out = { 0 };
    struct map_entry *sorted = calloc(known->count + 1, sizeof *sorted);

    if (!sorted)
        abort();
    if (known->count)
        memcpy(sorted, known->entries, known->count * sizeof *sorted);
    qsort(sorted, known->count, sizeof *sorted, by_key);
    buf_add(&out, S(FIRST_LINE "\n"));
    for (size_t i = 0; i < known->count; i++) {
        const struct known_link *link = sorted[i].data;

        buf_addf(&out, "%lld\t%ld\t%.*s\t%.*s\n", (long long)link->when, link->status,
                 STR(sorted[i].key), STR(link->moved));
    }
    bool good = file_replace(file, buf_str(&out), NULL, err);
    free(sorted);
    buf_free(&out);
    return good;
}
