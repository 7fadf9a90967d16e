/* What a handler is told of its request, and what strangers may not do: as an app's author sees it.
 */
#include "vial/app/app.h"
#include "vial/base/file.h"
/* cmocka has a fail() of its own: after the door of templates */
#include "../unit.h"

#include "vial/vial.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static vial *app;
static vial_client *client;
static const vial_got *got;
static char folder[] = "/tmp/vial-request-test-XXXXXX";

/* ---- the app ---- */

static vial_res *show_form(vial_req *r)
{
    const char *const *tags;
    size_t count = vial_form_all(r, "tag", &tags);

    return vial_text(r, vial_fmt(r, "%s %d %zu %s %s", vial_form(r, "name", "nobody"),
                                 (int)vial_form_i(r, "age", -1), count,
                                 count ? tags[count - 1] : "", vial_value(r, "both", "none")));
}

static vial_res *keep_file(vial_req *r)
{
    const vial_file *file = vial_upload(r, "file");
    const char *path = file ? vial_upload_save(r, file, folder, NULL) : "none";

    return path ? vial_text(r, vial_fmt(r, "%s %s %zu", path, file ? file->type : "",
                                        file ? file->size : 0))
                : NULL;
}

static vial_res *sum(vial_req *r)
{
    vial_val numbers = vial_get(vial_json(r), "numbers");
    int64_t total = 0;

    for (size_t i = 0; i < vial_len(numbers); i++)
        total += vial_int(vial_at(numbers, i), 0);
    return vial_reply_json(r, V(total));
}

static vial_res *who(vial_req *r)
{
    return vial_text(r, vial_fmt(r, "%s %s %s %s", vial_remote(r), vial_host(r),
                                 vial_is_secure(r) ? "https" : "http",
                                 vial_url(r, "who", KV({ "_external", V(true) }))));
}

static vial_res *liked(vial_req *r)
{
    const char *type = vial_accepts(r, "text/html application/json");
    const char *language = vial_accepts_language(r, "en de");

    return vial_vary(
        vial_text(r, vial_fmt(r, "%s %s", type ? type : "-", language ? language : "-")), "Accept");
}

static ptrdiff_t count_up(void *state, char *into, size_t room)
{
    int *n = state;

    if (*n == 5 || room < 10)
        return 0;
    return snprintf(into, room, "line %d\n", ++*n);
}

static vial_res *lines(vial_req *r)
{
    return vial_stream(r, "text/csv", count_up, vial_alloc(r, sizeof(int)));
}

static vial_res *cookies(vial_req *r)
{
    vial_res *res = vial_text(r, vial_cookie(r, "seen") ? "again" : "first");

    res = vial_set_cookie(res, "seen", "a b;c", .max_age = 60);
    return vial_set_cookie(res, "theme", "dark", .path = "/other", .script_readable = true);
}

static vial_res *forget(vial_req *r)
{
    return vial_delete_cookie(vial_text(r, "forgotten"), "seen");
}

static vial_res *versioned(vial_req *r)
{
    if (strcmp(vial_method(r), "PUT") == 0)
        return vial_still(r, "v1", 0) ? vial_text(r, "changed") : NULL;
    return vial_etag(vial_text(r, "text"), "v1");
}

static vial_res *download(vial_req *r)
{
    return vial_download(vial_text(r, "x"), "a/\xc3\xa4\"\r\n.txt");
}

static vial_res *guarded(vial_req *r)
{
    return vial_text(r, "done");
}

static vial_res *token(vial_req *r)
{
    return vial_text(r, vial_csrf_token(r));
}

static vial_res *count_visits(vial_req *r)
{
    int64_t visits = vial_int(vial_session(r, "visits"), 0) + 1;

    vial_session_set(r, "visits", V(visits));
    if (vial_query(r, "stay", NULL))
        vial_session_permanent(r, true);
    return vial_text(r, vial_fmt(r, "%d", (int)visits));
}

