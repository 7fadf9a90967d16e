/* Where a page's links lead, and what is said of those that lead nowhere. */
#include "fixture.h"
#include <stdio.h>

/* The address a link from content/blog/post.md leads to. */
static const char *leads(const char *link)
{
    static char found[256];
    char text[256];
    const char *page;

    snprintf(text, sizeof text, "[x](<%s>)\n", link);
    has("content/blog/post.md", text);
    opens();
    page = strstr(get("/blog/post/"), "href=\"");
    assert_non_null(page);
    snprintf(found, sizeof found, "%.*s", (int)strcspn(page + 6, "\""), page + 6);
    assert_string_equal(findings(), "");
    return found;
}

static void site_with_pages(void)
{
    has("content/_index.md", "");
    has("content/about.md", "## Our history\n\n<a name=\"old\"></a>\n");
    has("content/Größe.md", "");
    has("content/blog/README.md", "");
    has("content/blog/other.md", "");
    has("content/blog/trip/index.md", "");
    has("content/blog/trip/map.svg", "<svg/>");
    has("content/pic.svg", "<svg/>");
    has("static/file.zip", "");
}

static void a_link_to_a_file_leads_to_its_page(void **state)
{
    (void)state;
    site_with_pages();
    assert_string_equal(leads("other.md"), "/blog/other/");
    assert_string_equal(leads("./other.md"), "/blog/other/");
    assert_string_equal(leads("../about.md"), "/about/");
    assert_string_equal(leads("trip/index.md"), "/blog/trip/");
    assert_string_equal(leads("README.md"), "/blog/");
    assert_string_equal(leads("../_index.md"), "/");
    assert_string_equal(leads("../Gr%C3%B6%C3%9Fe.md"), "/gr%C3%B6sse/");
    assert_string_equal(leads("../Größe.md"), "/gr%C3%B6sse/");
}

static void query_and_anchor_go_on(void **state)
{
    (void)state;
    site_with_pages();
    assert_string_equal(leads("../about.md#our-history"), "/about/#our-history");
    assert_string_equal(leads("../about.md?x=1#old"), "/about/?x=1#old");
    assert_string_equal(leads("../about.md#"), "/about/#");
    assert_string_equal(leads("../about.md#top"), "/about/#top");
}

static void folders_lead_to_their_pages(void **state)
{
    (void)state;
    site_with_pages();
    assert_string_equal(leads("trip"), "/blog/trip/");
    assert_string_equal(leads("trip/"), "/blog/trip/");
    assert_string_equal(leads("."), "/blog/");
    assert_string_equal(leads("./"), "/blog/");
    assert_string_equal(leads(".."), "/");
    assert_string_equal(leads("../blog/"), "/blog/");
}

static void files_beside_pages_and_static_files_are_found(void **state)
{
    (void)state;
    site_with_pages();
    assert_string_equal(leads("trip/map.svg"), "/blog/trip/map.svg");
    assert_string_equal(leads("../pic.svg"), "/pic.svg");
    assert_string_equal(leads("../../static/file.zip"), "/static/file.zip");
    assert_string_equal(leads("/static/file.zip"), "/static/file.zip");
}

static void a_leading_slash_is_content_or_the_site(void **state)
{
    (void)state;
    site_with_pages();
    assert_string_equal(leads("/about.md"), "/about/");
    assert_string_equal(leads("/about/"), "/about/");
    assert_string_equal(leads("/blog/trip"), "/blog/trip/");
    assert_string_equal(leads("/"), "/");
}

static void what_other_tools_make_of_a_file_is_understood(void **state)
{
    (void)state;
    site_with_pages();
    assert_string_equal(leads("other.html"), "/blog/other/");
    assert_string_equal(leads("other"), "/blog/other/");
    assert_string_equal(leads("other/"), "/blog/other/");
    assert_string_equal(leads("trip/index.html"), "/blog/trip/");
    assert_string_equal(leads("../index.html"), "/");
    assert_string_equal(leads("../../about/"), "/about/");
}

