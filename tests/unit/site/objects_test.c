/* What templates see: page, section, site, config, data, and functions to find things by. */
#include "fixture.h"
#include <stdlib.h>

static void a_site(void)
{
    has("vial.yaml", "title: Test\nbase_url: https://example.org/docs/\ndescription: D\n"
                     "author: Me\nparams: {n: 7}\n");
    has("content/_index.md", "---\ntitle: Home\n---\n");
    has("content/probe.md", "---\ntitle: Probe\ntemplate: probe.html\ndescription: A probe\n"
                            "date: 2026-11-21\nupdated: 2026-11-22T10:30:00+02:00\nweight: 3\n"
                            "tags: [x, y]\nparams: {p: 1}\n---\n"
                            "First *paragraph*.\n\n<!-- more -->\n\n# One\n\n### Deep\n\n## Two\n");
    has("content/blog/_index.md", "---\ntitle: Blog\nimage: b.png\n---\nAbout it.\n");
    has("content/blog/a.md", "---\ntitle: A\nsummary: Of *a*.\ndate: 2026-01-01\n---\nText.\n");
    has("content/blog/b.md", "---\ntitle: B\ndate: 2026-02-01\n---\n");
    has("content/blog/deep/c.md", "---\ntitle: C\n---\n");
    has("templates/probe.html", "");
    opens();
}

#define shown(expression, expected) assert_string_equal(shows(expression), expected)

static void a_page_shows_what_its_front_matter_says(void **state)
{
    (void)state;
    a_site();
    shown("page.title", "Probe");
    shown("page.description", "A probe");
    shown("page.date", "2026-11-21");
    shown("page.updated", "2026-11-22T10:30:00+02:00");
    shown("page.weight", "3");
    shown("page.draft", "False");
    shown("page.tags|join(',')", "x,y");
    shown("page.params.p", "1");
    shown("page['title']", "Probe");
    shown("page.nothing is defined", "False");
    shown("page.slug", "probe");
    shown("page.title_from", "front matter");
}

static void a_page_knows_where_it_is(void **state)
{
    (void)state;
    a_site();
    shown("page.url", "/docs/probe/");
    shown("page.permalink", "https://example.org/docs/probe/");
    shown("page.path", "probe.md");
    shown("page.kind", "page");
    shown("page.section.title", "Home");
    shown("section.title", "Home");
    shown("page.section.kind", "home");
    shown("get_page('blog/a.md').section.title", "Blog");
}

static void a_page_shows_its_text(void **state)
{
    (void)state;
    a_site();
    shown("page.summary", "<p>First <em>paragraph</em>.</p>");
    shown("page.raw[:5]", "First");
    shown("page.word_count", "5");
    shown("page.reading_time", "1");
    shown("page.content|length > 40", "True");
    shown("get_page('blog/a.md').summary", "<p>Of <em>a</em>.</p>\n");
    shown("get_page('blog/b.md').reading_time", "0");
}

static void headings_are_a_tree(void **state)
{
    (void)state;
    a_site();
    shown("page.toc|length", "1");
    shown("page.toc[0].title ~ page.toc[0].id ~ page.toc[0].level", "Oneone1");
    shown("page.toc[0].children|map(attribute='title')|join(',')", "Deep,Two");
}

static void a_section_answers_as_its_page_does_and_lists_what_is_in_it(void **state)
{
    (void)state;
    a_site();
    shown("get_section('blog').title", "Blog");
    shown("get_section('blog').url", "/docs/blog/");
    shown("get_section('blog').content", "<p>About it.</p>\n");
    shown("get_section('blog').image", "b.png");
    shown("get_section('blog').pages|map(attribute='title')|join", "BA");
    shown("get_section('blog').sections|map(attribute='title')|join", "Deep");
    shown("get_section('blog/deep').parent.title", "Blog");
    shown("get_section('blog').page.path", "blog/_index.md");
    shown("get_section('blog/_index.md').title", "Blog");
    shown("get_section('gone') is none", "True");
}

static void lists_are_walked_measured_sliced_and_searched(void **state)
{
    (void)state;
    a_site();
    shown("site.pages|length", "4");
    shown("site.pages[0].title", "Probe");
    shown("site.pages[-1].title", "C");
    shown("site.pages[1:3]|map(attribute='title')|join", "BA");
    shown("(site.pages|first).title ~ (site.pages|last).title", "ProbeC");
    shown("page in site.pages", "True");
    shown("site.home in site.pages", "False");
    shown("site.pages|selectattr('date')|map(attribute='title')|join", "ProbeBA");
    shown("site.pages|sort(attribute='title', reverse=true)|map(attribute='title')|join",
          "ProbeCBA");
    shown("site.pages|groupby('section.title')|map(attribute='grouper')|join(',')",
          "Blog,Deep,Home");
    shown("get_section('blog/deep').sections is defined and not get_section('blog/deep').sections",
          "True");
}

static void the_site_shows_its_configuration(void **state)
{
    (void)state;
    a_site();
    shown("site.title ~ site.description ~ site.author ~ site.language", "TestDMeen");
    shown("site.base_url", "https://example.org/docs/");
    shown("site.url", "/docs/");
    shown("site.params.n", "7");
    shown("site.sections|map(attribute='title')|join", "Blog");
    shown("site.home.title", "Home");
    shown("config.title", "Test");
    shown("config['params'].n", "7");
    shown("config.output ~ config.links", "publicerror");
    shown("'author' in config", "True");
    shown("config.nothing is defined", "False");
}