static vial_res *log_out(vial_req *r)
{
    vial_session_clear(r);
    return vial_text(r, "bye");
}

static vial_res *bloat(vial_req *r)
{
    char *text = vial_alloc(r, 20001);
    uint32_t n = 1;

    for (int i = 0; i < 20000; i++) /* nothing that could be compressed */
        text[i] = (char)('!' + ((n = n * 1664525 + 1013904223) >> 16) % 90);
    vial_session_set(r, "much", V((const char *)text));
    return vial_text(r, "kept?");
}

static vial_res *hash(vial_req *r)
{
    return vial_text(r, vial_password_hash(r, "secret"));
}

static vial *make_app(vial_opts options)
{
    options.name = "request";
    vial *made = vial_new_(options);

    vial_route(made, "/form", show_form, .methods = "GET POST");
    vial_route(made, "/file", keep_file, .methods = "POST");
    vial_route(made, "/sum", sum, .methods = "POST");
    vial_route(made, "/who", who);
    vial_route(made, "/liked", liked);
    vial_route(made, "/lines", lines);
    vial_route(made, "/cookies", cookies);
    vial_route(made, "/forget", forget);
    vial_route(made, "/versioned", versioned, .methods = "GET PUT");
    vial_route(made, "/download", download);
    vial_route(made, "/guarded", guarded, .methods = "GET POST", .csrf = true);
    vial_route(made, "/open", guarded, .methods = "POST", .no_csrf = true, .endpoint = "open");
    vial_route(made, "/plain", guarded, .methods = "POST", .endpoint = "plain");
    vial_route(made, "/token", token);
    vial_route(made, "/visits", count_visits);
    vial_route(made, "/out", log_out);
    vial_route(made, "/bloat", bloat);
    vial_route(made, "/hash", hash);
    return made;
}

static void with_app(vial_opts options)
{
    vial_client_free(client);
    vial_free(app);
    app = make_app(options);
    client = vial_client_new(app);
}

static int begin(void **state)
{
    (void)state;
    with_app((vial_opts){ .secret_key = "sixteen bytes or more" });
    return 0;
}

static int end(void **state)
{
    (void)state;
    vial_client_free(client);
    vial_free(app);
    client = NULL;
    app = NULL;
    return 0;
}

#define ask(...) (got = vial_send(client, __VA_ARGS__))

/* ---- what was sent along ---- */

static void fields_of_a_form_are_text_numbers_and_lists(void **state)
{
    (void)state;
    ask("POST", "/form?both=query",
        .form = KV({ "name", V("Ann & Bob") }, { "age", V(7) }, { "tag", V("a") },
                   { "tag", V("b") }, { "both", V("form") }));
    assert_string_equal(got->body, "Ann & Bob 7 2 b query");
    ask("GET", "/form");
    assert_string_equal(got->body, "nobody -1 0  none");
}

static void a_file_is_kept_under_a_safe_name_and_never_over_another(void **state)
{
    char path[200];

    (void)state;
    snprintf(path, sizeof path, "%s/note.txt", folder);
    ask("POST", "/file", .files = FILES({ "file", "../no/../note.txt", NULL, "hello", 0 }));
    assert_non_null(strstr(got->body, path));
    assert_non_null(strstr(got->body, "text/plain; charset=utf-8 5"));
    assert_true(file_holds(str_of(path), S("hello")));
    ask("POST", "/file", .files = FILES({ "file", "note.txt", "text/x", "again", 0 }));
    assert_non_null(strstr(got->body, "note-2.txt text/x 5"));
    assert_true(file_holds(str_of(path), S("hello")));
    ask("POST", "/file", .form = KV({ "file", V("no file") }));
    assert_string_equal(got->body, "none  0");
}

