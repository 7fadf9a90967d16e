/*
 * toml.c - TOML 1.0 into a tree whose every node knows its place
 *
 *   comes in:  a text
 *   goes out:  a map of maps, lists and scalars; or the first error, with its place
 *
 * A line is a key and a value, or the heading of a table. What a heading or a dotted key leads
 * through is made on the way; what it may not lead through (a value, a table written within braces,
 * a table that has a heading already) is an error, as TOML wants it. Values are in toml_value.c.
 */
#include "vial/app/toml.h"
#include "vial/app/toml_inside.h"

static bool is_bare(char c)
{
    return is_alnum(c) || c == '_' || c == '-';
}

/* ---- the tree ---- */

struct toml_node *toml_node(struct toml *t, enum yaml_kind kind, size_t from)
{
    struct toml_node *node = arena_make(t->arena, struct toml_node);

    node->yaml.kind = kind;
    node->yaml.text_in = t->place;
    node->yaml.offset = from;
    node->yaml.len = t->at - from;
    node->yaml.size = 1;
    node->yaml.text = str_slice(t->source, from, t->at);
    return node;
}

void toml_append(struct toml *t, struct toml_node *into, const struct yaml_node *key,
                 struct toml_node *node)
{
    if (into->yaml.count == into->cap) {
        size_t cap = into->cap ? into->cap * 2 : 8;

        into->yaml.entries =
            arena_grow(t->arena, into->yaml.entries, into->cap * sizeof *into->yaml.entries,
                       cap * sizeof *into->yaml.entries);
        into->cap = cap;
    }
    into->yaml.entries[into->yaml.count++] = (struct yaml_entry){ key, &node->yaml };
    into->yaml.size += node->yaml.size;
}

static struct toml_node *find(const struct toml_node *table, str key)
{
    for (size_t i = 0; i < table->yaml.count; i++)
        if (str_eq(table->yaml.entries[i].key->text, key))
            return (struct toml_node *)(uintptr_t)table->yaml.entries[i].node;
    return NULL;
}

bool toml_error(struct toml *t, size_t at, const char *what)
{
    return error_at(t->err, (struct place){ t->place->file, t->source, at, 1 }, "%s", what);
}

static bool refuse_key(struct toml *t, const struct yaml_node *key, const char *why)
{
    return error_at(t->err, yaml_place(key), "'%.*s' %s", STR(key->text), why);
}

/* ---- keys ---- */

void toml_blanks(struct toml *t)
{
    while (t->at < t->end && (t->source.p[t->at] == ' ' || t->source.p[t->at] == '\t'))
        t->at++;
}

static const struct yaml_node *read_simple_key(struct toml *t)
{
    size_t from = t->at;
    char c = t->at < t->end ? t->source.p[t->at] : '\0';

    if (c == '"' || c == '\'') {
        struct toml_node *key = toml_string(t, false);

        return key ? &key->yaml : NULL;
    }
    while (t->at < t->end && is_bare(t->source.p[t->at]))
        t->at++;
    if (t->at == from) {
        toml_error(t, from, "a key is expected here");
        return NULL;
    }
    return &toml_node(t, YAML_STR, from)->yaml;
}

/* The table that `key` leads to from `table`, made when absent; NULL: it leads to none. */
static struct toml_node *step(struct toml *t, struct toml_node *table, const struct yaml_node *key,
                              bool heading)
{
    struct toml_node *next = find(table, key->text);

    if (!next) {
        next = toml_node(t, YAML_MAP, key->offset);
        next->yaml.len = key->len;
        next->dotted = !heading;
        toml_append(t, table, key, next);
        return next;
    }
    if (heading && next->yaml.kind == YAML_LIST && next->tables)
        return (struct toml_node *)(uintptr_t)next->yaml.entries[next->yaml.count - 1].node;
    if (next->yaml.kind != YAML_MAP || next->closed || (!heading && next->headed)) {
        refuse_key(t, key, "has a value already, and is no table that could be added to");
        return NULL;
    }
    return next;
}

