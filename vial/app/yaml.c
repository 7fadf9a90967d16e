/*
 * yaml.c - YAML's text to a tree whose every node knows its place
 *
 *   comes in:  a span of a file: front matter, vial.yaml, a data file
 *   goes out:  nodes; or an error at the very key, value or character that is wrong
 *
 * libyaml reads the text and tells events (a scalar, a list begins, it ends); here they become
 * nodes, one function per kind, one call per level. An alias is a second pointer to the same node:
 * it costs nothing here, but who walks the tree would walk it again and again, so each node carries
 * the number of nodes it stands for, and what aliases add is capped.
 */
#include "vial/app/yaml.h"
#include "vial/app/yaml_complaint.h"
#include "vial/app/yaml_scalar.h"
#include "vial/base/map.h"
#include "vial/base/utf8.h"

struct reader {
    yaml_parser_t parser;
    const struct place *text;
    struct arena *arena;
    struct error *err;
    struct map anchors; /* to nodes; to NULL while the node is still being read */
    uint32_t expanded;  /* nodes that aliases added                             */
    bool ascii;
    size_t points, bytes; /* a code point's number within the text, and its offset */
};

/* libyaml counts code points; a place counts bytes. Marks mostly move forward, so a cursor does. */
static size_t offset_of(struct reader *r, yaml_mark_t mark)
{
    str part = str_slice(r->text->source, r->text->offset, r->text->offset + r->text->len);
    size_t wanted = mark.index;

    if (r->ascii)
        return r->text->offset + (wanted < part.len ? wanted : part.len);
    while (r->points < wanted && r->bytes < part.len) {
        r->bytes++;
        while (r->bytes < part.len && ((unsigned char)part.p[r->bytes] & 0xC0) == 0x80)
            r->bytes++;
        r->points++;
    }
    while (r->points > wanted && r->bytes > 0) {
        r->bytes--;
        while (r->bytes > 0 && ((unsigned char)part.p[r->bytes] & 0xC0) == 0x80)
            r->bytes--;
        r->points--;
    }
    return r->text->offset + r->bytes;
}

static struct place place_at(struct reader *r, yaml_mark_t from, yaml_mark_t to)
{
    struct place place = *r->text;

    place.offset = offset_of(r, from);
    size_t end = offset_of(r, to);
    place.len = end > place.offset ? end - place.offset : 0;
    return place;
}

/* The next event; false, and `err` is filled, when the text is no YAML. */
static bool next_event(struct reader *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event))
        return true;

    const yaml_parser_t *p = &r->parser;
    struct place at = place_at(r, p->problem_mark, p->problem_mark);
    struct place context = place_at(r, p->context_mark, p->context_mark);

    if (p->error == YAML_READER_ERROR) {
        at.offset = r->text->offset + p->problem_offset;
        at.len = 0;
    }
    return yaml_complain(r->err, p, at, context);
}

static struct yaml_node *node_new(struct reader *r, enum yaml_kind kind, const yaml_event_t *event)
{
    struct yaml_node *node = arena_make(r->arena, struct yaml_node);
    struct place at = place_at(r, event->start_mark, event->end_mark);

    node->kind = kind;
    node->text_in = r->text;
    node->offset = at.offset;
    node->len = at.len;
    node->size = 1;
    node->text = S("");
    return node;
}

static struct map_entry *anchor_put(struct reader *r, const yaml_char_t *anchor)
{
    if (!anchor)
        return NULL;
    return map_put(&r->anchors, str_copy(r->arena, str_of((const char *)anchor)));
}

static void anchor_bind(struct reader *r, const yaml_char_t *anchor, struct yaml_node *node)
{
    struct map_entry *entry = anchor_put(r, anchor);

    if (entry)
        entry->data = node;
}

