/*
 * flavour_test.c - what is beyond GitHub's Markdown (flavour.c, containers.c, attributes.c)
 */
#include "tests/unit/unit.h"
#include "vial/markdown/markdown.h"

static struct arena a;

static struct markdown rendered(const char *text, unsigned with)
{
    struct markdown out;

    assert_true(markdown_render(&out, S("a.md"), str_of(text),
                                &(struct markdown_options){ .with = with, .external_rel = S("") },
                                &a, NULL));
    return out;
}

static str html(const char *text, unsigned with)
{
    return rendered(text, with).html;
}

static void an_alert_is_a_note_with_a_title(void **state)
{
    (void)state;
    assert_str(html("> [!NOTE]\n> text", MARKDOWN_ALERTS),
               "<div class=\"admonition note\">\n<p "
               "class=\"admonition-title\">Note</p>\n<p>text</p>\n</div>\n");
    assert_str(html("> [!note]\n>\n> text", MARKDOWN_ALERTS),
               "<div class=\"admonition note\">\n<p "
               "class=\"admonition-title\">Note</p>\n<p>text</p>\n</div>\n");
    assert_str(html("> [!NOTHING]\n> text", MARKDOWN_ALERTS),
               "<blockquote>\n<p>[!NOTHING]\ntext</p>\n</blockquote>\n");
}

static void what_is_not_asked_for_stays_as_it_is(void **state)
{
    (void)state;
    assert_str(html("> [!NOTE]\n> text", 0), "<blockquote>\n<p>[!NOTE]\ntext</p>\n</blockquote>\n");
    assert_str(html("!!! note\n    text", 0), "<p>!!! note\ntext</p>\n");
    assert_str(html("::: note\n:::", 0), "<p>::: note\n:::</p>\n");
    assert_str(html("# a {#b}", 0), "<h1 id=\"a-b\">a {#b}</h1>\n");
    assert_str(html("a\n: b ==c== d^2^ [TOC]", 0), "<p>a\n: b ==c== d^2^ [TOC]</p>\n");
}

static void an_admonition_holds_what_is_indented(void **state)
{
    (void)state;
    assert_str(html("!!! danger big \"A < b\"\n    one\n\n    two\n\nthree", MARKDOWN_CONTAINERS),
               "<div class=\"admonition danger big\">\n<p class=\"admonition-title\">A "
               "&lt; b</p>\n<p>one</p>\n"
               "<p>two</p>\n</div>\n<p>three</p>\n");
    assert_str(html("!!! tip \"\"\n    one", MARKDOWN_CONTAINERS),
               "<div class=\"admonition tip\">\n<p>one</p>\n</div>\n");
    assert_str(html("!!! is it\xe2\x80\xa6", MARKDOWN_CONTAINERS),
               "<p>!!! is it\xe2\x80\xa6</p>\n");
    assert_str(
        html("???+ tip\n    x", MARKDOWN_CONTAINERS),
        "<details class=\"tip\" open=\"open\">\n<summary>Tip</summary>\n<p>x</p>\n</details>\n");
}

static void a_fence_of_colons_bears_attributes(void **state)
{
    const unsigned with = MARKDOWN_CONTAINERS | MARKDOWN_ATTRIBUTES;

    (void)state;
    assert_str(html("::: {.box #b .wide data-x=1}\na\n:::", with),
               "<div id=\"b\" class=\"box wide\" data-x=\"1\">\n<p>a</p>\n</div>\n");
    assert_str(html(":::note[Look]{#n .x}\na\n:::", with),
               "<div id=\"n\" class=\"admonition note x\">\n<p "
               "class=\"admonition-title\">Look</p>\n<p>a</p>\n</div>\n");
    assert_str(html("::: details {.x}\na\n:::", with),
               "<details class=\"details x\">\n<summary>Details</summary>\n<p>a</p>\n</details>\n");
    assert_str(html("::: tip All {of it}\na\n:::", with),
               "<div class=\"admonition tip\">\n<p class=\"admonition-title\">All {of it}</p>\n"
               "<p>a</p>\n</div>\n");
    assert_str(html("::: {#b}\na\n:::", with), "<div id=\"b\">\n<p>a</p>\n</div>\n");
    assert_str(html("::: {b\na\n:::", with), "<p>::: {b\na\n:::</p>\n");
}

static void a_caption_and_attributes_go_together(void **state)
{
    const unsigned with = MARKDOWN_CAPTIONS | MARKDOWN_ATTRIBUTES;

    (void)state;
    assert_str(html("![a](b.png \"c\"){width=10}\n{.wide}", with),
               "<figure class=\"wide\"><img src=\"b.png\" alt=\"a\" title=\"c\" width=\"10\" "
               "/><figcaption>c</figcaption></figure>\n");
}

