/* From files to pages: titles, dates, addresses, what is shown. */
#include "fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *title(const char *text)
{
    has("content/my-page.md", text);
    has("templates/page.html", "{{ page.title }}");
    opens();
    return get("/my-page/");
}

static void the_title_is_written_or_the_first_heading_or_the_name(void **state)
{
    (void)state;
    assert_string_equal(title("---\ntitle: Written\n---\n# Heading\n"), "Written");
    assert_string_equal(title("Text.\n\n## The `first` *heading*\n\n# Second\n"),
                        "The first heading");
    assert_string_equal(title("Text.\n"), "My page");
}

static void a_heading_may_be_underlined(void **state)
{
    (void)state;
    assert_string_equal(title("Two\nlines\n===\n"), "Two lines");
    assert_string_equal(title("- a\n---\n\n> b\n---\n\nTitle\n---\n"), "Title");
}

static void what_stands_in_a_code_block_is_no_heading(void **state)
{
    (void)state;
    assert_string_equal(title("```sh\n# no\n```\n~~~\n# no\n```\n~~~\n    # no\n# Yes\n"), "Yes");
    assert_string_equal(title("```\n# no end\n"), "My page");
    assert_string_equal(title("#no space\n"), "My page");
}

static void the_date_comes_from_the_name_unless_it_is_written(void **state)
{
    (void)state;
    has("content/2026-11-21-hello.md", "");
    has("content/2026-11-21-late.md", "---\ndate: 2027-01-01 10:30\n---\n");
    has("content/2026-11-21.md", "");
    has("content/2026-11-22-trip/index.md", "");
    has("templates/page.html", "{{ page.date }}");
    opens();
    assert_string_equal(get("/hello/"), "2026-11-21");
    assert_string_equal(get("/late/"), "2027-01-01T10:30:00Z");
    assert_string_equal(get("/2026-11-21/"), "None");
    assert_string_equal(get("/trip/"), "2026-11-22");
}

static void names_become_addresses(void **state)
{
    (void)state;
    has("content/_index.md", "");
    has("content/About Us.md", "");
    has("content/Über/straße.md", "");
    has("content/blog/README.md", "");
    has("content/blog/Trip To/index.md", "");
    has("content/blog/Trip To/My Map.png", "");
    opens();
    assert_string_equal(urls(), "/about-us/\n"
                                "/\n"
                                "/blog/\n"
                                "/blog/trip-to/\n"
                                "/%C3%BCber/strasse/\n"
                                "/%C3%BCber/\n"
                                "/blog/trip-to/My%20Map.png\n");
    assert_int_equal(status_of("/blog/trip-to/My%20Map.png"), 200);
    assert_int_equal(status_of("/%C3%BCber/strasse/"), 200);
}

static void front_matter_may_say_another_address(void **state)
{
    (void)state;
    has("content/a/b.md", "---\nslug: other\n---\n");
    has("content/a/c.md", "---\nurl: /far/away\n---\n");
    has("content/a/d.md", "---\nurl: /feed.html\n---\n");
    has("content/e/_index.md", "---\nslug: news\n---\n");
    has("content/e/f.md", "");
    opens();
    assert_string_equal(urls(), "/a/other/\n/far/away/\n/feed.html\n/news/\n/news/f/\n/\n/a/\n");
}

static void a_folder_with_one_page_is_a_page_with_its_files(void **state)
{
    (void)state;
    has("content/blog/trip/index.md", "Trip");
    has("content/blog/trip/map.svg", "<svg/>");
    has("content/blog/trip/photos/1.svg", "<svg/>");
    has("content/blog/note.md", "Note");
    has("templates/page.html", "{% for a in page.assets %}{{ a.name }} {{ a.url }}\n{% endfor %}");
    opens();
    assert_string_equal(get("/blog/"), "Note\nTrip\n");
    assert_string_equal(get("/blog/trip/"),
                        "map.svg /blog/trip/map.svg\n1.svg /blog/trip/photos/1.svg\n");
    assert_string_equal(get("/blog/trip/photos/1.svg"), "<svg/>");
    assert_string_equal(type_of("/blog/trip/map.svg"), "image/svg+xml");
}

static void a_folder_with_more_pages_is_a_section(void **state)
{
    (void)state;
    has("content/guide/index.md", "---\ntitle: The guide\n---\n");
    has("content/guide/a.md", "---\ntitle: A\n---\n");
    has("content/other/_index.md", "---\ntitle: The other\n---\n");
    has("templates/section.html", "{{ page.title }}:{% for p in section.pages %} {{ p.title "
                                  "}}{% endfor %}");
    opens();
    assert_string_equal(get("/guide/"), "The guide: A");
    assert_string_equal(get("/other/"), "The other:");
}

static void two_pages_on_one_address_are_an_error_with_both_names(void **state)
{
    (void)state;
    has("content/a.md", "");
    has("content/b.md", "---\nslug: a\n---\n");
    has("content/c/README.md", "");
    has("content/c/index.md", "");
    const char *said = complains();
    assert_non_null(strstr(said, "content/b.md:2:7: has the address '/a/', which belongs to "));
    assert_non_null(strstr(said, "content/a.md | 'slug' or 'url' in the front matter gives a page "
                                 "another address\n"));
    assert_non_null(strstr(said, "content/c/index.md: has the address '/c/', which belongs to "));
}

