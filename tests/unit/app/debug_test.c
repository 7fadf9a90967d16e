/*
 * The debugger: whoever writes the app sees what went wrong and asks in its frames; nobody else
 * learns a thing.
 */
#include "vial/app/app.h"

/* cmocka has a fail() of its own: after the door of templates */
#include "../unit.h"

#include <stdio.h>
#include <string.h>

static vial *app;
static vial_client *client;
static const vial_got *got;
static char id[64]; /* of the request that failed last */

static const char post_page[] = "{% macro card(post, size=2) %}\n"
                                "  {% set title = post.title|upper %}\n"
                                "  {{ title / size }}\n"
                                "{% endmacro %}\n"
                                "<h1>&</h1>\n"
                                "{% for post in posts %}\n"
                                "  {{ loop.index }} {{ card(post) }}\n"
                                "{% endfor %}\n";

static vial_res *show(vial_req *r)
{
    vial_val post = vial_map(r, KV({ "title", V("<Hello>") }, { "body", V("text") }));

    vial_g_set(r, "who", V("Ann"));
    return vial_render(r, "post.html", KV({ "posts", vial_list(r, 1, &post) }));
}

static vial_res *fail_here(vial_req *r)
{
    return vial_abort(r, 500, "the disk is full");
}

static vial_res *own_page(vial_req *r)
{
    return vial_text(r, "sorry");
}

static vial_val twice(vial_req *r, const vial_val *args, size_t n)
{
    (void)r;
    return vial_i(n ? 2 * vial_int(args[0], 0) : 0);
}

static void torn_down(vial_req *r, int status)
{
    (void)r, (void)status;
}

static int set_up(void **state)
{
    (void)state;
    app = vial_new("test", .debug = true);
    env_add_source(vial_env(app), S("post.html"), str_of(post_page));
    vial_route(app, "/post/<int:number>", show);
    vial_route(app, "/disk", fail_here);
    vial_function(app, "twice", twice);
    client = vial_client_new(app);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vial_client_free(client);
    vial_free(app);
    return 0;
}

#define ask(method, ...) (got = vial_send(client, method, __VA_ARGS__))
#define shows(text)      (strstr(got->body, text) != NULL)

static void open_the_link(void)
{
    char path[128];
    str token = vial_debug_token(app);

    snprintf(path, sizeof path, "/_debug/?token=%.*s", STR(token));
    ask("GET", path, .follow = true);
    assert_int_equal(got->status, 200);
    assert_true(shows("What failed last"));
}

static void fail_at(const char *path)
{
    ask("GET", path);
    assert_int_equal(got->status, 500);
    snprintf(id, sizeof id, "%s", vial_got_header(got, "X-Request-Id"));
}

#define console(frame_, expression, ...)                                                           \
    ask_console(frame_, (struct vial_send_a){ .body = expression, __VA_ARGS__ })
static void ask_console(int frame, struct vial_send_a what)
{
    char path[128];

    snprintf(path, sizeof path, "/_debug/%s/%d", id, frame);
    const vial_kv *own = KV({ "X-Vial-Debug", V("1") });

    what.path = path;
    what.headers = what.headers ? what.headers : own;
    got = vial_send_(client, "POST", what);
}

#define assert_says(frame, expression, status_, text)                                              \
    do {                                                                                           \
        console(frame, expression);                                                                \
        assert_string_equal(got->body, text);                                                      \
        assert_int_equal(got->status, status_);                                                    \
    } while (0)

/* ---- who may look ---- */

static void without_the_link_there_is_no_such_thing(void **state)
{
    (void)state;
    ask("GET", "/post/7");
    assert_int_equal(got->status, 500);
    assert_false(shows("unsupported"));
    vial_debug_token(app);
    fail_at("/post/7");
    assert_false(shows("unsupported"));
    assert_true(shows("Open the link that was printed at start"));
    ask("GET", "/_debug/");
    assert_int_equal(got->status, 404);
    console(0, "1");
    assert_int_equal(got->status, 404);
}

