/*
 * notes.c - what each output was made from
 *
 *   comes in:  the reads of a response; later, what changed
 *   goes out:  a number and a few bytes for each output; later, whether it is touched
 *
 * A list of things is packed as the steps from number to number, each with the number of its mask
 * of fields. Numbers are given as things come up and put in order when all is written, so that
 * names that begin alike stand together and are short.
 */
#include "builder/notes.h"

#include <stdlib.h>

#define LEADS_TO "to:"

struct entry {
    uint32_t thing, mask;
};

struct entries {
    struct entry *list;
    size_t count, cap;
    struct arena *arena;
};

void notes_begin(struct notes *notes, struct arena *a)
{
    *notes = (struct notes){ .arena = a, .numbers = map_in(a), .set_numbers = map_in(a) };
    pthread_mutex_init(&notes->lock, NULL);
}

void notes_end(struct notes *notes)
{
    pthread_mutex_destroy(&notes->lock);
}

/* ---- numbers ---- */

#define APPEND(notes, list, count, cap, item)                                                      \
    do {                                                                                           \
        if ((count) == (cap)) {                                                                    \
            size_t more = (cap) ? (cap)*2 : 64;                                                    \
                                                                                                   \
            (list) =                                                                               \
                arena_grow((notes)->arena, (list), (cap) * sizeof *(list), more * sizeof *(list)); \
            (cap) = more;                                                                          \
        }                                                                                          \
        (list)[(count)++] = (item);                                                                \
    } while (0)

static void *as_data(size_t number)
{
    return (void *)(uintptr_t)(number + 1);
}

