/*
 * rules_test.c - the lines of _redirects and _headers, fine and wrong ones
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/own_headers.h"
#include "server/redirects.h"

static struct arena a;
static struct errors errors;

static int tear_down(void **state)
{
    (void)state;
    errors_free(&errors);
    errors = (struct errors){ 0 };
    arena_free(&a);
    return 0;
}

/* --- redirects -------------------------------------------------------------------------------- */

/* "301 /to" for a request, "-" when no line fits. */
static str sent(const char *lines, const char *url)
{
    struct redirects *all = redirects_read(S("_redirects"), str_of(lines), &a, &errors);
    struct redirection to;
    str path = str_of(url), host = S("a.example:80");

    assert_int_equal(errors.count, 0);
    if (!str_starts(path, S("/"))) {
        host = str_cut(&path, '/');
        path = str_n(path.p - 1, path.len + 1);
    }
    str query = path;
    path = str_cut(&query, '?');
    struct request req = {
        .method = S("GET"), .path = path, .query = query, .host = host, .scheme = S("http")
    };
    if (!redirects_find(all, &req, REDIRECT_BEFORE_FILES, &to, &a) &&
        !redirects_find(all, &req, REDIRECT_WITHOUT_FILE, &to, &a))
        return S("-");
    return str_fmt(&a, "%d %.*s", to.status, STR(to.to));
}

#define SENT(lines, url, to) assert_string_equal(str_cstr(&a, sent(lines, url)), to)

static void a_path_leads_to_another(void **state)
{
    (void)state;
    SENT("/old /new", "/old", "301 /new");
    SENT("/old /new 302", "/old", "302 /new");
    SENT("/old /new 308 # moved", "/old", "308 /new");
    SENT("# /old /new\n\n  /a\t/b\r\n", "/a", "301 /b");
    SENT("/old https://b.example/x?y#z", "/old", "301 https://b.example/x?y#z");
    SENT("/old /new", "/older", "-");
    SENT("/old /new", "/old/", "301 /new");
    SENT("/old/ /new/", "/old", "301 /new/");
    SENT("/a%20b /c", "/a b", "301 /c");
    SENT("/\xc3\xa4 /\xc3\xb6", "/\xc3\xa4", "301 /%C3%B6");
    SENT("/x /1 301\n/x /2 302", "/x", "301 /1");
}

static void names_and_the_star_are_carried_over(void **state)
{
    (void)state;
    SENT("/news/:year/:slug /blog/:slug-:year/", "/news/2026/x", "301 /blog/x-2026/");
    SENT("/news/:year/:slug /blog/:slug/:year/", "/news/2026", "-");
    SENT("/news/:year/:slug /blog/:slug/:year/", "/news/2026/", "-");
    SENT("/a/* /b/:splat", "/a/x/y", "301 /b/x/y");
    SENT("/a/* /b/:splat", "/a/", "301 /b/");
    SENT("/a/* /b/:splat", "/a", "301 /b/");
    SENT("/a/*/z /b/:splat", "/a/x/y/z", "301 /b/x/y");
    SENT("/*.htm /:splat.html", "/x/y.htm", "301 /x/y.html");
    SENT("/a/* /b?from=:splat", "/a/x&y/z", "301 /b?from=x%26y%2Fz");
    SENT("/a/:b/* /:b/:splat", "/a/\xc3\xa4/x y", "301 /%C3%A4/x%20y");
}

static void the_query_is_kept_unless_the_line_speaks_of_one(void **state)
{
    (void)state;
    SENT("/old /new", "/old?a=b", "301 /new?a=b");
    SENT("/old /new?x", "/old?a=b", "301 /new?x");
    SENT("/old /new#part", "/old?a=b", "301 /new?a=b#part");
    SENT("/shop id=:id /goods/:id", "/shop?id=7&x=y", "301 /goods/7");
    SENT("/shop id=:id /goods/:id", "/shop", "-");
    SENT("/shop id=1 /one\n/shop id=2 /two\n/shop /all", "/shop?id=2", "301 /two");
    SENT("/shop id=:id /goods/:id", "/shop?id=..%2Fx", "301 /goods/..%2Fx");
}

static void the_first_line_that_fits_counts(void **state)
{
    (void)state;
    SENT("/a/* /1\n/a/b /2", "/a/c", "301 /1");
    SENT("/a/b! /0\n/a/:x /1 302!\n/a/b /2", "/a/b", "302 /1");
    SENT("/a/b /2\n/a/* /1", "/a/b", "301 /2");
}

