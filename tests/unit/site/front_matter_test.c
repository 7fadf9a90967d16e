/* What a page says of itself between two lines of "---". */
#include "fixture.h"

static void the_text_behind_it_is_the_page(void **state)
{
    (void)state;
    has("content/a.md", "---\ntitle: A\n---\nHi.\n");
    opens();
    assert_string_equal(get("/a/"), "<p>Hi.</p>\n");
}

static void none_of_it_is_needed(void **state)
{
    (void)state;
    has("content/a.md", "Hi.\n");
    has("content/b.md", "");
    has("content/c.md", "---\n---\nHi.\n");
    opens();
    assert_string_equal(get("/a/"), "<p>Hi.</p>\n");
    assert_string_equal(get("/b/"), "");
    assert_string_equal(get("/c/"), "<p>Hi.</p>\n");
}

static void carriage_returns_and_a_byte_order_mark_do_no_harm(void **state)
{
    (void)state;
    has("content/a.md", "\xEF\xBB\xBF---\r\ntitle: A\r\n---\r\nHi.\r\n");
    has("templates/page.html", "{{ page.title }}: {{ page.content }}");
    opens();
    assert_string_equal(get("/a/"), "A: <p>Hi.</p>\n");
}

static void a_missing_end_is_told_where_it_begins(void **state)
{
    (void)state;
    has("content/a.md", "---\ntitle: A\n\nText.\n");
    has("content/b.md", "B");
    assert_string_equal(
        complains(), "content/a.md:1:1: the front matter that begins here is not ended by a line "
                     "'---' | for a rule across the page, write '***'\n");
    assert_string_equal(get("/b/"), "<p>B</p>\n");
    assert_int_equal(status_of("/a/"), 404);
}

static void toml_stands_between_pluses_and_json_between_braces(void **state)
{
    (void)state;
    has("content/a.md", "+++\ntitle = 'A'\n+++\nText.\n");
    has("content/b.md", "{\"title\": \"B\"}\nText.\n");
    has("content/c.md", "{{ no }} front matter\n");
    opens();
    assert_string_equal(get("/a/"), "<p>Text.</p>\n");
    assert_string_equal(get("/b/"), "<p>Text.</p>\n");
    assert_string_equal(get("/c/"), "<p>{{ no }} front matter</p>\n");
}

static void every_wrong_type_has_a_place(void **state)
{
    (void)state;
    has("content/a.md", "---\nweight: heavy\ndraft: yes\ndate: 2026-13-01\ntitle: [x]\n"
                        "tags: {a: b}\n---\n");
    assert_string_equal(
        complains(),
        "content/a.md:2:9: 'weight' must be a whole number, not text\n"
        "content/a.md:3:8: 'draft' must be true or false, not text | YAML 1.2 knows true and false "
        "only; yes, no, on and off are words\n"
        "content/a.md:4:7: 'date' is no date: '2026-13-01' | write 2026-11-21, 2026-11-21 10:30 or "
        "2026-11-21T10:30:00+02:00\n"
        "content/a.md:5:8: 'title' must be text, not a list\n"
        "content/a.md:6:7: 'tags' must be a list of words, not a map\n");
}

static void errors_of_all_pages_are_told_in_the_order_of_files(void **state)
{
    (void)state;
    has("content/a.md", "---\nweight: heavy\n---\n");
    has("content/b.md", "---\ntitle: [\n---\n");
    has("content/c/d.md", "---\nweight: light\n---\n");
    const char *said = complains();
    assert_non_null(strstr(said, "content/a.md:2:9"));
    assert_non_null(strstr(strstr(said, "content/a.md"), "content/b.md:"));
    assert_non_null(strstr(strstr(said, "content/b.md"), "content/c/d.md:2:9"));
}

static void an_address_of_its_own_begins_with_a_slash(void **state)
{
    (void)state;
    has("content/a.md", "---\nurl: https://example.org/\n---\n");
    has("content/b.md", "---\nslug: a/b\n---\n");
    assert_string_equal(
        complains(), "content/a.md:2:6: 'url' is the page's address on this site and begins with "
                     "one '/'\n"
                     "content/b.md:2:7: 'slug' is one part of an address and has no '/' | 'url' "
                     "gives the whole address\n");
}

static void a_likely_slip_is_a_warning_and_the_key_is_kept(void **state)
{
    (void)state;
    has("content/a.md", "---\ntitel: A\ntag: x\n---\n");
    has("templates/page.html", "{{ page.titel }} {{ page.tag }}");
    opens();
    assert_string_equal(get("/a/"), "A x");
    assert_string_equal(
        findings(), "content/a.md:2:1: vial knows no 'titel'; it is kept as page.titel | did you "
                    "mean 'title'?\n"
                    "content/a.md:3:1: vial knows no 'tag'; it is kept as page.tag | did you "
                    "mean 'tags'?\n");
}

static void other_keys_are_a_sites_own(void **state)
{
    (void)state;
    has("content/a.md", "---\ndata: 1\nimage: x.png\ncolour: {r: 1, g: [2, 3]}\n---\n");
    has("templates/page.html", "{{ page.data + 1 }} {{ page.image }} {{ page.colour.g[1] }}");
    opens();
    assert_string_equal(get("/a/"), "2 x.png 3");
    assert_string_equal(findings(), "");
}

static void a_number_may_be_a_title(void **state)
{
    (void)state;
    has("content/a.md", "---\ntitle: 2026\n---\n");
    has("templates/page.html", "{{ page.title }}");
    opens();
    assert_string_equal(get("/a/"), "2026");
}

static void bytes_that_are_no_text_have_a_place(void **state)
{
    (void)state;
    has_bytes("content/a.md", "---\ntitle: A\n---\nGood.\nBad \xff.\n", 31);
    assert_string_equal(complains(), "content/a.md:5:5: this byte (0xFF) is no UTF-8 | save the "
                                     "file as UTF-8\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(the_text_behind_it_is_the_page),
        proves(none_of_it_is_needed),
        proves(carriage_returns_and_a_byte_order_mark_do_no_harm),
        proves(a_missing_end_is_told_where_it_begins),
        proves(toml_stands_between_pluses_and_json_between_braces),
        proves(every_wrong_type_has_a_place),
        proves(errors_of_all_pages_are_told_in_the_order_of_files),
        proves(an_address_of_its_own_begins_with_a_slash),
        proves(a_likely_slip_is_a_warning_and_the_key_is_kept),
        proves(other_keys_are_a_sites_own),
        proves(a_number_may_be_a_title),
        proves(bytes_that_are_no_text_have_a_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
