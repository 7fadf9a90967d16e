/*
 * An app as vial.h shows it, and a test of it as an app's author would write it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "vial/vial.h"
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the app ---- */

static vial_val find_post(vial_req *r, int64_t id)
{
    if (id < 1 || id > 3)
        return V((const char *)NULL);
    return vial_map(r, KV({ "id", V(id) }, { "title", V(vial_fmt(r, "Post <%d>", (int)id)) }));
}

static vial_res *show_post(vial_req *r)
{
    vial_val post = find_post(r, vial_arg_i(r, "id"));

    if (vial_isnull(post))
        return vial_abort(r, 404, "no such post");
    return vial_render(r, "post.html", KV({ "post", post }));
}

static vial_res *index_page(vial_req *r)
{
    return vial_text(r, vial_fmt(r, "hello %s", vial_query(r, "name", "you")));
}

static vial_res *edit_post(vial_req *r)
{
    if (strcmp(vial_method(r), "POST") == 0)
        return vial_to(r, "show_post", KV({ "id", V(vial_arg_i(r, "id")) }));
    return vial_html(r, V("<form>"));
}

static vial_res *as_json(vial_req *r)
{
    return vial_reply_json(r, vial_list(r, 2, (vial_val[]){ V(1), find_post(r, 2) }));
}

static vial_res *forgetful(vial_req *r)
{
    (void)r;
    return NULL;
}

static vial_res *broken(vial_req *r)
{
    return vial_render(r, "broken.html", NULL);
}

static vial_res *give_user(vial_req *r)
{
    if (vial_header(r, "X-Stop"))
        return vial_status(vial_text(r, "stopped"), 503);
    vial_g_set(r, "user", V("anna"));
    return NULL;
}

static vial_res *count_length(vial_req *r, vial_res *res)
{
    (void)r;
    return vial_set(res, "X-After", "yes");
}

static int torn_down;

static void tear_down(vial_req *r, int status)
{
    (void)r;
    torn_down = status;
}

static vial_res *not_found(vial_req *r)
{
    return vial_text(r, vial_fmt(r, "nothing here: %s", vial_why(r)));
}

static void add_context(vial_req *r, vial_val into)
{
    vial_put(r, into, "site", V("the blog"));
}

static vial_val shout(vial_req *r, vial_val input, const vial_val *args, size_t n)
{
    return V(vial_fmt(r, "%s%s", vial_cstr(r, input, ""), n ? vial_cstr(r, args[0], "") : "!"));
}

static char folder[] = "/tmp/vial-app-test-XXXXXX";

static void write_file(const char *name, const char *text)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static vial *blog_app(void)
{
    char templates[64], files[64];

    snprintf(templates, sizeof templates, "%s/templates", folder);
    snprintf(files, sizeof files, "%s/static", folder);
    vial *app = vial_new("blog", .templates = templates, .static_dir = files);

    vial_route(app, "/", index_page);
    vial_route(app, "/post/<int:id>", show_post);
    vial_route(app, "/post/<int:id>/edit/", edit_post, .methods = "GET POST");
    vial_route(app, "/api/posts.json", as_json);
    vial_route(app, "/forgetful", forgetful);
    vial_route(app, "/broken", broken);
    vial_before(app, give_user);
    vial_after(app, count_length);
    vial_teardown(app, tear_down);
    vial_error(app, 404, not_found);
    vial_context(app, add_context);
    vial_filter(app, "shout", shout);
    return app;
}

/* ---- its tests ---- */

static vial *app;
static vial_client *c;

static int begin(void **state)
{
    (void)state;
    app = blog_app();
    c = vial_client_new(app);
    return 0;
}

static int end(void **state)
{
    (void)state;
    vial_client_free(c);
    vial_free(app);
    return 0;
}

