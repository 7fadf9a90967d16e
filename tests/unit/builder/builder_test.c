/*
 * builder_test.c - a whole site to its files: first, again, after changes, faults and kills
 */
#include "builder/builder.h"
#include "tests/unit/builder/folder.h"
#include "vial/base/path.h"
#include <stdio.h>
#include <stdlib.h>

static struct build_report report;

static int begin(void **state)
{
    int status = folder_begin(state);

    has("vial.yaml", "title: Test\nbase_url: https://example.org/\n");
    has("templates/page.html", "{{ page.title }}: {{ page.content }}");
    has("templates/section.html", "{{ page.title }}");
    has("templates/404.html", "not here");
    has("content/_index.md", "---\ntitle: Home\n---\n");
    has("content/a.md", "---\ntitle: A\n---\ntext\n");
    has("content/b.md", "---\ntitle: B\n---\ntext\n");
    return status;
}

static int end(void **state)
{
    build_report_free(&report);
    return folder_end(state);
}

#undef proves
#define proves(sentence) cmocka_unit_test_setup_teardown(sentence, begin, end)

static vial_res *hello(vial_req *r)
{
    return vial_html(r, vial_safe(r, "hello"));
}

static vial_res *note(vial_req *r)
{
    return vial_text(r, "note");
}

/* Code of the site's own, beside what the folder holds. */
static void add_code(vial *app)
{
    vial_route(app, "/hello/", hello);
    vial_route(app, "/live/", hello, .endpoint = "live", .no_freeze = true);
    vial_route(app, "/form/", hello, .endpoint = "form", .methods = "POST");
    vial_route(app, "/hello/<name>/", hello, .endpoint = "greet");
    vial_route(app, "/note/<name>", note, .endpoint = "note");
    vial_route(app, "/note/<name>/more", note, .endpoint = "more");
}

static bool built_with(const struct build_options *options, bool with_code)
{
    struct errors opening = { 0 };

    build_report_free(&report);
    struct site *site = site_open(at(""), &(struct site_options){ 0 }, &opening);
    assert_non_null(site);
    if (with_code)
        add_code(site_app(site));
    struct build_options used = *options;
    used.keep |= opening.count > 0;
    bool good = build_site(site, &used, &report) && !opening.count;
    errors_free(&opening);
    site_close(site);
    return good;
}

static bool built(void)
{
    return built_with(&(struct build_options){ 0 }, false);
}

static const char *errors_told(void)
{
    return told(&report.errors);
}

static void a_site_becomes_files(void **state)
{
    (void)state;
    assert_true(built());
    assert_string_equal(names_below("public"), "404.html a/index.html b/index.html index.html");
    assert_string_equal(text_at("public/a/index.html"), "A: <p>text</p>\n");
    assert_string_equal(text_at("public/404.html"), "not here");
    assert_int_equal(report.pages, 4);
    assert_int_equal(report.files, 4);
    assert_int_equal(report.written, 4);
}

static void only_what_differs_is_written(void **state)
{
    (void)state;
    assert_true(built());
    struct file_info a = file_info(at("public/a/index.html"));
    has("content/b.md", "---\ntitle: B\n---\nother\n");
    assert_true(built());
    assert_int_equal(report.written, 1);
    assert_int_equal(report.unchanged, 3);
    assert_int_equal(file_info(at("public/a/index.html")).changed, a.changed);
    assert_string_equal(text_at("public/b/index.html"), "B: <p>other</p>\n");
}

static void what_is_no_longer_made_is_removed_and_foreign_files_stay(void **state)
{
    (void)state;
    assert_true(built());
    has("public/mine.txt", "mine");
    has("public/a/mine.txt", "mine");
    lacks("content/a.md");
    lacks("content/b.md");
    assert_true(built());
    assert_int_equal(report.removed, 2);
    assert_string_equal(names_below("public"), "404.html a/mine.txt index.html mine.txt");
}

static void a_page_that_fails_keeps_what_it_was_and_others_are_built(void **state)
{
    (void)state;
    assert_true(built());
    has("content/a.md", "---\ntitle: A\ntemplate: bad.html\n---\n");
    has("content/b.md", "---\ntitle: B\n---\nother\n");
    has("templates/bad.html", "{{ nothing.at.all }}");
    assert_false(built());
    assert_non_null(strstr(errors_told(), "templates/bad.html:1:"));
    assert_string_equal(text_at("public/a/index.html"), "A: <p>text</p>\n");
    assert_string_equal(text_at("public/b/index.html"), "B: <p>other</p>\n");
    has("content/a.md", "---\ntitle: A\n---\nmended\n");
    assert_true(built());
    assert_string_equal(text_at("public/a/index.html"), "A: <p>mended</p>\n");
}

