/*
 * schema.c - front matter held against the schema of its section
 *
 *   comes in:  pages with what they inherit, the schemas of vial.yaml
 *   goes out:  an error for each key that is missing, wrong or a slip; and values with defaults
 *
 * A site without `schema:` pays nothing. What is right is never read again: only for an error is
 * the front matter parsed once more, to tell where in it the fault lies.
 */
#include "vial/site/schema.h"
#include "vial/base/file.h"
#include "vial/base/nearest.h"
#include "vial/base/path.h"
#include "vial/site/changes.h"

/* ---- one value ---- */

static const char *kind_of(value v)
{
    switch (v.type) {
    case VIAL_BOOL:
        return "true or false";
    case VIAL_INT:
        return "a whole number";
    case VIAL_FLOAT:
        return "a number";
    case VIAL_LIST:
        return "a list";
    case VIAL_DICT:
        return "a map";
    default:
        return "text";
    }
}

static const char *const wanted[] = {
    [SCHEMA_ANY] = "anything",       [SCHEMA_TEXT] = "text",
    [SCHEMA_INT] = "a whole number", [SCHEMA_NUMBER] = "a number",
    [SCHEMA_BOOL] = "true or false", [SCHEMA_DATE] = "a date such as 2026-11-21",
    [SCHEMA_LIST] = "a list",        [SCHEMA_MAP] = "a map",
};

static bool is_of_type(const struct schema_field *field, value v)
{
    struct date ignored;

    switch (field->type) {
    case SCHEMA_TEXT:
        return v.type == VIAL_STR;
    case SCHEMA_INT:
        return v.type == VIAL_INT;
    case SCHEMA_NUMBER:
        return v.type == VIAL_INT || v.type == VIAL_FLOAT;
    case SCHEMA_BOOL:
        return v.type == VIAL_BOOL;
    case SCHEMA_DATE:
        return v.type == VIAL_STR && date_parse(value_text(v), 0, &ignored);
    case SCHEMA_LIST:
        return v.type == VIAL_LIST || (field->lone && v.type != VIAL_DICT);
    case SCHEMA_MAP:
        return v.type == VIAL_DICT;
    default:
        return true;
    }
}

/* "'author'", or "item 2 of 'steps'". */
static void add_name(struct buf *out, const struct schema_step *at)
{
    if (at->key.p)
        buf_addf(out, "'%.*s'", STR(at->key));
    else
        buf_addf(out, "item %zu", at->item + 1);
    if (at->above) {
        buf_add(out, S(" of "));
        add_name(out, at->above);
    }
}

static void tell(struct schema_check *check, struct error *err)
{
    if (check->whose.len)
        error_hint(err, "pages in '%.*s' inherit it", STR(check->whose));
    errors_add(check->errors, err);
    check->bad = true;
}

static void tell_type(struct schema_check *check, const struct schema_field *field,
                      const struct schema_step *at, value v)
{
    struct error err = { 0 };
    struct buf name = { 0 };

    add_name(&name, at);
    if (field->type == SCHEMA_DATE && v.type == VIAL_STR) {
        error_at(&err, check->place(check->self, at, false), "%.*s is no date: '%.*s'",
                 STR(buf_str(&name)), STR(value_text(v)));
        error_hint(&err, "write 2026-11-21, 2026-11-21 10:30 or 2026-11-21T10:30:00+02:00");
    } else {
        error_at(&err, check->place(check->self, at, false), "%.*s must be %s, not %s",
                 STR(buf_str(&name)), wanted[field->type], kind_of(v));
        if (field->type == SCHEMA_TEXT && v.type != VIAL_LIST && v.type != VIAL_DICT)
            error_hint(&err, "put it in quotes");
        else if (field->type == SCHEMA_BOOL && v.type == VIAL_STR)
            error_hint(&err, "YAML 1.2 knows true and false only; yes, no, on and off are words");
    }
    tell(check, &err);
    buf_free(&name);
}

static void add_value(struct buf *out, value v)
{
    if (v.type == VIAL_STR)
        buf_add(out, value_text(v));
    else if (v.type == VIAL_INT)
        buf_addf(out, "%lld", (long long)v.as.i);
    else if (v.type == VIAL_FLOAT)
        buf_addf(out, "%g", v.as.d);
    else if (v.type == VIAL_BOOL)
        buf_add(out, v.as.b ? S("true") : S("false"));
    else
        buf_add(out, str_of(kind_of(v)));
}

static void add_choices(struct buf *out, value choices)
{
    for (size_t i = 0; i < list_len(choices); i++) {
        buf_add(out, i ? S(", ") : S(""));
        add_value(out, list_at(choices, i));
    }
}

