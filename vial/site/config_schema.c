/*
 * config_schema.c - what vial.yaml says of the front matter of each section's pages
 *
 *   comes in:  `schema:`, a map of sections, each a map of keys
 *   goes out:  a struct schema for each, which has what those of the sections around it say
 *
 * A key that vial reads itself keeps its own type: a schema may ask for it and narrow it, and not
 * make it another thing. Where nothing else is said, `keys:` makes a map, and `of:` a list.
 */
#include "vial/base/path.h"
#include "vial/site/schema.h"

static const char type_words[] = "any text int number bool date list map";
enum { DEEPEST = 16 };

struct field_keys {
    int type;
    bool required;
    const struct yaml_node *choices, *fallback, *of, *keys;
};

static const struct key field_keys[] = {
    { "type", KEY_CHOICE, offsetof(struct field_keys, type), type_words },
    { "required", KEY_BOOL, offsetof(struct field_keys, required), NULL },
    { "choices", KEY_LIST, offsetof(struct field_keys, choices), NULL },
    { "default", KEY_NODE, offsetof(struct field_keys, fallback), NULL },
    { "of", KEY_NODE, offsetof(struct field_keys, of), NULL },
    { "keys", KEY_MAP, offsetof(struct field_keys, keys), NULL },
    { 0 },
};

struct reading {
    struct config *config;
    struct arena *arena;
    struct errors *errors;
    int depth;
    bool good;
};

static void refuse(struct reading *r, struct error *err)
{
    errors_add(r->errors, err);
    r->good = false;
}

/* ---- one key ---- */

/* `author: text` is short for `author: {type: text}`. */
static bool read_keys(struct reading *r, const struct yaml_node *node, struct field_keys *read)
{
    static const struct key lone[] = {
        { "type", KEY_CHOICE, offsetof(struct field_keys, type), type_words }, { 0 }
    };
    struct yaml_node name = { .kind = YAML_STR, .text = S("type"), .text_in = node->text_in };
    struct yaml_entry entry = { &name, node };
    struct yaml_node map = { .kind = YAML_MAP, .entries = &entry, .count = 1 };
    bool good;

    read->type = -1;
    if (node->kind == YAML_STR)
        good = keys_read(&map, lone, UNKNOWN_REFUSED, "a key", read, r->arena, r->errors);
    else
        good = keys_read(node, field_keys, UNKNOWN_REFUSED, "a key of 'schema'", read, r->arena,
                         r->errors);
    r->good = r->good && good;
    return good;
}

static int type_of(const struct field_keys *read)
{
    if (read->type >= 0)
        return read->type;
    return read->keys ? SCHEMA_MAP : read->of ? SCHEMA_LIST : SCHEMA_ANY;
}

static bool read_fields(struct reading *r, const struct yaml_node *map, bool top,
                        struct schema_fields *fields);

static struct place place_of_default(void *self, const struct schema_step *at, bool key)
{
    const struct yaml_node *node = self;

    (void)at;
    (void)key;
    return yaml_place(node);
}

/* A default has to be what is asked of the pages. */
static void read_fallback(struct reading *r, struct schema_field *field,
                          const struct field_keys *read)
{
    struct error err = { 0 };
    struct schema_step at = { .key = field->name };
    struct schema_check check = { .place = place_of_default,
                                  .self = (void *)(uintptr_t)read->fallback,
                                  .errors = r->errors };

    if (field->required) {
        error_at(&err, yaml_place(read->fallback),
                 "'%.*s' is required, so its default is never used", STR(field->name));
        error_hint(&err, "leave out 'required' or 'default'");
        refuse(r, &err);
        return;
    }
    value v = yaml_value(read->fallback, r->arena);
    schema_check_value(&check, field, &at, v);
    r->good = r->good && !check.bad;
    field->fallback = schema_complete(field, v, r->arena);
}