static void nobody_is_sent_in_a_circle_or_to_another_host_by_a_name(void **state)
{
    (void)state;
    SENT("/blog /blog/", "/blog/", "-");
    SENT("/* /home", "/home", "-");
    SENT("/* /home", "/x", "301 /home");
    SENT("/go/* /:splat", "/go//evil.example", "301 /evil.example");
    SENT("/go/* /:splat", "/go/\\evil.example", "301 /%5Cevil.example");
    SENT("/go/* /:splat", "/go/x\r\nSet-Cookie: y", "301 /x%0D%0ASet-Cookie:%20y");
}

static void hosts_and_schemes_are_compared_where_they_are_told(void **state)
{
    (void)state;
    SENT("http://old.example/* https://a.example/:splat 301!", "old.example:8000/x",
         "301 https://a.example/x");
    SENT("http://old.example/* https://a.example/:splat 301!", "a.example/x", "-");
    SENT("https://old.example/* https://a.example/:splat 301!", "old.example/x", "-");
    SENT("http://old.example /new", "OLD.example/", "301 /new");
}

static void a_rewrite_names_a_file(void **state)
{
    (void)state;
    SENT("/app/* /app/index.html 200", "/app/x", "200 /app/index.html");
    SENT("/u/:name /pages/:name.html 200", "/u/a b", "200 /pages/a b.html");
    SENT("/gone/* /gone.html 410", "/gone/x?y", "410 /gone.html");
}

/* What is wrong, where, of a file of one line. */
static void wrong(const char *lines, unsigned line, unsigned col, const char *sentence)
{
    redirects_read(S("_redirects"), str_of(lines), &a, &errors);
    assert_int_equal(errors.count, 1);
    assert_string_equal(str_cstr(&a, errors.list[0].sentence), sentence);
    assert_int_equal(errors.list[0].line, line);
    assert_int_equal(errors.list[0].col, col);
    errors_free(&errors);
    errors = (struct errors){ 0 };
}

static void what_is_wrong_is_told_by_line_and_column(void **state)
{
    (void)state;
    wrong("/a /b\n/old", 2, 1, "this line has no target");
    wrong("/a /b\n/old new", 2, 6, "this line has no target");
    wrong("old /new", 1, 1, "a path begins with a slash");
    wrong("/old /new 300", 1, 11, "this is no status of a redirect");
    wrong("/old /new 301x", 1, 11, "this is no status of a redirect");
    wrong("/old /new 301 Country=us", 1, 15,
          "conditions of country, language or role are not known here");
    wrong("/old /new Country=us", 1, 11,
          "conditions of country, language or role are not known here");
    wrong("/old id /new", 1, 6,
          "between a path and its target stands what the query has to have: name=value");
    wrong("/old/* /new/:slug", 1, 13, "nothing on this line is named so");
    wrong("/a/*/* /new", 1, 6, "a pattern has one star at most");
    wrong("/a?x=y /new", 1, 3, "a pattern is of a path, and a query is no part of it");
    wrong("/a/:b.html /new", 1, 6, "a name stands for a whole segment: after it comes a slash");
    wrong("/a/%zz /new", 1, 1, "this is no encoded path");
    wrong("/a //b.example/", 1, 4, "a path begins with one slash");
    wrong("/a https:///x", 1, 4, "the target has no host");
    wrong("/a/:b https://:b/x", 1, 15, "the host of a target is no name of the pattern");
    wrong("/api/* https://api.example/:splat 200", 1, 8,
          "what is shown with status 200 is a file of this folder");
    wrong("ftp://x/y /new", 1, 1, "the scheme is http or https");
}

static void lines_with_stars_are_only_so_many_and_others_are_not(void **state)
{
    struct buf lines = buf_in(&a);

    (void)state;
    for (int i = 0; i < 5000; i++)
        buf_addf(&lines, "/old/%d/ /new/%d/ 301\n", i, i);
    buf_addc(&lines, '\0');
    SENT(lines.p, "/old/4999/", "301 /new/4999/");
    buf_clear(&lines);
    for (int i = 0; i < 1001; i++)
        buf_addf(&lines, "/old/%d/* /new/%d/ 301\n", i, i);
    redirects_read(S("_redirects"), buf_str(&lines), &a, &errors);
    assert_int_equal(errors.count, 1);
    assert_int_equal(errors.list[0].line, 1001);
}

/* --- headers ---------------------------------------------------------------------------------- */