static void json_is_415_without_its_type_and_400_when_it_is_broken(void **state)
{
    (void)state;
    ask("POST", "/sum", .json = "{\"numbers\": [1, 2, 39]}");
    assert_string_equal(got->body, "42\n");
    ask("POST", "/sum", .body = "{\"numbers\": [1]}");
    assert_int_equal(got->status, 415);
    ask("POST", "/sum", .json = "{\"numbers\": [1,}");
    assert_int_equal(got->status, 400);
    assert_non_null(strstr(got->body, "line 1, column 16"));
    ask("POST", "/sum", .body = "{\"numbers\": [1]}",
        .headers = KV({ "Content-Type", V("application/vnd.api+json; charset=utf-8") }));
    assert_string_equal(got->body, "1\n");
}

static void the_best_type_and_language_are_found(void **state)
{
    (void)state;
    ask("GET", "/liked",
        .headers =
            KV({ "Accept", V("application/json") }, { "Accept-Language", V("de-AT, en;q=0.3") }));
    assert_string_equal(got->body, "application/json de");
    assert_string_equal(vial_got_header(got, "Vary"), "Accept");
    ask("GET", "/liked", .headers = KV({ "Accept", V("image/png") }));
    assert_string_equal(got->body, "- en");
}

/* ---- limits ---- */

static void what_is_too_large_is_413(void **state)
{
    enum { SIZE = 3000 };
    static char large[SIZE + 1];
    struct buf fields = { 0 };

    (void)state;
    memset(large, 'x', SIZE);
    with_app((vial_opts){ .max_content = 2000, .max_form_memory = 200, .max_form_parts = 5 });
    ask("POST", "/plain", .body = large);
    assert_int_equal(got->status, 413);
    ask("POST", "/form", .form = KV({ "name", V(large + SIZE - 300) }));
    assert_int_equal(got->status, 413);
    ask("POST", "/file", .files = FILES({ "file", "a.bin", NULL, large, 500 }));
    assert_int_equal(got->status, 200); /* files are no fields */
    for (int i = 0; i < 6; i++)
        buf_lit(&fields, "a=1&");
    ask("POST", "/form", .body = buf_cstr(&fields),
        .headers = KV({ "Content-Type", V("application/x-www-form-urlencoded") }));
    assert_int_equal(got->status, 413);
    ask("POST", "/form", .body = "--x",
        .headers = KV({ "Content-Type", V("multipart/form-data; boundary=y") }));
    assert_int_equal(got->status, 400);
    buf_free(&fields);
}

static void a_hundred_thousand_headers_are_refused(void **state)
{
    enum { MANY = 100000 };
    struct arena arena = { 0 };
    struct request req = { .method = S("GET"),
                           .path = S("/who"),
                           .scheme = S("http"),
                           .host = S("localhost"),
                           .headers = { .arena = &arena } };
    struct response res = { 0 };

    (void)state;
    for (int i = 0; i < MANY; i++)
        headers_add(&req.headers, S("X"), S("y"));
    vial_handle(app, &req, &res, &arena, NULL);
    assert_int_equal(res.status, 431);
    response_end(&res);
    arena_free(&arena);
}

static void json_nested_without_end_is_refused_at_once(void **state)
{
    enum { DEEP = 1 << 20 };
    char *text = malloc(DEEP + 1);

    (void)state;
    memset(text, '[', DEEP);
    text[DEEP] = '\0';
    ask("POST", "/sum", .json = text);
    assert_int_equal(got->status, 400);
    free(text);
}

/* ---- who asks ---- */

static void other_hosts_than_the_trusted_get_a_400(void **state)
{
    (void)state;
    with_app((vial_opts){ .trusted_hosts = "example.com .example.org" });
    assert_int_equal(ask("GET", "http://example.com:8000/who")->status, 200);
    assert_int_equal(ask("GET", "http://example.org/who")->status, 200);
    assert_int_equal(ask("GET", "http://a.b.example.org/who")->status, 200);
    assert_int_equal(ask("GET", "http://notexample.org/who")->status, 400);
    assert_int_equal(ask("GET", "http://www.example.com/who")->status, 400);
    assert_int_equal(ask("GET", "/who")->status, 400);
}

