/*
 * keys.c - a YAML map checked against a table of what may stand in it
 *
 *   comes in:  a map, a table of names, types and offsets
 *   goes out:  a struct filled; an error for each key that is unknown or of the wrong type
 */
#include "vial/site/keys.h"
#include "vial/base/nearest.h"

const struct key *key_find(const struct key *keys, str name)
{
    for (const struct key *key = keys; key->name; key++)
        if (str_eq(name, str_of(key->name)))
            return key;
    return NULL;
}

str key_nearest(const struct key *keys, str name)
{
    struct nearest nearest = nearest_to(name);

    for (const struct key *key = keys; key->name; key++)
        nearest_try(&nearest, str_of(key->name));
    return nearest.best;
}

/* One letter of a long word ("titel"), a capital, or the singular of one of ours ("tag"). */
bool key_is_slip(str name, str nearest)
{
    if (!nearest.len || name.len >= 5 || str_ieq(name, nearest))
        return nearest.len > 0;
    return nearest.len == name.len + 1 && str_istarts(nearest, name) && nearest.p[name.len] == 's';
}

static bool is_scalar(const struct yaml_node *node)
{
    return node->kind != YAML_LIST && node->kind != YAML_MAP;
}

static bool must_be(const struct key *key, const struct yaml_node *node, const char *what,
                    struct error *err)
{
    return error_at(err, yaml_place(node), "'%s' must be %s, not %s", key->name, what,
                    yaml_kind_name(node));
}

static bool read_text(const struct key *key, const struct yaml_node *node, str *into,
                      struct arena *a, struct error *err)
{
    if (!is_scalar(node))
        return must_be(key, node, "text", err);
    *into = str_copy(a, node->text);
    return true;
}

static bool read_bool(const struct key *key, const struct yaml_node *node, bool *into,
                      struct error *err)
{
    if (node->kind != YAML_BOOL) {
        must_be(key, node, "true or false", err);
        if (node->kind == YAML_STR)
            error_hint(err, "YAML 1.2 knows true and false only; yes, no, on and off are words");
        return false;
    }
    *into = node->as.truth;
    return true;
}

static bool read_int(const struct key *key, const struct yaml_node *node, struct maybe_int *into,
                     struct error *err)
{
    if (node->kind != YAML_INT)
        return must_be(key, node, "a whole number", err);
    *into = (struct maybe_int){ node->as.number, true };
    return true;
}

static bool read_date(const struct key *key, const struct yaml_node *node, struct maybe_date *into,
                      struct error *err)
{
    if (node->kind != YAML_STR)
        return must_be(key, node, "a date such as 2026-11-21", err);
    if (!date_parse(node->text, 0, &into->date)) {
        error_at(err, yaml_place(node), "'%s' is no date: '%.*s'", key->name, STR(node->text));
        return error_hint(err, "write 2026-11-21, 2026-11-21 10:30 or 2026-11-21T10:30:00+02:00");
    }
    into->there = true;
    return true;
}

static bool read_texts(const struct key *key, const struct yaml_node *node, struct texts *into,
                       struct arena *a, struct error *err)
{
    size_t count = node->kind == YAML_LIST ? node->count : 1;
    str *list = arena_array(a, str, count);

    if (node->kind == YAML_MAP)
        return must_be(key, node, "a list of words", err);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *item = node->kind == YAML_LIST ? node->entries[i].node : node;

        if (!is_scalar(item) || item->kind == YAML_NULL)
            return error_at(err, yaml_place(item), "'%s' must hold words only, not %s", key->name,
                            yaml_kind_name(item));
        list[i] = str_copy(a, item->text);
    }
    *into = (struct texts){ list, count };
    return true;
}

static bool read_choice(const struct key *key, const struct yaml_node *node, int *into,
                        struct error *err)
{
    str rest = str_of(key->choices);
    struct nearest nearest = nearest_to(is_scalar(node) ? node->text : S(""));

    for (int number = 0; rest.len; number++) {
        str word = str_cut(&rest, ' ');

        if (is_scalar(node) && str_eq(node->text, word)) {
            *into = number;
            return true;
        }
        nearest_try(&nearest, word);
    }
    error_at(err, yaml_place(node), "'%s' must be one of: %s", key->name, key->choices);
    return error_meant(err, nearest.best);
}

static bool read_node(const struct key *key, const struct yaml_node *node, enum yaml_kind kind,
                      const struct yaml_node **into, struct error *err)
{
    if (node->kind != kind)
        return must_be(key, node, kind == YAML_MAP ? "a map" : "a list", err);
    *into = node;
    return true;
}

/* Where a value goes that is checked and not kept. */
union nowhere {
    str text;
    bool truth;
    struct maybe_int number;
    struct maybe_date date;
    struct texts texts;
    int choice;
    const struct yaml_node *node;
};

static bool read_key(const struct key *key, const struct yaml_node *node, void *into,
                     struct arena *a, struct error *err)
{
    union nowhere nowhere;
    void *field = key->offset == KEY_CHECKED_ONLY ? (void *)&nowhere : (char *)into + key->offset;

    switch (key->type) {
    case KEY_TEXT:
        return read_text(key, node, field, a, err);
    case KEY_BOOL:
        return read_bool(key, node, field, err);
    case KEY_INT:
        return read_int(key, node, field, err);
    case KEY_DATE:
        return read_date(key, node, field, err);
    case KEY_TEXTS:
        return read_texts(key, node, field, a, err);
    case KEY_CHOICE:
        return read_choice(key, node, field, err);
    case KEY_MAP:
        return read_node(key, node, YAML_MAP, field, err);
    case KEY_LIST:
        return read_node(key, node, YAML_LIST, field, err);
    case KEY_NODE:
        return read_node(key, node, node->kind, field, err);
    }
    return true;
}

static bool refuse(const struct key *keys, const struct yaml_node *name, const char *what,
                   struct error *err)
{
    str meant = key_of_others(keys, name->text);

    error_at(err, yaml_place(name), "%s has no key '%.*s'", what, STR(name->text));
    return error_meant(err, meant.len ? meant : key_nearest(keys, name->text));
}

bool keys_read(const struct yaml_node *map, const struct key *keys, enum unknown unknown,
               const char *what, void *into, struct arena *a, struct errors *errors)
{
    bool good = true;
    struct error err = { 0 };

    if (map->kind == YAML_NULL)
        return true;
    if (map->kind != YAML_MAP) {
        error_at(&err, yaml_place(map), "%s must be a map of keys, not %s", what,
                 yaml_kind_name(map));
        error_hint(&err, "write each key on a line of its own: 'title: My site'");
        errors_add(errors, &err);
        return false;
    }
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_entry *entry = &map->entries[i];
        const struct key *key = key_find(keys, entry->key->text);
        bool fine = true;

        if (!key)
            fine = unknown == UNKNOWN_KEPT || refuse(keys, entry->key, what, &err);
        else if (entry->node->kind != YAML_NULL)
            fine = read_key(key, entry->node, into, a, &err);
        if (!fine)
            errors_add(errors, &err);
        good = good && fine;
    }
    return good;
}