static const struct yaml_node *read_alias(struct reader *r, const yaml_event_t *event)
{
    str name = str_of((const char *)event->data.alias.anchor);
    struct place at = place_at(r, event->start_mark, event->end_mark);
    const struct map_entry *entry = map_find(&r->anchors, name);

    if (!entry) {
        error_at(r->err, at, "there is no anchor '&%.*s' before this alias", STR(name));
        error_hint(r->err, "quote the value if the '*' belongs to the text");
        return NULL;
    }
    const struct yaml_node *node = entry->data;
    if (!node) {
        error_at(r->err, at, "the alias '*%.*s' stands inside of what it names", STR(name));
        return NULL;
    }
    if (node->size > YAML_EXPANDED - r->expanded) {
        error_at(r->err, at, "the aliases of this file stand for more than %d values",
                 YAML_EXPANDED);
        return NULL;
    }
    r->expanded += node->size;
    return node;
}

static const struct yaml_node *read_scalar(struct reader *r, const yaml_event_t *event)
{
    struct yaml_node *node = node_new(r, YAML_STR, event);
    str text = str_n((const char *)event->data.scalar.value, event->data.scalar.length);
    str tag = str_of((const char *)event->data.scalar.tag);

    node->text = str_copy(r->arena, text);
    if (event->data.scalar.plain_implicit)
        yaml_resolve(node);
    else if (tag.len && !yaml_resolve_as(node, tag, yaml_place(node), r->err))
        return NULL;
    anchor_bind(r, event->data.scalar.anchor, node);
    return node;
}

/* A tag before a list or map may only say what is plain to see. */
static bool check_tag(struct reader *r, const yaml_event_t *event, const yaml_char_t *given,
                      str expected)
{
    str tag = str_of((const char *)given);

    if (!tag.len || str_eq(tag, expected) || str_eq(tag, S("!")))
        return true;
    error_at(r->err, place_at(r, event->start_mark, event->end_mark),
             "the tag '%.*s' is unknown here", STR(tag));
    return error_hint(r->err, "lists and maps need no tag");
}

static const struct yaml_node *read_node(struct reader *r, const yaml_event_t *event,
                                         unsigned depth);

static void entry_push(struct reader *r, struct yaml_node *node, size_t *cap,
                       const struct yaml_node *key, const struct yaml_node *item)
{
    if (node->count == *cap) {
        size_t more = *cap ? *cap * 2 : 4;
        node->entries = arena_grow(r->arena, node->entries, *cap * sizeof *node->entries,
                                   more * sizeof *node->entries);
        *cap = more;
    }
    node->entries[node->count].key = key;
    node->entries[node->count].node = item;
    node->count++;
    node->size += item->size + (key != NULL);
}

static const struct yaml_node *read_list(struct reader *r, const yaml_event_t *start,
                                         unsigned depth)
{
    struct yaml_node *list = node_new(r, YAML_LIST, start);
    const yaml_char_t *anchor = start->data.sequence_start.anchor;
    size_t cap = 0;

    if (!check_tag(r, start, start->data.sequence_start.tag, S("tag:yaml.org,2002:seq")))
        return NULL;
    struct map_entry *open = anchor_put(r, anchor);
    if (open)
        open->data = NULL;
    for (;;) {
        yaml_event_t event;

        if (!next_event(r, &event))
            return NULL;
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            break;
        }
        const struct yaml_node *item = read_node(r, &event, depth + 1);
        yaml_event_delete(&event);
        if (!item)
            return NULL;
        entry_push(r, list, &cap, NULL, item);
    }
    anchor_bind(r, anchor, list);
    return list;
}

/* The keys of a map under construction: a few are compared one by one, many are hashed. */
enum { FEW_KEYS = 8 };
struct keys {
    struct map map; /* to entry number + 1 */
    size_t hashed;
};

static size_t key_find(struct keys *keys, const struct yaml_node *map, str key)
{
    if (map->count < FEW_KEYS) {
        for (size_t i = 0; i < map->count; i++)
            if (str_eq(map->entries[i].key->text, key))
                return i + 1;
        return 0;
    }
    for (; keys->hashed < map->count; keys->hashed++)
        map_set(&keys->map, map->entries[keys->hashed].key->text, (void *)(keys->hashed + 1));
    return (size_t)map_get(&keys->map, key);
}

static bool is_merge(const struct yaml_node *key, const yaml_event_t *event)
{
    return str_eq(key->text, S("<<")) && event->type == YAML_SCALAR_EVENT &&
           event->data.scalar.plain_implicit;
}

