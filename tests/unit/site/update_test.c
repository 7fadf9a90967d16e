/* Files changed: what the site is now, and which keys are not what they were. */
#include "fixture.h"
#include <stdio.h>

static void a_site(void)
{
    has("content/_index.md", "---\ntitle: Home\n---\n");
    has("content/s/a.md", "---\ntitle: A\nweight: 1\n---\nOld.\n");
    has("content/s/b.md", "---\ntitle: B\nweight: 2\n---\nSee [a](a.md#part).\n\n## Own\n");
    has("content/s/c.md", "---\ntitle: C\nweight: 3\n---\n# Part\n");
    has("content/t/d.md", "---\ntitle: D\n---\n");
    has("content/s/pic.svg", "<svg/>");
    has("static/x.css", "old");
    has("data/n.yaml", "1");
    has("themes/mine/templates/page.html", "theme {{ page.content }}");
    has("themes/mine/static/y.css", "old");
    opens();
}

static void a_new_text_changes_what_is_made_of_it_and_nothing_else(void **state)
{
    (void)state;
    a_site();
    assert_string_equal(get("/s/a/"), "<p>Old.</p>\n");
    has("content/s/a.md", "---\ntitle: A\nweight: 1\n---\nNew.\n");
    struct reads *keys = after_change("content/s/a.md", NULL);
    assert_string_equal(get("/s/a/"), "<p>New.</p>\n");
    assert_true(names(keys, "page:s/a.md#content"));
    assert_true(names(keys, "page:s/a.md#summary"));
    assert_true(names(keys, "file:content/s/a.md"));
    assert_false(names(keys, "page:s/a.md#title"));
    assert_false(names(keys, "page:s/a.md#url"));
    assert_false(names(keys, "section:s"));
    assert_false(names(keys, "site.pages"));
    assert_false(names(keys, "page:s/b.md#content"));
}

static void a_file_saved_as_it_was_changes_nothing(void **state)
{
    (void)state;
    a_site();
    has("content/s/a.md", "x");
    has("content/s/a.md", "---\ntitle: A\nweight: 1\n---\nOld.\n");
    struct reads *keys = after_change("content/s/a.md", NULL);
    assert_false(names(keys, "page:s/a.md#content"));
    assert_false(names(keys, "file:content/s/a.md"));
}

static void a_new_title_is_named_and_its_address_stays(void **state)
{
    (void)state;
    a_site();
    has("content/s/a.md", "---\ntitle: Other\nweight: 1\n---\nOld.\n");
    struct reads *keys = after_change("content/s/a.md", NULL);
    assert_true(names(keys, "page:s/a.md#title"));
    assert_false(names(keys, "page:s/a.md#content"));
    assert_false(names(keys, "page:s/a.md#url"));
    assert_false(names(keys, "section:s"));
    assert_string_equal(get("/s/"), "Other\nB\nC\n");
}

static void a_key_of_ones_own_is_named(void **state)
{
    (void)state;
    a_site();
    has("content/s/a.md", "---\ntitle: A\nweight: 1\nimage: x\n---\nOld.\n");
    assert_true(names(after_change("content/s/a.md", NULL), "page:s/a.md#image"));
    has("content/s/a.md", "---\ntitle: A\nweight: 1\nimage: y\n---\nOld.\n");
    assert_true(names(after_change("content/s/a.md", NULL), "page:s/a.md#image"));
    has("content/s/a.md", "---\ntitle: A\nweight: 1\n---\nOld.\n");
    assert_true(names(after_change("content/s/a.md", NULL), "page:s/a.md#image"));
}

static void a_new_order_changes_the_list_and_the_neighbours(void **state)
{
    (void)state;
    a_site();
    has("content/s/a.md", "---\ntitle: A\nweight: 9\n---\nOld.\n");
    struct reads *keys = after_change("content/s/a.md", NULL);
    assert_true(names(keys, "section:s"));
    assert_true(names(keys, "page:s/a.md#prev"));
    assert_true(names(keys, "page:s/b.md#prev"));
    assert_true(names(keys, "page:s/c.md#next"));
    assert_false(names(keys, "page:s/c.md#prev"));
    assert_false(names(keys, "section:t"));
}

static void a_new_page_is_there(void **state)
{
    (void)state;
    a_site();
    has("content/s/new.md", "New.");
    struct reads *keys = after_change("content/s/new.md", NULL);
    assert_string_equal(get("/s/new/"), "<p>New.</p>\n");
    assert_true(names(keys, "section:s"));
    assert_true(names(keys, "site.pages"));
    assert_true(names(keys, "url:/s/new/"));
    assert_true(names(keys, "page:s/new.md#url"));
    assert_false(names(keys, "section:t"));
    assert_false(names(keys, "section:"));
}

