/*
 * parser_test.c - from tokens to a tree
 */
#include "tests/unit/template/rendered.h"
#include "vial/template/parser.h"

static struct arena arena;

static void shape(struct buf *out, struct node *n);

static bool shape_child(struct node *n, void *out)
{
    buf_addc(out, ' ');
    shape(out, n);
    return true;
}

/* "(add a (mul b c))" */
static void shape(struct buf *out, struct node *n)
{
    switch ((enum node_kind)n->kind) {
    case N_NAME:
        buf_add(out, n->name);
        return;
    case N_DATA:
        buf_addf(out, "\"%.*s\"", STR(n->text));
        return;
    case N_CONST:
        if (n->constant.type == VIAL_INT)
            buf_add_int(out, n->constant.as.i);
        else
            buf_addf(out, "'%.*s'", STR(value_text(n->constant)));
        return;
    default:
        break;
    }
    buf_addf(out, "(%s", node_kind_name(n->kind));
    if (n->kind == N_FILTER || n->kind == N_TEST)
        buf_addf(out, " %.*s", STR(n->call.name));
    if (n->kind == N_ATTR)
        buf_addf(out, " .%.*s", STR(n->part.name));
    node_children(n, shape_child, out);
    buf_addc(out, ')');
}

static const char *parsed(const char *source)
{
    static const struct env_options plain = { 0 };
    static const struct tags tags = { .do_ = true, .loop_controls = true, .trans = true };
    struct syntax syntax;
    struct nodes body;
    struct error err = { 0 };
    struct buf out = buf_in(&arena);

    syntax_init(&syntax, &plain);
    if (!parse_template(&body, &syntax, &tags, S("t"), str_of(source), &arena, &arena, &err)) {
        buf_addf(&out, "%u:%u %.*s", err.line, err.col, STR(err.sentence));
        if (err.hint.len)
            buf_addf(&out, " | %.*s", STR(err.hint));
        error_free(&err);
        return buf_cstr(&out);
    }
    for (struct node *n = body.first; n; n = n->next)
        shape(&out, n);
    return buf_cstr(&out);
}

#define assert_parses(source, text)                                                                \
    assert_string_equal(parsed("{{ " source " }}"), "(output " text ")")

static void operators_bind_as_in_jinja(void **state)
{
    (void)state;
    assert_parses("a + b * c", "(add a (mul b c))");
    assert_parses("'a' ~ 1 + 2", "(add (concat 'a' 1) 2)");
    assert_parses("2 ** 3 ** 2", "(pow (pow 2 3) 2)");
    assert_parses("-1|abs", "(filter abs (neg 1))");
    assert_parses("-x ** 2", "(pow (neg x) 2)");
    assert_parses("1 + 2 is odd", "(add 1 (test odd 2))");
    assert_parses("not a == b", "(not (compare a (operand b)))");
    assert_parses("a or b and not c", "(or a (and b (not c)))");
    assert_parses("a if b else c if d", "(condexpr b a (condexpr d c))");
    assert_parses("a < b <= c", "(compare a (operand b) (operand c))");
    assert_parses("a not in b", "(compare a (operand b))");
}

static void what_follows_a_name_is_a_part_a_call_or_a_filter(void **state)
{
    (void)state;
    assert_parses("a.b[c](d, e=1)|f(2)",
                  "(filter f (call (getitem (getattr .b a) c) d (keyword 1)) 2)");
    assert_parses("a[1:2]", "(getitem a (slice 1 2))");
    assert_parses("a[::2, b]", "(getitem a (tuple (slice 2) b))");
    assert_parses("a.0", "(getitem a 0)");
    assert_parses("a is divisibleby 3", "(test divisibleby a 3)");
    assert_parses("a is not b.c", "(not (test b.c a))");
    assert_parses("f(*a, **b)", "(call f a b)");
}