/* "Name: value, value|..." of an answer that had "Cache-Control: no-cache" before. */
static str carried(const char *lines, const char *path, int status)
{
    struct own_headers *own = own_headers_read(S("_headers"), str_of(lines), &a, &errors);
    struct request req = { .method = S("GET"), .path = str_of(path) };
    struct response res = { .status = status, .headers.arena = &a };
    struct buf out = buf_in(&a);

    assert_int_equal(errors.count, 0);
    headers_add(&res.headers, S("Cache-Control"), S("no-cache"));
    own_headers_apply(own, &req, &res, &a);
    for (size_t i = 0; i < res.headers.count; i++)
        buf_addf(&out, "%.*s: %.*s|", STR(res.headers.list[i].name),
                 STR(res.headers.list[i].value));
    return buf_str(&out);
}

#define CARRIED(lines, path, status, all)                                                          \
    assert_string_equal(str_cstr(&a, carried(lines, path, status)), all)

static void headers_of_all_patterns_that_fit_are_carried(void **state)
{
    static const char lines[] =
        "# comment\n/*\n  X-A: 1\n  Cache-Control: max-age=60\n\n/b/:name\n\tX-A: 2\n"
        "\t# comment\n  X-Name: of :name\n/c\n  ! X-A\n  ! Cache-Control\n";

    (void)state;
    CARRIED(lines, "/", 200, "X-A: 1|Cache-Control: max-age=60|");
    CARRIED(lines, "/b/x y", 200, "X-A: 1, 2|Cache-Control: max-age=60|X-Name: of x%20y|");
    CARRIED(lines, "/c", 200, "X-A: |Cache-Control: |");
    CARRIED("/x\n  X-A: 1\n", "/y", 200, "Cache-Control: no-cache|");
    CARRIED("/x\n  X-A: 1\n", "/x/", 200, "Cache-Control: no-cache|");
}

static void what_is_of_the_file_is_not_told_of_other_answers(void **state)
{
    (void)state;
    CARRIED("/*\n  Cache-Control: max-age=1\n  X-A: 1\n", "/", 404,
            "Cache-Control: no-cache|X-A: 1|");
    CARRIED("/*\n  Cache-Control: max-age=1\n", "/", 304, "Cache-Control: max-age=1|");
}

static void cookies_are_not_joined(void **state)
{
    (void)state;
    CARRIED("/*\n  Set-Cookie: a=1\n  Set-Cookie: b=2\n", "/", 404,
            "Cache-Control: no-cache|Set-Cookie: a=1|Set-Cookie: b=2|");
}

static void wrong_header(const char *lines, unsigned line, unsigned col, const char *sentence)
{
    own_headers_read(S("_headers"), str_of(lines), &a, &errors);
    assert_int_equal(errors.count, 1);
    assert_string_equal(str_cstr(&a, errors.list[0].sentence), sentence);
    assert_int_equal(errors.list[0].line, line);
    assert_int_equal(errors.list[0].col, col);
    errors_free(&errors);
    errors = (struct errors){ 0 };
}

static void what_is_wrong_in_headers_is_told_as_well(void **state)
{
    (void)state;
    wrong_header("  X-A: 1\n", 1, 3, "this header stands below no path");
    wrong_header("X-A: 1\n", 1, 1, "a path begins with a slash");
    wrong_header("/*\n  X A: 1\n", 2, 3, "this is no header");
    wrong_header("/*\n  nonsense\n", 2, 3, "this is no header");
    wrong_header("/*\n  X-A:\n", 2, 3, "'X-A' has no value");
    wrong_header("/*\n  X-A: a\x01\n", 2, 3, "this is no header");
    wrong_header("/*\n  ! X A\n", 2, 3, "this is no header's name");
    wrong_header("/*\n  Content-Length: 5\n", 2, 3,
                 "'Content-Length' is told by the server, which alone knows it");
    wrong_header("/*\n  basic-auth: a:b\n", 2, 3,
                 "'Basic-Auth' would be sent to everybody: it is no header");
    wrong_header("/*/*\n  X-A: 1\n", 1, 4, "a pattern has one star at most");
}

#define T(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_path_leads_to_another),
        T(names_and_the_star_are_carried_over),
        T(the_query_is_kept_unless_the_line_speaks_of_one),
        T(the_first_line_that_fits_counts),
        T(nobody_is_sent_in_a_circle_or_to_another_host_by_a_name),
        T(hosts_and_schemes_are_compared_where_they_are_told),
        T(a_rewrite_names_a_file),
        T(what_is_wrong_is_told_by_line_and_column),
        T(lines_with_stars_are_only_so_many_and_others_are_not),
        T(headers_of_all_patterns_that_fit_are_carried),
        T(what_is_of_the_file_is_not_told_of_other_answers),
        T(cookies_are_not_joined),
        T(what_is_wrong_in_headers_is_told_as_well),
    };

    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
