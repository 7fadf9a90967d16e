/*
 * Any lines are rules and paths: a rule parses or says why, a path is answered in bounded time,
 * and what matched can be built again from its arguments, to a URL that matches alike.
 */
#include "vial/app/route.h"
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES_MAX = 24, LINE_MAX_LENGTH = 300 };

static void check_match(const struct routes *routes, str path, struct arena *a)
{
    struct binding binding = { .host = S("example.com") };
    struct build_how how = { .external = false };
    value values = dict_new(a, 4);
    struct match match, again;
    str url, back;

    routes_match(routes, &binding, S("GET"), path, &match, a);
    if (match.kind == MATCH_REDIRECT)
        assert(header_is_legal(S("Location"), match.redirect));
    if (match.kind != MATCH_FOUND)
        return;
    for (size_t i = 0; i < match.count; i++)
        dict_set(values, match.arguments[i].name, match.arguments[i].v);
    if (!routes_build(routes, &binding, match.route->rule.endpoint, values, &how, &url, a, NULL) ||
        !url_decode(&back, url, a))
        return; /* a float so long that its shortest form has an exponent; an any() of bytes */
    routes_match(routes, &binding, S("GET"), back, &again, a);
    assert(again.kind != MATCH_NO_METHOD);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct routes *routes = routes_new(NULL, &arena);
    str rest = str_n((const char *)data, size), line;

    for (size_t i = 0; i < LINES_MAX && str_line(&rest, &line); i++) {
        struct error err = { 0 };
        struct rule rule = { .rule = line, .endpoint = str_fmt(&arena, "e%zu", i) };

        if (line.len > LINE_MAX_LENGTH)
            continue;
        if (str_starts(line, S("<")) || str_starts(line, S("/<")) || str_has(line, '<')) {
            if (!routes_add(routes, &rule, &err))
                assert(err.sentence.len);
        } else if (str_starts(line, S("!"))) {
            rule.rule = str_from(line, 1);
            routes_add(routes, &rule, NULL);
        } else {
            check_match(routes, line, &arena);
        }
        error_free(&err);
    }
    arena_free(&arena);
    return 0;
}