static void what_leads_elsewhere_is_left_alone(void **state)
{
    (void)state;
    site_with_pages();
    assert_string_equal(leads("https://example.org/x.md"), "https://example.org/x.md");
    assert_string_equal(leads("mailto:a@example.org"), "mailto:a@example.org");
    assert_string_equal(leads("//example.org/x"), "//example.org/x");
    assert_string_equal(leads("?q=1"), "?q=1");
}

static void below_a_base_path_links_lead_below_it(void **state)
{
    (void)state;
    site_with_pages();
    has("vial.yaml", "base_url: https://example.org/docs/\n");
    assert_string_equal(leads("other.md"), "/docs/blog/other/");
    assert_string_equal(leads("/docs/about/"), "/docs/about/");
    assert_string_equal(leads("../pic.svg"), "/docs/pic.svg");
}

static const char *said_of(const char *text)
{
    has("content/blog/post.md", text);
    opens();
    get("/blog/post/");
    return findings();
}

static void a_link_that_leads_nowhere_has_a_place_and_the_nearest_match(void **state)
{
    (void)state;
    site_with_pages();
    assert_string_equal(said_of("---\ntitle: A\n---\nSome\ntext, [it](../abuot.md) and ![p](trip/"
                                "mpa.svg)\n"),
                        "content/blog/post.md:5:7: there is no page '../abuot.md' | did you mean "
                        "'../about.md'?\n"
                        "content/blog/post.md:5:29: there is no picture 'trip/mpa.svg' | did you "
                        "mean 'trip/map.svg'?\n");
}

static void a_file_that_was_moved_is_found_by_its_name(void **state)
{
    (void)state;
    site_with_pages();
    assert_string_equal(said_of("[x](about.md)"),
                        "content/blog/post.md:1:1: there is no page 'about.md' | did you mean "
                        "'../about.md'?\n");
}

static void a_heading_that_is_not_there_has_a_place_and_the_nearest_match(void **state)
{
    (void)state;
    site_with_pages();
    assert_string_equal(
        said_of("[x](../about.md#our-histroy) [y](#here) [z](post.md#nope)\n\n# "
                "Here\n\n[old](../about.md#old)\n"),
        "content/blog/post.md:1:1: there is no heading '#our-histroy' in about.md | "
        "did you mean '#our-history'?\n"
        "content/blog/post.md:1:41: there is no heading '#nope' in blog/post.md\n");
}

static void a_link_to_what_is_not_shown_is_told(void **state)
{
    (void)state;
    has("content/secret.md", "---\ndraft: true\n---\n");
    has("content/later.md", "---\npublish_date: 2999-01-01\n---\n");
    assert_string_equal(said_of("[x](../secret.md) [y](../later.md)"),
                        "content/blog/post.md:1:1: the page 'secret.md' is a draft, so nobody will "
                        "find it\n"
                        "content/blog/post.md:1:19: the page 'later.md' is not published yet, so "
                        "nobody will find it\n");
}

static void raw_html_is_resolved_as_well(void **state)
{
    (void)state;
    site_with_pages();
    has("content/blog/post.md", "<img alt='x > y' src=\"../pic.svg\">\n\n<p><a class=x href='"
                                "other.md?a=1&amp;b=2'>x</a></p>\n\n"
                                "<!-- <img src=\"no.png\"> -->\n\n`<img src=\"no.png\">`\n");
    opens();
    assert_string_equal(get("/blog/post/"), "<img alt='x > y' src=\"/pic.svg\">\n<p><a class=x "
                                            "href='/blog/other/?a=1&amp;b=2'>x</a></p>\n"
                                            "<!-- <img src=\"no.png\"> -->\n<p><code>&lt;img "
                                            "src=&quot;no.png&quot;&gt;</code></p>\n");
    assert_string_equal(findings(), "");
}

