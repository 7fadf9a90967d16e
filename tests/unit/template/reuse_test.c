/*
 * reuse_test.c - includes that are put out as they were: the same text, the same notes, fewer runs
 */
#include "tests/unit/template/rendered.h"
#include "vial/template/rendering.h"

/* ---- a small world that notes what is read ---- */

struct note {
    struct note *next;
    str key;
};
struct notes {
    struct note *list;
};
struct world {
    struct notes notes;
    uint64_t glances;
};

static unsigned runs; /* of tick() */

static void note_in(struct notes *notes, struct arena *a, str key)
{
    for (const struct note *n = notes->list; n; n = n->next)
        if (str_eq(n->key, key))
            return;
    struct note *note = arena_make(a, struct note);
    *note = (struct note){ notes->list, str_copy(a, key) };
    notes->list = note;
}

static void add_notes(struct notes *to, struct arena *a, const struct notes *from)
{
    for (const struct note *n = from->list; n; n = n->next)
        note_in(to, a, n->key);
}

static void *begin(void *user)
{
    struct world *w = user;
    struct notes *before = arena_make(&test_arena, struct notes);

    *before = w->notes;
    w->notes.list = NULL;
    return before;
}

static void turn(void *user, void *before)
{
    struct world *w = user;
    struct notes now = w->notes;

    w->notes = *(struct notes *)before;
    *(struct notes *)before = now;
}

static const void *end(void *user, void *before, struct arena *keep)
{
    struct world *w = user;
    struct notes *kept = NULL;

    if (keep) {
        kept = arena_make(keep, struct notes);
        add_notes(kept, keep, &w->notes);
    }
    add_notes(before, &test_arena, &w->notes);
    w->notes = *(struct notes *)before;
    return kept;
}

static void again(void *user, const void *kept)
{
    add_notes(&((struct world *)user)->notes, &test_arena, kept);
}

static uint64_t glances(void *user)
{
    return ((struct world *)user)->glances;
}

static unsigned kin(void *user)
{
    (void)user;
    return 0;
}

static const struct reuse_hooks hooks = { begin, turn, end, again, glances, kin };

static void template_read(void *user, str name, bool found)
{
    note_in(&((struct world *)user)->notes, &test_arena,
            str_fmt(&test_arena, "template:%.*s%s", STR(name), found ? "" : "?"));
}

/* A thing with a name, a kind and one next to it; who reads an attribute has read it of that one.
 */
struct thing {
    const char *name, *kind;
    const struct thing *next;
};
struct thing_object {
    struct object object;
    const struct thing *thing;
};
static value thing_value(const struct thing *thing);

static bool thing_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    const struct thing *thing = ((const struct thing_object *)o)->thing;
    struct world *w = rendering_user(r);

    note_in(&w->notes, &test_arena, str_fmt(&test_arena, "%s.%.*s", thing->name, STR(name)));
    if (str_eq(name, S("name")))
        *out = value_str(str_of(thing->name));
    else if (str_eq(name, S("kind")))
        *out = value_str(str_of(thing->kind));
    else if (str_eq(name, S("next")))
        *out = thing->next ? thing_value(thing->next) : value_none();
    else if (str_eq(name, S("list"))) {
        *out = list_new(&test_arena, 1);
        list_push(*out, value_str(str_of(thing->kind)));
    } else
        return false;
    return true;
}

static const void *thing_same(const struct object *o)
{
    return ((const struct thing_object *)o)->thing;
}

static const struct object_type thing_type = { .name = "thing",
                                               .attr = thing_attr,
                                               .same = thing_same };

static value thing_value(const struct thing *thing)
{
    struct thing_object *o = arena_make(&test_arena, struct thing_object);

    *o = (struct thing_object){ { &thing_type }, thing };
    return value_object(&o->object);
}

/* tick(): counts how often it is run. */
static value tick(struct rendering *r, const struct call *call, void *self)
{
    (void)r;
    (void)call;
    (void)self;
    runs++;
    return value_str(S(""));
}

/* glance(): shows something of this rendering alone. */
static value glance(struct rendering *r, const struct call *call, void *self)
{
    (void)call;
    (void)self;
    ((struct world *)rendering_user(r))->glances++;
    return value_str(S(""));
}

static value name_of(struct rendering *r, const struct call *call, void *self)
{
    value out;

    (void)self;
    if (call->nargs == 1 && call->args[0].type == VIAL_OBJECT &&
        thing_attr(r, call->args[0].as.object, S("name"), &out))
        return out;
    return value_str(S("?"));
}