static void an_old_page_stays_while_something_is_wrong(void **state)
{
    (void)state;
    assert_true(built());
    lacks("content/a.md");
    has("templates/section.html", "{{ nothing.at.all }}");
    assert_false(built());
    assert_true(there_is("public/a/index.html"));
    has("templates/section.html", "fine");
    assert_true(built());
    assert_false(there_is("public/a/index.html"));
}

static void the_fault_of_a_template_is_told_once(void **state)
{
    (void)state;
    has("content/c.md", "---\ntitle: C\n---\n");
    has("templates/page.html", "{{ nothing.at.all }}");
    assert_false(built());
    assert_int_equal(report.errors.count, 1);
    const char *told_so = errors_told();
    assert_non_null(strstr(told_so, "while making /a/, from"));
    assert_non_null(strstr(told_so, "and 2 more pages"));
}

/* Everything that a build says and makes, as one text. */
static const char *outcome(unsigned jobs)
{
    char command[256];
    struct buf out = buf_in(arena());

    snprintf(command, sizeof command, "rm -rf %s %s", at("public").p, at(".vial").p);
    assert_int_equal(system(command), 0);
    built_with(&(struct build_options){ .jobs = jobs }, true);
    buf_addf(&out, "%s%s", errors_told(), names_below("public"));
    return buf_cstr(&out);
}

static void the_number_of_threads_makes_no_difference(void **state)
{
    (void)state;
    char name[64], text[128];

    for (int i = 0; i < 60; i++) {
        snprintf(name, sizeof name, "content/page-%d.md", i);
        snprintf(text, sizeof text, "---\ntitle: P\ntemplate: %s\n---\n[x](gone-%d.md)\n",
                 i % 3 ? "page.html" : "bad.html", i % 4);
        has(name, text);
    }
    has("templates/bad.html", "{% if page.title %}{{ a.b.c }}{% endif %}");
    const char *one = outcome(1);
    assert_non_null(strstr(one, "and 19 more pages"));
    for (unsigned jobs = 2; jobs < 9; jobs += 3)
        assert_string_equal(outcome(jobs), one);
}

static void what_url_for_names_is_built_as_well(void **state)
{
    (void)state;
    has("templates/section.html", "{{ url_for('greet', name='anna') }}");
    assert_true(built_with(&(struct build_options){ 0 }, true));
    assert_string_equal(text_at("public/hello/anna/index.html"), "hello");
}

static void found_pages_that_collide_are_told_alike_whichever_was_found_first(void **state)
{
    (void)state;
    static const char *const orders[] = {
        "{{ url_for('note', name='x') }}{{ url_for('more', name='x') }}",
        "{{ url_for('more', name='x') }}{{ url_for('note', name='x') }}",
    };

    for (size_t i = 0; i < 2; i++) {
        has("templates/section.html", orders[i]);
        assert_false(built_with(&(struct build_options){ 0 }, true));
        assert_string_equal(errors_told(), "'/note/x/more' needs a folder note/x, which is to be "
                                           "the file of '/note/x'\n");
    }
}

static void rules_without_arguments_are_built_unless_they_are_live(void **state)
{
    (void)state;
    assert_true(built_with(&(struct build_options){ 0 }, true));
    assert_true(there_is("public/hello/index.html"));
    assert_false(there_is("public/live/index.html"));
    assert_false(there_is("public/form/index.html"));
}

static void a_site_below_a_path_is_built_without_it(void **state)
{
    (void)state;
    has("vial.yaml", "title: Test\nbase_url: https://example.org/docs/\n");
    has("templates/section.html", "{{ url_for('greet', name='anna') }}");
    has("content/b.md", "---\ntitle: B\naliases: [/old/]\n---\n");
    assert_true(built_with(&(struct build_options){ 0 }, true));
    assert_string_equal(text_at("public/index.html"), "/docs/hello/anna/");
    assert_true(there_is("public/hello/anna/index.html"));
    assert_false(there_is("public/docs"));
    assert_string_equal(text_at("public/_redirects"), "/docs/old/ /docs/b/ 301\n");
}

static void a_redirect_is_a_page_and_a_line(void **state)
{
    (void)state;
    has("content/b.md", "---\ntitle: B\naliases: [/old/]\n---\n");
    assert_true(built());
    assert_string_equal(text_at("public/_redirects"), "/old/ /b/ 301\n");
    assert_non_null(strstr(text_at("public/old/index.html"), "url=/b/"));
    has("content/b.md", "---\ntitle: B\n---\n");
    assert_true(built());
    assert_false(there_is("public/_redirects"));
    assert_false(there_is("public/old"));
}