static void raw_html_that_leads_nowhere_has_its_place(void **state)
{
    (void)state;
    site_with_pages();
    assert_string_equal(said_of("Text.\n\n<div>\n  <img alt=x src=\"../pci.svg\">\n</div>\n"),
                        "content/blog/post.md:4:3: there is no picture '../pci.svg' | did you mean "
                        "'../pic.svg'?\n");
}

static void a_link_written_twice_is_told_twice_and_not_thrice(void **state)
{
    (void)state;
    site_with_pages();
    assert_string_equal(said_of("[x](gone.zip)\n[y](gone.zip)\n"),
                        "content/blog/post.md:1:1: there is no file 'gone.zip'\n"
                        "content/blog/post.md:2:1: there is no file 'gone.zip'\n");
}

static void findings_may_be_silenced(void **state)
{
    (void)state;
    has("vial.yaml", "links: ignore\n");
    assert_string_equal(said_of("[x](gone.md) <img alt=x src=\"gone.png\"> [y](#gone)"), "");
}

static void findings_are_told_where_the_page_is_and_not_in_lists(void **state)
{
    (void)state;
    has("content/blog/post.md", "[x](gone.md)");
    has("templates/section.html", "{% for p in section.pages %}{{ p.content }}{% endfor %}");
    opens();
    get("/blog/");
    assert_string_equal(findings(), "");
    get("/blog/post/");
    assert_string_equal(findings(), "content/blog/post.md:1:1: there is no page 'gone.md'\n");
    assert_string_equal(findings(), "");
}

/* `links:` says how bad it is; the line stays as it is for the reader to see. */
static void a_file_to_include_that_is_not_there_is_as_bad_as_a_link(void **state)
{
    (void)state;
    has("vial.yaml", "links: warn\n");
    has("content/a.md", "--8<-- \"none.c\"\n");
    opens();
    assert_non_null(strstr(get("/a/"), "none.c"));
    assert_non_null(strstr(findings(), "content/a.md:1:1: there is no file 'none.c' to include"));
    assert_true(reads_key("/a/", "again:links"));
    has("vial.yaml", "links: error\n");
    opens();
    assert_non_null(strstr(failure_of("/a/"), "there is no file 'none.c' to include"));
    has("vial.yaml", "links: ignore\n");
    opens();
    get("/a/");
    assert_string_equal(findings(), "");
}

/* A page that cannot be made has an error of its own; who links into it is not asked. */
static void an_anchor_of_a_page_that_fails_is_nobodys_fault(void **state)
{
    (void)state;
    has("content/a.md", "[b](b.md#none)\n");
    has("content/b.md", "{{ nobody() }}\n");
    opens();
    get("/a/");
    assert_string_equal(findings(), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(a_link_to_a_file_leads_to_its_page),
        proves(query_and_anchor_go_on),
        proves(folders_lead_to_their_pages),
        proves(files_beside_pages_and_static_files_are_found),
        proves(a_leading_slash_is_content_or_the_site),
        proves(what_other_tools_make_of_a_file_is_understood),
        proves(what_leads_elsewhere_is_left_alone),
        proves(below_a_base_path_links_lead_below_it),
        proves(a_link_that_leads_nowhere_has_a_place_and_the_nearest_match),
        proves(a_file_that_was_moved_is_found_by_its_name),
        proves(a_heading_that_is_not_there_has_a_place_and_the_nearest_match),
        proves(a_link_to_what_is_not_shown_is_told),
        proves(raw_html_is_resolved_as_well),
        proves(raw_html_that_leads_nowhere_has_its_place),
        proves(a_link_written_twice_is_told_twice_and_not_thrice),
        proves(findings_may_be_silenced),
        proves(findings_are_told_where_the_page_is_and_not_in_lists),
        proves(a_file_to_include_that_is_not_there_is_as_bad_as_a_link),
        proves(an_anchor_of_a_page_that_fails_is_nobodys_fault),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
