/*
 * hooks_test.c - what somebody else writes in the place of our HTML (hooks.c)
 */
#include "tests/unit/unit.h"
#include "vial/markdown/markdown.h"

static struct arena a;

struct asked {
    struct buf told; /* "kind line|inside|text|...;" */
    bool leaves, fails;
};

static bool hook(void *self, const struct markdown_hooked *what, str *html, struct error *err)
{
    struct asked *asked = self;

    buf_addf(&asked->told, "%u:%u %.*s|%.*s|%.*s%.*s%.*s;", (unsigned)what->kind, what->line,
             STR(what->inside), STR(what->text), STR(what->url), STR(what->id),
             STR(what->language));
    for (const struct markdown_attribute *at = what->attributes; at; at = at->next)
        buf_addf(&asked->told, "%.*s=%.*s;", STR(at->name), STR(at->value));
    if (asked->fails)
        return error_set(err, "refused");
    if (!asked->leaves)
        *html = str_fmt(&a, "[%u]", (unsigned)what->kind);
    return true;
}

static struct markdown rendered(const char *text, unsigned hooks, struct asked *asked)
{
    struct markdown out;

    *asked = (struct asked){ .told = buf_in(&a), .leaves = asked->leaves };
    assert_true(
        markdown_render(&out, S("a.md"), str_of(text),
                        &(struct markdown_options){ .with = MARKDOWN_ATTRIBUTES | MARKDOWN_ALERTS |
                                                            MARKDOWN_HIGHLIGHT | MARKDOWN_TOC,
                                                    .first_line = 11,
                                                    .hooks = hooks,
                                                    .hook = hook,
                                                    .self = asked },
                        &a, NULL));
    return out;
}

static void a_hook_is_told_the_parts_and_takes_the_place(void **state)
{
    struct asked asked = { 0 };

    (void)state;
    assert_str(rendered("a [*b* c](d){.x k=v} e", MARKDOWN_HOOK_LINK, &asked).html,
               "<p>a [1] e</p>\n");
    assert_str(buf_str(&asked.told), "1:11 <em>b</em> c|b c|d;class=x;k=v;");
    assert_str(rendered("\n## b {#i .x}\n", MARKDOWN_HOOK_HEADING, &asked).html, "[4]\n");
    assert_str(buf_str(&asked.told), "4:12 b|b|i;class=x;");
    assert_str(rendered("a\n\n```nobody k=1\nx\n```\n", MARKDOWN_HOOK_CODE, &asked).html,
               "<p>a</p>\n[8]\n");
    assert_str(buf_str(&asked.told), "8:13 ||nobody;");
    assert_str(rendered("> [!TIP]\n> a\n", MARKDOWN_HOOK_QUOTE, &asked).html, "[16]\n");
    assert_str(buf_str(&asked.told), "16:11 <p>a</p>\n||;");
}

static void the_inner_is_asked_before_the_outer(void **state)
{
    struct asked asked = { 0 };

    (void)state;
    assert_str(rendered("> [a](b) ![c](d)",
                        MARKDOWN_HOOK_QUOTE | MARKDOWN_HOOK_LINK | MARKDOWN_HOOK_IMAGE, &asked)
                   .html,
               "[16]\n");
    assert_str(buf_str(&asked.told), "1:11 a|a|b;2:11 |c|d;16:11 <p>[1] [2]</p>\n||;");
}

static void what_a_hook_leaves_stays(void **state)
{
    struct asked asked = { .leaves = true };
    const char *text = "# a\n\n> [b](c) ![d](e)\n\n|f|\n|-|\n|g|\n\n```x\n```\n";
    struct asked none = { .leaves = true };

    (void)state;
    assert_str(rendered(text, 63, &asked).html, str_cstr(&a, rendered(text, 0, &none).html));
    assert_true(asked.told.len > 0);
    assert_true(none.told.len == 0);
}

static void a_language_that_a_hook_writes_is_not_unknown(void **state)
{
    struct asked asked = { 0 };

    (void)state;
    assert_int_equal(rendered("```nobody\n```", MARKDOWN_HOOK_CODE, &asked).nunknown, 0);
    asked.leaves = true;
    assert_int_equal(rendered("```nobody\n```", MARKDOWN_HOOK_CODE, &asked).nunknown, 1);
}

static void an_image_alone_takes_the_place_of_its_paragraph(void **state)
{
    struct asked asked = { 0 };

    (void)state;
    assert_str(rendered("![a](b){.x}\n\nc ![d](e)", MARKDOWN_HOOK_IMAGE, &asked).html,
               "[2]\n<p>c [2]</p>\n");
}

static void titles_and_summary_are_whole_around_hooks(void **state)
{
    struct asked asked = { 0 };
    struct markdown out;

    (void)state;
    out = rendered("# One [a](b)\n\nText [a](b) here.\n\n<!-- more -->\n\n> ## Two\n\n[TOC]\n",
                   MARKDOWN_HOOK_HEADING | MARKDOWN_HOOK_LINK | MARKDOWN_HOOK_QUOTE, &asked);
    assert_int_equal(out.nheadings, 2);
    assert_str(out.headings[0].html, "One a");
    assert_str(out.headings[1].html, "Two");
    assert_str(out.summary, "<p>Text [1] here.</p>");
    assert_str(out.html, "[4]\n<p>Text [1] here.</p>\n[16]\n<div class=\"toc\">\n<ul>\n<li><a "
                         "href=\"#two\">Two</a></li>\n</ul>\n</div>\n");
}

static void a_failure_of_a_hook_is_that_of_the_page(void **state)
{
    struct asked asked = { .told = buf_in(&a), .fails = true };
    struct error err = { 0 };
    struct markdown out;

    (void)state;
    assert_false(markdown_render(
        &out, S("a.md"), S("[a](b) [c](d)"),
        &(struct markdown_options){ .hooks = MARKDOWN_HOOK_LINK, .hook = hook, .self = &asked }, &a,
        &err));
    assert_str(err.sentence, "refused");
    assert_str(buf_str(&asked.told), "1:1 a|a|b;"); /* and nobody is asked again */
    error_free(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hook_is_told_the_parts_and_takes_the_place),
        cmocka_unit_test(the_inner_is_asked_before_the_outer),
        cmocka_unit_test(what_a_hook_leaves_stays),
        cmocka_unit_test(a_language_that_a_hook_writes_is_not_unknown),
        cmocka_unit_test(an_image_alone_takes_the_place_of_its_paragraph),
        cmocka_unit_test(titles_and_summary_are_whole_around_hooks),
        cmocka_unit_test(a_failure_of_a_hook_is_that_of_the_page),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(&a);
    return failed;
}
