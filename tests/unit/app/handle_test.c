/* The order of things, and what the rooms above ask of an app: app.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "vial/app/app.h"
#include "vial/base/file.h"
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct arena arena;
static struct error err;
static struct response res;
static vial *app;
static char folder[] = "/tmp/vial-handle-test-XXXXXX";
static struct buf steps; /* what ran, in order */
static str peer;

static vial_res *answer(vial_req *r)
{
    buf_lit(&steps, "handler ");
    return vial_text(r, "answer");
}

static vial_res *link_page(vial_req *r)
{
    return vial_render(r, "links.html", NULL);
}

static vial_res *fail_page(vial_req *r)
{
    return vial_abort(r, 500, "the disk is <full>");
}

static vial_res *gone(vial_req *r)
{
    return vial_abort(r, 410, "it was <old>");
}

/* A helper that fails without its caller looking. */
static vial_res *careless(vial_req *r)
{
    const char *url = vial_url(r, "nowhere", NULL);

    return vial_text(r, url ? url : "carried on");
}

static vial_res *with_data(vial_req *r)
{
    return vial_text(r,
                     vial_fmt(r, "%s %s", (const char *)vial_route_data(r), vial_arg(r, "page")));
}

static vial_res *bad_header(vial_req *r)
{
    return vial_set(vial_text(r, "x"), "X-A", "a\r\nSet-Cookie: b=c");
}

static vial_res *repeat(vial_req *r)
{
    return vial_abort(r, 500, vial_fmt(r, "there is no '%s'", vial_arg(r, "what")));
}

static void add(const char *rule, vial_fn *fn)
{
    struct rule added = { .rule = str_of(rule), .endpoint = str_of(rule), .handler = fn };

    assert_true(vial_route_add(app, &added, &err));
}

static int begin(void **state)
{
    (void)state;
    app = vial_new("test", .debug = false);
    steps = buf_in(&arena);
    peer = S("");
    add("/", answer);
    add("/links/", link_page);
    add("/fail", fail_page);
    add("/gone", gone);
    add("/careless", careless);
    add("/bad-header", bad_header);
    add("/repeat/<what>", repeat);
    vial_route(app, "/all/", with_data, .defaults = KV({ "page", V(1) }), .data = "data");
    vial_route(app, "/all/<int:page>", with_data, .data = "other");
    env_add_source(vial_env(app), S("links.html"),
                   S("{% include 'none.html' ignore missing %}{{ url_for('/') }} "
                     "{{ url_for('with_data', page=3, _anchor='top') }} "
                     "{{ url_for('/gone', _external=true) }} {{ request.url }}"));
    return 0;
}

static int end(void **state)
{
    (void)state;
    response_end(&res);
    vial_free(app);
    error_free(&err);
    arena_free(&arena);
    return 0;
}

static const char *ask(const char *method, const char *path, const char *header,
                       const char *content)
{
    struct request req = { .method = str_of(method),
                           .path = str_of(path),
                           .scheme = S("http"),
                           .host = S("localhost:80"),
                           .peer = peer,
                           .headers = { .arena = &arena } };

    if (header)
        headers_add(&req.headers, str_of(header), str_of(content));
    response_end(&res);
    vial_handle(app, &req, &res, &arena, &err);
    return str_cstr(&arena, res.text);
}

static const char *get(const char *path)
{
    return ask("GET", path, NULL, NULL);
}

static const char *header(const char *name)
{
    str found = headers_get(&res.headers, str_of(name));

    return found.p ? str_cstr(&arena, found) : NULL;
}

static vial_res *before_one(vial_req *r)
{
    (void)r;
    buf_lit(&steps, "before1 ");
    return NULL;
}

static vial_res *before_two(vial_req *r)
{
    buf_lit(&steps, "before2 ");
    return vial_query(r, "stop", NULL) ? vial_abort(r, 403, NULL) : NULL;
}

static vial_res *after_one(vial_req *r, vial_res *response)
{
    (void)r;
    buf_lit(&steps, "after1 ");
    return response;
}

static vial_res *after_two(vial_req *r, vial_res *response)
{
    (void)r;
    buf_lit(&steps, "after2 ");
    return response;
}

static void teardown_one(vial_req *r, int status)
{
    (void)r;
    buf_addf(&steps, "teardown1:%d ", status);
}

static void teardown_two(vial_req *r, int status)
{
    (void)r;
    buf_addf(&steps, "teardown2:%d ", status);
}

static void add_hooks(void)
{
    vial_before(app, before_one);
    vial_before(app, before_two);
    vial_after(app, after_one);
    vial_after(app, after_two);
    vial_teardown(app, teardown_one);
    vial_teardown(app, teardown_two);
}