static void commas_make_tuples(void **state)
{
    (void)state;
    assert_parses("a, b", "(tuple a b)");
    assert_parses("(a,)", "(tuple a)");
    assert_parses("()", "(tuple)");
    assert_parses("[a, (b), ]", "(list a b)");
    assert_parses("{'a': b, }", "(dict (pair 'a' b))");
    assert_parses("'a' 'b'", "'ab'");
}

static void text_and_outputs_between_two_tags_are_one(void **state)
{
    (void)state;
    assert_string_equal(parsed("a{{ b }}c{% if d %}e{% endif %}f"),
                        "(output \"a\" b \"c\")(if d (output \"e\"))(output \"f\")");
}

static void each_tag_has_its_node(void **state)
{
    (void)state;
    assert_string_equal(parsed("{% for a, b in c if d recursive %}e{% else %}f{% endfor %}"),
                        "(for (tuple a b) c (output \"e\") (output \"f\") d)");
    assert_string_equal(parsed("{% set a.b, c = 1, 2 %}"),
                        "(assign (tuple (nsref) c) (tuple 1 2))");
    assert_string_equal(parsed("{% set a|f %}b{% endset %}"),
                        "(assignblock a (filter f) (output \"b\"))");
    assert_string_equal(parsed("{% macro m(a, b=1) %}{% endmacro %}"), "(macro a b 1)");
    assert_string_equal(parsed("{% call(a) m() %}{% endcall %}"), "(callblock (call m) a)");
    assert_string_equal(parsed("{% with a = 1 %}{% endwith %}"), "(with a 1)");
    assert_string_equal(parsed("{% print a, b %}"), "(output a b)");
    assert_string_equal(
        parsed("{% trans a %}x{{ a }}{% endtrans %}"),
        "(output (mod (marksafeifautoescape (call gettext 'x%(a)s')) (dict (pair 'a' a))))");
}

static void what_is_missing_is_told_with_its_line(void **state)
{
    (void)state;
    assert_string_equal(
        parsed("{% if a %}\n{% for b in c %}\n{% endif %}"),
        "3:4 Encountered unknown tag 'endif'. You probably made a nesting mistake. Jinja is "
        "expecting this tag, but currently looking for 'endfor' or 'else'. The innermost block "
        "that needs to be closed is 'for'. | 'endfor' is missing for the 'for' at line 2");
    assert_string_equal(parsed("{{ a"),
                        "1:4 unexpected end of template, expected 'end of print statement'. | the "
                        "tag that begins at line 1 is not closed");
    assert_string_equal(parsed("{% blok a %}"),
                        "1:4 Encountered unknown tag 'blok'. | did you mean 'block'?");
}

static void the_first_error_is_the_one(void **state)
{
    (void)state;
    assert_string_equal(parsed("{% set 1 = 2 %}{% foo %}"), "1:8 can't assign to 'const'");
    assert_string_equal(parsed("{{ a b $ }}"),
                        "1:6 expected token 'end of print statement', got 'b'");
}

static void what_is_too_deep_is_an_error(void **state)
{
    (void)state;
    struct buf deep = buf_in(&arena), chain = buf_in(&arena);

    buf_lit(&deep, "{{ ");
    for (int i = 0; i < 100000; i++)
        buf_addc(&deep, '[');
    assert_non_null(strstr(parsed(buf_cstr(&deep)), "nested more than"));
    buf_lit(&chain, "{{ a");
    for (int i = 0; i < 100000; i++)
        buf_lit(&chain, "+1");
    buf_lit(&chain, " }}");
    assert_non_null(strstr(parsed(buf_cstr(&chain)), "has more than"));
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_bind_as_in_jinja),
        cmocka_unit_test(what_follows_a_name_is_a_part_a_call_or_a_filter),
        cmocka_unit_test(commas_make_tuples),
        cmocka_unit_test(text_and_outputs_between_two_tags_are_one),
        cmocka_unit_test(each_tag_has_its_node),
        cmocka_unit_test(what_is_missing_is_told_with_its_line),
        cmocka_unit_test(the_first_error_is_the_one),
        cmocka_unit_test(what_is_too_deep_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