static const struct thing things[] = {
    { "a", "post", &things[1] }, { "b", "post", &things[2] }, { "c", "page", &things[0] },
    { "d", "post", NULL },       { "e", "page", &things[1] }, { "f", "post", &things[2] },
};
enum { THINGS = 6 };
static const struct thing root_thing = { "root", "site", &things[0] };

static struct env *world_env(struct env *env, const struct reuse_hooks *with)
{
    if (with)
        env_reuse(env, with);
    env_global(env, S("tick"), function_new(&test_arena, "tick", tick, NULL));
    env_global(env, S("glance"), function_new(&test_arena, "glance", glance, NULL));
    env_global(env, S("name_of"), function_new(&test_arena, "name_of", name_of, NULL));
    env_global(env, S("root"), thing_value(&root_thing));
    return env;
}

/* Costs enough to be worth keeping, and counts its runs. */
#define WORTH "{% for i in range(40) %}{% endfor %}{{ tick() }}"

static struct env *here(const char *page, const char *part)
{
    struct env *env = world_env(fresh_env(NULL), &hooks);

    env_add_source(env, S("page"), str_of(page));
    env_add_source(env, S("part"), str_fmt(&test_arena, "%s%s", WORTH, part));
    return env;
}

/* The page `i` of `env`: its text, and behind it the notes. */
static const char *shown(struct env *env, size_t i)
{
    struct world w = { 0 };
    struct render_options options = { .arena = &test_arena,
                                      .user = &w,
                                      .template_read = template_read };
    struct buf out = buf_in(&test_arena);
    struct error err = { 0 };
    value data = dict_new(&test_arena, 4);
    const struct jinja *t = env_template(env, S("page"), &err);

    dict_set(data, S("page"), thing_value(&things[i % THINGS]));
    dict_set(data, S("n"), value_int((int64_t)(i % 3)));
    if (i % 4 == 1)
        dict_set(data, S("maybe"), value_str(S("here")));
    if (!t || !template_render(t, data, &options, &out, &err)) {
        buf_lit(&out, " failed: ");
        error_print(&err, ERROR_BRIEF, &out);
        error_free(&err);
    }
    const char *keys[64];
    size_t count = 0;
    for (const struct note *n = w.notes.list; n && count < 64; n = n->next)
        keys[count++] = str_cstr(&test_arena, n->key);
    for (size_t k = 0; k < count; k++) /* in the order of their names */
        for (size_t m = k + 1; m < count; m++)
            if (strcmp(keys[k], keys[m]) > 0) {
                const char *turned = keys[k];

                keys[k] = keys[m];
                keys[m] = turned;
            }
    for (size_t k = 0; k < count; k++)
        buf_addf(&out, "\n%s", keys[k]);
    return buf_cstr(&out);
}

/* How often the part is run for `count` pages. */
static unsigned runs_for(const char *page, const char *part, size_t count)
{
    struct env *env = here(page, part);

    runs = 0;
    for (size_t i = 0; i < count; i++)
        shown(env, i);
    return runs;
}

#define INCLUDE "{{ page.name }}{% include 'part' %}"

/* ---- what is run how often ---- */

/* Once to be measured and once to be kept. */
static void what_reads_nothing_of_the_page_is_rendered_once(void **state)
{
    (void)state;
    assert_int_equal(runs_for(INCLUDE, "{{ root.name }}", 30), 2);
    assert_int_equal(runs_for(INCLUDE, "{{ root.next.name }}{{ name_of(root) }}", 30), 2);
}

static void what_reads_its_kind_is_rendered_once_for_each(void **state)
{
    (void)state;
    assert_int_equal(runs_for(INCLUDE, "{{ page.kind }}", 30), 1 + 2);
    assert_int_equal(runs_for(INCLUDE, "{{ page.next }}", 30), 1 + 4);
    assert_int_equal(runs_for(INCLUDE, "{{ n }}", 30), 1 + 3);
    assert_int_equal(runs_for(INCLUDE, "{{ maybe }}", 30), 1 + 2);
    assert_int_equal(runs_for("{% set x = page.kind %}" INCLUDE, "{{ x }}", 30), 1 + 2);
}

static void what_reads_the_page_itself_is_rendered_for_each(void **state)
{
    (void)state;
    assert_int_equal(runs_for(INCLUDE, "{{ name_of(page) }}", 6), 6);
    assert_int_equal(runs_for(INCLUDE, "{{ page.list }}", 6), 6);
    assert_int_equal(runs_for(INCLUDE, "{% set p = page %}{{ p.kind }}", 6), 6);
    assert_int_equal(runs_for("{% set ns = namespace() %}" INCLUDE, "{% set ns.x = 1 %}", 30), 30);
    assert_int_equal(runs_for("{% set l = [] %}" INCLUDE, "{{ l.append(1) }}", 30), 30);
}