static void check_choice(struct schema_check *check, const struct schema_field *field,
                         const struct schema_step *at, value v)
{
    struct nearest nearest = nearest_to(value_text(v));
    struct error err = { 0 };
    struct buf name = { 0 }, words = { 0 };

    for (size_t i = 0; i < list_len(field->choices); i++) {
        value one = list_at(field->choices, i);

        if (said_same(one, v))
            return;
        nearest_try(&nearest, value_text(one));
    }
    add_name(&name, at);
    add_choices(&words, field->choices);
    error_at(&err, check->place(check->self, at, false), "%.*s must be one of: %.*s",
             STR(buf_str(&name)), STR(buf_str(&words)));
    error_meant(&err, nearest.best);
    tell(check, &err);
    buf_free(&name);
    buf_free(&words);
}

static void check_choices(struct schema_check *check, const struct schema_field *field,
                          const struct schema_step *at, value v)
{
    if (value_is_undefined(field->choices))
        return;
    if (v.type != VIAL_LIST)
        check_choice(check, field, at, v);
    for (size_t i = 0; i < list_len(v); i++) {
        struct schema_step step = { .above = at, .item = i };

        check_choice(check, field, &step, list_at(v, i));
    }
}

void schema_check_value(struct schema_check *check, const struct schema_field *field,
                        const struct schema_step *at, value v)
{
    if (!is_of_type(field, v)) {
        tell_type(check, field, at, v);
        return;
    }
    check_choices(check, field, at, v);
    if (field->type == SCHEMA_MAP)
        schema_check_map(check, &field->keys, at, v);
    for (size_t i = 0; field->of && i < list_len(v); i++) {
        struct schema_step step = { .above = at, .item = i };

        schema_check_value(check, field->of, &step, list_at(v, i));
    }
    if (field->of && v.type != VIAL_LIST)
        schema_check_value(check, field->of, at, v);
}

/* ---- keys ---- */

static void tell_missing(struct schema_check *check, const struct schema_field *field,
                         const struct schema_step *at)
{
    struct error err = { 0 };
    struct buf name = { 0 };

    if (at) {
        buf_add(&name, S(" of "));
        add_name(&name, at);
    }
    error_at(&err, check->place(check->self, at, false), "'%.*s'%.*s is required, and is not there",
             STR(field->name), STR(buf_str(&name)));
    if (field->choices.type == VIAL_LIST) {
        struct buf words = { 0 };

        add_choices(&words, field->choices);
        error_hint(&err, "it is one of: %.*s", STR(buf_str(&words)));
        buf_free(&words);
    } else if (field->type != SCHEMA_ANY) {
        error_hint(&err, "it is %s", wanted[field->type]);
    }
    error_note(&err, field->place, "asked for here");
    tell(check, &err);
    buf_free(&name);
}

static void tell_unknown(struct schema_check *check, const struct schema_step *at, str nearest)
{
    struct error err = { 0 };

    error_at(&err, check->place(check->self, at, true), "the schema has no key '%.*s'",
             STR(at->key));
    error_meant(&err, nearest);
    tell(check, &err);
}

static str nearest_field(const struct schema_fields *fields, str name)
{
    struct nearest nearest = nearest_to(name);

    for (size_t i = 0; i < fields->count; i++)
        nearest_try(&nearest, fields->list[i].name);
    return nearest.best;
}

/* A slip is told once: as the key that nobody knows, and not as one that is missing besides. */
static void add_meant(struct map *meant, str nearest)
{
    if (nearest.len)
        map_put(meant, nearest);
}

void schema_check_map(struct schema_check *check, const struct schema_fields *fields,
                      const struct schema_step *at, value map)
{
    struct arena a = { 0 };
    struct map meant = map_in(&a);
    value key, v;

    for (size_t i = 0; fields->count && dict_entry(map, i, &key, &v); i++) {
        str name = value_text(key), nearest = nearest_field(fields, name);
        struct schema_step step = { .above = at, .key = name };

        if (schema_field(fields, name) || fields->others == OTHERS_KEEP ||
            (fields->others != OTHERS_REFUSE && !key_is_slip(name, nearest)))
            continue;
        tell_unknown(check, &step, nearest);
        add_meant(&meant, nearest);
    }
    for (size_t i = 0; i < fields->count; i++) {
        const struct schema_field *field = &fields->list[i];
        struct schema_step step = { .above = at, .key = field->name };

        v = dict_get(map, field->name);
        if (!value_is_null(v))
            schema_check_value(check, field, &step, v);
        else if (field->required && !map_find(&meant, field->name))
            tell_missing(check, field, at);
    }
    arena_free(&a);
}

/* ---- pages ---- */

struct paged_schema {
    const struct index_inputs *in;
    struct errors *errors;
    struct map told; /* what pages inherit wrongly is told once: "blog/_index.md level" */
    struct arena arena;
    const struct page *giver; /* whose cascade gives the value; NULL: the page's own */
    const struct page *page;
};

