/*
 * route_test.c - rules find paths, and paths are built from rules, as in Werkzeug (tests/peers has
 * the rest)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "vial/app/json.h"
#include "vial/app/route.h"
#include "vial/base/date.h"
#include <cmocka.h>
#include <stdio.h>

static struct arena arena;
static struct error err;

static int end(void **state)
{
    (void)state;
    error_free(&err);
    arena_free(&arena);
    return 0;
}

static void add(struct routes *routes, const char *rule, const char *methods)
{
    struct rule r = { .rule = str_of(rule), .endpoint = str_of(rule), .methods = str_of(methods) };

    assert_non_null(routes_add(routes, &r, &err));
}

static struct routes *routes_of_list(const char *const *rules)
{
    struct routes *routes = routes_new(NULL, &arena);

    for (; *rules; rules++)
        add(routes, *rules, "GET");
    return routes;
}

#define routes_of(...) routes_of_list((const char *const[]){ __VA_ARGS__, NULL })

/* What `path` comes to: a rule with its arguments, "-> URL", "405 METHODS", "404". */
static const char *asked(const struct routes *routes, const char *method, const char *path)
{
    struct binding binding = { .host = S("example.com") };
    struct buf out = buf_in(&arena);
    struct match match;

    routes_match(routes, &binding, str_of(method), str_of(path), &match, &arena);
    switch (match.kind) {
    case MATCH_FOUND:
        buf_add(&out, match.route->rule.rule);
        for (size_t i = 0; i < match.count; i++) {
            buf_addf(&out, " %.*s=", STR(match.arguments[i].name));
            json_print(match.arguments[i].v, &out);
        }
        return buf_cstr(&out);
    case MATCH_REDIRECT:
        return str_fmt(&arena, "-> %.*s", STR(match.redirect)).p;
    case MATCH_NO_METHOD:
        return str_fmt(&arena, "405 %.*s", STR(match.allow)).p;
    case MATCH_NONE:
        return "404";
    }
    return NULL;
}

static const char *get(const struct routes *routes, const char *path)
{
    return asked(routes, "GET", path);
}

static const char *built(const struct routes *routes, const char *endpoint, const char *values)
{
    struct binding binding = { .host = S("example.com") };
    struct build_how how = { .external = false };
    value v;
    str url;

    assert_true(
        json_parse(&v, (struct place){ S(""), str_of(values), 0, strlen(values) }, &arena, &err));
    if (!routes_build(routes, &binding, str_of(endpoint), v, &how, &url, &arena, &err))
        return str_cstr(&arena, err.sentence);
    return str_cstr(&arena, url);
}

static const char *refused(const char *rule)
{
    struct rule r = { .rule = str_of(rule), .endpoint = S("e") };

    assert_null(routes_add(routes_new(NULL, &arena), &r, &err));
    return str_fmt(&arena, "%u: %.*s", err.col, STR(err.sentence)).p;
}

static void a_fixed_segment_is_found_before_an_argument(void **state)
{
    (void)state;
    struct routes *routes = routes_of("/posts/<slug>/", "/posts/new/");

    assert_string_equal(get(routes, "/posts/new/"), "/posts/new/");
    assert_string_equal(get(routes, "/posts/hello/"), "/posts/<slug>/ slug=\"hello\"");
}

static void converters_take_what_they_can_and_no_more(void **state)
{
    (void)state;
    struct routes *routes = routes_of("/<int:i>", "/f/<float:f>", "/<string(length=2):lang>",
                                      "/<any(about,'a b'):page>", "/u/<uuid:u>", "/p/<path:rest>");

    assert_string_equal(get(routes, "/007"), "/<int:i> i=7");
    assert_string_equal(get(routes, "/-7"), "/<string(length=2):lang> lang=\"-7\"");
    assert_string_equal(get(routes, "/9223372036854775808"), "404");
    assert_string_equal(get(routes, "/\xd9\xa1\xd9\xa2"),
                        "/<string(length=2):lang> lang=\"\xd9\xa1\xd9\xa2\"");
    assert_string_equal(get(routes, "/f/1.50"), "/f/<float:f> f=1.5");
    assert_string_equal(get(routes, "/f/1."), "404");
    assert_string_equal(get(routes, "/a b"), "/<any(about,'a b'):page> page=\"a b\"");
    assert_string_equal(get(routes, "/u/ABCDEF01-2345-6789-abcd-ef0123456789"),
                        "/u/<uuid:u> u=\"abcdef01-2345-6789-abcd-ef0123456789\"");
    assert_string_equal(get(routes, "/p/a/b/c"), "/p/<path:rest> rest=\"a/b/c\"");
    assert_string_equal(get(routes, "/p//a"), "-> http://example.com/p/a");
}

static void mixed_segments_are_searched(void **state)
{
    (void)state;
    struct routes *routes = routes_of("/v<int:a>.<int:b>", "/<a>-<b>", "/<path:p>/edit-<n>.html");

    assert_string_equal(get(routes, "/v1.22"), "/v<int:a>.<int:b> a=1 b=22");
    assert_string_equal(get(routes, "/x-y-z"), "/<a>-<b> a=\"x-y\" b=\"z\"");
    assert_string_equal(get(routes, "/a/b/edit-1.html"),
                        "/<path:p>/edit-<n>.html p=\"a/b\" n=\"1\"");
}