static void another_token_opens_nothing(void **state)
{
    (void)state;
    vial_debug_token(app);
    ask("GET", "/_debug/?token=0123456789abcdef0123456789abcdef");
    assert_int_equal(got->status, 403);
    ask("GET", "/_debug/?token=");
    assert_int_equal(got->status, 403);
    assert_null(vial_client_cookie(client, "vial_debug"));
    vial_client_set_cookie(client, "vial_debug", "0123456789abcdef0123456789abcdef");
    ask("GET", "/_debug/");
    assert_int_equal(got->status, 404);
}

static void the_token_is_for_this_machine_alone(void **state)
{
    (void)state;
    open_the_link();
    ask("GET", "/_debug/", .peer = "192.0.2.1");
    assert_int_equal(got->status, 404);
    ask("GET", "/_debug/", .headers = KV({ "X-Forwarded-For", V("127.0.0.1") }));
    assert_int_equal(got->status, 404);
    ask("GET", "/post/7", .peer = "192.0.2.1");
    assert_false(shows("unsupported"));
    assert_false(shows("printed at start"));
}

static void a_name_that_strangers_own_is_not_this_machine(void **state)
{
    (void)state;
    char cookie[64];
    str token = vial_debug_token(app);

    snprintf(cookie, sizeof cookie, "vial_debug=%.*s", STR(token));
    ask("GET", "http://evil.example/_debug/", .headers = KV({ "Cookie", V(cookie) }));
    assert_int_equal(got->status, 404);
    ask("GET", "http://127.evil.example/_debug/", .headers = KV({ "Cookie", V(cookie) }));
    assert_int_equal(got->status, 404);
    ask("GET", "http://127.0.0.1:8000/_debug/", .headers = KV({ "Cookie", V(cookie) }));
    assert_int_equal(got->status, 200);
}

static void in_production_it_is_a_plain_500(void **state)
{
    (void)state;
    open_the_link();
    vial_set_debug(app, false);
    fail_at("/post/7");
    assert_false(shows("unsupported"));
    assert_false(shows("printed at start"));
    assert_true(shows(id));
    assert_non_null(strstr(got->error, id));
    assert_non_null(strstr(got->error, "unsupported"));
    ask("GET", "/_debug/");
    assert_int_equal(got->status, 404);
}

/* ---- the page ---- */

static void the_page_shows_lines_variables_request_and_what_was_read(void **state)
{
    (void)state;
    open_the_link();
    fail_at("/post/7?a=<b>");
    assert_true(shows("TypeError"));
    assert_true(shows("post.html, line 3, in macro &#39;card&#39;"));
    assert_true(shows("<b><i>   3</i>   {{ title / size }}</b>"));
    assert_true(shows("<tr><th>title<td><code>&#39;&lt;HELLO&gt;&#39;</code>"));
    assert_true(shows("<tr><th>size<td><code>2</code>"));
    assert_true(shows("<tr><th>number<td><code>7</code>"));
    assert_true(shows("<tr><th>who<td><code>&#39;Ann&#39;</code>"));
    assert_true(shows("<code>a=&lt;b&gt;</code>"));
    assert_true(shows("<li><code>template:post.html</code>"));
    assert_false(shows("<HELLO>"));
    assert_null(strstr(got->body, vial_debug_token(app).p)); /* no other script can read it */
}

static void only_its_own_script_runs_on_it(void **state)
{
    (void)state;
    open_the_link();
    fail_at("/post/7");
    const char *policy = vial_got_header(got, "Content-Security-Policy");
    assert_non_null(strstr(policy, "default-src 'none'"));
    assert_non_null(strstr(policy, "frame-ancestors 'none'"));
    assert_string_equal(vial_got_header(got, "Cache-Control"), "no-store");
}

static void a_handlers_page_does_not_stand_in_the_way(void **state)
{
    (void)state;
    vial_error(app, 500, own_page);
    open_the_link();
    fail_at("/disk");
    assert_true(shows("the disk is full"));
    ask("GET", "/disk", .peer = "192.0.2.1");
    assert_string_equal(got->body, "sorry");
}

static void what_failed_for_others_is_listed(void **state)
{
    (void)state;
    open_the_link();
    ask("GET", "/disk", .peer = "192.0.2.1");
    ask("GET", "/_debug/");
    assert_true(shows("GET /disk</a><br><code>the disk is full</code>"));
}

/* ---- the console ---- */