static void hooks_run_in_flasks_order(void **state)
{
    (void)state;
    add_hooks();
    get("/");
    assert_string_equal(buf_cstr(&steps), "before1 before2 handler after2 after1 "
                                          "teardown2:200 teardown1:200 ");
}

static void hooks_run_also_around_what_is_not_found(void **state)
{
    (void)state;
    add_hooks();
    get("/nowhere");
    assert_string_equal(buf_cstr(&steps),
                        "before1 before2 after2 after1 teardown2:404 teardown1:404 ");
}

static vial_res *no_response(vial_req *r, vial_res *response)
{
    (void)r;
    (void)response;
    return NULL;
}

static void a_hook_after_without_a_response_is_a_500(void **state)
{
    (void)state;
    vial_after(app, no_response);
    get("/");
    assert_int_equal(res.status, 500);
    assert_true(str_eq(err.sentence, S("a hook after the handler gave no response")));
}

static void a_response_knows_what_it_was_made_from(void **state)
{
    (void)state;
    get("/links/");
    assert_true(reads_has(res.reads, S("template:links.html")));
    assert_true(reads_has(res.reads, S("template:none.html")));
}

static void a_response_knows_the_urls_that_were_built(void **state)
{
    (void)state;
    assert_string_equal(get("/links/"),
                        "/ /all/3#top http://localhost:80/gone http://localhost:80/links/");
    assert_int_equal(res.reads->urls.count, 3);
    assert_true(str_eq(res.reads->urls.entries[0].key, S("/")));
    assert_true(str_eq(res.reads->urls.entries[1].key, S("/all/3")));
    assert_true(str_eq(res.reads->urls.entries[2].key, S("http://localhost:80/gone")));
}

static void an_app_may_live_below_a_path(void **state)
{
    (void)state;
    vial_base_url(app, S("https://example.com/docs/"));
    assert_string_equal(get("/docs/links/"), "/docs/ /docs/all/3#top https://example.com/docs/gone "
                                             "https://example.com/docs/links/");
    assert_string_equal(get("/links/"), "/docs/ /docs/all/3#top https://example.com/docs/gone "
                                        "https://example.com/docs/links/");
    get("/docs/links");
    assert_string_equal(header("Location"), "/docs/links/");
    get("/docs");
    assert_string_equal(header("Location"), "/docs/");
    get("/documents");
    assert_int_equal(res.status, 404);
}

static void defaults_redirect_and_routes_carry_data(void **state)
{
    (void)state;
    assert_string_equal(get("/all/"), "data 1");
    assert_string_equal(get("/all/2"), "other 2");
    get("/all/1");
    assert_int_equal(res.status, 308);
    assert_string_equal(header("Location"), "/all/");
}

static void strangers_do_not_see_why_it_is_a_500(void **state)
{
    (void)state;
    assert_null(strstr(get("/fail"), "disk"));
    assert_int_equal(res.status, 500);
    assert_true(str_eq(err.sentence, S("the disk is <full>")));
}

/* "//other.host/" would be another host: browsers read it so. */
static void no_redirect_of_ours_leads_to_another_host(void **state)
{
    static const char *const paths[] = { "//evil.example", "//evil.example/x", "///evil.example",
                                         "/\\evil.example", "/files//evil.example" };

    (void)state;
    vial_route(app, "/<path:where>/", answer);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        get(paths[i]);
        const char *to = header("Location");
        assert_true(!to || (to[0] == '/' && to[1] != '/' && to[1] != '\\'));
    }
}

/* A path may have a line's end in it, and so may what a handler says of it. */
static void nobody_writes_a_line_of_the_log(void **state)
{
    struct buf said = buf_in(&arena);

    (void)state;
    peer = S("192.0.2.1");
    get("/repeat/a\nserving nothing");
    error_print(&err, ERROR_PLAIN, &said);
    assert_int_equal(res.status, 500);
    assert_non_null(strstr(str_cstr(&arena, buf_str(&said)), "/repeat/a%0Aserving%20nothing\n"));
    assert_null(strstr(str_cstr(&arena, buf_str(&said)), "\nserving"));
}

static void what_was_said_of_other_failures_is_shown(void **state)
{
    (void)state;
    assert_non_null(strstr(get("/gone"), "<p>it was &lt;old&gt;</p>"));
    assert_int_equal(res.status, 410);
    assert_int_equal(err.sentence.len, 0);
}

static void a_failure_counts_also_when_nobody_looked(void **state)
{
    (void)state;
    get("/careless");
    assert_int_equal(res.status, 500);
    assert_true(str_eq(err.sentence, S("there is no endpoint 'nowhere' to build a URL for")));
}