static void a_page_that_went_away_is_gone(void **state)
{
    (void)state;
    a_site();
    lacks("content/t/d.md");
    struct reads *keys = after_change("content/t/d.md", NULL);
    assert_int_equal(status_of("/t/d/"), 404);
    assert_int_equal(status_of("/t/"), 404);
    assert_true(names(keys, "page:t/d.md#url"));
    assert_true(names(keys, "section:t"));
    assert_true(names(keys, "section:"));
    assert_true(names(keys, "url:/t/d/"));
    assert_true(names(keys, "url:/t/"));
}

static void a_folder_that_moved_is_where_it_is_now(void **state)
{
    (void)state;
    a_site();
    moves("content/s", "content/moved");
    after_change("content/s", "content/moved", NULL);
    assert_int_equal(status_of("/s/a/"), 404);
    assert_string_equal(get("/moved/a/"), "<p>Old.</p>\n");
    assert_string_equal(get("/moved/pic.svg"), "<svg/>");
    moves("content/moved", "content/s");
    after_change("content/moved", "content/s", NULL);
    assert_string_equal(get("/s/a/"), "<p>Old.</p>\n");
}

static void a_link_that_led_nowhere_is_known_by_what_was_missing(void **state)
{
    (void)state;
    a_site();
    has("content/s/b.md", "[x](later.md) [y](../pic.svg)");
    after_change("content/s/b.md", NULL);
    assert_true(reads_key("/s/b/", "page:s/later.md#url"));
    assert_true(reads_key("/s/b/", "page:pic.svg#url"));
    has("content/s/later.md", "");
    has("content/pic.svg", "<svg/>");
    struct reads *keys = after_change("content/s/later.md", "content/pic.svg", NULL);
    assert_true(names(keys, "page:s/later.md#url"));
    assert_true(names(keys, "page:pic.svg#url"));
}

static void a_heading_that_changed_is_known_to_those_that_link_to_it(void **state)
{
    (void)state;
    a_site();
    assert_true(reads_key("/s/b/", "page:s/a.md#ids"));
    has("content/s/a.md", "---\ntitle: A\nweight: 1\n---\nOther text.\n");
    assert_false(names(after_change("content/s/a.md", NULL), "page:s/a.md#ids"));
    has("content/s/a.md", "---\ntitle: A\nweight: 1\n---\n# Part\n");
    assert_true(names(after_change("content/s/a.md", NULL), "page:s/a.md#ids"));
    findings();
    get("/s/b/");
    assert_string_equal(findings(), "");
}

static void a_template_is_taken_anew(void **state)
{
    (void)state;
    a_site();
    get("/s/a/");
    has("templates/page.html", "new {{ page.content }}");
    struct reads *keys = after_change("templates/page.html", NULL);
    assert_string_equal(get("/s/a/"), "new <p>Old.</p>\n");
    assert_true(names(keys, "template:page.html"));
    assert_false(names(keys, "template:section.html"));
}

static void a_template_of_the_theme_is_known_by_both_names(void **state)
{
    (void)state;
    has("vial.yaml", "theme: mine\n");
    a_site();
    lacks("templates/page.html");
    struct reads *keys = after_change("templates/page.html", NULL);
    assert_true(names(keys, "template:page.html"));
    assert_string_equal(get("/s/a/"), "theme <p>Old.</p>\n");
    has("themes/mine/templates/page.html", "new");
    keys = after_change("themes/mine/templates/page.html", NULL);
    assert_true(names(keys, "template:page.html"));
    assert_true(names(keys, "template:!theme/page.html"));
    assert_string_equal(get("/s/a/"), "new");
}

static void a_template_that_comes_to_be_is_found(void **state)
{
    (void)state;
    a_site();
    assert_true(reads_key("/", "template:home.html"));
    has("templates/home.html", "home");
    assert_true(names(after_change("templates/home.html", NULL), "template:home.html"));
    assert_string_equal(get("/"), "home");
}

static void static_files_are_what_they_are_now(void **state)
{
    (void)state;
    has("vial.yaml", "theme: mine\n");
    a_site();
    assert_string_equal(get("/static/y.css"), "old");
    has("static/y.css", "the site's");
    struct reads *keys = after_change("static/y.css", NULL);
    assert_string_equal(get("/static/y.css"), "the site's");
    assert_non_null(strstr(urls(), "/static/x.css\n/static/y.css\n"));
    assert_true(names(keys, "static:static/y.css"));
    lacks("static/x.css");
    after_change("static/x.css", NULL);
    assert_null(strstr(urls(), "/static/x.css"));
}

static void data_is_what_it_is_now(void **state)
{
    (void)state;
    has("templates/page.html", "{{ data.n }}");
    a_site();
    assert_string_equal(get("/s/a/"), "1");
    has("data/n.yaml", "2");
    struct reads *keys = after_change("data/n.yaml", NULL);
    assert_string_equal(get("/s/a/"), "2");
    assert_true(names(keys, "data:n"));
    assert_false(names(keys, "data:m"));
}