/* Reads "a.b.c": leaves the table the last of them belongs to in `*table`, gives the last. */
static const struct yaml_node *read_key(struct toml *t, struct toml_node **table, bool heading)
{
    for (unsigned depth = 0;; depth++) {
        const struct yaml_node *key = read_simple_key(t);

        if (key && depth > YAML_DEPTH) {
            refuse_key(t, key, "is nested too deeply");
            return NULL;
        }

        if (!key)
            return NULL;
        toml_blanks(t);
        if (t->at == t->end || t->source.p[t->at] != '.')
            return key;
        t->at++;
        toml_blanks(t);
        if (!(*table = step(t, *table, key, heading)))
            return NULL;
    }
}

bool toml_pair(struct toml *t, struct toml_node *table)
{
    const struct yaml_node *key = read_key(t, &table, false);

    if (!key)
        return false;
    if (t->at == t->end || t->source.p[t->at] != '=')
        return toml_error(t, t->at, "a key is followed by '=' and a value");
    t->at++;
    toml_blanks(t);
    if (find(table, key->text))
        return refuse_key(t, key, "stands here a second time");
    struct toml_node *node = toml_value(t);
    if (!node)
        return false;
    toml_append(t, table, key, node);
    return true;
}

/* ---- lines ---- */

static bool open_table(struct toml *t, struct toml_node *table, const struct yaml_node *key)
{
    struct toml_node *there = find(table, key->text);

    if (!there) {
        there = toml_node(t, YAML_MAP, key->offset);
        toml_append(t, table, key, there);
    } else if (there->yaml.kind != YAML_MAP || there->headed || there->closed || there->dotted) {
        return refuse_key(t, key, "stands here a second time");
    }
    there->headed = true;
    t->table = there;
    return true;
}

static bool open_one_more(struct toml *t, struct toml_node *table, const struct yaml_node *key)
{
    struct toml_node *there = find(table, key->text);

    if (!there) {
        there = toml_node(t, YAML_LIST, key->offset);
        there->tables = true;
        toml_append(t, table, key, there);
    } else if (!there->tables) {
        return refuse_key(t, key, "is no list of tables");
    }
    t->table = toml_node(t, YAML_MAP, key->offset);
    t->table->headed = true;
    toml_append(t, there, NULL, t->table);
    return true;
}

/* "[a.b]" or "[[a.b]]" */
static bool read_heading(struct toml *t)
{
    bool many = t->at + 1 < t->end && t->source.p[t->at + 1] == '[';
    struct toml_node *table = t->top;
    size_t from = t->at;

    t->at += many ? 2 : 1;
    toml_blanks(t);
    const struct yaml_node *key = read_key(t, &table, true);
    if (!key)
        return false;
    if (!str_starts(str_slice(t->source, t->at, t->end), many ? S("]]") : S("]")))
        return toml_error(t, from, many ? "']]' is missing" : "']' is missing");
    t->at += many ? 2 : 1;
    return many ? open_one_more(t, table, key) : open_table(t, table, key);
}

static void skip_comment(struct toml *t)
{
    toml_blanks(t);
    if (t->at < t->end && t->source.p[t->at] == '#')
        while (t->at < t->end && t->source.p[t->at] != '\n')
            t->at++;
}

void toml_gap(struct toml *t)
{
    do
        skip_comment(t);
    while (t->at < t->end && (t->source.p[t->at] == '\n' || t->source.p[t->at] == '\r') && ++t->at);
}

static bool read_line(struct toml *t)
{
    if (!(t->source.p[t->at] == '[' ? read_heading(t) : toml_pair(t, t->table)))
        return false;
    skip_comment(t);
    if (t->at < t->end && t->source.p[t->at] != '\n' && t->source.p[t->at] != '\r')
        return toml_error(t, t->at, "the line should end here");
    return true;
}

const struct yaml_node *toml_parse(struct place text, struct arena *a, struct error *err)
{
    struct place *place = arena_make(a, struct place);
    struct toml t = {
        .place = place,
        .source = text.source,
        .at = text.offset,
        .end = text.offset + text.len,
        .arena = a,
        .err = err,
    };

    *place = text;
    t.top = t.table = toml_node(&t, YAML_MAP, t.at);
    for (toml_gap(&t); t.at < t.end; toml_gap(&t))
        if (!read_line(&t))
            return NULL;
    return &t.top->yaml;
}