static void nothing_is_injected_by_a_header(void **state)
{
    (void)state;
    get("/bad-header");
    assert_int_equal(res.status, 500);
    assert_null(header("Set-Cookie"));
}

static vial_res *failing_handler(vial_req *r)
{
    assert_int_equal(vial_failed(r), 404);
    return vial_render(r, "not there.html", NULL);
}

static vial_res *any_handler(vial_req *r)
{
    return vial_text(r, vial_fmt(r, "any %d %s", vial_failed(r), vial_why(r)));
}

static void a_handler_of_errors_may_fail_itself(void **state)
{
    (void)state;
    vial_error(app, 404, failing_handler);
    get("/nowhere");
    assert_int_equal(res.status, 500);
    assert_true(str_has(err.sentence, 'n') && str_find(err.sentence, S("not there.html")) >= 0);
}

static void one_handler_may_answer_for_every_status(void **state)
{
    (void)state;
    vial_error(app, 0, any_handler);
    assert_string_equal(get("/gone"), "any 410 it was <old>");
    assert_int_equal(res.status, 410);
    assert_string_equal(ask("POST", "/", NULL, NULL), "any 405 ");
    assert_string_equal(header("Allow"), "GET, HEAD, OPTIONS");
}

static void write_file(const char *name, str text)
{
    assert_true(file_replace(str_fmt(&arena, "%s/%s", folder, name), text, NULL, &err));
}

static const char *body(void)
{
    char text[64];
    ssize_t n = pread(res.fd, text, sizeof text - 1, 0);

    assert_true(n >= 0);
    text[n] = '\0';
    return str_cstr(&arena, str_of(text));
}

static void add_static(const char *prefix, const char *name)
{
    assert_true(vial_static(app, prefix, str_fmt(&arena, "%s/%s", folder, name).p));
}

static void folders_of_static_files_are_asked_in_order(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    write_file("site/a.css", S("site"));
    write_file("theme/a.css", S("theme"));
    write_file("theme/b.css", S("theme"));
    write_file("root/links", S("a file and no page"));
    write_file("root/.well-known/security.txt", S("public"));
    add_static("/static", "site");
    add_static("/static", "theme");
    add_static("/", "root");
    get("/static/a.css");
    assert_string_equal(body(), "site");
    assert_true(str_ends(res.file, S("/site/a.css")));
    assert_true(reads_has(res.reads, str_fmt(&arena, "static:%s/site/a.css", folder)));
    get("/static/b.css");
    assert_string_equal(body(), "theme");
    get("/links");
    assert_string_equal(body(), "a file and no page");
    get("/links/");
    assert_int_equal(res.body, BODY_TEXT);
    get("/.well-known/security.txt");
    assert_string_equal(body(), "public");
    get("/static/c.css");
    assert_int_equal(res.status, 404);
}

static void a_static_file_is_sent_again_only_when_it_changed(void **state)
{
    (void)state;
    add_static("/static", "site");
    get("/static/a.css");
    const char *etag = header("ETag"), *modified = header("Last-Modified");

    assert_int_equal(strlen(etag), 34);
    ask("GET", "/static/a.css", "If-None-Match", etag);
    assert_int_equal(res.status, 304);
    assert_int_equal(res.body, BODY_NONE);
    ask("GET", "/static/a.css", "If-Modified-Since", modified);
    assert_int_equal(res.status, 304);
    ask("GET", "/static/a.css", "If-Modified-Since", "Sat, 21 Nov 1998 12:00:00 GMT");
    assert_int_equal(res.status, 200);
    write_file("site/a.css", S("another"));
    ask("GET", "/static/a.css", "If-None-Match", etag);
    assert_int_equal(res.status, 200);
    assert_string_equal(body(), "another");
}

static int remove_folder(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
        T(hooks_run_in_flasks_order),
        T(hooks_run_also_around_what_is_not_found),
        T(a_hook_after_without_a_response_is_a_500),
        T(a_response_knows_what_it_was_made_from),
        T(a_response_knows_the_urls_that_were_built),
        T(an_app_may_live_below_a_path),
        T(defaults_redirect_and_routes_carry_data),
        T(strangers_do_not_see_why_it_is_a_500),
        T(no_redirect_of_ours_leads_to_another_host),
        T(nobody_writes_a_line_of_the_log),
        T(what_was_said_of_other_failures_is_shown),
        T(a_failure_counts_also_when_nobody_looked),
        T(nothing_is_injected_by_a_header),
        T(a_handler_of_errors_may_fail_itself),
        T(one_handler_may_answer_for_every_status),
        T(folders_of_static_files_are_asked_in_order),
        T(a_static_file_is_sent_again_only_when_it_changed),
    };

    return cmocka_run_group_tests(tests, NULL, remove_folder);
}