static void a_proxy_is_believed_as_far_as_there_are_proxies(void **state)
{
    const vial_kv *headers = KV(
        { "X-Forwarded-For", V("6.6.6.6, 1.2.3.4, 5.6.7.8") }, { "X-Forwarded-Proto", V("https") },
        { "X-Forwarded-Host", V("shop.example") }, { "X-Forwarded-Prefix", V("/shop") });

    (void)state;
    ask("GET", "/who", .headers = headers, .peer = "10.0.0.1");
    assert_string_equal(got->body, "10.0.0.1 localhost http http://localhost/who");
    with_app((vial_opts){ .proxies = { .x_for = 2, .x_proto = 1, .x_host = 1, .x_prefix = 1 } });
    ask("GET", "/who", .headers = headers, .peer = "10.0.0.1");
    assert_string_equal(got->body, "1.2.3.4 shop.example https https://shop.example/shop/who");
    ask("GET", "/who",
        .headers =
            KV({ "X-Forwarded-For", V("1.2.3.4") }, { "X-Forwarded-Host", V("evil.example/path") }),
        .peer = "10.0.0.1");
    assert_string_equal(got->body, "10.0.0.1 localhost http http://localhost/who");
}

/* As HAProxy does; what a stranger wrote stands in the field before. */
static void a_proxy_may_add_a_field_of_its_own(void **state)
{
    const vial_kv *headers =
        KV({ "X-Forwarded-For", V("6.6.6.6") }, { "X-Forwarded-Proto", V("https") },
           { "X-Forwarded-For", V("1.2.3.4") }, { "X-Forwarded-Proto", V("http") });

    (void)state;
    with_app((vial_opts){ .proxies = { .x_for = 1, .x_proto = 1 } });
    ask("GET", "/who", .headers = headers, .peer = "10.0.0.1");
    assert_string_equal(got->body, "1.2.3.4 localhost http http://localhost/who");
}

/* ---- answers ---- */

static void a_stream_is_pulled_to_its_end(void **state)
{
    (void)state;
    ask("GET", "/lines");
    assert_string_equal(got->body, "line 1\nline 2\nline 3\nline 4\nline 5\n");
    assert_string_equal(got->type, "text/csv");
}

static void cookies_are_safe_by_default_and_come_back(void **state)
{
    (void)state;
    ask("GET", "/cookies");
    assert_string_equal(got->body, "first");
    assert_non_null(strstr(vial_got_header(got, "Set-Cookie"), "Max-Age=60; HttpOnly; Path=/; "
                                                               "SameSite=Lax"));
    assert_string_equal(ask("GET", "/cookies")->body, "again");
    assert_string_equal(vial_client_cookie(client, "theme"), "dark");
    ask("GET", "/forget");
    assert_string_equal(ask("GET", "/cookies")->body, "first");
    ask("GET", "https://localhost/cookies");
    assert_non_null(strstr(vial_got_header(got, "Set-Cookie"), "; Secure; "));
}

static void a_version_is_asked_for_and_guarded(void **state)
{
    (void)state;
    assert_string_equal(vial_got_header(ask("GET", "/versioned"), "ETag"), "\"v1\"");
    assert_int_equal(
        ask("GET", "/versioned", .headers = KV({ "If-None-Match", V("W/\"v1\"") }))->status, 304);
    assert_int_equal(
        ask("PUT", "/versioned", .headers = KV({ "If-Match", V("\"v0\", \"v1\"") }))->status, 200);
    assert_int_equal(ask("PUT", "/versioned", .headers = KV({ "If-Match", V("\"v0\"") }))->status,
                     412);
    assert_int_equal(ask("PUT", "/versioned", .headers = KV({ "If-None-Match", V("*") }))->status,
                     412);
    ask("GET", "/versioned", .headers = KV({ "Range", V("bytes=1-2") }));
    assert_int_equal(got->status, 206);
    assert_string_equal(got->body, "ex");
}

