/*
 * front_matter.c - what a page says of itself
 *
 *   comes in:  a page's whole text
 *   goes out:  the keys vial knows, typed; all others as a dict; where the body begins
 *
 * The tree that it becomes is large and short-lived: it is made in the scratch arena, and what is
 * kept of it is copied.
 */
#include "vial/site/front_matter.h"
#include "vial/app/toml.h"
#include "vial/site/schema.h"

#define FIELD(name) offsetof(struct front_matter, name)

static const struct key keys[] = {
    { "title", KEY_TEXT, FIELD(title), NULL },
    { "description", KEY_TEXT, FIELD(description), NULL },
    { "date", KEY_DATE, FIELD(date), NULL },
    { "updated", KEY_DATE, FIELD(updated), NULL },
    { "draft", KEY_BOOL, FIELD(draft), NULL },
    { "publish_date", KEY_DATE, FIELD(publish_date), NULL },
    { "expiry_date", KEY_DATE, FIELD(expiry_date), NULL },
    { "weight", KEY_INT, FIELD(weight), NULL },
    { "slug", KEY_TEXT, FIELD(slug), NULL },
    { "url", KEY_TEXT, FIELD(url), NULL },
    { "aliases", KEY_TEXTS, FIELD(aliases), NULL },
    { "template", KEY_TEXT, FIELD(template), NULL },
    { "summary", KEY_TEXT, FIELD(summary), NULL },
    { "sort_by", KEY_CHOICE, FIELD(sort_by), SORT_BY_WORDS },
    { "reverse", KEY_BOOL, FIELD(reverse.truth), NULL },
    { "paginate", KEY_NODE, FIELD(paginate), NULL },
    /* kept with all others, but their types are known */
    { "layout", KEY_TEXT, KEY_CHECKED_ONLY, NULL },
    { "type", KEY_TEXT, KEY_CHECKED_ONLY, NULL },
    { "tags", KEY_TEXTS, KEY_CHECKED_ONLY, NULL },
    { "categories", KEY_TEXTS, KEY_CHECKED_ONLY, NULL },
    { "keywords", KEY_TEXTS, KEY_CHECKED_ONLY, NULL },
    { "lang", KEY_TEXT, KEY_CHECKED_ONLY, NULL },
    { "translation_key", KEY_TEXT, KEY_CHECKED_ONLY, NULL },
    { "transparent", KEY_BOOL, KEY_CHECKED_ONLY, NULL },
    { "menu", KEY_NODE, KEY_CHECKED_ONLY, NULL },
    { "cascade", KEY_MAP, KEY_CHECKED_ONLY, NULL },
    { "outputs", KEY_TEXTS, KEY_CHECKED_ONLY, NULL },
    { "sitemap", KEY_BOOL, KEY_CHECKED_ONLY, NULL },
    { "in_search_index", KEY_BOOL, KEY_CHECKED_ONLY, NULL },
    { "toc", KEY_NODE, KEY_CHECKED_ONLY, NULL },
    { "params", KEY_MAP, KEY_CHECKED_ONLY, NULL },
    { 0 },
};

static str without_bom(str text, size_t *skipped)
{
    str bom = S("\xEF\xBB\xBF");

    *skipped = str_starts(text, bom) ? bom.len : 0;
    return str_from(text, *skipped);
}

/* A line of three signs and nothing else. */
static bool is_fence(str line, str fence)
{
    return str_eq(str_rtrim(line), fence);
}

static bool refuse_end(str file, str text, size_t begin, str fence, struct error *err)
{
    error_at(err, (struct place){ file, text, begin, fence.len },
             "the front matter that begins here is not ended by %s'%.*s'",
             fence.len == 3 ? "a line " : "", STR(fence));
    return fence.p[0] == '-' ? error_hint(err, "for a rule across the page, write '***'") : false;
}

/* Between two lines of `fence`; the first of them has been read off `rest`. */
static bool find_fenced(struct front_span *span, str file, str text, str rest, str fence,
                        struct error *err)
{
    size_t begin = span->body;
    str line;

    span->from = text.len - rest.len;
    span->first_line = 2;
    for (;;) {
        size_t at = text.len - rest.len;

        if (!str_line(&rest, &line))
            return refuse_end(file, text, begin, fence, err);
        span->first_line++;
        if (is_fence(line, fence)) {
            span->len = at - span->from;
            span->body = text.len - rest.len;
            return true;
        }
    }
}

/* Behind the brace that closes the one at `at`; 0 when none does. */
static size_t find_brace(str text, size_t at)
{
    unsigned depth = 0;
    bool quoted = false;

    for (; at < text.len; at++) {
        char c = text.p[at];

        if (quoted && c == '\\')
            at++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == '{')
            depth++;
        else if (!quoted && c == '}' && --depth == 0)
            return at + 1;
    }
    return 0;
}

static bool find_json(struct front_span *span, str file, str text, struct error *err)
{
    size_t begin = span->body, end = find_brace(text, begin);
    str ignored, rest = str_from(text, end);

    if (!end)
        return refuse_end(file, text, begin, S("}"), err);
    span->from = begin;
    span->len = end - begin;
    str_line(&rest, &ignored);
    span->body = text.len - rest.len;
    span->first_line = 1;
    for (size_t i = 0; i < span->body; i++)
        span->first_line += text.p[i] == '\n';
    return true;
}

/* A page may begin with a brace of another kind: "{{ a shortcode }}". */
static bool is_json(str line)
{
    return str_eq(str_rtrim(line), S("{")) || str_starts(line, S("{\""));
}