static void what_differs_each_time_is_not_kept(void **state)
{
    (void)state;
    assert_int_equal(runs_for(INCLUDE, "{{ glance() }}", 30), 30);
    assert_int_equal(runs_for(INCLUDE, "{{ range(3)|random }}", 30), 30);
    assert_int_equal(runs_for(INCLUDE, "{{ lipsum(1) }}", 30), 30);
    assert_int_equal(runs_for(INCLUDE, "{% import 'other' as o with context %}", 30), 30);
}

static void an_include_without_context_is_rendered_once(void **state)
{
    (void)state;
    assert_int_equal(
        runs_for("{{ page.name }}{% include 'part' without context %}", "{{ page }}", 30), 2);
}

/* Measured once, kept for each thing it is called with. */
static void a_macro_of_a_module_is_rendered_once_for_what_it_is_called_with(void **state)
{
    (void)state;
    struct env *env = here("{% import 'm' as m %}{{ m.all(root) }}{{ m.all(page.next) }}", "");

    env_add_source(env, S("m"), S("{% macro all(x) %}" WORTH "{{ x.name if x }}{% endmacro %}"));
    runs = 0;
    for (size_t i = 0; i < 30; i++)
        shown(env, i);
    assert_int_equal(runs, 1 + 1 + 4);
}

/* What a module remembers is another thing each time. */
static void a_macro_that_counts_is_run_each_time(void **state)
{
    (void)state;
    struct env *env = here("{% import 'm' as m %}{{ m.count() }}{{ m.count() }}", "");

    env_add_source(env, S("m"),
                   S("{% set ns = namespace(n=0) %}{% macro count() %}" WORTH
                     "{% set ns.n = ns.n + 1 %}{{ ns.n }}{% endmacro %}"));
    runs = 0;
    for (size_t i = 0; i < 10; i++)
        shown(env, i);
    assert_int_equal(runs, 20);
}

static void what_was_kept_is_forgotten_when_objects_change(void **state)
{
    (void)state;
    struct env *env = here(INCLUDE, "{{ root.name }}");

    runs = 0;
    for (size_t i = 0; i < 10; i++)
        shown(env, i);
    assert_int_equal(runs, 2);
    env_reuse_forget(env);
    for (size_t i = 0; i < 10; i++)
        shown(env, i);
    assert_int_equal(runs, 4);
}

static void a_small_include_is_not_worth_it(void **state)
{
    (void)state;
    struct env *env = here(INCLUDE, "");

    env_add_source(env, S("part"), S("{{ tick() }}"));
    runs = 0;
    for (size_t i = 0; i < 30; i++)
        shown(env, i);
    assert_int_equal(runs, 30);
}

/* ---- whatever is reused, text and notes are those of a world without reuse ---- */

static const char *const snippets[] = {
    "{{ root.name }}",
    "{{ page.kind }}",
    "{{ page.next.kind }}",
    "{% if page.kind == 'post' %}{{ page.next }}{% endif %}",
    "{{ name_of(page) }}",
    "{{ name_of(page.next) }}",
    "{{ maybe|default('-') }}",
    "{% set n = n + 1 %}{{ n }}",
    "{{ n }}",
    "{% include 'inner' %}",
    "{% with page = root %}{% include 'inner' %}{% endwith %}",
    "{% for page in [root, page.next] %}{% include 'inner' %}{% endfor %}",
    "{% from 'macros' import show %}{{ show(page.kind) }}",
    "{% import 'macros' as m %}{{ m.about() }}",
    "{{ outer_show(n) }}",
    "{{ outer.about() }}",
    "{% include ['missing' ~ n, 'inner2'] %}",
    "{{ page.list|join }}",
    "{% include 'inner2' without context %}",
    "{% macro m() %}{{ page.kind }}{{ varargs }}{% endmacro %}{{ m(n) }}",
    "{% set x %}{% include 'inner2' %}{% endset %}{{ x|upper }}",
    "{{ page['kind'] }}{{ page|attr('name') }}",
    "{{ root.missing }}{{ nobody }}",
    "{{ [page, root]|map(attribute='kind')|join(',') }}",
    "{% if n == 2 %}{{ nobody.at.all }}{% endif %}",
    "{% from 'state' import count %}{{ count() }}",
    "{% import 'state' as s %}{{ s.next() }}{{ s.seen(page.kind) }}",
    "{% from 'macros' import all %}{{ all(root) }}{{ all(page.next, mark=n) }}",
    "{% from 'macros' import all %}{{ all(page) }}",
    "{% set n = namespace(n=0) %}{% for i in range(3) %}{% set n.n = n.n + i %}{% endfor %}{{n.n}}",
};
enum { SNIPPETS = sizeof snippets / sizeof *snippets };

