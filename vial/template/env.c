/*
 * env.c - environments: options, filters, globals, and the templates made so far
 *
 *   comes in:  options and loaders, while one thread sets it up; then names of templates
 *   goes out:  compiled templates, each made once and shared
 *
 * Only the table of templates changes after the setting up, and it has a lock. A template is loaded
 * and compiled outside of it: when two threads want the same one at once, both make it and the
 * first to finish is kept.
 */
#include "vial/template/env.h"

#include "vial/base/nearest.h"
#include "vial/base/utf8.h"
#include "vial/template/compile.h"
#include "vial/template/containers.h"
#include "vial/template/filters.h"
#include "vial/template/reuse.h"
#include "vial/template/scope.h"
#include <stdio.h>
#include <stdlib.h>

/* ---- setting up ---- */

static void copy_options(struct env *env, const struct env_options *options)
{
    struct env_options *o = &env->options;
    str *texts[] = { &o->block_start,           &o->block_end,           &o->variable_start,
                     &o->variable_end,          &o->comment_start,       &o->comment_end,
                     &o->line_statement_prefix, &o->line_comment_prefix, &o->newline_sequence,
                     &o->escape.endings,        &o->escape.others };

    *o = *options;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = str_copy(&env->arena, *texts[i]);
    syntax_init(&env->syntax, o);
    env->tags = (struct tags){ .do_ = o->ext_do,
                               .loop_controls = o->ext_loopcontrols,
                               .trans = o->ext_i18n,
                               .debug = o->ext_debug };
}

static void default_policies(struct env *env)
{
    value sort_keys = dict_new(&env->arena, 1);

    dict_set(sort_keys, S("sort_keys"), value_bool(true));
    env->policies = (struct policies){ .urlize_rel = value_str(S("noopener")),
                                       .urlize_target = value_none(),
                                       .urlize_extra_schemes = value_none(),
                                       .truncate_leeway = 5,
                                       .json_dumps_kwargs = sort_keys };
}

struct env *env_new(const struct env_options *options)
{
    static const struct env_options defaults = { 0 };
    struct env *env = calloc(1, sizeof *env);

    if (!env) {
        fprintf(stderr, "vial: out of memory\n");
        exit(71);
    }
    copy_options(env, options ? options : &defaults);
    env->filters = map_in(&env->arena);
    env->tests = map_in(&env->arena);
    env->templates = map_in(&env->names);
    env->last_loader = &env->loaders;
    env->globals = dict_new(&env->arena, 16);
    builtin_globals(env->globals, &env->arena, env->options.sandbox);
    default_policies(env);
    if (env->options.ext_i18n)
        env_alias_gettext(env);
    pthread_mutex_init(&env->lock, NULL);
    return env;
}

static void template_free(struct jinja *t)
{
    arena_free(&t->arena);
    free(t);
}

void env_forget(struct env *env)
{
    shelves_clear(env);
    for (size_t i = 0; i < env->templates.count; i++)
        template_free(env->templates.entries[i].data);
    arena_free(&env->names);
    env->templates = map_in(&env->names);
    while (env->loose) {
        struct jinja *next = env->loose->next;

        template_free(env->loose);
        env->loose = next;
    }
}

void env_free(struct env *env)
{
    if (!env)
        return;
    env_forget(env);
    pthread_mutex_destroy(&env->lock);
    arena_free(&env->arena);
    free(env);
}

void env_global(struct env *env, str name, value v)
{
    dict_set(env->globals, str_copy(&env->arena, name), v);
}

void env_filter(struct env *env, str name, filter_fn *fn, void *self)
{
    struct filter *filter = arena_make(&env->arena, struct filter);
    str kept = str_copy(&env->arena, name);

    filter->name = kept.p;
    filter->fn = fn;
    filter->self = self;
    map_set(&env->filters, kept, filter);
}

void env_test(struct env *env, str name, test_fn *fn, void *self)
{
    struct test *test = arena_make(&env->arena, struct test);
    str kept = str_copy(&env->arena, name);

    test->name = kept.p;
    test->fn = fn;
    test->self = self;
    map_set(&env->tests, kept, test);
}

/* ---- asked by filters and by the compiler ---- */