/* Things of the manifest, while few are asked for: they are in order. */
static bool find_sorted(const struct notes *notes, str name, uint32_t *number)
{
    size_t from = 0, to = notes->sorted;

    while (from < to) {
        size_t middle = (from + to) / 2;
        int order = str_cmp(name, notes->names[middle]);

        if (!order) {
            *number = (uint32_t)middle;
            return true;
        }
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return false;
}

static void map_sorted(struct notes *notes)
{
    for (size_t i = 0; i < notes->sorted; i++)
        map_put(&notes->numbers, notes->names[i])->data = as_data(i);
}

static bool find_thing(struct notes *notes, str name, uint32_t *number)
{
    enum { MANY = 2000 };

    if (notes->looked_up < MANY && ++notes->looked_up == MANY)
        map_sorted(notes);
    void *found = map_get(&notes->numbers, name);
    if (found)
        *number = (uint32_t)((uintptr_t)found - 1);
    return found || (notes->looked_up < MANY && find_sorted(notes, name, number));
}

static uint32_t number_of(struct notes *notes, str name)
{
    uint32_t number;

    if (find_thing(notes, name, &number))
        return number;
    name = str_copy(notes->arena, name);
    map_put(&notes->numbers, name)->data = as_data(notes->count);
    APPEND(notes, notes->names, notes->count, notes->cap, name);
    return (uint32_t)notes->count - 1;
}

/* There are a few dozen of them, and the last is often the next. */
static uint32_t mask_number(struct notes *notes, uint64_t mask)
{
    for (size_t i = 0; i < notes->nmasks; i++)
        if (notes->masks[i] == mask)
            return (uint32_t)i;
    APPEND(notes, notes->masks, notes->nmasks, notes->masks_cap, mask);
    return (uint32_t)notes->nmasks - 1;
}

static uint32_t set_number(struct notes *notes, str packed)
{
    void *found = map_get(&notes->set_numbers, packed);

    if (found)
        return (uint32_t)((uintptr_t)found - 1);
    packed = str_copy(notes->arena, packed);
    map_put(&notes->set_numbers, packed)->data = as_data(notes->nsets);
    APPEND(notes, notes->sets, notes->nsets, notes->sets_cap, packed);
    return (uint32_t)notes->nsets - 1;
}

/* ---- lists ---- */

static int by_thing(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;

    return (a->thing > b->thing) - (a->thing < b->thing);
}

static void add_entry(struct entries *entries, uint32_t thing, uint32_t mask)
{
    struct entry entry = { thing, mask };

    APPEND(entries, entries->list, entries->count, entries->cap, entry);
}

static void pack_entries(struct entries *entries, struct buf *out)
{
    uint32_t last = 0;

    if (entries->count)
        qsort(entries->list, entries->count, sizeof *entries->list, by_thing);
    for (size_t i = 0; i < entries->count; i++) {
        pack_number(out, entries->list[i].thing - last);
        pack_number(out, entries->list[i].mask);
        last = entries->list[i].thing;
    }
}

static struct notes_view view_of(const struct notes *notes)
{
    return (struct notes_view){ notes->names, notes->masks,  notes->sets,
                                notes->count, notes->nmasks, notes->nsets };
}

static bool next_entry(const struct notes_view *view, struct unpack *u, struct entry *entry)
{
    if (!unpack_more(u))
        return false;
    entry->thing += (uint32_t)unpack_number(u);
    entry->mask = (uint32_t)unpack_number(u);
    return entry->thing < view->count && entry->mask < view->nmasks;
}

/* Of one page only, as a rule: its text, its address, its neighbours. */
static bool is_own(str thing)
{
    return (str_starts(thing, S("page:")) && !str_ends(thing, S("_index.md"))) ||
           str_starts(thing, S("file:")) || str_starts(thing, S("url:")) ||
           str_starts(thing, S("static:"));
}

struct noted notes_keep(struct notes *notes, const struct reads *reads, const struct map *found)
{
    struct arena a = { 0 };
    struct entries own = { .arena = &a }, common = { .arena = &a };
    struct buf packed = buf_in(&a);
    struct noted noted;

    pthread_mutex_lock(&notes->lock);
    for (size_t i = 0; i < reads->things.count; i++) {
        const struct map_entry *thing = &reads->things.entries[i];
        const struct read *read = thing->data;

        if (read->fields)
            add_entry(is_own(thing->key) ? &own : &common, number_of(notes, thing->key),
                      mask_number(notes, read->fields));
    }
    for (size_t i = 0; found && i < found->count; i++)
        add_entry(&common,
                  number_of(notes, str_fmt(&a, LEADS_TO "%.*s", STR(found->entries[i].key))),
                  mask_number(notes, READ_ITSELF));
    pack_entries(&common, &packed);
    noted.set = set_number(notes, buf_str(&packed)) + 1;
    packed = buf_in(&a);
    pack_entries(&own, &packed);
    noted.own = str_copy(notes->arena, buf_str(&packed));
    pthread_mutex_unlock(&notes->lock);
    arena_free(&a);
    return noted;
}

/* ---- what changed ---- */

void notes_compare(struct notes *notes, const struct reads *changed)
{
    uint32_t number;

    notes->changed = arena_array(notes->arena, uint64_t, notes->count);
    notes->judged = arena_array(notes->arena, unsigned char, notes->nsets);
    notes->then = view_of(notes);
    for (size_t i = 0; i < changed->things.count; i++) {
        const struct map_entry *thing = &changed->things.entries[i];

        if (find_thing(notes, thing->key, &number) && number < notes->then.count)
            notes->changed[number] |= ((const struct read *)thing->data)->fields;
    }
}

static str key_text(const struct notes_view *then, uint32_t thing, uint64_t fields, struct arena *a)
{
    str name = then->names[thing];

    if (!fields || fields & READ_ITSELF)
        return str_copy(a, name);
    str field = reads_field_name((unsigned)__builtin_ctzll(fields));
    return str_fmt(a, "%.*s#%.*s", STR(name), STR(field));
}

static bool is_always_new(str thing)
{
    return str_starts(thing, S("again:"));
}

static bool list_touched(const struct notes *notes, str packed, str *key, struct arena *a)
{
    const struct notes_view *then = &notes->then;
    struct unpack u = unpack_of(packed);
    struct entry entry = { 0 };

    while (next_entry(then, &u, &entry)) {
        uint64_t fields = notes->changed[entry.thing] & then->masks[entry.mask];

        if (!fields && !is_always_new(then->names[entry.thing]))
            continue;
        if (key)
            *key = key_text(then, entry.thing, fields, a);
        return true;
    }
    return u.bad;
}

bool notes_touched(struct notes *notes, struct noted noted, str *key, struct arena *a)
{
    if (!noted.set || noted.set > notes->then.nsets)
        return true;
    if (list_touched(notes, noted.own, key, a))
        return true;
    unsigned char *judged = &notes->judged[noted.set - 1];
    unsigned char known = __atomic_load_n(judged, __ATOMIC_RELAXED);
    if (!known) {
        known = list_touched(notes, notes->then.sets[noted.set - 1], NULL, NULL) ? 2 : 1;
        __atomic_store_n(judged, known, __ATOMIC_RELAXED);
    }
    if (known == 2 && key)
        list_touched(notes, notes->then.sets[noted.set - 1], key, a);
    return known == 2;
}

/* What outputs of before are made of. */
static struct notes_view view_of_before(const struct notes *notes)
{
    return notes->changed ? notes->then : view_of(notes);
}

static void each_in(const struct notes_view *view, str packed, notes_fn *each, void *self)
{
    struct unpack u = unpack_of(packed);
    struct entry entry = { 0 };

    while (next_entry(view, &u, &entry))
        if (!str_starts(view->names[entry.thing], S(LEADS_TO)))
            each(self, view->names[entry.thing], view->masks[entry.mask]);
}

void notes_each(const struct notes *notes, struct noted noted, notes_fn *each, void *self)
{
    struct notes_view view = view_of_before(notes);

    each_in(&view, noted.own, each, self);
    if (noted.set && noted.set <= view.nsets)
        each_in(&view, view.sets[noted.set - 1], each, self);
}

void notes_each_thing(const struct notes *notes, void (*each)(void *self, str thing), void *self)
{
    for (size_t i = 0; i < notes->count; i++)
        if (!str_starts(notes->names[i], S(LEADS_TO)))
            each(self, notes->names[i]);
}

void notes_each_url(const struct notes *notes, struct noted noted, notes_url_fn *each, void *self)
{
    struct notes_view view = view_of_before(notes);
    struct entry entry = { 0 };

    if (!noted.set || noted.set > view.nsets)
        return;
    struct unpack u = unpack_of(view.sets[noted.set - 1]);
    while (next_entry(&view, &u, &entry))
        if (str_starts(view.names[entry.thing], S(LEADS_TO)))
            each(self, str_from(view.names[entry.thing], sizeof LEADS_TO - 1));
}

/* ---- for the next time ---- */

struct packing {
    struct notes *notes;
    struct notes_view view;
    struct arena *arena;
    bool *things, *sets; /* in use */
    uint32_t *new_thing, *new_set;
};

static void use_list(struct packing *p, str packed)
{
    struct unpack u = unpack_of(packed);
    struct entry entry = { 0 };

    while (next_entry(&p->view, &u, &entry))
        p->things[entry.thing] = true;
}

static void mark_used(struct packing *p, struct noted **used, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        use_list(p, used[i]->own);
        p->sets[used[i]->set - 1] = true;
    }
    for (size_t i = 0; i < p->notes->nsets; i++)
        if (p->sets[i])
            use_list(p, p->notes->sets[i]);
}