static void a_foreign_file_is_left_until_it_is_taken_over(void **state)
{
    (void)state;
    has("public/a/index.html", "mine");
    assert_false(built());
    assert_non_null(strstr(errors_told(), "public/a/index.html: is in the way"));
    assert_string_equal(text_at("public/a/index.html"), "mine");
    assert_true(built_with(&(struct build_options){ .force = true }, false));
    assert_string_equal(text_at("public/a/index.html"), "A: <p>text</p>\n");
}

static void many_foreign_files_are_one_error(void **state)
{
    (void)state;
    has("public/a/index.html", "mine");
    has("public/b/index.html", "mine");
    assert_false(built());
    assert_int_equal(report.errors.count, 1);
    assert_non_null(strstr(errors_told(), "and 1 more file"));
}

static void without_its_manifest_a_site_finds_its_files_again(void **state)
{
    (void)state;
    char command[256];

    assert_true(built());
    snprintf(command, sizeof command, "rm -rf %s", at(".vial").p);
    assert_int_equal(system(command), 0);
    assert_true(built());
    assert_int_equal(report.written, 0);
    lacks("content/a.md");
    assert_true(built());
    assert_false(there_is("public/a/index.html"));
}

static void a_damaged_manifest_is_told_and_nothing_is_lost(void **state)
{
    (void)state;
    char command[256];

    assert_true(built());
    snprintf(command, sizeof command, "truncate -s 40 %s/.vial/*.manifest", at("").p);
    assert_int_equal(system(command), 0);
    lacks("content/a.md");
    assert_true(built());
    assert_non_null(strstr(told(&report.warnings), "is damaged"));
    assert_true(there_is("public/a/index.html")); /* whose it is, nobody knows */
}

static void a_file_that_somebody_changed_is_left_with_a_warning(void **state)
{
    (void)state;
    assert_true(built());
    has("public/a/index.html", "changed by hand");
    lacks("content/a.md");
    assert_true(built());
    assert_non_null(strstr(told(&report.warnings), "public/a/index.html: is no longer made"));
    assert_string_equal(text_at("public/a/index.html"), "changed by hand");
    assert_true(built());
    assert_int_equal(report.warnings.count, 0);
}

static void a_check_writes_nothing(void **state)
{
    (void)state;
    assert_true(built_with(&(struct build_options){ .check = true }, false));
    assert_int_equal(report.pages, 4);
    assert_false(there_is("public"));
    assert_false(there_is(".vial"));
}

static vial_res *next_page(vial_req *r)
{
    vial_url(r, "next_page", KV({ "n", V(vial_arg_i(r, "n") + 1) }));
    return vial_html(r, vial_safe(r, "on and on"));
}

static void pages_without_end_are_told(void **state)
{
    (void)state;
    struct errors opening = { 0 };
    struct site *site = site_open(at(""), &(struct site_options){ 0 }, &opening);

    vial_route(site_app(site), "/n/<int:n>/", next_page);
    vial_route(site_app(site), "/n/", next_page, .endpoint = "first",
               .defaults = KV({ "n", V(0) }));
    assert_false(build_site(site, &(struct build_options){ .check = true }, &report));
    assert_non_null(strstr(errors_told(), "pages lead to ever new pages"));
    site_close(site);
}

static void progress(void *self, size_t done, size_t known)
{
    size_t *last = self;

    assert_true(done <= known);
    *last = done > *last ? done : *last;
}

static void who_waits_is_told_how_far_it_is(void **state)
{
    (void)state;
    size_t last = 0;

    assert_true(built_with(&(struct build_options){ .progress = progress, .self = &last }, false));
    assert_int_equal(last, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(a_site_becomes_files),
        proves(only_what_differs_is_written),
        proves(what_is_no_longer_made_is_removed_and_foreign_files_stay),
        proves(a_page_that_fails_keeps_what_it_was_and_others_are_built),
        proves(an_old_page_stays_while_something_is_wrong),
        proves(the_fault_of_a_template_is_told_once),
        proves(the_number_of_threads_makes_no_difference),
        proves(what_url_for_names_is_built_as_well),
        proves(found_pages_that_collide_are_told_alike_whichever_was_found_first),
        proves(rules_without_arguments_are_built_unless_they_are_live),
        proves(a_site_below_a_path_is_built_without_it),
        proves(a_redirect_is_a_page_and_a_line),
        proves(a_foreign_file_is_left_until_it_is_taken_over),
        proves(many_foreign_files_are_one_error),
        proves(without_its_manifest_a_site_finds_its_files_again),
        proves(a_damaged_manifest_is_told_and_nothing_is_lost),
        proves(a_file_that_somebody_changed_is_left_with_a_warning),
        proves(a_check_writes_nothing),
        proves(pages_without_end_are_told),
        proves(who_waits_is_told_how_far_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
