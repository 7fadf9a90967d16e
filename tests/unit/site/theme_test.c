/* What a site wears: themes, overrides, static files. */
#include "fixture.h"

static void theme_of_its_own(void)
{
    has("vial.yaml", "title: T\ntheme: mine\n");
    has("themes/mine/theme.yaml", "name: mine\napi: 1\nparams: {colour: red, width: 3}\n");
    has("themes/mine/templates/page.html", "{% block a %}theme{% endblock %}");
    has("themes/mine/templates/only.html", "only the theme's");
    has("themes/mine/static/style.css", "theme");
    has("themes/mine/static/theme.css", "theme");
    has("content/a.md", "");
}

static void a_template_of_the_site_takes_the_place_of_the_themes(void **state)
{
    (void)state;
    theme_of_its_own();
    has("templates/page.html", "site");
    opens();
    assert_string_equal(get("/a/"), "site");
}

static void the_replaced_template_is_reached_by_its_theme(void **state)
{
    (void)state;
    theme_of_its_own();
    has("templates/page.html",
        "{% extends \"!theme/page.html\" %}{% block a %}site, {{ super() }}{% endblock %}");
    opens();
    assert_string_equal(get("/a/"), "site, theme");
}

static void files_are_taken_one_by_one(void **state)
{
    (void)state;
    theme_of_its_own();
    has("content/a.md", "---\ntemplate: only.html\n---\n");
    has("static/style.css", "site");
    opens();
    assert_string_equal(get("/a/"), "only the theme's");
    assert_string_equal(get("/static/style.css"), "site");
    assert_string_equal(get("/static/theme.css"), "theme");
    assert_non_null(strstr(urls(), "/static/style.css\n/static/theme.css\n"));
}

static void parameters_of_the_site_stand_over_the_themes(void **state)
{
    (void)state;
    theme_of_its_own();
    has("vial.yaml", "theme: mine\nparams: {colour: blue}\n");
    has("templates/page.html", "{{ site.params.colour }} {{ site.params.width }}");
    opens();
    assert_string_equal(get("/a/"), "blue 3");
}

static void a_theme_that_is_not_there_is_told_with_those_there_are(void **state)
{
    (void)state;
    theme_of_its_own();
    has("vial.yaml", "title: T\ntheme: mien\n");
    assert_string_equal(refuses(),
                        "vial.yaml:2:8: there is no theme 'mien' | did you mean 'mine'?\n");
    has("vial.yaml", "title: T\ntheme: hyperion\n");
    assert_string_equal(
        refuses(),
        "vial.yaml:2:8: there is no theme 'hyperion' | there is: 'mine', 'plain', 'blog', "
        "'book'\n");
}

static void a_theme_says_what_it_is_written_for(void **state)
{
    (void)state;
    theme_of_its_own();
    has("themes/mine/theme.yaml", "name: mine\napi: 2\n");
    assert_string_equal(refuses(),
                        "themes/mine/theme.yaml:2:6: this theme is written for theme API "
                        "2, and this vial has 1\n");
    has("themes/mine/theme.yaml", "nmae: mine\n");
    assert_string_equal(refuses(), "themes/mine/theme.yaml:1:1: theme.yaml has no key 'nmae' | did "
                                   "you mean 'name'?\n");
}

static void a_template_that_is_nowhere_is_told(void **state)
{
    (void)state;
    has("content/a.md", "---\ntemplate: gone.html\n---\n");
    opens();
    assert_string_equal(failure_of("/a/"),
                        "content/a.md:2:11: there is no template 'gone.html' | 'theme: plain' in "
                        "vial.yaml wears a theme that has templates; templates/gone.html would be "
                        "one of your own\n");
}

static void a_name_never_leads_out_of_the_templates(void **state)
{
    (void)state;
    has("secret.html", "secret");
    has("content/a.md", "---\ntemplate: ../secret.html\n---\n");
    opens();
    assert_int_equal(status_of("/a/"), 500);
    has("templates/page.html", "{% include '!theme/../../../secret.html' %}");
    has("content/a.md", "");
    opens();
    assert_int_equal(status_of("/a/"), 500);
}

static void the_home_page_has_a_template_of_its_own(void **state)
{
    (void)state;
    has("content/_index.md", "");
    has("content/s/a.md", "");
    has("templates/section.html", "section {{ page.kind }}");
    opens();
    assert_string_equal(get("/"), "section home");
    has("templates/home.html", "home");
    opens();
    assert_string_equal(get("/"), "home");
    assert_string_equal(get("/s/"), "section section");
}

static void without_a_template_for_lists_a_section_with_a_text_is_a_page(void **state)
{
    (void)state;
    lacks("templates/section.html");
    has("content/s/_index.md", "Text.");
    has("content/s/a.md", "");
    has("content/t/b.md", "");
    opens();
    assert_string_equal(urls(), "/s/\n/s/a/\n/t/b/\n");
    assert_string_equal(get("/s/"), "<p>Text.</p>\n");
}

static void a_site_without_templates_wears_plain(void **state)
{
    (void)state;
    lacks("templates/page.html");
    lacks("templates/section.html");
    lacks("templates");
    has("content/a.md", "---\ntitle: Worn\n---\n");
    opens();
    assert_non_null(strstr(get("/a/"), "<!doctype html>"));
    assert_non_null(strstr(get("/a/"), "Worn"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(a_template_of_the_site_takes_the_place_of_the_themes),
        proves(the_replaced_template_is_reached_by_its_theme),
        proves(files_are_taken_one_by_one),
        proves(parameters_of_the_site_stand_over_the_themes),
        proves(a_theme_that_is_not_there_is_told_with_those_there_are),
        proves(a_theme_says_what_it_is_written_for),
        proves(a_template_that_is_nowhere_is_told),
        proves(a_name_never_leads_out_of_the_templates),
        proves(the_home_page_has_a_template_of_its_own),
        proves(without_a_template_for_lists_a_section_with_a_text_is_a_page),
        proves(a_site_without_templates_wears_plain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