static void a_fence_of_colons_holds_what_stands_before_its_end(void **state)
{
    (void)state;
    assert_str(html("::: warning Look\na\n:::\nb", MARKDOWN_CONTAINERS),
               "<div class=\"admonition warning\">\n<p "
               "class=\"admonition-title\">Look</p>\n<p>a</p>\n</div>\n<p>b</p>\n");
    assert_str(html("::: box\n::: inner\na\n:::\nb\n:::\nc", MARKDOWN_CONTAINERS),
               "<div class=\"box\">\n<div "
               "class=\"inner\">\n<p>a</p>\n</div>\n<p>b</p>\n</div>\n<p>c</p>\n");
    assert_str(html("::: box\n```\n:::\n```\n:::\nc", MARKDOWN_CONTAINERS),
               "<div class=\"box\">\n<pre><code>:::\n</code></pre>\n</div>\n<p>c</p>\n");
}

static void links_within_containers_have_their_place(void **state)
{
    struct markdown out =
        rendered("!!! note\n    a\n    [b](c.md)\n\n::: x\n[d](e.md)\n:::\n", MARKDOWN_CONTAINERS);

    (void)state;
    assert_int_equal(out.nlinks, 2);
    assert_int_equal(out.links[0].line, 3);
    assert_int_equal(out.links[0].col, 5);
    assert_int_equal(out.links[1].line, 6);
    assert_int_equal(out.links[1].col, 1);
}

static void tabs_that_follow_one_another_are_a_set(void **state)
{
    (void)state;
    assert_str(
        html("=== \"C\"\n    a\n\n=== \"Go\"\n    b\n", MARKDOWN_CONTAINERS),
        "<div class=\"tabbed-set\">\n"
        "<input checked=\"checked\" id=\"__tabbed_1_1\" name=\"__tabbed_1\" type=\"radio\" />"
        "<label for=\"__tabbed_1_1\">C</label>\n<div class=\"tabbed-content\">\n<p>a</p>\n</div>\n"
        "<input id=\"__tabbed_1_2\" name=\"__tabbed_1\" type=\"radio\" />"
        "<label for=\"__tabbed_1_2\">Go</label>\n<div "
        "class=\"tabbed-content\">\n<p>b</p>\n</div>\n</div>\n");
}

static void tabs_may_stand_in_tabs(void **state)
{
    (void)state;
    str outer =
        html("=== \"C\"\n    === \"gcc\"\n        a\n\n=== \"Go\"\n    b\n", MARKDOWN_CONTAINERS);

    assert_true(str_find(outer, S("id=\"__tabbed_2_1\"")) != STR_NONE);
    assert_true(str_find(outer, S("id=\"__tabbed_1_2\"")) != STR_NONE);
    assert_true(str_find(outer, S("id=\"__tabbed_2_2\"")) == STR_NONE);
}

static void attributes_of_headings_paragraphs_and_links(void **state)
{
    struct markdown out = rendered("## A `b` {#c .d e=\"f g\"}\n", MARKDOWN_ATTRIBUTES);

    (void)state;
    assert_str(out.html, "<h2 id=\"c\" class=\"d\" e=\"f g\">A <code>b</code></h2>\n");
    assert_str(out.headings[0].text, "A b");
    assert_str(html("a\n{: #p .x}", MARKDOWN_ATTRIBUTES), "<p id=\"p\" class=\"x\">a</p>\n");
    assert_str(html("**a**{ #b } *c*{.d} `e`{k=v}{f} **g** {.h}", MARKDOWN_ATTRIBUTES),
               "<p><strong id=\"b\">a</strong> <em class=\"d\">c</em> <code k=\"v\">e</code>{f} "
               "<strong>g</strong> {.h}</p>\n");
    assert_str(html("**a**{#b}", 0), "<p><strong>a</strong>{#b}</p>\n");
    assert_str(html("[a](b){.c} d", MARKDOWN_ATTRIBUTES),
               "<p><a href=\"b\" class=\"c\">a</a> d</p>\n");
    assert_str(html("![a](b){width=9}", MARKDOWN_ATTRIBUTES),
               "<p><img src=\"b\" alt=\"a\" width=\"9\" /></p>\n");
    assert_str(html("a {x}\n\n# b {}\n\n# {.c", MARKDOWN_ATTRIBUTES),
               "<p>a {x}</p>\n<h1 id=\"b-\">b {}</h1>\n<h1 id=\"c\">{.c</h1>\n");
}

static void a_stranger_gives_no_attribute_that_acts(void **state)
{
    struct markdown out;

    (void)state;
    assert_true(markdown_render(
        &out, S(""), S("[a](b){onclick=x .c}"),
        &(struct markdown_options){ .with = MARKDOWN_ATTRIBUTES, .escape_raw_html = true }, &a,
        NULL));
    assert_str(out.html, "<p><a href=\"b\" class=\"c\">a</a></p>\n");
}