static str renumbered(struct packing *p, str packed)
{
    struct entries entries = { .arena = p->arena };
    struct unpack u = unpack_of(packed);
    struct entry entry = { 0 };
    struct buf out = buf_in(p->arena);

    while (next_entry(&p->view, &u, &entry))
        add_entry(&entries, p->new_thing[entry.thing], entry.mask);
    pack_entries(&entries, &out);
    return buf_str(&out);
}

struct named {
    str name;
    uint32_t old;
};

static int by_name(const void *left, const void *right)
{
    const struct named *a = left, *b = right;

    return str_cmp(a->name, b->name);
}

/* Things of before are in order already; new ones are sorted, and both are put together. */
static size_t put_in_order(struct packing *p, struct named *all)
{
    struct notes *notes = p->notes;
    struct named *fresh = arena_array(p->arena, struct named, notes->count - notes->sorted);
    size_t nfresh = 0, next = 0, count = 0;

    for (size_t i = notes->sorted; i < notes->count; i++)
        if (p->things[i])
            fresh[nfresh++] = (struct named){ notes->names[i], (uint32_t)i };
    if (nfresh)
        qsort(fresh, nfresh, sizeof *fresh, by_name);
    for (size_t i = 0; i < notes->sorted; i++) {
        if (!p->things[i])
            continue;
        while (next < nfresh && str_cmp(fresh[next].name, notes->names[i]) < 0)
            all[count++] = fresh[next++];
        all[count++] = (struct named){ notes->names[i], (uint32_t)i };
    }
    while (next < nfresh)
        all[count++] = fresh[next++];
    return count;
}

