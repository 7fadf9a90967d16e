/*
 * profile.c - where the time goes
 *
 *   comes in:  begins and ends, from any thread
 *   goes out:  a line for each kind and name: how often, how long
 *
 * One table behind one lock: a thread that waits for it spends no CPU, which is what is measured.
 */
#include "vial/base/profile.h"
#include "vial/base/date.h"
#include "vial/base/map.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_bool on;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct arena arena;
static struct map by_name;
static struct profile_line *lines;

void profile_start(void)
{
    by_name = map_in(&arena);
    atomic_store(&on, true);
}

int64_t profile_begin(void)
{
    return atomic_load_explicit(&on, memory_order_relaxed) ? now_thread_ns() : 0;
}

static void add(const char *kind, str name, int64_t nanoseconds, bool spared)
{
    char text[256];
    int n = snprintf(text, sizeof text, "%s:%.*s", kind, STR(name));
    str key = str_n(text, n < (int)sizeof text ? (size_t)n : sizeof text - 1);

    pthread_mutex_lock(&lock);
    struct map_entry *entry = map_find(&by_name, key);
    if (!entry) {
        struct profile_line *line = arena_make(&arena, struct profile_line);

        line->kind = str_copy(&arena, str_of(kind));
        line->name = str_copy(&arena, name);
        entry = map_put(&by_name, str_copy(&arena, key));
        entry->data = line;
    }
    struct profile_line *line = entry->data;
    line->count++;
    line->spared += spared;
    line->nanoseconds += nanoseconds;
    pthread_mutex_unlock(&lock);
}

void profile_end(int64_t begun, const char *kind, str name, bool spared)
{
    if (begun)
        add(kind, name, now_thread_ns() - begun, spared);
}

static int longest_first(const void *left, const void *right)
{
    const struct profile_line *a = left, *b = right;

    if (a->nanoseconds != b->nanoseconds)
        return a->nanoseconds > b->nanoseconds ? -1 : 1;
    return str_cmp(a->name, b->name);
}

const struct profile_line *profile_lines(size_t *count)
{
    *count = by_name.count;
    lines = arena_alloc(&arena, (*count + 1) * sizeof *lines);
    for (size_t i = 0; i < *count; i++)
        lines[i] = *(const struct profile_line *)by_name.entries[i].data;
    qsort(lines, *count, sizeof *lines, longest_first);
    return lines;
}

void profile_stop(void)
{
    atomic_store(&on, false);
    arena_free(&arena);
    by_name = map_in(&arena);
}