/* One map after `<<`: its entries are taken where the map has none of that name. */
static bool merge_map(struct reader *r, struct yaml_node *map, size_t *cap, struct keys *keys,
                      const struct yaml_node *from)
{
    if (from->kind != YAML_MAP)
        return error_at(r->err, yaml_place(from), "'<<' merges maps, and this is %s",
                        yaml_kind_name(from));
    if (from->size > YAML_EXPANDED - r->expanded)
        return error_at(r->err, yaml_place(from), "'<<' merges more than %d values", YAML_EXPANDED);
    r->expanded += from->size;
    for (size_t i = 0; i < from->count; i++)
        if (!key_find(keys, map, from->entries[i].key->text))
            entry_push(r, map, cap, from->entries[i].key, from->entries[i].node);
    return true;
}

static bool merge(struct reader *r, struct yaml_node *map, size_t *cap, struct keys *keys,
                  const struct yaml_node *from)
{
    if (from->kind != YAML_LIST)
        return merge_map(r, map, cap, keys, from);
    for (size_t i = 0; i < from->count; i++)
        if (!merge_map(r, map, cap, keys, from->entries[i].node))
            return false;
    return true;
}

static bool twice(struct reader *r, const struct yaml_node *key, const struct yaml_node *first)
{
    error_at(r->err, yaml_place(key), "the key '%.*s' stands here a second time", STR(key->text));
    return error_note(r->err, yaml_place(first), "the first time");
}

static const struct yaml_node *read_map(struct reader *r, const yaml_event_t *start, unsigned depth)
{
    struct yaml_node *map = node_new(r, YAML_MAP, start);
    const yaml_char_t *anchor = start->data.mapping_start.anchor;
    struct keys keys = { map_in(r->arena), 0 };
    const struct yaml_node *merge_key = NULL, *merged = NULL;
    size_t cap = 0;

    if (!check_tag(r, start, start->data.mapping_start.tag, S("tag:yaml.org,2002:map")))
        return NULL;
    struct map_entry *open = anchor_put(r, anchor);
    if (open)
        open->data = NULL;
    for (;;) {
        yaml_event_t event;

        if (!next_event(r, &event))
            return NULL;
        if (event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            break;
        }
        const struct yaml_node *key = read_node(r, &event, depth + 1);
        bool merging = key && is_merge(key, &event);
        yaml_event_delete(&event);
        if (!key)
            return NULL;
        if (key->kind >= YAML_LIST) {
            error_at(r->err, yaml_place(key), "a key must be text, and this is %s",
                     yaml_kind_name(key));
            error_hint(r->err, "quote it if it is text, as \"{{ page.title }}\" must be");
            return NULL;
        }
        size_t before = key_find(&keys, map, key->text);
        const struct yaml_node *first = merging  ? merge_key
                                        : before ? map->entries[before - 1].key
                                                 : NULL;
        if (first) {
            twice(r, key, first);
            return NULL;
        }
        if (!next_event(r, &event))
            return NULL;
        const struct yaml_node *item = read_node(r, &event, depth + 1);
        yaml_event_delete(&event);
        if (!item)
            return NULL;
        if (merging) {
            merge_key = key;
            merged = item;
        } else {
            entry_push(r, map, &cap, key, item);
        }
    }
    if (merged && !merge(r, map, &cap, &keys, merged))
        return NULL;
    anchor_bind(r, anchor, map);
    return map;
}

static const struct yaml_node *read_node(struct reader *r, const yaml_event_t *event,
                                         unsigned depth)
{
    if (depth > YAML_DEPTH) {
        error_at(r->err, place_at(r, event->start_mark, event->start_mark),
                 "this is nested more than %d levels deep", YAML_DEPTH);
        return NULL;
    }
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return read_alias(r, event);
    case YAML_SCALAR_EVENT:
        return read_scalar(r, event);
    case YAML_SEQUENCE_START_EVENT:
        return read_list(r, event, depth);
    default: /* libyaml's grammar leaves nothing else here */
        return read_map(r, event, depth);
    }
}

