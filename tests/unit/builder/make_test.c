/*
 * make_test.c - a response is a file when whoever serves the file sends the same
 */
#include "builder/make.h"
#include "tests/unit/builder/folder.h"
#include "vial/vial.h"

static vial *app;
static struct target target;
static struct made made;

static vial_res *page(vial_req *r)
{
    return vial_html(r, vial_safe(r, "<p>text"));
}

static vial_res *plain(vial_req *r)
{
    return vial_text(r, "plain");
}

static vial_res *feed(vial_req *r)
{
    return vial_set(vial_text(r, "<feed/>"), "Content-Type", "application/atom+xml; charset=utf-8");
}

static vial_res *moved(vial_req *r)
{
    return vial_status(vial_redirect(r, "/new/?a=1&b=\"2\""), 301);
}

static vial_res *moved_to_nowhere(vial_req *r)
{
    return vial_set(vial_status(vial_text(r, ""), 302), "Location", "");
}

static vial_res *forbidden(vial_req *r)
{
    return vial_abort(r, 403, NULL);
}

static vial_res *broken(vial_req *r)
{
    return vial_abort(r, 500, "the tap is dry");
}

static vial_res *from_file(vial_req *r)
{
    return vial_send_file(r, at("files").p, "style.css");
}

static int begin(void **state)
{
    int status = folder_begin(state);

    app = vial_new("test");
    vial_route(app, "/page/", page);
    vial_route(app, "/page", page, .endpoint = "bare");
    vial_route(app, "/page.txt", page, .endpoint = "text");
    vial_route(app, "/page.rare", page, .endpoint = "rare");
    vial_route(app, "/notes.rare", plain, .endpoint = "notes");
    vial_route(app, "/a%20b.txt", plain, .endpoint = "unused");
    vial_route(app, "/a b.txt", plain, .endpoint = "blank");
    vial_route(app, "/feed.xml", feed);
    vial_route(app, "/old/", moved);
    vial_route(app, "/old.pdf", moved, .endpoint = "old_pdf");
    vial_route(app, "/lost/", moved_to_nowhere);
    vial_route(app, "/forbidden/", forbidden);
    vial_route(app, "/broken/", broken);
    vial_route(app, "/style.css", from_file);
    return status;
}

static int end(void **state)
{
    made_end(&made);
    vial_free(app);
    return folder_end(state);
}

#undef proves
#define proves(sentence) cmocka_unit_test_setup_teardown(sentence, begin, end)

static struct manifest before;
static struct output out;

/* Makes what is at `url`, into "out". */
static bool made_of(const char *url)
{
    before.records = map_in(arena());
    out = (struct output){ .folder = at("out"), .before = &before };
    out.real = out.folder;
    assert_true(output_open(&out, NULL));
    target = (struct target){ .url = str_of(url), .source = S("content/x.md") };
    target.name = target_name(arena(), target.url);
    made_end(&made);
    bool good = make_target(&(struct maker){ app, &out }, &target, &made, arena());
    output_close(&out);
    assert_int_equal(target.failed, !good);
    return good;
}

static const char *refused(const char *url)
{
    assert_false(made_of(url));
    assert_string_equal(names_below("out"), "");
    return told_one(&made.err);
}

static void what_is_answered_is_what_is_written(void **state)
{
    (void)state;
    assert_true(made_of("/page/"));
    assert_true(target.page && target.written);
    assert_string_equal(text_at("out/page/index.html"), "<p>text");
    assert_true(digest_eq(target.record.digest, digest_of(S("<p>text"))));
    assert_true(made_of("/a%20b.txt"));
    assert_false(target.page);
    assert_string_equal(text_at("out/a b.txt"), "plain");
}

static void a_file_that_is_sent_is_copied(void **state)
{
    (void)state;
    has("files/style.css", "a {}");
    assert_true(made_of("/style.css"));
    assert_string_equal(text_at("out/style.css"), "a {}");
}

static void nothing_is_written_without_an_output(void **state)
{
    (void)state;
    target = (struct target){ .url = S("/page/"), .name = S("page/index.html") };
    assert_true(make_target(&(struct maker){ app, NULL }, &target, &made, arena()));
    assert_string_equal(names_below("."), "");
}

static void another_status_is_an_error_that_names_the_source(void **state)
{
    (void)state;
    assert_string_equal(refused("/forbidden/"),
                        "content/x.md: '/forbidden/' is answered with status 403, Forbidden\n");
    assert_string_equal(refused("/nowhere/"),
                        "content/x.md: '/nowhere/' is answered with status 404, Not Found\n");
    assert_non_null(strstr(refused("/broken/"), "the tap is dry\n  while making /broken/, from "
                                                "content/x.md\n"));
    assert_false(made.about_files);
}

static void the_name_has_to_say_what_the_response_says(void **state)
{
    (void)state;
    assert_string_equal(
        refused("/page.txt"),
        "content/x.md: '/page.txt' is answered with the type text/html, and the name of its file, "
        "page.txt, says text/plain\n  let its address end in a name for that type, or in a slash "
        "for HTML\n");
    assert_non_null(strstr(refused("/page"), "text/html"));
    assert_non_null(strstr(refused("/page.rare"), "text/html"));
}

static void types_of_one_kind_and_rare_names_agree(void **state)
{
    (void)state;
    assert_true(made_of("/feed.xml"));
    assert_true(made_of("/notes.rare"));
}

static void a_redirect_is_a_page_that_leads_on(void **state)
{
    (void)state;
    assert_true(made_of("/old/"));
    assert_int_equal(target.redirect, 301);
    assert_str(made.redirects_to, "/new/?a=1&b=%222%22");
    const char *text = text_at("out/old/index.html");
    assert_non_null(strstr(text, "content=\"0; url=/new/?a=1&amp;b=%222%22\""));
    assert_non_null(strstr(text, "rel=\"canonical\" href=\"/new/?a=1&amp;b=%222%22\""));
}

static void a_redirect_of_another_type_is_no_file(void **state)
{
    (void)state;
    assert_true(made_of("/old.pdf"));
    assert_true(target.no_file);
    assert_string_equal(names_below("out"), "");
    assert_true(made.redirects_to.len > 0);
}

static void a_redirect_to_nowhere_is_an_error(void **state)
{
    (void)state;
    assert_string_equal(refused("/lost/"), "content/x.md: '/lost/' is redirected to nowhere\n");
}

static void the_page_for_what_is_not_there_may_say_so(void **state)
{
    (void)state;
    assert_true(made_of("/404.html"));
    assert_true(target.page);
    assert_true(there_is("out/404.html"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(what_is_answered_is_what_is_written),
        proves(a_file_that_is_sent_is_copied),
        proves(nothing_is_written_without_an_output),
        proves(another_status_is_an_error_that_names_the_source),
        proves(the_name_has_to_say_what_the_response_says),
        proves(types_of_one_kind_and_rare_names_agree),
        proves(a_redirect_is_a_page_that_leads_on),
        proves(a_redirect_of_another_type_is_no_file),
        proves(a_redirect_to_nowhere_is_an_error),
        proves(the_page_for_what_is_not_there_may_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