static void drafts_and_what_is_not_yet_or_no_longer_are_not_there(void **state)
{
    (void)state;
    has("content/a.md", "---\ndraft: true\n---\n");
    has("content/b.md", "---\npublish_date: 2999-01-01\n---\n");
    has("content/c.md", "---\nexpiry_date: 2001-01-01\n---\n");
    has("content/d/_index.md", "---\ndraft: true\n---\n");
    has("content/d/e.md", "");
    has("content/d/f/g.md", "");
    has("content/d/h.png", "");
    has("content/i.md", "");
    opens();
    assert_string_equal(urls(), "/i/\n/\n");
    opens_with(&(struct site_options){ .drafts = true });
    assert_string_equal(urls(), "/a/\n/d/\n/d/e/\n/d/f/g/\n/i/\n/\n/d/f/\n/d/h.png\n");
    opens_with(&(struct site_options){ .future = true });
    assert_string_equal(urls(), "/b/\n/i/\n/\n");
}

static bool add_listed(void *self, const struct site_listed *page)
{
    buf_addf(self, "%.*s %d\n", STR(page->file), (int)page->shown);
    return true;
}

static void every_file_is_listed_with_the_reason_it_is_not_shown(void **state)
{
    (void)state;
    struct buf out = { 0 };

    has("content/a.md", "---\ndraft: true\n---\n");
    has("content/b.md", "---\npublish_date: 2999-01-01\n---\n");
    has("content/c.md", "---\nexpiry_date: 2001-01-01\n---\n");
    has("content/d.md", "");
    opens();
    site_each_page(the_site(), add_listed, &out);
    assert_string_equal(buf_cstr(&out),
                        "content/a.md 1\ncontent/b.md 2\ncontent/c.md 3\ncontent/d.md 0\n");
    buf_free(&out);
}

static bool add_reason(void *self, const struct site_listed *page)
{
    if (page->shown)
        buf_addf(self, "%.*s %.*s %lld %.*s\n", STR(page->file), STR(page->when),
                 (long long)page->away, STR(page->because));
    if (page->missing.len)
        buf_addf(self, "%.*s not in %.*s\n", STR(page->file), STR(page->missing));
    return true;
}

static void what_is_not_shown_says_until_when_and_which_file_says_so(void **state)
{
    (void)state;
    struct buf out = { 0 };

    setenv("SOURCE_DATE_EPOCH", "1780000000", 1); /* 2026-05-28T20:26:40Z */
    has("vial.yaml", "timezone: Europe/Berlin\nlanguages: {de: {}, fr: {}}\n");
    has("content/a.md", "---\ndraft: true\n---\n");
    has("content/b.md", "---\npublish_date: 2026-05-29\n---\n");
    has("content/c.md", "---\nexpiry_date: 2026-05-28 22:26\n---\n");
    has("content/club/_index.md", "---\npublish_date: 2026-12-01 08:00\n---\n");
    has("content/club/d.md", "");
    has("content/e.md", "");
    has("content/e.fr.md", "");
    opens();
    site_each_page(the_site(), add_reason, &out);
    assert_string_equal(
        buf_cstr(&out),
        "content/a.md  0 \n"
        "content/b.md 2026-05-29T00:00:00+02:00 5600 \n"
        "content/c.md 2026-05-28T22:26:00+02:00 -40 \n"
        "content/club/_index.md 2026-12-01T08:00:00+01:00 16108400 \n"
        "content/club/d.md 2026-12-01T08:00:00+01:00 16108400 content/club/_index.md\n"
        "content/e.md not in de\n");
    unsetenv("SOURCE_DATE_EPOCH");
    buf_free(&out);
}

static void the_files_of_a_draft_are_not_there_either(void **state)
{
    (void)state;
    has("content/trip/index.md", "---\ndraft: true\n---\n");
    has("content/trip/map.svg", "<svg/>");
    opens();
    assert_int_equal(status_of("/trip/map.svg"), 404);
    opens_with(&(struct site_options){ .drafts = true });
    assert_int_equal(status_of("/trip/map.svg"), 200);
}

static void a_page_that_is_too_large_is_told_and_the_others_are_there(void **state)
{
    (void)state;
    has("content/a.md", "Hi.");
    has("content/big.md", "");
    char path[128];
    snprintf(path, sizeof path, "%s/content/big.md", folder());
    assert_int_equal(truncate(path, 100 << 20), 0);
    assert_non_null(strstr(complains(), "content/big.md: is too large: "));
    assert_string_equal(get("/a/"), "<p>Hi.</p>\n");
}

static void what_is_no_file_is_not_waited_for(void **state)
{
    (void)state;
    char path[128];

    has("content/c.md/x.txt", "x");
    snprintf(path, sizeof path, "%s/content/pipe.md", folder());
    assert_int_equal(mkfifo(path, 0600), 0);
    opens();
    assert_string_equal(get("/c.md/x.txt"), "x");
    assert_int_equal(status_of("/pipe/"), 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(the_title_is_written_or_the_first_heading_or_the_name),
        proves(a_heading_may_be_underlined),
        proves(what_stands_in_a_code_block_is_no_heading),
        proves(the_date_comes_from_the_name_unless_it_is_written),
        proves(names_become_addresses),
        proves(front_matter_may_say_another_address),
        proves(a_folder_with_one_page_is_a_page_with_its_files),
        proves(a_folder_with_more_pages_is_a_section),
        proves(two_pages_on_one_address_are_an_error_with_both_names),
        proves(drafts_and_what_is_not_yet_or_no_longer_are_not_there),
        proves(every_file_is_listed_with_the_reason_it_is_not_shown),
        proves(what_is_not_shown_says_until_when_and_which_file_says_so),
        proves(the_files_of_a_draft_are_not_there_either),
        proves(a_page_that_is_too_large_is_told_and_the_others_are_there),
        proves(what_is_no_file_is_not_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
