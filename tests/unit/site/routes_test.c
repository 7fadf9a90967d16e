/* How a site answers: pages, files, routes of vial.yaml, what is not there. */
#include "fixture.h"

static void a_missing_slash_is_added(void **state)
{
    (void)state;
    has("content/a/b.md", "");
    opens();
    assert_int_equal(status_of("/a/b"), 308);
    assert_string_equal(location_of("/a/b"), "/a/b/");
    assert_string_equal(location_of("/a/b?x=1"), "/a/b/?x=1");
    assert_int_equal(status_of("/a/c"), 404);
}

static void an_alias_leads_to_its_page(void **state)
{
    (void)state;
    has("content/new.md", "---\naliases: [/old/, older]\n---\n");
    opens();
    assert_int_equal(status_of("/old/"), 301);
    assert_string_equal(location_of("/old/"), "/new/");
    assert_string_equal(location_of("/older/"), "/new/");
    assert_non_null(strstr(urls(), "/old/\n"));
}

static void what_is_not_there_is_answered_by_a_template(void **state)
{
    (void)state;
    has("templates/404.html", "{{ page.title }} {{ page.kind }} {{ page.content }}");
    opens();
    assert_int_equal(status_of("/gone/"), 404);
    assert_string_equal(get_any("/gone/"), "Not found 404 ");
    assert_string_equal(get_any("/404.html"), "Not found 404 ");
}

static void a_page_may_be_its_text(void **state)
{
    (void)state;
    has("templates/404.html", "{{ page.title }} {{ page.content }}");
    has("content/404.md", "---\ntitle: Lost\n---\nSorry.\n");
    opens();
    assert_string_equal(get_any("/gone/"), "Lost <p>Sorry.</p>\n");
    assert_int_equal(status_of("/404.html"), 404);
    assert_int_equal(status_of("/404/"), 404);
    assert_string_equal(get("/"), "");
}

static void without_one_a_plain_page_says_so(void **state)
{
    (void)state;
    opens();
    assert_non_null(strstr(get_any("/gone/"), "Not Found"));
}

static void a_route_is_a_page_with_a_type_by_its_template(void **state)
{
    (void)state;
    has("vial.yaml", "routes:\n  /archive/: {template: archive.html, title: All, mood: fine}\n"
                     "  /api/pages.json: {template: api/pages.json}\n");
    has("templates/archive.html", "{{ page.title }} {{ page.mood }} {{ page.url }} {{ page.kind }}"
                                  "{% for p in site.pages %} {{ p.url }}{% endfor %}");
    has("templates/api/pages.json", "{{ page.title|tojson }}");
    has("content/a.md", "");
    opens();
    assert_string_equal(get("/archive/"), "All fine /archive/ route /a/");
    assert_string_equal(get("/api/pages.json"), "\"Pages.json\"");
    assert_string_equal(type_of("/api/pages.json"), "application/json");
    assert_int_equal(status_of("/archive"), 308);
    assert_non_null(strstr(urls(), "/archive/\n/api/pages.json\n"));
}

static void a_route_may_stand_for_each_thing_in_the_data(void **state)
{
    (void)state;
    has("vial.yaml",
        "routes:\n  /authors/<author>/: {template: author.html, for: data.authors, as: "
        "author}\n  /tags/<t>/: {template: tag.html, for: data.site.tags, as: tag}\n");
    has("data/authors.yaml", "ann: {name: Ann B}\nBob: {name: Bob}\n");
    has("data/site.yaml", "tags: [Two Words, {id: x, title: Ex}]\n");
    has("templates/author.html", "{{ author.name }} {{ page.title }}");
    has("templates/tag.html", "{{ tag.title if tag is mapping else tag }} {{ page.title }}");
    opens();
    assert_string_equal(get("/authors/ann/"), "Ann B Ann B");
    assert_string_equal(get("/authors/bob/"), "Bob Bob");
    assert_string_equal(get("/tags/two-words/"), "Two Words Two Words");
    assert_string_equal(get("/tags/x/"), "Ex Ex");
    assert_int_equal(status_of("/authors/nobody/"), 404);
    assert_string_equal(urls(), "/\n/authors/ann/\n/authors/bob/\n/tags/two-words/\n/tags/x/\n");
    assert_true(reads_key("/authors/ann/", "data:authors"));
}

static void a_route_through_data_that_is_not_there_is_told(void **state)
{
    (void)state;
    has("vial.yaml", "routes:\n  /a/<x>/: {template: a.html, for: data.gone, as: x}\n");
    assert_string_equal(complains(), "vial.yaml:2:3: there is no data.gone\n");
}

static void a_dynamic_route_is_answered_and_not_listed(void **state)
{
    (void)state;
    has("vial.yaml", "routes:\n  /search: {template: search.html, dynamic: true}\n"
                     "  /hello/<name>: {template: hello.html, dynamic: true}\n");
    has("templates/search.html", "{{ request.args.q }} {{ page.title }}");
    has("templates/hello.html", "Hello {{ request.view_args.name }}");
    opens();
    assert_string_equal(get("/search?q=x"), "x Search");
    assert_string_equal(get("/hello/you"), "Hello you");
    assert_string_equal(urls(), "/\n");
}

static void a_route_on_the_address_of_a_page_is_told(void **state)
{
    (void)state;
    has("vial.yaml", "routes:\n  /a/: {template: a.html}\n");
    has("content/a.md", "");
    assert_non_null(strstr(complains(), "vial.yaml:2:3: has the address '/a/', which belongs to "));
}

static void routes_are_called_by_their_templates(void **state)
{
    (void)state;
    has("vial.yaml",
        "base_url: https://example.org/x/\nroutes:\n  /all/: {template: archive.html}\n");
    has("templates/archive.html", "");
    has("templates/probe.html", "");
    has("content/probe.md", "---\ntemplate: probe.html\n---\n");
    opens();
    assert_string_equal(shows("url_for('archive')"), "/x/all/");
    assert_string_equal(shows("url_for('static', filename='a.css')"), "/x/static/a.css");
}

static void only_reading_is_allowed(void **state)
{
    (void)state;
    has("content/a.md", "");
    opens();
    assert_int_equal(status_by("POST", "/a/"), 405);
    assert_int_equal(status_by("HEAD", "/a/"), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(a_missing_slash_is_added),
        proves(an_alias_leads_to_its_page),
        proves(what_is_not_there_is_answered_by_a_template),
        proves(a_page_may_be_its_text),
        proves(without_one_a_plain_page_says_so),
        proves(a_route_is_a_page_with_a_type_by_its_template),
        proves(a_route_may_stand_for_each_thing_in_the_data),
        proves(a_route_through_data_that_is_not_there_is_told),
        proves(a_dynamic_route_is_answered_and_not_listed),
        proves(a_route_on_the_address_of_a_page_is_told),
        proves(routes_are_called_by_their_templates),
        proves(only_reading_is_allowed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
