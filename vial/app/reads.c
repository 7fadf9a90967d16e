/*
 * reads.c - what a response was made from
 *
 *   comes in:  keys, while a response is made
 *   goes out:  the set of them, in the order first noted; and the URLs built meanwhile
 *
 * Names of fields get their bits as they come, by a table for the whole process: names of front
 * matter are a writer's choice. The table is only added to, so looking up takes no lock.
 */
#include "vial/app/reads.h"
#include "vial/base/hash.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* ---- fields ---- */

enum { BITS = 62, SLOTS = 256 };

struct field {
    str name;
    unsigned bit;
    char text[];
};

static _Atomic(struct field *) slots[SLOTS], by_bit[BITS];
static unsigned fields;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The slot with this name, or the empty one where it belongs. */
static _Atomic(struct field *) *slot_of(str name)
{
    size_t at = (size_t)hash_key(name);

    for (;; at++) {
        struct field *field = atomic_load_explicit(&slots[at % SLOTS], memory_order_acquire);

        if (!field || str_eq(field->name, name))
            return &slots[at % SLOTS];
    }
}

static uint64_t add_field(str name)
{
    struct field *field = malloc(sizeof *field + name.len + 1);

    if (!field)
        abort();
    memcpy(field->text, name.p, name.len);
    field->name = str_n(field->text, name.len);
    field->bit = fields++;
    atomic_store_explicit(&by_bit[field->bit], field, memory_order_release);
    atomic_store_explicit(slot_of(name), field, memory_order_release);
    return UINT64_C(1) << field->bit;
}

uint64_t reads_field(str name)
{
    struct field *field = atomic_load_explicit(slot_of(name), memory_order_acquire);
    uint64_t bit = READ_OTHERS;

    if (field)
        return UINT64_C(1) << field->bit;
    pthread_mutex_lock(&lock);
    field = atomic_load_explicit(slot_of(name), memory_order_acquire);
    if (field)
        bit = UINT64_C(1) << field->bit;
    else if (fields < BITS && name.len)
        bit = add_field(name);
    pthread_mutex_unlock(&lock);
    return bit;
}

str reads_field_name(unsigned bit)
{
    struct field *field =
        bit < BITS ? atomic_load_explicit(&by_bit[bit], memory_order_acquire) : NULL;

    return field ? field->name : S("");
}

/* ---- reads ---- */

static struct reads empty_part(struct arena *a)
{
    return (struct reads){ map_in(a), map_in(a), arena_alloc(a, 1), false };
}

struct reads *reads_new(struct arena *a)
{
    struct reads *reads = arena_make(a, struct reads);

    *reads = empty_part(a);
    return reads;
}

struct read *reads_of(struct reads *reads, str thing)
{
    struct map_entry *entry = map_find(&reads->things, thing);

    if (!entry) {
        entry = map_put(&reads->things, str_copy(reads->things.arena, thing));
        entry->data = arena_make(reads->things.arena, struct read);
    }
    return entry->data;
}

/* Of the things that have fields: all others may have "#" in their names. */
static bool has_fields(str key)
{
    return str_starts(key, S("page:")) || str_starts(key, S("section:")) ||
           str_starts(key, S("site.pages"));
}

static uint64_t cut_field(str *key)
{
    ptrdiff_t sign = has_fields(*key) ? str_rfind_char(*key, '#') : STR_NONE;

    if (sign == STR_NONE)
        return READ_ITSELF;
    str name = str_from(*key, (size_t)sign + 1);
    *key = str_slice(*key, 0, (size_t)sign);
    return reads_field(name);
}

void reads_note(struct reads *reads, str key)
{
    if (!reads)
        return;
    uint64_t field = cut_field(&key);
    reads_of(reads, key)->fields |= field;
}

void reads_note_url(struct reads *reads, str url)
{
    if (!reads || reads->unfollowed)
        return;
    size_t before = reads->urls.count;
    struct map_entry *entry = map_put(&reads->urls, url);
    if (reads->urls.count > before)
        entry->key = str_copy(reads->urls.arena, url);
}

bool reads_has(const struct reads *reads, str key)
{
    uint64_t field = cut_field(&key);
    const struct read *read = map_get(&reads->things, key);

    return read && read->fields & field;
}

bool reads_meet(const struct reads *reads, const struct reads *changed)
{
    bool turn = changed->things.count > reads->things.count;
    const struct map *few = turn ? &reads->things : &changed->things;
    const struct map *many = turn ? &changed->things : &reads->things;

    for (size_t i = 0; i < few->count; i++) {
        const struct read *here = few->entries[i].data, *there = map_get(many, few->entries[i].key);

        if (there && here->fields & there->fields)
            return true;
    }
    return false;
}

void reads_add(struct reads *reads, const struct reads *from)
{
    for (size_t i = 0; i < from->things.count; i++) {
        const struct map_entry *entry = &from->things.entries[i];

        reads_of(reads, entry->key)->fields |= ((const struct read *)entry->data)->fields;
    }
}

/* ---- parts ---- */

struct reads reads_begin(struct reads *reads)
{
    struct reads before = *reads;

    *reads = empty_part(before.things.arena);
    reads->unfollowed = before.unfollowed;
    return before;
}

void reads_turn(struct reads *reads, struct reads *before)
{
    struct reads now = *reads;

    *reads = *before;
    *before = now;
}

void reads_repeat(struct reads *reads, const struct reads *kept)
{
    reads_add(reads, kept);
    for (size_t i = 0; i < kept->urls.count; i++)
        reads_note_url(reads, kept->urls.entries[i].key);
}

bool reads_may_be_kept(const struct reads *reads)
{
    for (size_t i = 0; i < reads->things.count; i++)
        if (str_starts(reads->things.entries[i].key, S("again:")))
            return false;
    return true;
}

void reads_end(struct reads *reads, struct reads *before)
{
    reads_repeat(before, reads);
    *reads = *before;
}

struct reads *reads_copy(struct arena *a, const struct reads *reads)
{
    struct reads *copy = reads_new(a);

    reads_repeat(copy, reads);
    return copy;
}