static const struct yaml_node *walk(const struct yaml_node *node, const struct schema_step *at,
                                    bool key)
{
    const struct yaml_entry *entry;

    if (!at)
        return node;
    const struct yaml_node *above = walk(node, at->above, false);
    if (at->key.p) {
        entry = yaml_find(above, at->key);
        return entry ? (key ? entry->key : entry->node) : above;
    }
    return above && above->kind == YAML_LIST && at->item < above->count
               ? above->entries[at->item].node
               : above;
}

/* What is missing has no place: the line where front matter begins stands for it. */
static struct place place_in_page(void *self, const struct schema_step *at, bool key)
{
    struct paged_schema *p = self;
    const struct page *page = p->giver ? p->giver : p->page;
    struct place file = { .file = path_join(&p->arena, p->in->content, page_text(page)) };
    struct front_span span;
    str text;

    if (!file_read(&text, file.file, PAGE_SIZE, NULL, &p->arena, NULL) ||
        !front_matter_find(&span, file.file, text, NULL) || !span.there)
        return file;
    const struct yaml_node *top = front_matter_parse(&span, file.file, text, &p->arena, NULL);
    if (!top || (!at && !p->giver))
        return (struct place){ file.file, text, 0, span.kind == FRONT_JSON ? 1 : 3 };
    const struct yaml_node *node = walk(p->giver ? yaml_get(top, S("cascade")) : top, at, key);
    return node ? yaml_place(node) : file;
}