const struct filter *env_find_filter(const struct env *env, str name)
{
    const struct filter *added = map_get(&env->filters, name);

    return added ? added : builtin_filter(name);
}

const struct test *env_find_test(const struct env *env, str name)
{
    const struct test *added = map_get(&env->tests, name);

    return added ? added : builtin_test(name);
}

static void try_map(struct nearest *near, const struct map *map)
{
    for (size_t i = 0; i < map->count; i++)
        nearest_try(near, map->entries[i].key);
}

static int by_bytes(const void *a, const void *b)
{
    return str_cmp(value_text(*(const value *)a), value_text(*(const value *)b));
}

value env_names(const struct env *env, bool of_tests, struct arena *a)
{
    const struct map *added = of_tests ? &env->tests : &env->filters;
    const char *(*builtin)(size_t i) = of_tests ? builtin_test_name : builtin_filter_name;
    value names = list_new(a, 64);

    for (size_t i = 0; builtin(i); i++)
        if (!map_get(added, str_of(builtin(i))))
            list_push(names, value_str(str_of(builtin(i))));
    for (size_t i = 0; i < added->count; i++)
        list_push(names, value_str(added->entries[i].key));
    qsort(list_inside(names)->items, list_len(names), sizeof(value), by_bytes);
    return names;
}

str env_nearest_filter(const struct env *env, str name)
{
    struct nearest near = nearest_to(name);
    const char *builtin;

    try_map(&near, &env->filters);
    for (size_t i = 0; (builtin = builtin_filter_name(i)); i++)
        nearest_try(&near, str_of(builtin));
    return near.best;
}

str env_nearest_test(const struct env *env, str name)
{
    struct nearest near = nearest_to(name);
    const char *builtin;

    try_map(&near, &env->tests);
    for (size_t i = 0; (builtin = builtin_test_name(i)); i++)
        nearest_try(&near, str_of(builtin));
    return near.best;
}

const struct env_options *env_get_options(const struct env *env)
{
    return &env->options;
}

struct policies *env_policies(struct env *env)
{
    return &env->policies;
}

/* "page.HTML" has one of "html htm xml". */
static bool has_ending(str name, str endings)
{
    while (endings.len) {
        str ending = str_cut(&endings, ' ');
        size_t dot = name.len - ending.len - 1; /* where it must be */

        if (ending.len && name.len > ending.len && name.p[dot] == '.' &&
            str_ieq(str_from(name, dot + 1), ending))
            return true;
    }
    return false;
}

bool env_autoescapes(const struct env *env, str name)
{
    const struct escape_rules *rules = &env->options.escape;

    if (env->options.autoescape != AUTOESCAPE_BY_NAME)
        return env->options.autoescape == AUTOESCAPE_HTML;
    if (!name.len)
        return !rules->no_strings;
    if (has_ending(name, rules->endings.len ? rules->endings : S("html htm xml")))
        return true;
    return !has_ending(name, rules->others) && rules->rest;
}

/* ---- compiling ---- */

static struct jinja *template_new(struct env *env, str name)
{
    struct jinja *t = calloc(1, sizeof *t);

    if (!t) {
        fprintf(stderr, "vial: out of memory\n");
        exit(71);
    }
    t->env = env;
    t->name = str_copy(&t->arena, name);
    t->autoescape = env_autoescapes(env, name);
    return t;
}

static bool check_utf8(str file, str text, struct error *err)
{
    size_t bad;

    if (utf8_valid(text, &bad))
        return true;
    error_at(err, (struct place){ file, text, bad, 1 }, "byte 0x%02x is not UTF-8",
             (unsigned char)text.p[bad]);
    return error_kind(err, "UnicodeDecodeError");
}

/* `source` lives as long as the template. */
static bool compile(struct env *env, struct jinja *t, struct source source, struct error *err)
{
    struct arena a = { 0 };
    struct nodes body;
    struct tags tags = env->tags;

    tags.trans_trimmed = env->policies.i18n_trimmed;
    t->file = source.file.len ? source.file : t->name;
    t->text = source.text;
    t->source = digest_of(source.text);
    if (!check_utf8(t->file, t->text, err))
        return false;
    t->text = lexer_text(&env->syntax, source.text, &t->arena);
    bool done = parse_template(&body, &env->syntax, &tags, t->file, t->text, &a, &t->arena, err) &&
                compile_template(t, &body, &a, err);
    arena_free(&a);
    return done;
}