static void a_download_has_a_name_for_old_browsers_and_new(void **state)
{
    (void)state;
    assert_string_equal(vial_got_header(ask("GET", "/download"), "Content-Disposition"),
                        "attachment; filename=\"__.txt\"; filename*=UTF-8''%C3%A4.txt");
}

/* ---- forged forms ---- */

static void another_sites_page_cannot_send_a_form(void **state)
{
    (void)state;
    assert_int_equal(ask("POST", "/plain")->status, 200);
    assert_int_equal(
        ask("POST", "/plain", .headers = KV({ "Sec-Fetch-Site", V("cross-site") }))->status, 403);
    assert_int_equal(
        ask("POST", "/plain", .headers = KV({ "Origin", V("https://evil.example") }))->status, 403);
    assert_int_equal(ask("POST", "/plain", .headers = KV({ "Origin", V("null") }))->status, 403);
    assert_int_equal(
        ask("POST", "/plain", .headers = KV({ "Origin", V("http://localhost") }))->status, 200);
    assert_int_equal(
        ask("POST", "/open", .headers = KV({ "Sec-Fetch-Site", V("cross-site") }))->status, 200);
}

static void a_guarded_form_needs_the_sessions_token(void **state)
{
    (void)state;
    assert_int_equal(ask("POST", "/guarded")->status, 400);
    assert_int_equal(ask("POST", "/guarded", .form = KV({ "csrf_token", V("") }))->status, 400);
    const char *given = ask("GET", "/token")->body;
    assert_string_equal(ask("GET", "/token")->body, given);
    assert_int_equal(ask("POST", "/guarded", .form = KV({ "csrf_token", V(given) }))->status, 200);
    assert_int_equal(ask("POST", "/guarded", .headers = KV({ "X-CSRF-Token", V(given) }))->status,
                     200);
    assert_int_equal(ask("POST", "/guarded", .form = KV({ "csrf_token", V("other") }))->status,
                     400);
}

/* ---- sessions ---- */

static void a_session_lives_from_one_request_to_the_next(void **state)
{
    (void)state;
    assert_string_equal(ask("GET", "/visits")->body, "1");
    assert_string_equal(vial_got_header(got, "Vary"), "Cookie");
    assert_null(strstr(vial_got_header(got, "Set-Cookie"), "Max-Age"));
    assert_string_equal(ask("GET", "/visits?stay=1")->body, "2");
    assert_non_null(strstr(vial_got_header(got, "Set-Cookie"), "Max-Age=2678400"));
    assert_int_equal(vial_int(vial_client_session(client, "visits"), 0), 2);
    vial_client_session_set(client, "visits", V(41));
    assert_string_equal(ask("GET", "/visits")->body, "42");
    ask("GET", "/out");
    assert_null(vial_client_cookie(client, "session"));
    assert_null(vial_got_header(ask("GET", "/who"), "Vary")); /* nobody looked */
}

static void a_hostile_cookie_is_an_empty_session(void **state)
{
    static const char *const bad[] = { "", ".", "...", "eyJhIjoxfQ.aaaa.bbbb", "\"\\377\\000\"" };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        vial_client_set_cookie(client, "session", bad[i]);
        assert_string_equal(ask("GET", "/visits")->body, "1");
    }
}

static void a_session_without_a_key_says_what_to_do(void **state)
{
    (void)state;
    with_app((vial_opts){ .name = NULL });
    ask("GET", "/visits");
    assert_int_equal(got->status, 500);
    assert_non_null(strstr(got->error, "secret_key"));
    with_app((vial_opts){ .secret_key = "short" });
    ask("GET", "/visits");
    assert_int_equal(got->status, 500);
    assert_non_null(strstr(got->error, "16 bytes"));
}