/* Keys that are members of struct page have been read and are of their type. */
static value typed_value(const struct page *page, str name)
{
    const struct {
        const char *name;
        str text;
    } texts[] = {
        { "title", page->title_from == TITLE_NAME ? S("") : page->title },
        { "description", page->description },
        { "summary", page->summary },
        { "slug", page->slug },
        { "url", page->own_url },
        { "template", page->template },
    };
    const struct {
        const char *name;
        bool there;
    } others[] = {
        { "date", page->date.there },       { "updated", page->updated.there },
        { "publish_date", page->publish },  { "expiry_date", page->expiry },
        { "weight", page->weight.there },   { "draft", true },
        { "aliases", page->aliases.count },
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (str_eq(name, str_of(texts[i].name)))
            return texts[i].text.len ? value_str(texts[i].text) : value_undefined();
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (str_eq(name, str_of(others[i].name)) && others[i].there)
            return str_eq(name, S("weight")) ? value_int(page->weight.number) : value_bool(true);
    return value_undefined();
}

/* The section page, of those above `page`, whose cascade gives it `name`; NULL: a default does. */
static const struct page *giver_of(const struct index *index, const struct page *page, str name)
{
    static const char *const names[] = { "_index.md", "index.md", "README.md" };
    str folder = path_dir(page->place);
    struct arena a = { 0 };
    const struct page *giver = NULL;

    if (page_names_folder(page->place))
        folder = path_dir(folder);
    for (;; folder = path_dir(folder)) {
        for (size_t i = 0; !giver && i < sizeof names / sizeof *names; i++) {
            const struct page *above =
                index_page_at(index, path_join(&a, folder, str_of(names[i])));

            if (above && above != page &&
                !value_is_undefined(dict_get(dict_get(above->more, S("cascade")), name)))
                giver = above;
        }
        if (giver || !folder.len)
            break;
    }
    arena_free(&a);
    return giver;
}

static void check_inherited(struct paged_schema *p, const struct index *index,
                            const struct schema_field *field, value v)
{
    struct schema_step step = { .key = field->name };
    struct schema_check check = { place_in_page, p, S(""), p->errors, false };
    const struct page *giver = giver_of(index, p->page, field->name);

    if (!giver)
        return; /* a default, which is what it should be */
    str told = str_fmt(&p->arena, "%.*s %.*s", STR(giver->path), STR(field->name));
    if (map_find(&p->told, told))
        return;
    map_put(&p->told, told);
    check.whose = path_dir(p->page->place);
    p->giver = giver;
    schema_check_value(&check, field, &step, v);
    p->giver = NULL;
}

static void check_field(struct paged_schema *p, const struct index *index,
                        const struct schema_field *field, const struct map *meant)
{
    struct schema_step step = { .key = field->name };
    struct schema_check check = { place_in_page, p, S(""), p->errors, false };
    value own =
        field->typed ? typed_value(p->page, field->name) : dict_get(p->page->more, field->name);
    value above = dict_get(p->page->cascade, field->name);

    if (field->typed && !value_is_null(own) && own.type != VIAL_BOOL)
        check_choices(&check, field, &step, own);
    else if (!value_is_null(own) && !field->typed)
        schema_check_value(&check, field, &step, own);
    else if (value_is_undefined(own) && !value_is_null(above))
        check_inherited(p, index, field, above);
    else if (value_is_null(own) && field->required && !map_find(meant, field->name))
        tell_missing(&check, field, NULL);
}

static bool is_taxonomy(const struct config *config, str name)
{
    for (size_t i = 0; i < config->ntaxonomies; i++)
        if (str_eq(config->taxonomies[i].name, name))
            return true;
    return false;
}

static void check_page(struct paged_schema *p, const struct index *index,
                       const struct schema *schema)
{
    const struct schema_fields *fields = &schema->fields;
    struct schema_check check = { place_in_page, p, S(""), p->errors, false };
    struct map meant = map_in(&p->arena);
    value key, v;

    for (size_t i = 0; dict_entry(p->page->more, i, &key, &v); i++) {
        str name = value_text(key), nearest = nearest_field(fields, name);
        struct schema_step step = { .key = name };

        if (front_matter_key(name) || schema_field(fields, name) ||
            is_taxonomy(p->in->config, name) || fields->others == OTHERS_KEEP)
            continue;
        if (fields->others == OTHERS_REFUSE && !nearest.len)
            nearest = front_matter_nearest(name);
        if (fields->others != OTHERS_REFUSE && !key_is_slip(name, nearest))
            continue;
        tell_unknown(&check, &step, nearest);
        add_meant(&meant, nearest);
    }
    for (size_t i = 0; i < fields->count; i++)
        check_field(p, index, &fields->list[i], &meant);
}

/* ---- sections that are not there ---- */

static void check_section(const struct index *index, const struct schema *schema,
                          struct errors *warnings)
{
    struct nearest nearest = nearest_to(schema->section);
    struct error err = { 0 };

    if (!schema->section.len || map_find(&index->sections, schema->section))
        return;
    for (size_t i = 0; i < index->sections.count; i++) {
        const struct section *section = index->sections.entries[i].data;
        nearest_try(&nearest, section->path);
    }
    error_at(&err, schema->place, "no page is in '%.*s', so this schema is for nobody",
             STR(schema->section));
    error_meant(&err, nearest.best);
    errors_add(warnings, &err);
}

void check_schemas(const struct index *index, const struct index_inputs *in, struct errors *errors,
                   struct errors *warnings)
{
    struct paged_schema p = { .in = in, .errors = errors };

    if (!in->config->nschemas)
        return;
    p.told = map_in(&p.arena);
    for (size_t i = 0; i < in->npages; i++) {
        const struct page *page = p.page = in->pages[i];
        const struct schema *schema = schema_for(in->config, page->language, page->place);

        if (schema && page->url.len && page->has_file && !page->source &&
            (page->kind == PAGE_PLAIN || page->kind == PAGE_BUNDLE))
            check_page(&p, index, schema);
    }
    for (size_t i = 0; i < in->config->nschemas; i++)
        check_section(index, &in->config->schemas[i], warnings);
    arena_free(&p.arena);
}

/* ---- defaults ---- */

static value complete_map(const struct schema_fields *fields, value map, struct arena *a)
{
    value whole = map;

    for (size_t i = 0; fields->fallback && i < fields->count; i++) {
        const struct schema_field *field = &fields->list[i];
        value was = dict_get(map, field->name), now = was;

        if (value_is_undefined(was))
            now = field->fallback;
        else
            now = schema_complete(field, was, a);
        if (value_is_undefined(now) || (now.type == was.type && now.as.object == was.as.object))
            continue;
        if (whole.as.object == map.as.object)
            whole = value_copy(a, map);
        dict_set(whole, field->name, now);
    }
    return whole;
}

value schema_complete(const struct schema_field *field, value v, struct arena *a)
{
    value whole = v;

    if (v.type == VIAL_DICT && field->keys.fallback)
        return complete_map(&field->keys, v, a);
    if (v.type != VIAL_LIST || !field->of || !field->of->keys.fallback)
        return v;
    whole = list_new(a, list_len(v));
    for (size_t i = 0; i < list_len(v); i++)
        list_push(whole, schema_complete(field->of, list_at(v, i), a));
    return whole;
}

value schema_defaults(const struct schema *schema, value cascade, struct arena *a)
{
    return complete_map(&schema->fields, cascade.type == VIAL_DICT ? cascade : dict_new(a, 0), a);
}

value schema_completed(const struct schema *schema, value more, struct arena *a)
{
    const struct schema_fields *fields = &schema->fields;
    value whole = value_undefined();

    for (size_t i = 0; i < fields->count; i++) {
        value was = dict_get(more, fields->list[i].name);
        value now = schema_complete(&fields->list[i], was, a);

        if (now.type != was.type || now.as.object == was.as.object)
            continue;
        if (value_is_undefined(whole))
            whole = dict_new(a, fields->count);
        dict_set(whole, fields->list[i].name, now);
    }
    return whole;
}