static void a_new_configuration_is_a_new_site(void **state)
{
    (void)state;
    has("templates/page.html", "{{ site.title }}");
    a_site();
    assert_string_equal(get("/s/a/"), "Test");
    assert_true(reads_key("/s/a/", "site"));
    has("vial.yaml", "title: Other\n");
    assert_true(names(after_change("vial.yaml", NULL), "site"));
    assert_string_equal(get("/s/a/"), "Other");
}

static struct errors said;

static struct reads *changed(const char *path)
{
    static struct arena a;
    str one = str_of(path);

    errors_free(&said);
    return site_update(the_site(), &one, 1, &a, &said);
}

static void a_configuration_that_is_wrong_leaves_the_site_as_it_was(void **state)
{
    (void)state;
    has("templates/page.html", "{{ site.title }}");
    a_site();
    has("vial.yaml", "titel: Other\n");
    changed("vial.yaml");
    assert_int_equal(said.count, 1);
    assert_string_equal(get("/s/a/"), "Test");
    changed("content/s/a.md"); /* it is still wrong, and still told */
    assert_int_equal(said.count, 1);
    has("vial.yaml", "title: Other\n");
    changed("vial.yaml");
    assert_int_equal(said.count, 0);
    assert_string_equal(get("/s/a/"), "Other");
}

static void a_page_that_is_wrong_is_told_until_it_is_right(void **state)
{
    (void)state;
    a_site();
    has("content/s/a.md", "---\nweight: heavy\n---\n");
    changed("content/s/a.md");
    assert_int_equal(said.count, 1);
    assert_int_equal(status_of("/s/a/"), 404);
    has("content/s/c.md", "---\ntitle: C\n---\nother");
    changed("content/s/c.md");
    assert_int_equal(said.count, 1);
    has("content/s/a.md", "Mended.");
    changed("content/s/a.md");
    assert_int_equal(said.count, 0);
    assert_string_equal(get("/s/a/"), "<p>Mended.</p>\n");
}

static void two_pages_on_one_address_are_told_until_they_part(void **state)
{
    (void)state;
    a_site();
    has("content/s/e.md", "---\nslug: a\n---\n");
    changed("content/s/e.md");
    assert_int_equal(said.count, 1);
    has("content/s/c.md", "---\ntitle: C\nweight: 3\n---\nother");
    changed("content/s/c.md");
    assert_int_equal(said.count, 1);
    lacks("content/s/e.md");
    changed("content/s/e.md");
    assert_int_equal(said.count, 0);
}

static void without_paths_everything_is_looked_at(void **state)
{
    (void)state;
    a_site();
    has("content/s/a.md", "New.");
    has("content/new.md", "New.");
    lacks("content/t/d.md");
    struct reads *keys = after_change(NULL, NULL);
    assert_true(names(keys, "site"));
    assert_string_equal(get("/s/a/"), "<p>New.</p>\n");
    assert_string_equal(get("/new/"), "<p>New.</p>\n");
    assert_int_equal(status_of("/t/d/"), 404);
}

static void what_is_none_of_its_business_changes_nothing(void **state)
{
    (void)state;
    a_site();
    struct reads *keys = after_change("README.md", "public/index.html", "contents/x.md",
                                      "themes/other/templates/page.html", NULL);
    assert_int_equal(keys->things.count, 0);
}

static int end(void **state)
{
    (void)state;
    errors_free(&said);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(a_new_text_changes_what_is_made_of_it_and_nothing_else),
        proves(a_file_saved_as_it_was_changes_nothing),
        proves(a_new_title_is_named_and_its_address_stays),
        proves(a_key_of_ones_own_is_named),
        proves(a_new_order_changes_the_list_and_the_neighbours),
        proves(a_new_page_is_there),
        proves(a_page_that_went_away_is_gone),
        proves(a_folder_that_moved_is_where_it_is_now),
        proves(a_link_that_led_nowhere_is_known_by_what_was_missing),
        proves(a_heading_that_changed_is_known_to_those_that_link_to_it),
        proves(a_template_is_taken_anew),
        proves(a_template_of_the_theme_is_known_by_both_names),
        proves(a_template_that_comes_to_be_is_found),
        proves(static_files_are_what_they_are_now),
        proves(data_is_what_it_is_now),
        proves(a_new_configuration_is_a_new_site),
        proves(a_configuration_that_is_wrong_leaves_the_site_as_it_was),
        proves(a_page_that_is_wrong_is_told_until_it_is_right),
        proves(two_pages_on_one_address_are_told_until_they_part),
        proves(without_paths_everything_is_looked_at),
        proves(what_is_none_of_its_business_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