static int make_folder(void **state)
{
    char path[256];

    (void)state;
    assert_non_null(mkdtemp(folder));
    for (const char *const *name = (const char *const[]){ "templates", "static", NULL }; *name;
         name++) {
        snprintf(path, sizeof path, "%s/%s", folder, *name);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    write_file(
        "templates/post.html",
        "<h1>{{ post.title }}</h1><a href=\"{{ url_for('edit_post', id=post.id, q='a b') }}\">"
        "{{ g.user }} {{ request.path }} {{ site | shout('?') }}</a>");
    write_file("templates/broken.html", "line one\n{{ nothing.at.all }}\n");
    write_file("static/a.css", "body { color: red }\n");
    write_file("static/.secret", "x");
    write_file("outside", "x");
    snprintf(path, sizeof path, "%s/static/link", folder);
    assert_int_equal(symlink("../outside", path), 0);
    snprintf(path, sizeof path, "%s/static/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    return 0;
}

static int remove_folder(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void a_handler_answers_with_its_template(void **state)
{
    (void)state;
    const vial_got *got = vial_send(c, "GET", "/post/2");

    assert_int_equal(got->status, 200);
    assert_string_equal(got->type, "text/html; charset=utf-8");
    assert_string_equal(got->body, "<h1>Post &lt;2&gt;</h1><a href=\"/post/2/edit/?q=a+b\">"
                                   "anna /post/2 the blog?</a>");
    assert_int_equal(vial_int(vial_get(vial_get(got->ctx, "post"), "id"), 0), 2);
    assert_string_equal(vial_got_header(got, "X-After"), "yes");
    assert_int_equal(torn_down, 200);
}

static void queries_are_decoded(void **state)
{
    (void)state;
    assert_string_equal(vial_send(c, "GET", "/?name=a%20b+c")->body, "hello a b c");
    assert_string_equal(vial_send(c, "GET", "/")->body, "hello you");
}

static void what_is_not_there_is_a_404_with_the_apps_own_page(void **state)
{
    (void)state;
    const vial_got *got = vial_send(c, "GET", "/post/9");

    assert_int_equal(got->status, 404);
    assert_string_equal(got->body, "nothing here: no such post");
    assert_int_equal(vial_send(c, "GET", "/nowhere")->status, 404);
    assert_null(got->error);
}

static void a_missing_slash_redirects_and_can_be_followed(void **state)
{
    (void)state;
    const vial_got *got = vial_send(c, "GET", "/post/1/edit?x=1");

    assert_int_equal(got->status, 308);
    assert_string_equal(got->location, "/post/1/edit/?x=1");
    got = vial_send(c, "POST", "/post/1/edit", .form = KV({ "title", V("x") }), .follow = true);
    assert_int_equal(got->status, 200);
    assert_int_equal(got->redirects, 2);
    assert_non_null(strstr(got->body, "Post &lt;1&gt;"));
}

static void a_wrong_method_is_a_405_that_says_which_are_right(void **state)
{
    (void)state;
    const vial_got *got = vial_send(c, "DELETE", "/post/1/edit/");

    assert_int_equal(got->status, 405);
    assert_string_equal(vial_got_header(got, "Allow"), "GET, HEAD, OPTIONS, POST");
    got = vial_send(c, "OPTIONS", "/post/1/edit/");
    assert_int_equal(got->status, 200);
    assert_string_equal(vial_got_header(got, "Allow"), "GET, HEAD, OPTIONS, POST");
}

static void text_that_is_not_safe_is_escaped(void **state)
{
    (void)state;
    assert_string_equal(vial_send(c, "GET", "/post/1/edit/")->body, "&lt;form&gt;");
}

static void json_is_sent_as_json(void **state)
{
    (void)state;
    const vial_got *got = vial_send(c, "GET", "/api/posts.json");

    assert_string_equal(got->type, "application/json");
    assert_string_equal(got->body, "[1, {\"id\": 2, \"title\": \"Post <2>\"}]\n");
}

static void a_handler_without_an_answer_is_a_500_that_names_it(void **state)
{
    (void)state;
    const vial_got *got = vial_send(c, "GET", "/forgetful");

    assert_int_equal(got->status, 500);
    assert_non_null(strstr(got->error, "the handler 'forgetful' gave no response"));
    assert_null(strstr(got->body, "forgetful"));
}

static void an_error_in_a_template_is_a_500_with_its_place(void **state)
{
    (void)state;
    const vial_got *got = vial_send(c, "GET", "/broken");

    assert_int_equal(got->status, 500);
    assert_non_null(strstr(got->error, "broken.html:2:"));
    assert_null(strstr(got->body, "broken.html"));
    assert_non_null(strstr(got->body, "<!doctype html>"));
}

static void a_hook_before_may_answer_in_place_of_the_handler(void **state)
{
    (void)state;
    const vial_got *got = vial_send(c, "GET", "/", .headers = KV({ "X-Stop", V("1") }));

    assert_int_equal(got->status, 503);
    assert_string_equal(got->body, "stopped");
    assert_string_equal(vial_got_header(got, "X-After"), "yes");
    assert_int_equal(
        vial_send(c, "GET", "/static/a.css", .headers = KV({ "X-Stop", V("1") }))->status, 503);
}

static void a_static_file_is_sent_as_it_is(void **state)
{
    (void)state;
    const vial_got *got = vial_send(c, "GET", "/static/a.css");

    assert_int_equal(got->status, 200);
    assert_string_equal(got->type, "text/css; charset=utf-8");
    assert_string_equal(got->body, "body { color: red }\n");
    assert_non_null(vial_got_header(got, "Last-Modified"));

    const char *etag = vial_got_header(got, "ETag");
    got = vial_send(c, "GET", "/static/a.css", .headers = KV({ "If-None-Match", V(etag) }));
    assert_int_equal(got->status, 304);
    assert_string_equal(got->body, "");
    assert_null(got->type);
    assert_string_equal(vial_got_header(got, "ETag"), etag);
    assert_int_equal(vial_send(c, "POST", "/static/a.css")->status, 405);
}

static void nothing_but_plain_visible_files_inside_is_sent(void **state)
{
    (void)state;
    const char *const paths[] = { "/static/.secret",    "/static/link",           "/static/pipe",
                                  "/static/../outside", "/static/%2e%2e/outside", "/static//a.css",
                                  "/static/",           "/static/none.css",       "/static/./a.css",
                                  "/static/a.css/" };

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_int_equal(vial_send(c, "GET", paths[i])->status, 404);
}

static void a_page_that_the_browser_has_is_not_sent_again(void **state)
{
    (void)state;
    const vial_got *got = vial_send(c, "GET", "/post/1");
    const char *etag = vial_got_header(got, "ETag");

    got = vial_send(c, "GET", "/post/1", .headers = KV({ "If-None-Match", V(etag) }));
    assert_int_equal(got->status, 304);
    got = vial_send(c, "GET", "/post/2", .headers = KV({ "If-None-Match", V(etag) }));
    assert_int_equal(got->status, 200);
}

static void head_is_get_without_its_body(void **state)
{
    (void)state;
    const vial_got *got = vial_send(c, "HEAD", "/post/1");

    assert_int_equal(got->status, 200);
    assert_string_equal(got->body, "");
    assert_string_equal(got->type, "text/html; charset=utf-8");
}

static void an_endpoint_has_one_handler(void **state)
{
    (void)state;
    assert_false(vial_route(app, "/other", index_page, .endpoint = "show_post"));
    assert_true(vial_route(app, "/same", show_post));
    assert_false(vial_route(app, "/<int:x", show_post));
    assert_false(vial_route(app, "nothing", show_post));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
        T(a_handler_answers_with_its_template),
        T(queries_are_decoded),
        T(what_is_not_there_is_a_404_with_the_apps_own_page),
        T(a_missing_slash_redirects_and_can_be_followed),
        T(a_wrong_method_is_a_405_that_says_which_are_right),
        T(text_that_is_not_safe_is_escaped),
        T(json_is_sent_as_json),
        T(a_handler_without_an_answer_is_a_500_that_names_it),
        T(an_error_in_a_template_is_a_500_with_its_place),
        T(a_hook_before_may_answer_in_place_of_the_handler),
        T(a_static_file_is_sent_as_it_is),
        T(nothing_but_plain_visible_files_inside_is_sent),
        T(a_page_that_the_browser_has_is_not_sent_again),
        T(head_is_get_without_its_body),
        T(an_endpoint_has_one_handler),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
