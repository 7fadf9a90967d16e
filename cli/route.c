/*
 * route.c - `vial route --batch`: the router, asked directly
 *
 *   comes in:  lines of JSON, each with a map of rules and one question to it
 *   goes out:  for each a line with its answer
 *
 * For tests and other programs; the questions and answers are those of Werkzeug's Map, bind(),
 * match() and build().
 */
#include "vial/app/route.h"
#include "cli/batch.h"
#include "cli/cli.h"
#include "vial/app/json.h"

static const char usage[] = "vial route --batch < QUESTIONS";

static bool truth_of(value map, const char *key, bool otherwise)
{
    value v = dict_get(map, str_of(key));

    return v.type == VIAL_BOOL ? v.as.b : otherwise;
}

static enum choice choice_of(value map, const char *key)
{
    value v = dict_get(map, str_of(key));

    return v.type != VIAL_BOOL ? BY_DEFAULT : v.as.b ? YES : NO;
}

static str text_of(value map, const char *key)
{
    return value_text(dict_get(map, str_of(key)));
}

/* ---- the question ---- */

static struct routes *routes_of(value map, struct arena *a)
{
    struct routes_options options = {
        .loose_slashes = !truth_of(map, "strict_slashes", true),
        .keep_slashes = !truth_of(map, "merge_slashes", true),
        .keep_defaults = !truth_of(map, "redirect_defaults", true),
        .host_matching = truth_of(map, "host_matching", false),
        .sort_parameters = truth_of(map, "sort_parameters", false),
        .default_subdomain = text_of(map, "default_subdomain"),
    };

    return routes_new(&options, a);
}

/* The list's words with blanks between; no list gives none at all. */
static str words_of(value list, struct arena *a)
{
    struct buf words = buf_in(a);

    if (value_is_null(list))
        return (str){ NULL, 0 };
    for (size_t i = 0; i < list_len(list); i++) {
        if (i)
            buf_addc(&words, ' ');
        buf_add(&words, value_text(list_at(list, i)));
    }
    return buf_str(&words);
}

static bool add_rule(struct routes *routes, value v, struct arena *a, struct error *err)
{
    value redirect = dict_get(v, S("redirect_to"));
    struct rule rule = {
        .rule = text_of(v, "rule"),
        .endpoint = text_of(v, "endpoint"),
        .methods = words_of(dict_get(v, S("methods")), a),
        .defaults = dict_get(v, S("defaults")),
        .subdomain = text_of(v, "subdomain"),
        .has_subdomain = dict_get(v, S("subdomain")).type == VIAL_STR,
        .host = text_of(v, "host"),
        .strict_slashes = choice_of(v, "strict_slashes"),
        .merge_slashes = choice_of(v, "merge_slashes"),
        .build_only = truth_of(v, "build_only", false),
        .alias = truth_of(v, "alias", false),
    };

    if (redirect.type == VIAL_STR)
        rule.redirect_to = value_text(redirect);
    return routes_add(routes, &rule, err) != NULL;
}

static bool add_rules(struct routes *routes, value rules, struct arena *a, struct error *err)
{
    for (size_t i = 0; i < list_len(rules); i++)
        if (!add_rule(routes, list_at(rules, i), a, err))
            return false;
    return true;
}

/* The host that was asked tells the subdomain, where the binding does not. */
static struct binding binding_of(value bind, str asked, bool host_matching)
{
    value subdomain = dict_get(bind, S("subdomain"));
    struct binding b = {
        .scheme = text_of(bind, "scheme"),
        .host = text_of(bind, "host"),
        .script_name = text_of(bind, "script_name"),
        .query = text_of(bind, "query"),
        .subdomain = value_text(subdomain),
        .has_subdomain = subdomain.type == VIAL_STR,
    };

    if (!b.host.len)
        b.host = S("example.com");
    if (host_matching && asked.len) {
        b.host = asked;
    } else if (!b.has_subdomain && asked.len > b.host.len + 1 && str_ends(asked, b.host) &&
               asked.p[asked.len - b.host.len - 1] == '.') {
        b.subdomain = str_slice(asked, 0, asked.len - b.host.len - 1);
        b.has_subdomain = true;
    }
    return b;
}