static unsigned pick(uint64_t *seed, unsigned limit)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*seed >> 33) % limit;
}

static str some(uint64_t *seed, unsigned most, unsigned first, unsigned count)
{
    struct buf text = buf_in(&test_arena);
    unsigned n = 1 + pick(seed, most);

    buf_lit(&text, "{% for i in range(40) %}{% endfor %}");
    for (unsigned i = 0; i < n; i++)
        buf_addf(&text, "%s|", snippets[first + pick(seed, count)]);
    return buf_str(&text);
}

static void add_sources(struct env *env, uint64_t seed)
{
    env_add_source(env, S("macros"),
                   S("{% set kept = root.kind %}{% macro show(x) %}<{{ x }}{{ root.name }}>"
                     "{% endmacro %}{% macro about() %}{{ kept }}{% endmacro %}"
                     "{% macro all(thing, mark='') %}{% set ns = namespace(n=0) %}"
                     "{% for i in range(40) %}{% set ns.n = ns.n + 1 %}{% endfor %}"
                     "{{ ns.n }}{{ mark }}{{ thing.name if thing }}{% endmacro %}"));
    env_add_source(env, S("state"),
                   S("{% set ns = namespace(n=0) %}{% set turn = cycler('x', 'y', 'z') %}"
                     "{% set list = [] %}"
                     "{% macro count() %}{% set ns.n = ns.n + 1 %}{{ ns.n }}{% endmacro %}"
                     "{% macro next() %}{{ turn.next() }}{% endmacro %}"
                     "{% macro seen(x) %}{% set _ = list.append(x) %}{{ list|length }}"
                     "{% endmacro %}"));
    env_add_source(env, S("page"),
                   str_fmt(&test_arena,
                           "{%% from 'macros' import show as outer_show %%}"
                           "{%% import 'macros' as outer %%}{%% set mine = page.kind %%}"
                           "{{ page.name }}%s{%% include 'part' %%}%s",
                           pick(&seed, 2) ? "{% include 'inner' %}" : "",
                           pick(&seed, 2) ? "{{ page.next }}" : ""));
    env_add_source(env, S("part"), some(&seed, 4, 0, SNIPPETS));
    env_add_source(env, S("inner"), some(&seed, 3, 0, 9));
    env_add_source(env, S("inner2"), some(&seed, 2, 0, 4));
}

static void text_and_notes_are_as_without_reuse(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        done();
        struct env *with = world_env(env_new(NULL), &hooks);
        struct env *without = world_env(env_new(NULL), NULL);

        add_sources(with, seed);
        add_sources(without, seed);
        for (size_t i = 0; i < 40; i++) {
            size_t n = i < 20 ? i : (i * 7) % 24;
            const char *expected = shown(without, n), *found = shown(with, n);

            assert_string_equal(
                str_cstr(&test_arena, str_fmt(&test_arena, "seed %u, page %u: %s", (unsigned)seed,
                                              (unsigned)n, found)),
                str_cstr(&test_arena, str_fmt(&test_arena, "seed %u, page %u: %s", (unsigned)seed,
                                              (unsigned)n, expected)));
        }
        env_free(with);
        env_free(without);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_reads_nothing_of_the_page_is_rendered_once),
        cmocka_unit_test(what_reads_its_kind_is_rendered_once_for_each),
        cmocka_unit_test(what_reads_the_page_itself_is_rendered_for_each),
        cmocka_unit_test(what_differs_each_time_is_not_kept),
        cmocka_unit_test(an_include_without_context_is_rendered_once),
        cmocka_unit_test(a_macro_of_a_module_is_rendered_once_for_what_it_is_called_with),
        cmocka_unit_test(a_macro_that_counts_is_run_each_time),
        cmocka_unit_test(what_was_kept_is_forgotten_when_objects_change),
        cmocka_unit_test(a_small_include_is_not_worth_it),
        cmocka_unit_test(text_and_notes_are_as_without_reuse),
    };
    int failures = cmocka_run_group_tests(tests, NULL, NULL);

    done();
    return failures;
}