static void one_page_is_one_page_however_it_was_found(void **state)
{
    (void)state;
    a_site();
    shown("get_page('probe.md') == page", "True");
    shown("get_page('/probe.md') == page", "True");
    shown("get_page('blog') == get_section('blog').page", "True");
    shown("get_page('blog/a.md').prev == get_page('blog/b.md')", "True");
    shown("get_page('blog/a.md') == page", "False");
    shown("get_page('gone.md') is none", "True");
    shown("page", "&lt;page probe.md&gt;");
}

static void dates_are_pythons(void **state)
{
    (void)state;
    a_site();
    shown("page.date.year ~ '/' ~ page.date.month ~ '/' ~ page.date.day", "2026/11/21");
    shown("page.date.strftime('%d %B %Y, %A')", "21 November 2026, Saturday");
    shown("page.date.strftime('')", "");
    shown("page.updated.strftime('%H:%M %z')", "10:30 +0200");
    shown("page.date.weekday() ~ page.date.isoweekday()", "56");
    shown("page.date.isoformat()", "2026-11-21");
    shown("page.updated.date()", "2026-11-22");
    shown("page.date < page.updated", "True");
    shown("page.date > '2026-11-20'", "True");
    shown("page.date == get_page('probe.md').date", "True");
    shown("get_page('blog/deep/c.md').date is none", "True");
    setenv("SOURCE_DATE_EPOCH", "0", 1);
    shown("now()", "1970-01-01T00:00:00Z");
    unsetenv("SOURCE_DATE_EPOCH");
}

static void imported_templates_see_the_site_as_well(void **state)
{
    (void)state;
    has("templates/m.html", "{% macro m(p) %}{{ site.title }} {{ p.title }} {{ "
                            "get_page('probe.md').url }}{% endmacro %}");
    has("templates/probe.html", "");
    a_site();
    has("templates/probe.html", "{% import 'm.html' as m %}{{ m.m(page) }}");
    assert_string_equal(get("/probe/"), "Test Probe /docs/probe/");
}

static void a_wrong_call_says_what_is_right(void **state)
{
    (void)state;
    a_site();
    has("templates/probe.html", "{{ get_page() }}");
    assert_non_null(strstr(failure_of("/probe/"), "templates/probe.html:1:"));
    assert_non_null(
        strstr(failure_of("/probe/"), "get_page() takes one path, relative to content/"));
}

static void a_file_that_is_gone_is_an_error_of_its_page(void **state)
{
    (void)state;
    a_site();
    lacks("content/blog/a.md");
    assert_string_equal(failure_of("/blog/a/"),
                        "content/blog/a.md: cannot be opened: No such file or directory\n");
}

static void data_is_found_by_the_names_of_its_files(void **state)
{
    (void)state;
    has("data/authors.yaml", "ann: {name: Ann}\nbob: {name: Bob}\n");
    has("data/places/towns.json", "[{\"name\": \"Ulm\"}]");
    a_site();
    shown("data.authors.ann.name", "Ann");
    shown("site.data.authors.bob.name", "Bob");
    shown("data.places.towns[0].name", "Ulm");
    shown("data.nothing is defined", "False");
    shown("data|join(',')", "authors,places");
}

static void data_that_cannot_be_read_has_a_place(void **state)
{
    (void)state;
    has("data/a.yaml", "a: [1\n");
    has("data/b.json", "{\"a\" 1}");
    has("data/c.xml", "x");
    has("data/d.json", "1");
    has("data/d.yaml", "1");
    const char *said = complains();
    assert_non_null(strstr(said, "data/a.yaml:2:1: "));
    assert_non_null(strstr(said, "data/b.json:1:"));
    assert_non_null(strstr(said, "data/c.xml: is no data that is read here | data is YAML"));
    assert_non_null(strstr(said, "data/d.yaml: there is other data by the name 'd' already"));
}

static void what_a_page_reads_is_noted(void **state)
{
    (void)state;
    a_site();
    shows(
        "page.prev.title ~ site.title ~ data.x ~ section.pages|length ~ get_page('blog/a.md').url");
    assert_true(reads_key("/probe/", "site"));
    assert_true(reads_key("/probe/", "template:probe.html"));
    assert_true(reads_key("/probe/", "page:probe.md#prev"));
    assert_true(reads_key("/probe/", "config:title"));
    assert_true(reads_key("/probe/", "data:x"));
    assert_true(reads_key("/probe/", "section:"));
    assert_true(reads_key("/probe/", "page:blog/a.md#url"));
    assert_false(reads_key("/probe/", "page:probe.md#title"));
    assert_false(reads_key("/probe/", "file:content/probe.md"));
    assert_true(reads_key("/blog/b/", "file:content/blog/b.md"));
    assert_true(reads_key("/blog/", "section:blog"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(a_page_shows_what_its_front_matter_says),
        proves(a_page_knows_where_it_is),
        proves(a_page_shows_its_text),
        proves(headings_are_a_tree),
        proves(a_section_answers_as_its_page_does_and_lists_what_is_in_it),
        proves(lists_are_walked_measured_sliced_and_searched),
        proves(the_site_shows_its_configuration),
        proves(one_page_is_one_page_however_it_was_found),
        proves(dates_are_pythons),
        proves(imported_templates_see_the_site_as_well),
        proves(a_wrong_call_says_what_is_right),
        proves(a_file_that_is_gone_is_an_error_of_its_page),
        proves(data_is_found_by_the_names_of_its_files),
        proves(data_that_cannot_be_read_has_a_place),
        proves(what_a_page_reads_is_noted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
