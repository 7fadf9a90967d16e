/* vial.yaml: what may stand there, and what is said of all else. */
#include "fixture.h"

static void an_empty_configuration_is_a_site(void **state)
{
    (void)state;
    has("vial.yaml", "");
    has("content/a.md", "Hi.");
    opens();
    assert_string_equal(get("/a/"), "<p>Hi.</p>\n");
}

static void a_folder_without_one_is_told_how_to_get_it(void **state)
{
    (void)state;
    lacks("vial.yaml");
    assert_string_equal(refuses(), "vial.yaml: there is no such file | 'vial new DIR' makes a site;"
                                   " an empty vial.yaml makes one of a folder\n");
}

static void a_folder_in_its_place_is_told(void **state)
{
    (void)state;
    lacks("vial.yaml");
    has("vial.yaml/x", "");
    assert_string_equal(refuses(), "vial.yaml: is a folder, not a file\n");
}

static void an_unknown_key_is_told_with_the_nearest(void **state)
{
    (void)state;
    has("vial.yaml", "title: A\nbase_ulr: https://example.org/\n");
    assert_string_equal(
        refuses(), "vial.yaml:2:1: vial.yaml has no key 'base_ulr' | did you mean 'base_url'?\n");
}

static void every_defect_is_told_and_not_the_first(void **state)
{
    (void)state;
    has("vial.yaml", "titel: A\nlinks: maybe\nparams: [1]\nroutes: 7\n");
    assert_string_equal(refuses(),
                        "vial.yaml:1:1: vial.yaml has no key 'titel' | did you mean 'title'?\n"
                        "vial.yaml:2:8: 'links' must be one of: error warn ignore\n"
                        "vial.yaml:3:9: 'params' must be a map, not a list\n"
                        "vial.yaml:4:9: 'routes' must be a map, not a whole number\n");
}

static void yaml_that_does_not_parse_has_a_place(void **state)
{
    (void)state;
    has("vial.yaml", "title: A\nparams: {a: 1\nlinks: warn\n");
    assert_non_null(strstr(refuses(), "vial.yaml:3:"));
}

static void a_list_is_no_configuration(void **state)
{
    (void)state;
    has("vial.yaml", "- title\n");
    assert_string_equal(refuses(), "vial.yaml:1:1: vial.yaml must be a map of keys, not a list | "
                                   "write each key on a line of its own: 'title: My site'\n");
}

static void an_address_that_is_none_is_refused(void **state)
{
    (void)state;
    has("vial.yaml", "base_url: example.org\n");
    assert_string_equal(
        refuses(), "vial.yaml:1:11: 'base_url' is no address: 'example.org/' | write https://, "
                   "the host, and the folder below it if there is one\n");
}

static void an_address_ends_in_a_slash_whether_written_or_not(void **state)
{
    (void)state;
    has("vial.yaml", "base_url: https://example.org/docs\n");
    opens();
    assert_string_equal(site_base_url(the_site()).p, "https://example.org/docs/");
}

static void an_option_takes_the_place_of_the_address(void **state)
{
    (void)state;
    has("vial.yaml", "base_url: https://example.org/\n");
    opens_with(&(struct site_options){ .base_url = S("https://other.example/x") });
    assert_string_equal(site_base_url(the_site()).p, "https://other.example/x/");
}

static void folders_stay_inside_the_site(void **state)
{
    (void)state;
    has("vial.yaml", "content: ../elsewhere\n");
    assert_string_equal(refuses(), "vial.yaml:1:10: 'content' must name a folder inside the "
                                   "site's, not '../elsewhere'\n");
}

static void folders_may_have_other_names(void **state)
{
    (void)state;
    has("vial.yaml", "content: docs\ntemplates: look\nstatic: files\ndata: facts\noutput: out\n");
    has("docs/a.md", "---\ntemplate: b.html\n---\nHi.");
    has("look/b.html", "{{ data.n }} {{ page.content }}");
    has("facts/n.yaml", "7");
    has("files/x.txt", "x");
    opens();
    assert_string_equal(get("/a/"), "7 <p>Hi.</p>\n");
    assert_string_equal(get("/static/x.txt"), "x");
}

static void a_route_needs_a_template_and_a_slash(void **state)
{
    (void)state;
    has("vial.yaml", "routes:\n  archive: {template: a.html}\n  /x/: {title: X}\n");
    assert_string_equal(
        refuses(),
        "vial.yaml:2:3: a route begins with '/' | write '/archive'\n"
        "vial.yaml:3:8: the route '/x/' names no template | write {template: NAME.html}\n");
}

static void a_route_with_an_argument_says_what_it_stands_for(void **state)
{
    (void)state;
    has("vial.yaml", "routes:\n  /a/<x>/: {template: a.html}\n  /b/<x>/: {template: b.html, for: "
                     "data.xs}\n  /c/<x>/: {template: c.html, for: pages, as: x}\n");
    assert_string_equal(refuses(),
                        "vial.yaml:2:3: nothing says which pages '/a/<x>/' stands for | add 'for: "
                        "data.NAME' and 'as: NAME', or 'dynamic: true'\n"
                        "vial.yaml:3:12: 'for' needs 'as', the name of the item\n"
                        "vial.yaml:4:36: 'for' goes through data only | write 'for: data.NAME', "
                        "where data/NAME.yaml is the file\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(an_empty_configuration_is_a_site),
        proves(a_folder_without_one_is_told_how_to_get_it),
        proves(a_folder_in_its_place_is_told),
        proves(an_unknown_key_is_told_with_the_nearest),
        proves(every_defect_is_told_and_not_the_first),
        proves(yaml_that_does_not_parse_has_a_place),
        proves(a_list_is_no_configuration),
        proves(an_address_that_is_none_is_refused),
        proves(an_address_ends_in_a_slash_whether_written_or_not),
        proves(an_option_takes_the_place_of_the_address),
        proves(folders_stay_inside_the_site),
        proves(folders_may_have_other_names),
        proves(a_route_needs_a_template_and_a_slash),
        proves(a_route_with_an_argument_says_what_it_stands_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