static void a_refused_value_leaves_the_path_to_the_next_rule(void **state)
{
    (void)state;
    struct routes *routes = routes_of("/<int(min=5):n>", "/<name>");

    assert_string_equal(get(routes, "/7"), "/<int(min=5):n> n=7");
    assert_string_equal(get(routes, "/3"), "/<name> name=\"3\"");
}

static void between_equal_weights_the_first_rule_wins_whatever_stands_elsewhere(void **state)
{
    (void)state;
    struct routes *two = routes_of("/<string:a>/x", "/<any(q,r):a>/x");
    struct routes *three = routes_of("/<any(q,r):a>/other", "/<string:a>/x", "/<any(q,r):a>/x");

    assert_string_equal(get(two, "/q/x"), "/<string:a>/x a=\"q\"");
    assert_string_equal(get(three, "/q/x"), "/<string:a>/x a=\"q\"");
}

static void a_missing_slash_redirects_and_one_too_many_does_not_match(void **state)
{
    (void)state;
    struct routes *routes = routes_of("/blog/", "/about", "/files/<path:p>/");

    assert_string_equal(get(routes, "/blog"), "-> http://example.com/blog/");
    assert_string_equal(get(routes, "/about/"), "404");
    assert_string_equal(get(routes, "/files/a/b"), "-> http://example.com/files/a/b/");
    assert_string_equal(get(routes, "/files/a/b/"), "/files/<path:p>/ p=\"a/b\"");
    assert_string_equal(get(routes, "//blog//"), "-> http://example.com/blog/");
    assert_string_equal(get(routes, "//evil.org/.."), "404");
}

static void redirects_are_encoded_and_keep_the_query(void **state)
{
    (void)state;
    struct routes *routes = routes_of("/<name>/");
    struct binding binding = { .host = S("Example.com:80"),
                               .script_name = S("/app/"),
                               .scheme = S("https"),
                               .query = S("a=%20") };
    struct match match;

    routes_match(routes, &binding, S("GET"), S("/ü b\r\n"), &match, &arena);
    assert_int_equal(match.kind, MATCH_REDIRECT);
    assert_string_equal(str_cstr(&arena, match.redirect),
                        "https://example.com:80/app/%C3%BC%20b%0D%0A/?a=%20");
}

static void the_wrong_method_tells_the_right_ones(void **state)
{
    (void)state;
    struct routes *routes = routes_new(NULL, &arena);

    add(routes, "/a", "GET");
    add(routes, "/<x>", "POST put");
    assert_string_equal(asked(routes, "DELETE", "/a"), "405 GET, HEAD, POST, PUT");
    assert_string_equal(asked(routes, "POST", "/a"), "/<x> x=\"a\"");
    assert_string_equal(asked(routes, "HEAD", "/a"), "/a");
    assert_string_equal(asked(routes, "get", "/a"), "405 GET, HEAD, POST, PUT");
}

static void urls_are_built_and_quoted(void **state)
{
    (void)state;
    struct routes *routes = routes_of("/post/<int:id>/<slug>/", "/v<int(fixed_digits=3):n>",
                                      "/<any(a,b):x>/", "/files/<path:p>");

    assert_string_equal(built(routes, "/post/<int:id>/<slug>/",
                              "{\"id\": 7, \"slug\": \"\xc3\xbc/?&\", "
                              "\"q\": [\"a b\", 2], \"none\": null}"),
                        "/post/7/%C3%BC/%3F&/?q=a+b&q=2");
    assert_string_equal(built(routes, "/v<int(fixed_digits=3):n>", "{\"n\": \" 7\"}"), "/v007");
    assert_string_equal(built(routes, "/files/<path:p>", "{\"p\": \"a/b c\"}"), "/files/a/b%20c");
    assert_string_equal(built(routes, "/<any(a,b):x>/", "{\"x\": \"c\"}"),
                        "'c' is not one of 'a', 'b'");
    built(routes, "/post/<int:id>/<slug>/", "{\"id\": 7}");
    assert_string_equal(str_cstr(&arena, err.hint), "'/post/<int:id>/<slug>/' needs 'slug'");
    built(routes, "/post", "{}");
    assert_string_equal(str_cstr(&arena, err.sentence),
                        "there is no endpoint '/post' to build a URL for");
}

static void what_was_built_is_found_again(void **state)
{
    (void)state;
    const char *const texts[] = { "a",   "a b", "\xc3\xa4", "%41", "a?b",
                                  "a#b", "+",   "a&b=c",    ";",   ":" };
    struct routes *routes = routes_of("/x/<s>/");

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct binding binding = { .host = S("h") };
        struct build_how how = { .external = false };
        value values = dict_new(&arena, 1);
        struct match match;
        str url, path;

        dict_set(values, S("s"), value_str(str_of(texts[i])));
        assert_true(routes_build(routes, &binding, S("/x/<s>/"), values, &how, &url, &arena, &err));
        assert_true(url_decode(&path, url, &arena));
        routes_match(routes, &binding, S("GET"), path, &match, &arena);
        assert_int_equal(match.kind, MATCH_FOUND);
        assert_true(str_eq(value_text(match.arguments[0].v), str_of(texts[i])));
    }
}