static void read_field(struct reading *r, const struct yaml_node *node, struct schema_field *field)
{
    struct field_keys read = { 0 };
    struct error err = { 0 };

    field->place = yaml_place(node);
    if (++r->depth > DEEPEST) {
        error_at(&err, field->place, "this schema is deeper than %d steps", DEEPEST);
        refuse(r, &err);
    } else if (read_keys(r, node, &read)) {
        field->type = type_of(&read);
        field->required = read.required;
        if (read.choices)
            field->choices = yaml_value(read.choices, r->arena);
        if ((read.of && field->type != SCHEMA_LIST) || (read.keys && field->type != SCHEMA_MAP)) {
            error_at(&err, yaml_place(read.of ? read.of : read.keys),
                     read.of ? "'of' says what is in a list, and this is none"
                             : "'keys' says what is in a map, and this is none");
            refuse(r, &err);
        }
        if (read.of) {
            struct schema_field *item = arena_make(r->arena, struct schema_field);
            read_field(r, read.of, item);
            field->of = item;
        }
        if (read.keys)
            read_fields(r, read.keys, false, &field->keys);
        if (read.fallback)
            read_fallback(r, field, &read);
    }
    r->depth--;
}

/* ---- keys that vial reads itself ---- */

static int type_of_known(const struct key *known)
{
    static const int types[] = {
        [KEY_TEXT] = SCHEMA_TEXT, [KEY_BOOL] = SCHEMA_BOOL,  [KEY_INT] = SCHEMA_INT,
        [KEY_DATE] = SCHEMA_DATE, [KEY_TEXTS] = SCHEMA_LIST, [KEY_CHOICE] = SCHEMA_TEXT,
        [KEY_MAP] = SCHEMA_MAP,   [KEY_LIST] = SCHEMA_LIST,  [KEY_NODE] = SCHEMA_ANY,
    };

    return types[known->type];
}

static str word_of(int type)
{
    str rest = str_of(type_words), word = str_cut(&rest, ' ');

    while (type--)
        word = str_cut(&rest, ' ');
    return word;
}

static bool is_of_sections(str name)
{
    return str_eq(name, S("sort_by")) || str_eq(name, S("reverse")) ||
           str_eq(name, S("paginate")) || str_eq(name, S("cascade")) ||
           str_eq(name, S("transparent"));
}

static void agree_with_ours(struct reading *r, struct schema_field *field)
{
    const struct key *known = front_matter_key(field->name);
    struct error err = { 0 };

    for (size_t i = 0; i < r->config->ntaxonomies; i++)
        field->lone = field->lone || str_eq(r->config->taxonomies[i].name, field->name);
    if (!known)
        return;
    int ours = type_of_known(known);
    if (is_of_sections(field->name)) {
        error_at(&err, field->place, "'%.*s' is for a section's own page, and a schema is not",
                 STR(field->name));
    } else if (ours != SCHEMA_ANY && field->type != SCHEMA_ANY && field->type != ours) {
        error_at(&err, field->place, "'%.*s' is vial's own key and of the type '%.*s'",
                 STR(field->name), STR(word_of(ours)));
    } else if (known->offset != KEY_CHECKED_ONLY && !value_is_undefined(field->fallback) &&
               !str_eq(field->name, S("template"))) {
        error_at(&err, field->place, "'%.*s' is each page's own and has no default",
                 STR(field->name));
    }
    if (err.sentence.len)
        refuse(r, &err);
    if (field->type == SCHEMA_ANY)
        field->type = ours;
    field->lone = field->lone || known->type == KEY_TEXTS;
    field->typed = known->offset != KEY_CHECKED_ONLY;
}

/* ---- maps of keys ---- */

static void read_others(struct reading *r, const struct yaml_node *node,
                        struct schema_fields *fields)
{
    struct error err = { 0 };

    fields->others = str_eq(node->text, S("keep"))     ? OTHERS_KEEP
                     : str_eq(node->text, S("refuse")) ? OTHERS_REFUSE
                                                       : OTHERS_UNSAID;
    if (fields->others)
        return;
    error_at(&err, yaml_place(node), "'*' says what becomes of other keys: keep, or refuse");
    refuse(r, &err);
}

static bool read_fields(struct reading *r, const struct yaml_node *map, bool top,
                        struct schema_fields *fields)
{
    struct error err = { 0 };