static void a_session_too_large_for_browsers_is_not_kept(void **state)
{
    (void)state;
    ask("GET", "/bloat");
    assert_int_equal(got->status, 200);
    assert_null(vial_got_header(got, "Set-Cookie"));
}

/* ---- what failed ---- */

static void a_500_has_a_number_for_the_log_and_tells_strangers_no_more(void **state)
{
    (void)state;
    with_app((vial_opts){ .name = NULL });
    ask("GET", "/visits", .peer = "6.6.6.6");
    const char *id = vial_got_header(got, "X-Request-Id");
    assert_non_null(strstr(got->body, id));
    assert_non_null(strstr(got->error, id));
    assert_null(strstr(got->body, "secret_key"));
}

/* ---- passwords ---- */

static void a_password_fits_its_hash_and_no_other(void **state)
{
    (void)state;
    /* made by Python's hashlib, as Werkzeug does it */
    assert_true(
        vial_password_ok("pbkdf2:sha256:1000$salt1234$181307ef2345dc21f6cba6947ff8c2a95d4da7"
                         "a8d6af39816169fb804425b8f5",
                         "password"));
    assert_true(
        vial_password_ok("scrypt:1024:8:1$salt1234$60ed8346ed5df2fc869659e2c7e636df99895402"
                         "577815be1e7230f8dcc08f96553772dbbab4726c45c132e370c5210d1a1ae572e6"
                         "83c6ccead0db71d270ce19",
                         "password"));
    ask("GET", "/hash");
    assert_non_null(strstr(got->body, "scrypt:32768:8:1$"));
    assert_true(vial_password_ok(got->body, "secret"));
    assert_false(vial_password_ok(got->body, "Secret"));
    assert_false(vial_password_ok("", "x"));
    assert_false(vial_password_ok("scrypt:32768:8:1$$", "x"));
    assert_false(vial_password_ok("scrypt:1073741824:8:1$salt$00", "x")); /* a terabyte */
    assert_false(vial_password_ok("md5$salt$00", "x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_of_a_form_are_text_numbers_and_lists),
        cmocka_unit_test(a_file_is_kept_under_a_safe_name_and_never_over_another),
        cmocka_unit_test(json_is_415_without_its_type_and_400_when_it_is_broken),
        cmocka_unit_test(the_best_type_and_language_are_found),
        cmocka_unit_test(what_is_too_large_is_413),
        cmocka_unit_test_setup(a_hundred_thousand_headers_are_refused, begin),
        cmocka_unit_test(json_nested_without_end_is_refused_at_once),
        cmocka_unit_test(other_hosts_than_the_trusted_get_a_400),
        cmocka_unit_test_setup(a_proxy_is_believed_as_far_as_there_are_proxies, begin),
        cmocka_unit_test_setup(a_proxy_may_add_a_field_of_its_own, begin),
        cmocka_unit_test_setup(a_stream_is_pulled_to_its_end, begin),
        cmocka_unit_test(cookies_are_safe_by_default_and_come_back),
        cmocka_unit_test(a_version_is_asked_for_and_guarded),
        cmocka_unit_test(a_download_has_a_name_for_old_browsers_and_new),
        cmocka_unit_test(another_sites_page_cannot_send_a_form),
        cmocka_unit_test(a_guarded_form_needs_the_sessions_token),
        cmocka_unit_test_setup(a_session_lives_from_one_request_to_the_next, begin),
        cmocka_unit_test(a_hostile_cookie_is_an_empty_session),
        cmocka_unit_test(a_session_without_a_key_says_what_to_do),
        cmocka_unit_test_setup(a_session_too_large_for_browsers_is_not_kept, begin),
        cmocka_unit_test(a_500_has_a_number_for_the_log_and_tells_strangers_no_more),
        cmocka_unit_test(a_password_fits_its_hash_and_no_other),
    };

    if (!mkdtemp(folder))
        return 1;
    int failed = cmocka_run_group_tests(tests, begin, end);
    char command[200];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) || failed;
}