static void an_expression_sees_what_its_frame_saw(void **state)
{
    (void)state;
    open_the_link();
    fail_at("/post/7");
    assert_says(0, "title", 200, "'<HELLO>'");
    assert_says(0, "title|length * size", 200, "14");
    assert_says(0, "posts", 200, "[{'body': 'text', 'title': '<Hello>'}]");
    assert_says(1, "loop.index, post.body", 200, "(1, 'text')");
    assert_says(1, "g.who ~ request.path", 200, "'Ann/post/7'");
    assert_says(2, "posts|length", 200, "1");
    assert_says(3, "posts", 404, "there is no such frame");
}

static void its_failures_are_told(void **state)
{
    (void)state;
    open_the_link();
    fail_at("/post/7");
    assert_says(0, "title.nothing.more", 422,
                "UndefinedError: 'str object' has no attribute 'nothing'");
    assert_says(0, "", 422, "there is no expression");
    assert_says(0, "1 }}{% include 'x' %}{{ 2", 422,
                "TemplateSyntaxError: unexpected '}', expected ')'");
    console(0, "title +");
    assert_int_equal(got->status, 422);
    assert_says(0, "url_for('nowhere')", 422,
                "BuildError: there is no endpoint 'nowhere' to build a URL for");
    assert_says(0, "1 + 1", 200, "2");
}

static void it_ends_in_time_and_is_not_too_long(void **state)
{
    (void)state;
    open_the_link();
    fail_at("/post/7");
    console(0, "range(1000000000)|list");
    assert_int_equal(got->status, 422);
    console(0, "'x' * 100000000");
    assert_int_equal(got->status, 422);
    console(0, "'x' * 1000000");
    assert_int_equal(got->status, 200);
    assert_true(got->n < 66000);
    assert_true(shows("bytes more"));
}

static void only_its_own_page_may_ask(void **state)
{
    (void)state;
    open_the_link();
    fail_at("/post/7");
    console(0, "1", .headers = KV({ "Content-Type", V("text/plain") }));
    assert_int_equal(got->status, 403);
    console(0, "1",
            .headers = KV({ "X-Vial-Debug", V("1") }, { "Sec-Fetch-Site", V("cross-site") }));
    assert_int_equal(got->status, 403);
    console(0, "1",
            .headers = KV({ "X-Vial-Debug", V("1") }, { "Origin", V("http://evil.example") }));
    assert_int_equal(got->status, 403);
    console(0, "1", .headers = KV({ "X-Vial-Debug", V("1") }, { "Origin", V("http://localhost") }));
    assert_int_equal(got->status, 200);
}

static void code_of_the_app_is_not_run_once_its_request_was_torn_down(void **state)
{
    (void)state;
    open_the_link();
    fail_at("/post/7");
    assert_says(0, "twice(21)", 200, "42");
    vial_teardown(app, torn_down);
    fail_at("/post/7");
    console(0, "twice(21)");
    assert_int_equal(got->status, 422);
    assert_true(shows("teardown"));
}

static void the_last_few_are_kept_and_then_forgotten(void **state)
{
    (void)state;
    open_the_link();
    fail_at("/post/7");
    for (int i = 0; i < 7; i++)
        ask("GET", "/disk");
    assert_says(0, "size", 200, "2");
    ask("GET", "/disk");
    console(0, "size");
    assert_int_equal(got->status, 404);
    assert_true(shows("forgotten"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(without_the_link_there_is_no_such_thing),
        T(another_token_opens_nothing),
        T(the_token_is_for_this_machine_alone),
        T(a_name_that_strangers_own_is_not_this_machine),
        T(in_production_it_is_a_plain_500),
        T(the_page_shows_lines_variables_request_and_what_was_read),
        T(only_its_own_script_runs_on_it),
        T(a_handlers_page_does_not_stand_in_the_way),
        T(what_failed_for_others_is_listed),
        T(an_expression_sees_what_its_frame_saw),
        T(its_failures_are_told),
        T(it_ends_in_time_and_is_not_too_long),
        T(only_its_own_page_may_ask),
        T(code_of_the_app_is_not_run_once_its_request_was_torn_down),
        T(the_last_few_are_kept_and_then_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