/* ---- the answer ---- */

static void put_text(value answer, const char *key, str text)
{
    dict_set(answer, str_of(key), value_str(text));
}

static value allow_list(str allow, struct arena *a)
{
    value list = list_new(a, 8);

    while (allow.len)
        list_push(list, value_str(str_trim(str_cut(&allow, ','))));
    return list;
}

static void answer_match(value answer, const struct routes *routes, const struct binding *binding,
                         value question, struct arena *a)
{
    str method = text_of(question, "method");
    struct match match;
    value args;

    if (!method.len)
        method = S("GET");
    routes_match(routes, binding, method, text_of(question, "path"), &match, a);
    switch (match.kind) {
    case MATCH_FOUND:
        args = dict_new(a, match.count);
        for (size_t i = 0; i < match.count; i++)
            dict_set(args, match.arguments[i].name, match.arguments[i].v);
        put_text(answer, "endpoint", match.route->rule.endpoint);
        dict_set(answer, S("args"), args);
        return;
    case MATCH_REDIRECT:
        put_text(answer, "redirect", match.redirect);
        dict_set(answer, S("code"), value_int(308));
        return;
    case MATCH_NO_METHOD:
        dict_set(answer, S("status"), value_int(405));
        dict_set(answer, S("allow"), allow_list(match.allow, a));
        return;
    case MATCH_NONE:
        dict_set(answer, S("status"), value_int(404));
        return;
    }
}

static bool answer_build(value answer, const struct routes *routes, const struct binding *binding,
                         value question, struct arena *a, struct error *err)
{
    struct build_how how = {
        .method = text_of(question, "method"),
        .external = truth_of(question, "external", false),
    };
    str url;

    if (!routes_build(routes, binding, text_of(question, "endpoint"),
                      dict_get(question, S("values")), &how, &url, a, err))
        return false;
    put_text(answer, "url", url);
    return true;
}

static bool answer_question(value answer, value question, struct arena *a, struct error *err)
{
    value map = dict_get(question, S("map")), match = dict_get(question, S("match"));
    value build = dict_get(question, S("build"));
    struct routes *routes = routes_of(map, a);
    struct binding binding = binding_of(dict_get(question, S("bind")), text_of(match, "host"),
                                        truth_of(map, "host_matching", false));

    if (!add_rules(routes, dict_get(question, S("rules")), a, err))
        return false;
    if (match.type == VIAL_DICT)
        answer_match(answer, routes, &binding, match, a);
    else if (build.type == VIAL_DICT)
        return answer_build(answer, routes, &binding, build, a, err);
    else
        return error_set(err, "the question has neither 'match' nor 'build'");
    return true;
}

static void answer_line(str line)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    value question = value_none(), answer = dict_new(&arena, 4);
    struct place place = { S("batch"), line, 0, line.len };
    bool fine = json_parse(&question, place, &arena, &err);
    value id = dict_get(question, S("id"));

    dict_set(answer, S("id"), value_is_undefined(id) ? value_none() : id);
    if (fine)
        fine = answer_question(answer, question, &arena, &err);
    if (!fine) {
        struct buf why = buf_in(&arena);

        error_print(&err, ERROR_BRIEF, &why);
        put_text(answer, "error", str_trim(buf_str(&why)));
    }
    batch_say(answer);
    error_free(&err);
    arena_free(&arena);
}

int cmd_route(int argc, char **argv)
{
    bool batch = false;
    const struct option_spec specs[] = {
        { 0, "batch", OPTION_FLAG, &batch, NULL,
          "answer questions from standard input, a line of JSON each" },
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 0);

    if (status >= 0)
        return status;
    if (!batch)
        return usage_error(usage, "--batch is needed: there is no other way to ask");
    return batch_answer("vial route", answer_line);
}
