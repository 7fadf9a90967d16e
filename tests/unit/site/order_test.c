/* Who comes before whom. */
#include "fixture.h"
#include <stdio.h>

static void page(const char *name, const char *front)
{
    char path[96], text[256];

    snprintf(path, sizeof path, "content/s/%s.md", name);
    snprintf(text, sizeof text, "---\ntitle: %s\n%s---\n", name, front);
    has(path, text);
}

static const char *order(void)
{
    has("templates/section.html", "{% for p in section.pages %}{{ p.title }} {% endfor %}");
    opens();
    return get("/s/");
}

static void weight_comes_first_then_the_newest_then_the_name(void **state)
{
    (void)state;
    page("a", "");
    page("b", "date: 2026-01-01\n");
    page("c", "date: 2026-02-01\n");
    page("d", "weight: 2\n");
    page("e", "weight: 1\n");
    page("f", "");
    assert_string_equal(order(), "e d c b a f ");
}

static void numbers_in_names_count_as_numbers(void **state)
{
    (void)state;
    page("part-10", "");
    page("part-9", "");
    page("part-09", "");
    page("part-1", "");
    assert_string_equal(order(), "part-1 part-9 part-09 part-10 ");
}

static void a_section_may_wish_another_order(void **state)
{
    (void)state;
    page("b", "date: 2026-01-01\nweight: 3\n");
    page("c", "date: 2026-02-01\nweight: 1\n");
    page("a", "weight: 2\n");
    has("content/s/_index.md", "---\nsort_by: date\n---\n");
    assert_string_equal(order(), "c b a ");
    has("content/s/_index.md", "---\nsort_by: weight\n---\n");
    assert_string_equal(order(), "c a b ");
    has("content/s/_index.md", "---\nsort_by: title\n---\n");
    assert_string_equal(order(), "a b c ");
    has("content/s/_index.md", "---\nsort_by: title\nreverse: true\n---\n");
    assert_string_equal(order(), "c b a ");
}

static void the_configuration_wishes_for_all(void **state)
{
    (void)state;
    has("vial.yaml", "sort_by: title\nreverse: true\n");
    page("a", "weight: 1\n");
    page("b", "weight: 2\n");
    assert_string_equal(order(), "b a ");
    has("content/s/_index.md", "---\nsort_by: weight\nreverse: false\n---\n");
    assert_string_equal(order(), "a b ");
}

static void neighbours_are_of_the_same_section(void **state)
{
    (void)state;
    page("a", "");
    page("b", "");
    page("c", "");
    has("content/t/d.md", "");
    has("templates/page.html",
        "{{ page.prev.title if page.prev else '-' }} {{ page.next.title if page.next else '-' }}");
    opens();
    assert_string_equal(get("/s/a/"), "- b");
    assert_string_equal(get("/s/b/"), "a c");
    assert_string_equal(get("/s/c/"), "b -");
    assert_string_equal(get("/t/d/"), "- -");
}

static void ancestors_lead_from_the_home_page_down(void **state)
{
    (void)state;
    has("content/_index.md", "---\ntitle: Home\n---\n");
    has("content/x/y/a.md", "");
    const char *text = "{% for s in page.ancestors %}{{ s.title }}={{ s.url }} {% endfor %}";
    has("templates/page.html", text);
    has("templates/section.html", text);
    opens();
    assert_string_equal(get("/x/y/a/"), "Home=/ X=/x/ Y=/x/y/ ");
    assert_string_equal(get("/x/y/"), "Home=/ X=/x/ ");
    assert_string_equal(get("/"), "");
}

static const char nav_template[] =
    "{% for n in site.nav recursive %}{{ n.title }}={{ n.url }}{% if n.children %}({{ "
    "loop(n.children) }}){% endif %} {% endfor %}| {{ page.prev.title if page.prev else '-' }} {{ "
    "page.next.title if page.next else '-' }}";

static void a_book_is_read_in_the_order_of_its_summary(void **state)
{
    (void)state;
    has("content/SUMMARY.md", "# Book\n\n[Start](z.md)\n\n- [The `one` Chapter](y.md)\n"
                              "  - [Inside](part/x.md)\n    - [Deeper](w.md)\n  - [Last](v.md)\n\n"
                              "- [Later]()\n---\n[End](u.md)\n");
    for (const char *p = "zywvu"; *p; p++) {
        char path[] = "content/?.md", text[] = "---\ntitle: ?\n---\n";
        path[8] = *p;
        text[11] = *p;
        has(path, text);
    }
    has("content/part/x.md", "---\ntitle: x\n---\n");
    has("templates/page.html", nav_template);
    has("templates/section.html", "{% for p in section.pages %}{{ p.title }} {% endfor %}");
    opens();
    assert_string_equal(get("/part/x/"),
                        "Start=/z/ The one Chapter=/y/(Inside=/part/x/(Deeper=/w/ ) Last=/v/ ) "
                        "Later= End=/u/ | y w");
    assert_string_equal(get("/"), "z y w v u ");
    assert_int_equal(status_of("/summary/"), 404);
}

static void a_line_of_the_summary_that_leads_nowhere_has_a_place(void **state)
{
    (void)state;
    has("content/SUMMARY.md", "# Book\n\n- [One](one.md)\n- [Two](tow.md)\n");
    has("content/one.md", "");
    has("content/two.md", "");
    assert_string_equal(complains(), "content/SUMMARY.md:4:3: there is no page 'tow.md' | did you "
                                     "mean 'two.md'?\n");
}

static void a_navigation_in_the_configuration_is_read_likewise(void **state)
{
    (void)state;
    has("vial.yaml", "nav:\n  - b.md\n  - Guide: [guide/z.md, {The A: guide/a.md}]\n  - Source: "
                     "https://example.org/x\n");
    has("content/b.md", "---\ntitle: B\n---\n");
    has("content/guide/a.md", "---\ntitle: A\n---\n");
    has("content/guide/z.md", "---\ntitle: Z\n---\n");
    has("templates/page.html", nav_template);
    opens();
    assert_string_equal(get("/guide/z/"), "B=/b/ Guide=(Z=/guide/z/ The A=/guide/a/ ) "
                                          "Source=https://example.org/x | B A");
    assert_string_equal(get("/guide/"), "Z\nA\n");
}

static void a_line_of_the_navigation_that_is_none_has_a_place(void **state)
{
    (void)state;
    has("vial.yaml", "nav:\n  - 7\n  - Gone: gone.md\n");
    assert_string_equal(
        complains(), "vial.yaml:2:5: a line of 'nav' is a file, or a title and a file or a list | "
                     "write '- about.md', '- About: about.md' or '- Guide: [a.md, b.md]'\n"
                     "vial.yaml:3:11: there is no page 'gone.md'\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(weight_comes_first_then_the_newest_then_the_name),
        proves(numbers_in_names_count_as_numbers),
        proves(a_section_may_wish_another_order),
        proves(the_configuration_wishes_for_all),
        proves(neighbours_are_of_the_same_section),
        proves(ancestors_lead_from_the_home_page_down),
        proves(a_book_is_read_in_the_order_of_its_summary),
        proves(a_line_of_the_summary_that_leads_nowhere_has_a_place),
        proves(a_navigation_in_the_configuration_is_read_likewise),
        proves(a_line_of_the_navigation_that_is_none_has_a_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