static void a_rule_that_does_not_parse_says_where(void **state)
{
    (void)state;
    assert_string_equal(refused("/a/<int:x"), "4: this is no argument of a rule");
    assert_string_equal(refused("/<1x>"), "2: this is no argument of a rule");
    assert_string_equal(refused("/<inte:x>"), "2: there is no converter 'inte'");
    assert_string_equal(str_cstr(&arena, err.hint), "did you mean 'int'?");
    assert_string_equal(refused("/<int(least=3):x>"),
                        "2: the converter 'int' has no argument 'least'");
    assert_string_equal(refused("/<a>/<a>"), "6: the argument 'a' stands in this rule twice");
    assert_string_equal(refused("/<string(minlength=3, maxlength=2):a>"),
                        "2: 'maxlength' is below 'minlength'");
    assert_string_equal(refused("a"), "0: the rule 'a' does not begin with a '/'");
}

static void hostile_segments_take_time_in_proportion_to_their_length(void **state)
{
    (void)state;
    struct routes *routes =
        routes_of("/<a>-<b>-<c>-<d>-<e>x", "/<path:a>/<path:b>/<path:c>/x",
                  "/<string(minlength=2):a>-<int:b>-<string(maxlength=9):c>-<d>-<e>-<f>y");
    struct buf path = buf_in(&arena);
    int64_t begin = now_ns();

    buf_addc(&path, '/');
    for (int i = 0; i < 4000; i++)
        buf_lit(&path, "--");
    assert_string_equal(get(routes, buf_cstr(&path)), "404");
    path.len = 1;
    for (int i = 0; i < 4000; i++)
        buf_lit(&path, "a/");
    assert_string_equal(get(routes, buf_cstr(&path)), "404");
    path.len = 1;
    for (int i = 0; i < 2000; i++)
        buf_lit(&path, "1-a-");
    assert_string_equal(get(routes, buf_cstr(&path)), "404");
    int64_t took = now_ns() - begin;
    printf("three hostile paths of 8 KB: %lld us\n", (long long)took / 1000);
    assert_true(took < INT64_C(2000000000)); /* sanitizers and a busy machine included */
}

enum { PATHS = 500 };

/* Nanoseconds for one path, the best of some rounds. */
static int64_t time_of_matching(size_t rules)
{
    struct arena a = { 0 };
    struct routes *routes = routes_new(NULL, &a);
    struct binding binding = { .host = S("h") };
    str paths[PATHS];
    int64_t best = INT64_MAX;

    for (size_t i = 0; i < rules; i++) {
        struct rule rule = { .rule = str_fmt(&a, "/section%zu/<int:id>/edit%zu", i % 50, i),
                             .endpoint = S("e") };

        assert_non_null(routes_add(routes, &rule, &err));
    }
    for (size_t i = 0; i < PATHS; i++)
        paths[i] = str_fmt(&a, "/section%zu/%zu/edit%zu", i % rules % 50, i, i % rules);
    for (int round = 0; round < 40; round++) {
        int64_t begin = now_ns();

        for (size_t i = 0; i < PATHS; i++) {
            struct arena_mark mark = arena_mark(&a);
            struct match match;

            routes_match(routes, &binding, S("GET"), paths[i], &match, &a);
            assert_int_equal(match.kind, MATCH_FOUND);
            arena_rewind(&a, mark);
        }
        if (now_ns() - begin < best)
            best = now_ns() - begin;
    }
    arena_free(&a);
    return best / PATHS;
}

static void a_thousand_rules_are_matched_in_about_the_time_of_ten(void **state)
{
    (void)state;
    int64_t ten = time_of_matching(10), thousand = time_of_matching(1000);

    print_message("10 rules: %lld ns, 1000 rules: %lld ns\n", (long long)ten, (long long)thousand);
    /* A list would take a hundred times as long; the sanitizers make memory dear. */
    assert_true(thousand < ten * 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, end)
        T(a_fixed_segment_is_found_before_an_argument),
        T(converters_take_what_they_can_and_no_more),
        T(mixed_segments_are_searched),
        T(a_refused_value_leaves_the_path_to_the_next_rule),
        T(between_equal_weights_the_first_rule_wins_whatever_stands_elsewhere),
        T(a_missing_slash_redirects_and_one_too_many_does_not_match),
        T(redirects_are_encoded_and_keep_the_query),
        T(the_wrong_method_tells_the_right_ones),
        T(urls_are_built_and_quoted),
        T(what_was_built_is_found_again),
        T(a_rule_that_does_not_parse_says_where),
        T(hostile_segments_take_time_in_proportion_to_their_length),
        T(a_thousand_rules_are_matched_in_about_the_time_of_ten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
