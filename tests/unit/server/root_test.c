/*
 * root_test.c - a built folder, and all that must not be served from it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/root.h"
#include "vial/base/date.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool without_openat2; /* as on old kernels: then no link is followed at all */
static char outside[64], folder[80];
static struct root *root;
static struct arena a;
static struct response res;

static void put(const char *name, const char *text)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static const char *at(const char *name)
{
    static char path[256];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void link_to(const char *name, const char *to)
{
    assert_int_equal(symlink(to, at(name)), 0);
}

static int set_up(void **state)
{
    struct errors errors = { 0 };

    (void)state;
    strcpy(outside, "/tmp/vial-root-XXXXXX");
    assert_non_null(mkdtemp(outside));
    snprintf(folder, sizeof folder, "%s/public", outside);
    mkdir(folder, 0755);
    mkdir(at("blog"), 0755);
    mkdir(at("empty"), 0755);
    mkdir(at(".git"), 0755);
    mkdir(at(".well-known"), 0755);
    mkdir(at("blog/.well-known"), 0755);
    mkdir(at("evil.example"), 0755);
    put("index.html", "home");
    put("404.html", "lost");
    put("about.html", "about");
    put("a b.txt", "space");
    put("blog/index.html", "blog");
    put(".secret", "secret");
    put(".git/config", "secret");
    put(".well-known/security.txt", "contact");
    put("blog/.well-known/x", "secret");
    put("../outside.txt", "secret");
    link_to("inside", "about.html");
    link_to("away", "../outside.txt");
    link_to("far", "/etc/passwd");
    link_to("up", "..");
    link_to("circle", "circle");
    assert_int_equal(mkfifo(at("pipe"), 0644), 0);
    root = root_open(folder, &errors);
    return root ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    response_end(&res);
    response_give_back(&res);
    root_close(root);
    arena_free(&a);
    snprintf(command, sizeof command, "rm -r '%s'", outside);
    return system(command);
}

static struct request request_for(str path)
{
    return (struct request){ .method = S("GET"), .path = path, .headers.arena = &a };
}

static int ask(const struct request *req)
{
    response_end(&res);
    response_give_back(&res);
    res = (struct response){ .headers.arena = &a };
    root_answer(root, req, &res, &a);
    return res.status;
}

static int get(str path)
{
    struct request req = request_for(path);

    return ask(&req);
}

static const char *body(void)
{
    static char text[100];

    if (res.body == BODY_TEXT)
        return str_cstr(&a, res.text);
    assert_int_equal(res.body, BODY_FILE);
    ssize_t n = pread(res.fd, text, sizeof text - 1, (off_t)res.from);
    assert_int_equal(n, res.length);
    text[n] = '\0';
    return text;
}

static void a_file_is_served_with_its_type_and_its_version(void **state)
{
    (void)state;
    assert_int_equal(get(S("/about.html")), 200);
    assert_string_equal(body(), "about");
    assert_true(
        str_eq(headers_get(&res.headers, S("Content-Type")), S("text/html; charset=utf-8")));
    assert_true(headers_get(&res.headers, S("ETag")).len > 10);
    assert_int_equal(headers_get(&res.headers, S("Last-Modified")).len, 29);
    assert_int_equal(get(S("/a b.txt")), 200);
}

static void a_folder_is_its_index(void **state)
{
    (void)state;
    assert_int_equal(get(S("/")), 200);
    assert_string_equal(body(), "home");
    assert_int_equal(get(S("/blog/")), 200);
    assert_string_equal(body(), "blog");
}

static void a_folder_without_its_slash_is_sent_there_with_its_query(void **state)
{
    struct request req = request_for(S("/blog"));

    (void)state;
    req.query = S("a=%20b");
    assert_int_equal(ask(&req), 308);
    assert_true(str_eq(headers_get(&res.headers, S("Location")), S("/blog/?a=%20b")));
}

static void a_redirect_never_leads_to_another_host(void **state)
{
    (void)state;
    assert_int_equal(get(S("//evil.example")), 404);
    assert_int_equal(get(S("/evil.example")), 308);
    assert_true(str_eq(headers_get(&res.headers, S("Location")), S("/evil.example/")));
    assert_int_equal(get(S("/\\evil.example")), 404);
}

static void what_is_not_there_gets_the_folders_own_page(void **state)
{
    (void)state;
    assert_int_equal(get(S("/nothing")), 404);
    assert_string_equal(body(), "lost");
    assert_int_equal(get(S("/empty/")), 404);
    assert_int_equal(get(S("/about.html/")), 404);
    assert_int_equal(get(S("/about.html/x")), 404);
    unlink(at("404.html"));
    assert_int_equal(get(S("/nothing")), 404);
    assert_string_equal(body(), "404 Not Found\n");
}

static void dotfiles_are_not_there_but_well_known_is(void **state)
{
    (void)state;
    assert_int_equal(get(S("/.secret")), 404);
    assert_int_equal(get(S("/.git/config")), 404);
    assert_int_equal(get(S("/.git")), 404);
    assert_int_equal(get(S("/blog/.well-known/x")), 404);
    assert_int_equal(get(S("/.well-known/security.txt")), 200);
    assert_string_equal(body(), "contact");
}

static void nothing_outside_is_served_by_any_spelling(void **state)
{
    static const char *paths[] = { "/../outside.txt",
                                   "/blog/../../outside.txt",
                                   "/./about.html",
                                   "/blog/../about.html",
                                   "//about.html",
                                   "/blog//index.html",
                                   "//etc/passwd",
                                   "/..",
                                   "/blog/..",
                                   "/..\\outside.txt",
                                   "/....//outside.txt",
                                   "/up/outside.txt",
                                   "/up/public/index.html" };

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (get(str_of(paths[i])) != 404)
            fail_msg("%s is answered with %d", paths[i], res.status);
    assert_int_equal(get(S("/about.html\0.txt")), 404);
}

static void a_link_is_followed_within_the_folder_and_never_out_of_it(void **state)
{
    (void)state;
    assert_int_equal(get(S("/inside")), without_openat2 ? 404 : 200);
    assert_string_equal(body(), without_openat2 ? "lost" : "about");
    assert_int_equal(get(S("/away")), 404);
    assert_int_equal(get(S("/far")), 404);
    assert_int_equal(get(S("/up")), 404);
    assert_int_equal(get(S("/circle")), 404);
}

static void a_fifo_is_neither_served_nor_waited_for(void **state)
{
    (void)state;
    assert_int_equal(get(S("/pipe")), 404);
}

static void who_has_it_already_is_told_so(void **state)
{
    struct request req = request_for(S("/about.html"));

    (void)state;
    ask(&req);
    headers_add(&req.headers, S("If-None-Match"), headers_get(&res.headers, S("ETag")));
    assert_int_equal(ask(&req), 304);
    assert_int_equal(res.body, BODY_NONE);
    assert_true(headers_get(&res.headers, S("ETag")).len > 10);
    put("about.html", "changed!");
    assert_int_equal(ask(&req), 200);
}

static void only_reading_is_allowed(void **state)
{
    struct request req = request_for(S("/"));

    (void)state;
    req.method = S("POST");
    assert_int_equal(ask(&req), 405);
    assert_true(str_eq(headers_get(&res.headers, S("Allow")), S("GET, HEAD, OPTIONS")));
    req.method = S("OPTIONS");
    assert_int_equal(ask(&req), 204);
}

static void what_is_at_hand_is_what_is_there(void **state)
{
    char old[256];

    (void)state;
    usleep(200000); /* old enough to be kept */
    for (int i = 0; i < 3; i++) {
        assert_int_equal(get(S("/about.html")), 200);
        assert_true(str_eq(res.text, S("about")) || res.body == BODY_FILE);
        assert_int_equal(get(S("/nothing")), 404);
        assert_string_equal(body(), "lost");
    }
    put("about.html", "other");
    assert_int_equal(get(S("/about.html")), 200);
    assert_string_equal(body(), "other");
    unlink(at("about.html"));
    assert_int_equal(get(S("/about.html")), 404);
    mkdir(at("../elsewhere"), 0755); /* what was at hand in a folder is not, behind a link out */
    put("../elsewhere/index.html", "secret");
    assert_int_equal(get(S("/blog/")), 200);
    strcpy(old, at("blog"));
    assert_int_equal(rename(old, at("moved")), 0);
    link_to("blog", "../elsewhere");
    assert_int_equal(get(S("/blog/")), 404);
}

static void a_name_longer_than_any_is_not_there(void **state)
{
    static char name[6000] = "/";

    (void)state;
    memset(name + 1, 'x', sizeof name - 2);
    assert_int_equal(get(str_of(name)), 404);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    struct errors errors = { 0 };

    (void)state;
    assert_null(root_open("/nowhere/at/all", &errors));
    assert_null(root_open(at("about.html"), &errors));
    assert_int_equal(errors.count, 2);
    errors_free(&errors);
}

static void the_nearest_page_tells_what_is_not_there(void **state)
{
    (void)state;
    put("blog/404.html", "lost in the blog");
    assert_int_equal(get(S("/blog/x/y/z")), 404);
    assert_string_equal(body(), "lost in the blog");
    assert_int_equal(get(S("/blog")), 308);
    assert_int_equal(get(S("/empty/x")), 404);
    assert_string_equal(body(), "lost");
}

/* A root made anew, with these files. */
static void with_rules(const char *redirects, const char *headers)
{
    struct errors errors = { 0 };

    put("_redirects", redirects);
    put("_headers", headers);
    root_close(root);
    root = root_open(folder, &errors);
    assert_non_null(root);
}

static str header(str name)
{
    return headers_get(&res.headers, name);
}

static void lines_of_redirects_are_obeyed(void **state)
{
    (void)state;
    mkdir(at("moved"), 0755);
    put("moved/index.html", "the page that leads on");
    put("app.html", "app");
    with_rules(
        "/moved/ /blog/ 301\n/about.html /nowhere 404\n/a/* /blog/:splat\n/app/* /app.html 200\n"
        "/gone /blog 410\n/odd/* /nothing 200\n/blog/*  /never 302\n",
        "");
    assert_int_equal(get(S("/moved/")), 301);
    assert_string_equal(str_cstr(&a, header(S("Location"))), "/blog/");
    assert_int_equal(get(S("/moved")), 301);
    assert_int_equal(get(S("/about.html")), 200); /* there is such a file */
    assert_int_equal(get(S("/a/x y")), 301);
    assert_string_equal(str_cstr(&a, header(S("Location"))), "/blog/x%20y");
    assert_int_equal(get(S("/app/some/where")), 200);
    assert_string_equal(body(), "app");
    assert_int_equal(get(S("/gone")), 410);
    assert_string_equal(body(), "blog");
    assert_int_equal(get(S("/odd/x")), 404);
    assert_string_equal(body(), "lost");
    assert_int_equal(get(S("/blog/")), 200);
    assert_int_equal(get(S("/blog/nothing")), 302);
    assert_int_equal(get(S("/_redirects")), 404);
    assert_int_equal(get(S("/_headers")), 404);
}

static void lines_of_headers_are_obeyed(void **state)
{
    (void)state;
    with_rules(
        "/old /blog/ 301\n",
        "/*\n  X-All: yes\n  Cache-Control: max-age=9\n/about.html\n  Content-Type: text/x\n");
    assert_int_equal(get(S("/about.html")), 200);
    assert_true(str_eq(header(S("X-All")), S("yes")));
    assert_true(str_eq(header(S("Content-Type")), S("text/x")));
    assert_true(str_eq(header(S("Cache-Control")), S("max-age=9")));
    assert_int_equal(get(S("/old")), 301);
    assert_true(str_eq(header(S("X-All")), S("yes")));
    assert_null(header(S("Cache-Control")).p);
    assert_int_equal(get(S("/none")), 404);
    assert_null(header(S("Cache-Control")).p);
}

static void rules_are_read_again_when_they_change(void **state)
{
    int status = 0;

    (void)state;
    with_rules("/old /blog/ 301\n", "");
    assert_int_equal(get(S("/old")), 301);
    put("_redirects", "/old /about.html 302\n");
    for (int i = 0; i < 100 && status != 302; i++, usleep(20000))
        status = get(S("/old"));
    assert_int_equal(status, 302);
    put("_redirects", "/old nonsense\n"); /* told, and what was read before goes on */
    usleep(600000);
    assert_int_equal(get(S("/old")), 302);
    unlink(at("_redirects"));
    for (int i = 0; i < 100 && status != 404; i++, usleep(20000))
        status = get(S("/old"));
    assert_int_equal(status, 404);
}

/* From now on the system has no openat2(). */
static void take_openat2_away(void)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof rules / sizeof *rules, rules };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        abort();
    without_openat2 = true;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_served_with_its_type_and_its_version),
        TEST(a_folder_is_its_index),
        TEST(a_folder_without_its_slash_is_sent_there_with_its_query),
        TEST(a_redirect_never_leads_to_another_host),
        TEST(what_is_not_there_gets_the_folders_own_page),
        TEST(dotfiles_are_not_there_but_well_known_is),
        TEST(nothing_outside_is_served_by_any_spelling),
        TEST(a_link_is_followed_within_the_folder_and_never_out_of_it),
        TEST(a_fifo_is_neither_served_nor_waited_for),
        TEST(who_has_it_already_is_told_so),
        TEST(only_reading_is_allowed),
        TEST(what_is_at_hand_is_what_is_there),
        TEST(a_name_longer_than_any_is_not_there),
        TEST(a_folder_that_is_not_there_is_an_error),
        TEST(the_nearest_page_tells_what_is_not_there),
        TEST(lines_of_redirects_are_obeyed),
        TEST(lines_of_headers_are_obeyed),
        TEST(rules_are_read_again_when_they_change),
    };

    int failed = cmocka_run_group_tests_name("root", tests, NULL, NULL);
    take_openat2_away();
    return failed + cmocka_run_group_tests_name("root without openat2", tests, NULL, NULL);
}