bool front_matter_find(struct front_span *span, str file, str text, struct error *err)
{
    str rest = without_bom(text, &span->body), line;
    size_t begin = span->body;

    *span = (struct front_span){ .body = begin, .first_line = 1 };
    if (!str_line(&rest, &line))
        return true;
    span->there = true;
    if (is_fence(line, S("---")))
        return find_fenced(span, file, text, rest, S("---"), err);
    span->kind = FRONT_TOML;
    if (is_fence(line, S("+++")))
        return find_fenced(span, file, text, rest, S("+++"), err);
    span->kind = FRONT_JSON;
    if (is_json(line))
        return find_json(span, file, text, err);
    *span = (struct front_span){ .body = begin, .first_line = 1 };
    return true;
}

const struct yaml_node *front_matter_parse(const struct front_span *span, str file, str text,
                                           struct arena *a, struct error *err)
{
    struct place place = { file, text, span->from, span->len };

    /* JSON is YAML as well */
    return span->kind == FRONT_TOML ? toml_parse(place, a, err) : yaml_parse(place, a, err);
}

const struct key *front_matter_key(str name)
{
    return key_find(keys, name);
}

str front_matter_nearest(str name)
{
    return key_nearest(keys, name);
}

/*
 * Any key may be a site's own, so only what is hardly anything else is told to be a slip, or to be
 * another program's.
 */
static void warn_of(const struct yaml_node *name, struct errors *warnings)
{
    struct error warning = { 0 };
    str theirs = key_of_others(keys, name->text);
    str meant = theirs.len ? theirs : key_nearest(keys, name->text);

    if (!theirs.len && !key_is_slip(name->text, meant))
        return;
    error_at(&warning, yaml_place(name), "vial knows no '%.*s'; it is kept as page.%.*s",
             STR(name->text), STR(name->text));
    error_meant(&warning, meant);
    errors_add(warnings, &warning);
}

static value keep_others(const struct yaml_node *map, const struct schema *schema, struct arena *a,
                         struct arena *scratch, struct errors *warnings)
{
    value more = value_undefined();

    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_entry *entry = &map->entries[i];
        const struct key *known = key_find(keys, entry->key->text);

        if (known && known->offset != KEY_CHECKED_ONLY)
            continue;
        if (!known && !schema_minds(schema, entry->key->text))
            warn_of(entry->key, warnings);
        if (value_is_undefined(more))
            more = dict_new(a, map->count - i);
        dict_set(more, str_copy(a, entry->key->text),
                 value_copy(a, yaml_value(entry->node, scratch)));
    }
    return more;
}

/* What pages inherit is of the same types, and no key that is a page's own by its nature. */
static bool check_cascade(const struct yaml_node *map, struct arena *scratch, struct errors *errors)
{
    const struct yaml_node *cascade = yaml_get(map, S("cascade"));
    struct front_matter ignored = { .sort_by = -1 };
    struct error err = { 0 };

    if (!cascade || cascade->kind != YAML_MAP)
        return true;
    for (size_t i = 0; i < cascade->count; i++) {
        const struct yaml_node *name = cascade->entries[i].key;
        const struct key *known = key_find(keys, name->text);

        if (!known || str_eq(name->text, S("template")) ||
            (known->offset == KEY_CHECKED_ONLY && !str_eq(name->text, S("cascade"))))
            continue;
        error_at(&err, yaml_place(name), "'%.*s' is each page's own, and not inherited",
                 STR(name->text));
        errors_add(errors, &err);
        return false;
    }
    return keys_read(cascade, keys, UNKNOWN_KEPT, "'cascade'", &ignored, scratch, errors);
}

/* What a type alone does not say. */
static bool check_values(const struct yaml_node *map, const struct front_matter *front,
                         struct errors *errors)
{
    struct error err = { 0 };

    if (front->slug.p && str_has(front->slug, '/')) {
        error_at(&err, yaml_place(yaml_get(map, S("slug"))),
                 "'slug' is one part of an address and has no '/'");
        error_hint(&err, "'url' gives the whole address");
        errors_add(errors, &err);
        return false;
    }
    if (front->url.p && (!str_starts(front->url, S("/")) || str_starts(front->url, S("//")) ||
                         str_has(front->url, '?') || str_has(front->url, '#'))) {
        error_at(&err, yaml_place(yaml_get(map, S("url"))),
                 "'url' is the page's address on this site and begins with one '/'");
        errors_add(errors, &err);
        return false;
    }
    return true;
}

bool front_matter_read(struct front_matter *front, str file, str text,
                       const struct front_span *span, const struct schema *schema, struct arena *a,
                       struct arena *scratch, struct errors *errors, struct errors *warnings)
{
    struct error err = { 0 };

    *front = (struct front_matter){ .sort_by = -1 };
    if (!span->there)
        return true;
    const struct yaml_node *map = front_matter_parse(span, file, text, scratch, &err);
    if (!map) {
        errors_add(errors, &err);
        return false;
    }
    if (!keys_read(map, keys, UNKNOWN_KEPT, "front matter", front, a, errors) ||
        !check_values(map, front, errors) || !check_cascade(map, scratch, errors))
        return false;
    if (front->paginate && !(front->paging = paging_read(front->paginate, a, errors)))
        return false;
    front->reverse.there = yaml_get(map, S("reverse")) != NULL;
    front->more = keep_others(map, schema, a, scratch, warnings);
    return true;
}