    if (map->kind != YAML_MAP) {
        error_at(&err, yaml_place(map), "a schema is a map of keys, not %s", yaml_kind_name(map));
        error_hint(&err, "write {author: {type: text, required: true}}");
        refuse(r, &err);
        return false;
    }
    fields->list = arena_array(r->arena, struct schema_field, map->count);
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_entry *entry = &map->entries[i];

        if (str_eq(entry->key->text, S("*"))) {
            read_others(r, entry->node, fields);
            continue;
        }
        struct schema_field *field = &fields->list[fields->count++];
        field->name = entry->key->text;
        read_field(r, entry->node, field);
        field->place = yaml_place(entry->key);
        if (top)
            agree_with_ours(r, field);
        fields->fallback = fields->fallback || !value_is_undefined(field->fallback) ||
                           field->keys.fallback || (field->of && field->of->keys.fallback);
    }
    return true;
}

/* ---- sections ---- */

static bool lies_in(str path, str folder)
{
    return !folder.len || path_below(path, folder).p;
}

/* Of the nearest folder around `path`. */
static const struct schema *around(const struct config *config, str path)
{
    const struct schema *best = NULL;

    for (size_t i = 0; i < config->nschemas; i++) {
        const struct schema *one = &config->schemas[i];

        if (lies_in(path, one->section) && (!best || one->section.len > best->section.len))
            best = one;
    }
    return best;
}

/* What is not said of a key here is said further out. */
static void inherit(struct schema *schema, const struct schema *from, struct arena *a)
{
    const struct schema_fields *far = &from->fields;
    struct schema_fields *near = &schema->fields;
    struct schema_field *list = arena_array(a, struct schema_field, near->count + far->count);

    if (near->count)
        memcpy(list, near->list, near->count * sizeof *list);
    near->list = list;
    for (size_t i = 0; i < far->count; i++)
        if (!schema_field(near, far->list[i].name))
            list[near->count++] = far->list[i];
    if (!near->others)
        near->others = far->others;
    near->fallback = near->fallback || far->fallback;
}

/* Outer sections first, so that what is inherited is whole. */
static void inherit_all(const struct config *config, struct schema *schemas, struct arena *a)
{
    size_t longest = 0;

    for (size_t i = 0; i < config->nschemas; i++)
        if (config->schemas[i].section.len > longest)
            longest = config->schemas[i].section.len;
    for (size_t len = 1; len <= longest; len++)
        for (size_t i = 0; i < config->nschemas; i++) {
            struct schema *schema = &schemas[i];
            const struct schema *outer =
                schema->section.len == len ? around(config, schema->section) : NULL;

            if (outer)
                inherit(schema, outer, a);
        }
}

bool config_schema(struct config *config, struct arena *a, struct errors *errors)
{
    const struct yaml_node *map = yaml_get(config->top, S("schema"));
    struct reading r = { config, a, errors, 0, true };

    if (!map || map->kind != YAML_MAP)
        return true;
    struct schema *schemas = arena_array(a, struct schema, map->count);
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_entry *entry = &map->entries[i];
        str section = path_normal(a, entry->key->text);

        while (str_starts(section, S("/")))
            section = str_from(section, 1);
        schemas[i].section = str_eq(section, S(".")) ? S("") : section;
        schemas[i].place = yaml_place(entry->key);
        read_fields(&r, entry->node, true, &schemas[i].fields);
    }
    config->schemas = schemas;
    config->nschemas = map->count;
    inherit_all(config, schemas, a);
    return r.good;
}

/* A folder's own page is what lies in the folder around it, as with `cascade`. */
const struct schema *schema_for(const struct config *config, unsigned language, str place)
{
    str path = config_logical(config, language, place);

    if (!config->nschemas)
        return NULL;
    if (page_names_folder(path))
        path = path_dir(path);
    return path.len ? around(config, path) : NULL;
}

const struct schema_field *schema_field(const struct schema_fields *fields, str name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (str_eq(fields->list[i].name, name))
            return &fields->list[i];
    return NULL;
}

bool schema_minds(const struct schema *schema, str name)
{
    return schema &&
           (schema->fields.others == OTHERS_REFUSE || schema_field(&schema->fields, name));
}