static void pack_things(struct packing *p, struct buf *out)
{
    struct named *all = arena_array(p->arena, struct named, p->notes->count);
    size_t count = put_in_order(p, all);
    str before = S("");

    pack_number(out, count);
    for (size_t i = 0; i < count; i++) {
        p->new_thing[all[i].old] = (uint32_t)i;
        pack_name(out, before, all[i].name);
        before = all[i].name;
    }
}

static void pack_fields(const struct notes *notes, struct buf *out)
{
    enum { BITS = 62 };
    unsigned count = 0;

    while (count < BITS && reads_field_name(count).len)
        count++;
    pack_number(out, count);
    for (unsigned i = 0; i < count; i++)
        pack_text(out, reads_field_name(i));
    pack_number(out, notes->nmasks);
    for (size_t i = 0; i < notes->nmasks; i++)
        pack_fixed(out, notes->masks[i]);
}

void notes_pack(struct notes *notes, struct noted **used, size_t count, struct buf *out,
                struct arena *a)
{
    struct packing p = { notes,
                         view_of(notes),
                         a,
                         arena_array(a, bool, notes->count),
                         arena_array(a, bool, notes->nsets),
                         arena_array(a, uint32_t, notes->count),
                         arena_array(a, uint32_t, notes->nsets) };
    size_t nsets = 0;

    mark_used(&p, used, count);
    pack_fields(notes, out);
    pack_things(&p, out);
    for (size_t i = 0; i < count; i++) { /* in the order of the outputs, whoever was first */
        uint32_t *number = &p.new_set[used[i]->set - 1];

        if (!*number)
            *number = (uint32_t)++nsets;
    }
    str *sets = arena_array(a, str, nsets);
    for (size_t i = 0; i < notes->nsets; i++)
        if (p.new_set[i])
            sets[p.new_set[i] - 1] = notes->sets[i];
    pack_number(out, nsets);
    for (size_t i = 0; i < nsets; i++)
        pack_text(out, renumbered(&p, sets[i]));
    for (size_t i = 0; i < count; i++) {
        used[i]->set = p.new_set[used[i]->set - 1];
        used[i]->own = renumbered(&p, used[i]->own);
    }
}

static uint64_t translated(uint64_t mask, const uint64_t *bits, size_t count)
{
    uint64_t now = mask & (READ_ITSELF | READ_OTHERS);

    for (size_t i = 0; i < count; i++)
        if (mask >> i & 1)
            now |= bits[i];
    return now;
}

bool notes_unpack(struct notes *notes, struct unpack *from)
{
    uint64_t bits[64];
    size_t nbits = unpack_count(from, 1);
    str before = S("");

    for (size_t i = 0; i < nbits; i++) {
        uint64_t bit = reads_field(unpack_text(from));

        if (i < 62)
            bits[i] = bit;
    }
    notes->nmasks = notes->masks_cap = unpack_count(from, 8);
    notes->masks = arena_array(notes->arena, uint64_t, notes->nmasks);
    for (size_t i = 0; i < notes->nmasks; i++)
        notes->masks[i] = translated(unpack_fixed(from), bits, nbits < 62 ? nbits : 62);
    notes->count = notes->cap = notes->sorted = unpack_count(from, 2);
    notes->names = arena_array(notes->arena, str, notes->count);
    for (size_t i = 0; i < notes->count; i++)
        notes->names[i] = before = unpack_name(from, before, notes->arena);
    notes->nsets = notes->sets_cap = unpack_count(from, 1);
    notes->sets = arena_array(notes->arena, str, notes->nsets);
    for (size_t i = 0; i < notes->nsets; i++) {
        notes->sets[i] = unpack_text(from);
        map_put(&notes->set_numbers, notes->sets[i])->data = as_data(i);
    }
    return !from->bad;
}