bool env_check(struct env *env, str name, struct source source, struct error *err)
{
    struct arena a = { 0 };
    struct nodes body;
    str file = source.file.len ? source.file : name;
    bool done = check_utf8(file, source.text, err);

    if (done) {
        str text = lexer_text(&env->syntax, source.text, &a);
        done = parse_template(&body, &env->syntax, &env->tags, file, text, &a, &a, err);
    }
    arena_free(&a);
    return done;
}

const struct jinja *env_compile(struct env *env, str name, struct source source, struct error *err)
{
    struct jinja *t = template_new(env, name);

    source.text = str_copy(&t->arena, source.text);
    source.file = str_copy(&t->arena, source.file);
    if (!compile(env, t, source, err)) {
        template_free(t);
        return NULL;
    }
    pthread_mutex_lock(&env->lock);
    t->next = env->loose;
    env->loose = t;
    pthread_mutex_unlock(&env->lock);
    return t;
}

/* ---- the table ---- */

static struct jinja *known(struct env *env, str name)
{
    pthread_mutex_lock(&env->lock);
    struct jinja *t = map_get(&env->templates, name);
    pthread_mutex_unlock(&env->lock);
    return t;
}

static struct jinja *keep(struct env *env, struct jinja *t)
{
    pthread_mutex_lock(&env->lock);
    struct map_entry *entry = map_put(&env->templates, t->name);
    struct jinja *first = entry->data;
    if (!first)
        entry->data = t;
    pthread_mutex_unlock(&env->lock);
    if (!first)
        return t;
    template_free(t);
    return first;
}

static enum loaded ask_loaders(struct env *env, str name, struct source *source, struct arena *a,
                               struct error *err)
{
    for (const struct loader *loader = env->loaders; loader; loader = loader->next) {
        enum loaded loaded = loader->load(loader->self, name, source, a, err);

        if (loaded != LOAD_NOT_FOUND)
            return loaded;
    }
    return LOAD_NOT_FOUND;
}

enum loaded env_load(struct env *env, str name, const struct jinja **found, struct error *err)
{
    struct source source = { 0 };
    struct jinja *t = known(env, name);

    *found = t;
    if (t)
        return LOAD_FOUND;
    t = template_new(env, name);
    enum loaded loaded = ask_loaders(env, name, &source, &t->arena, err);
    if (loaded == LOAD_FOUND && !compile(env, t, source, err))
        loaded = LOAD_FAILED;
    if (loaded != LOAD_FOUND) {
        template_free(t);
        return loaded;
    }
    *found = keep(env, t);
    return LOAD_FOUND;
}

/* What the loaders give for it now is what it was made from. */
static bool is_fresh(struct env *env, const struct jinja *t)
{
    struct source source = { 0 };
    struct arena a = { 0 };
    bool fresh = ask_loaders(env, t->name, &source, &a, NULL) == LOAD_FOUND &&
                 digest_eq(digest_of(source.text), t->source) &&
                 str_eq(source.file.len ? source.file : t->name, t->file);

    arena_free(&a);
    return fresh;
}

size_t env_refresh(struct env *env)
{
    size_t dropped = 0;

    shelves_clear(env);
    for (size_t i = 0; i < env->templates.count;) {
        struct jinja *t = env->templates.entries[i].data;

        if (is_fresh(env, t)) {
            i++;
            continue;
        }
        map_remove(&env->templates, t->name);
        template_free(t);
        dropped++;
    }
    return dropped;
}

struct digest env_version(struct env *env, str name)
{
    const struct jinja *t;

    if (env_load(env, name, &t, NULL) != LOAD_FOUND)
        return (struct digest){ 0 };
    return t->source;
}

const struct jinja *env_template(struct env *env, str name, struct error *err)
{
    const struct jinja *t;

    if (env_load(env, name, &t, err) == LOAD_NOT_FOUND) {
        error_set(err, "%.*s", STR(name));
        error_kind(err, "TemplateNotFound");
        str hint = err ? env_missing_hint(env, name, &err->own) : S("");
        if (hint.len)
            error_hint(err, "%.*s", STR(hint));
    }
    return t;
}
