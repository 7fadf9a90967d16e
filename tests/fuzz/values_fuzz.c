/*
 * Any text is formatted, cut, searched, wrapped, linked and turned into numbers by each filter and
 * method that takes text, or the rendering fails; and what auto-escape lets through as a sum of
 * plain texts holds no tag.
 *
 * The input is two texts, parted by its first newline, and a number made of its first byte.
 */
#include "vial/template/template.h"
#include <assert.h>

/* Each is a template of its own: the first that fails would hide the rest. */
static const char *const uses[] = {
    "{{ x % y }}{{ x % (y, n, y) }}{{ x % {'a': y, '': n} }}",
    "{{ x.format(y, n, 1.5, a=y, b=[y]) }}{{ x|safe|string }}",
    "{{ (x|safe).format(y, a=n) }}{{ (x|safe) % y }}",
    "{{ ('{:' ~ x ~ '}').format(n) }}{{ ('{:' ~ x ~ '}').format(1.5) }}",
    "{{ ('{:' ~ x ~ '}').format(y) }}",
    "{{ ('%' ~ x) % 1.5 }}",
    "{{ x|urlize(n, true, y) }}{{ y|urlize(extra_schemes=[x]) }}",
    "{{ x|wordwrap(n + 1) }}{{ x|wordwrap(n + 1, false, y, false) }}",
    "{{ x|striptags }}{{ (x|e).unescape() == x }}{{ x|title }}{{ x|wordcount }}",
    "{{ x|int }}{{ x|float }}{{ x|int(0, n) }}{{ x|filesizeformat }}",
    "{{ x|truncate(n + 3) }}{{ x|indent(y, true) }}{{ x|center(n) }}{{ x|trim(y) }}",
    "{{ x|replace(y, '<') }}{{ x.split(y) }}{{ x.rsplit(y, n) }}{{ x.partition(y) }}",
    "{{ x.find(y) }}{{ x.rfind(y, n) }}{{ x.count(y) }}{{ x.splitlines(true) }}{{ x.split() }}",
    "{{ x.title() }}{{ x.swapcase() }}{{ x.capitalize() }}{{ x.casefold() }}{{ x.zfill(n) }}",
    "{{ x.expandtabs(n) }}{{ x.isidentifier() }}{{ x.istitle() }}{{ x.isnumeric() }}",
    "{{ x[n] }}{{ x[::-1] }}{{ x[1:n:2] }}{{ x|list }}{{ x|reverse }}{{ [x, y]|sort }}",
    "{{ [x, {y: x}]|tojson(y) }}{{ [x, y] }}{{ {x: y}|xmlattr }}{{ {x: y}|urlencode }}",
    "{{ [x, y, [x] * 9]|pprint }}{{ x|pprint }}",
    "{{ [{x: y}]|map(attribute=x)|list }}{{ [{x: y}]|groupby(x) }}",
};

static void escaped_text_holds_no_tag(struct buf *out, const char *source)
{
    /* Only the templates that make nothing Markup themselves. */
    if (strstr(source, "safe") || strstr(source, "urlize") || strstr(source, "xmlattr"))
        return;
    assert(!str_has(buf_str(out), '<'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct env_options options = { .autoescape = AUTOESCAPE_HTML };
    struct arena a = { 0 };
    str y = str_n((const char *)data, size), x = str_cut(&y, '\n');
    value context = dict_new(&a, 3);

    dict_set(context, S("x"), value_str(x));
    dict_set(context, S("y"), value_str(y));
    dict_set(context, S("n"), value_int(size ? data[0] % 40 : 0));
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        struct env *env = env_new(&options);
        struct buf out = { 0 };
        struct error err = { 0 };
        struct render_options limits = { .arena = &a,
                                         .max_steps = 1000000,
                                         .max_memory = 32 << 20 };

        env_add_source(env, S("t"), str_of(uses[i]));
        const struct jinja *t = env_template(env, S("t"), &err);

        assert(t);
        if (template_render(t, context, &limits, &out, &err))
            escaped_text_holds_no_tag(&out, uses[i]);
        else
            error_free(&err);
        buf_free(&out);
        env_free(env);
    }
    arena_free(&a);
    return 0;
}