static void terms_have_meanings(void **state)
{
    (void)state;
    assert_str(html("a\nb\n: c\nd\n: *e*\n\nf\n:   g\n\nh", MARKDOWN_DEFINITIONS),
               "<dl>\n<dt>a</dt>\n<dt>b</dt>\n<dd>c\nd</dd>\n<dd><em>e</em></dd>\n<dt>f</"
               "dt>\n<dd>g</dd>\n</dl>\n<p>h</p>\n");
}

static void text_is_marked_raised_and_lowered(void **state)
{
    unsigned with = MARKDOWN_MARK | MARKDOWN_SUPERSCRIPT;

    (void)state;
    assert_str(html("==a **b** c== d", with), "<p><mark>a <strong>b</strong> c</mark> d</p>\n");
    assert_str(html("a == b ==c", with), "<p>a == b ==c</p>\n");
    assert_str(html("x^2^ x^a b^ H~2~O ~~c~~", with),
               "<p>x<sup>2</sup> x^a b^ H<sub>2</sub>O <del>c</del></p>\n");
    assert_str(html("`==a== x^2^`", with), "<p><code>==a== x^2^</code></p>\n");
}

static void a_table_of_contents_stands_where_it_is_asked_for(void **state)
{
    (void)state;
    assert_str(html("# T\n\n[TOC]\n\n## A\n\n### B\n\n## C\n", MARKDOWN_TOC),
               "<h1 id=\"t\">T</h1>\n<div class=\"toc\">\n<ul>\n<li><a "
               "href=\"#a\">A</a>\n<ul>\n<li><a href=\"#b\">B</a></li>\n"
               "</ul>\n</li>\n<li><a href=\"#c\">C</a></li>\n</ul>\n</div>\n<h2 "
               "id=\"a\">A</h2>\n<h3 id=\"b\">B</h3>\n"
               "<h2 id=\"c\">C</h2>\n");
}

static void an_image_alone_with_a_title_is_a_figure(void **state)
{
    (void)state;
    assert_str(html("![a](b \"c\")", MARKDOWN_CAPTIONS | MARKDOWN_LAZY),
               "<figure><img src=\"b\" alt=\"a\" title=\"c\" loading=\"lazy\" decoding=\"async\" />"
               "<figcaption>c</figcaption></figure>\n");
}

static void headings_link_to_themselves_but_not_in_lists_of_them(void **state)
{
    struct markdown out = rendered("## A\n", MARKDOWN_ANCHORS);

    (void)state;
    assert_str(out.html, "<h2 id=\"a\">A<a class=\"headerlink\" href=\"#a\" title=\"Permanent "
                         "link\">&para;</a></h2>\n");
    assert_str(out.headings[0].html, "A");
}

static void signs_become_those_of_a_typesetter(void **state)
{
    (void)state;
    assert_str(html("\"a\" -- b...", MARKDOWN_SMART),
               "<p>\xe2\x80\x9c"
               "a\xe2\x80\x9d \xe2\x80\x93 b\xe2\x80\xa6</p>\n");
    assert_str(html("`a`'s, *b*'s, [c](d)'s 'e' and `f` 'g'", MARKDOWN_SMART),
               "<p><code>a</code>\u2019s, <em>b</em>\u2019s, <a href=\"d\">c</a>\u2019s "
               "\u2018e\u2019 and <code>f</code> \u2018g\u2019</p>\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_alert_is_a_note_with_a_title),
        cmocka_unit_test(what_is_not_asked_for_stays_as_it_is),
        cmocka_unit_test(an_admonition_holds_what_is_indented),
        cmocka_unit_test(a_fence_of_colons_holds_what_stands_before_its_end),
        cmocka_unit_test(a_fence_of_colons_bears_attributes),
        cmocka_unit_test(a_caption_and_attributes_go_together),
        cmocka_unit_test(links_within_containers_have_their_place),
        cmocka_unit_test(tabs_that_follow_one_another_are_a_set),
        cmocka_unit_test(tabs_may_stand_in_tabs),
        cmocka_unit_test(attributes_of_headings_paragraphs_and_links),
        cmocka_unit_test(a_stranger_gives_no_attribute_that_acts),
        cmocka_unit_test(terms_have_meanings),
        cmocka_unit_test(text_is_marked_raised_and_lowered),
        cmocka_unit_test(a_table_of_contents_stands_where_it_is_asked_for),
        cmocka_unit_test(an_image_alone_with_a_title_is_a_figure),
        cmocka_unit_test(headings_link_to_themselves_but_not_in_lists_of_them),
        cmocka_unit_test(signs_become_those_of_a_typesetter),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(&a);
    return failed;
}