/* The stream: its start, at most one document, its end. */
static const struct yaml_node *read_stream(struct reader *r)
{
    const struct yaml_node *top = NULL;

    for (bool in_document = false;;) {
        yaml_event_t event;

        if (!next_event(r, &event))
            return NULL;
        yaml_event_type_t type = event.type;
        bool fine = true;
        if (type == YAML_DOCUMENT_START_EVENT && top) {
            error_at(r->err, place_at(r, event.start_mark, event.end_mark),
                     "a second document begins here, and there may be only one");
            fine = false;
        } else if (in_document && type != YAML_DOCUMENT_END_EVENT) {
            top = read_node(r, &event, 1);
            fine = top != NULL;
        } else if (type == YAML_STREAM_END_EVENT && !top) {
            top = node_new(r, YAML_NULL, &event);
        }
        in_document = type == YAML_DOCUMENT_START_EVENT;
        yaml_event_delete(&event);
        if (!fine)
            return NULL;
        if (type == YAML_STREAM_END_EVENT)
            return top;
    }
}

static bool text_is_fit(struct place *text, struct error *err)
{
    str part = str_slice(text->source, text->offset, text->offset + text->len);
    size_t bad = 0;

    if (part.len > YAML_SIZE)
        return error_at(err, *text, "this YAML is longer than %d MiB", YAML_SIZE >> 20);
    if (!utf8_valid(part, &bad)) {
        struct place at = *text;

        at.offset += bad;
        at.len = 0;
        error_at(err, at, "this is not UTF-8: the byte 0x%02X cannot stand here",
                 (unsigned char)part.p[bad]);
        return error_hint(err, "save the file as UTF-8");
    }
    if (str_starts(part, S("\xEF\xBB\xBF"))) {
        text->offset += 3;
        text->len -= 3;
    }
    return true;
}

const struct yaml_node *yaml_parse(struct place text, struct arena *a, struct error *err)
{
    struct reader r = { .arena = a, .err = err, .anchors = map_in(a) };
    struct place *kept = arena_make(a, struct place);
    const struct yaml_node *top = NULL;

    if (!text_is_fit(&text, err))
        return NULL;
    *kept = text;
    kept->file = str_copy(a, text.file);
    r.text = kept;

    str part = str_slice(text.source, text.offset, text.offset + text.len);
    r.ascii = utf8_ascii(part);
    if (!yaml_parser_initialize(&r.parser)) {
        error_set(err, "there is no memory left to read YAML");
        return NULL;
    }
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(part.p ? part.p : ""),
                                 part.len);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    top = read_stream(&r);
    yaml_parser_delete(&r.parser);
    return top;
}

const struct yaml_entry *yaml_find(const struct yaml_node *map, str key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (str_eq(map->entries[i].key->text, key))
            return &map->entries[i];
    return NULL;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, str key)
{
    const struct yaml_entry *entry = yaml_find(map, key);

    return entry ? entry->node : NULL;
}

struct place yaml_place(const struct yaml_node *node)
{
    struct place place = *node->text_in;

    place.offset = node->offset;
    place.len = node->len;
    return place;
}

const char *yaml_kind_name(const struct yaml_node *node)
{
    static const char *const names[] = { "empty", "true or false", "a whole number", "a number",
                                         "text",  "a list",        "a map" };

    return names[node->kind];
}

value yaml_value(const struct yaml_node *node, struct arena *a)
{
    value v = value_none();

    switch (node->kind) {
    case YAML_NULL:
        return v;
    case YAML_BOOL:
        return value_bool(node->as.truth);
    case YAML_INT:
        return value_int(node->as.number);
    case YAML_FLOAT:
        return value_float(node->as.real);
    case YAML_STR:
        return value_str(node->text);
    case YAML_LIST:
        v = list_new(a, node->count);
        for (size_t i = 0; i < node->count; i++)
            list_push(v, yaml_value(node->entries[i].node, a));
        return v;
    case YAML_MAP:
        v = dict_new(a, node->count);
        for (size_t i = 0; i < node->count; i++)
            dict_set(v, node->entries[i].key->text, yaml_value(node->entries[i].node, a));
        return v;
    }
    return v;
}
