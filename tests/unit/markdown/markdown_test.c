/* markdown_test.c - what a page is made of: HTML, links, a summary; and what is refused */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vial/markdown/markdown.h"

static struct arena a;

static struct markdown render(str text, struct markdown_options options)
{
    struct error err = { 0 };
    struct markdown out;

    assert_true(markdown_render(&out, S("a.md"), text, &options, &a, &err));
    return out;
}

static const char *html(const char *text)
{
    return str_cstr(&a, render(str_of(text), (struct markdown_options){ 0 }).html);
}

static const char *summary(const char *text)
{
    return str_cstr(&a, render(str_of(text), (struct markdown_options){ 0 }).summary);
}

/* The whole message, as it would be printed, of a text that is refused. */
static const char *refusal(str text, struct markdown_options options)
{
    struct error err = { 0 };
    struct buf message = buf_in(&a);
    struct markdown out;

    assert_false(markdown_render(&out, S("a.md"), text, &options, &a, &err));
    error_print(&err, ERROR_PLAIN, &message);
    error_free(&err);
    return buf_cstr(&message);
}

/* HTML. */

static void github_extensions_are_on(void **state)
{
    (void)state;
    assert_string_equal(html("~a~ www.b.c"),
                        "<p><del>a</del> <a href=\"http://www.b.c\">www.b.c</a></p>\n");
    assert_string_equal(html("> - [X] a\n> - [ ] b [x](y)"),
                        "<blockquote>\n<ul>\n"
                        "<li><input type=\"checkbox\" checked=\"\" disabled=\"\" /> a</li>\n"
                        "<li><input type=\"checkbox\" disabled=\"\" /> b <a href=\"y\">x</a></li>\n"
                        "</ul>\n</blockquote>\n");
    assert_string_equal(html("- [y] a\n- [x]b\n-\n  [x] c"),
                        "<ul>\n<li>[y] a</li>\n<li>[x]b</li>\n<li>[x] c</li>\n</ul>\n");
    assert_string_equal(html("- [x] a"), "<ul>\n<li><input type=\"checkbox\" checked=\"\" "
                                         "disabled=\"\" /> a</li>\n</ul>\n");
}

static void a_table_is_aligned_as_html_has_it_today(void **state)
{
    (void)state;
    assert_string_equal(html("|a|b|c|\n|:-|:-:|-|\n|d|"),
                        "<table>\n<thead>\n<tr>\n<th style=\"text-align: left\">a</th>\n"
                        "<th style=\"text-align: center\">b</th>\n<th>c</th>\n</tr>\n</thead>\n"
                        "<tbody>\n<tr>\n<td style=\"text-align: left\">d</td>\n"
                        "<td style=\"text-align: center\"></td>\n<td></td>\n</tr>\n</tbody>\n"
                        "</table>\n");
}

static void extensions_can_be_left_out(void **state)
{
    struct markdown_options options = { .without = MARKDOWN_AUTOLINKS | MARKDOWN_STRIKETHROUGH };

    (void)state;
    assert_string_equal(str_cstr(&a, render(S("~a~ www.b.c a@b.c"), options).html),
                        "<p>~a~ www.b.c a@b.c</p>\n");
}

static void the_language_of_code_is_its_first_word(void **state)
{
    (void)state;
    assert_string_equal(html("```rust,ignore\n<\n```"),
                        "<pre><code class=\"language-rust\">&lt;\n</code></pre>\n");
    assert_string_equal(html("```c++ {.x}\n```"),
                        "<pre><code class=\"language-c++\"></code></pre>\n");
    assert_string_equal(html("```{.x}\n```"), "<pre><code class=\"language-x\"></code></pre>\n");
    assert_string_equal(html("```{x}\n```"), "<pre><code></code></pre>\n");
}

static void raw_html_passes_or_is_shown(void **state)
{
    struct markdown_options shown = { .escape_raw_html = true };

    (void)state;
    assert_string_equal(html("<script>x</script>\n\na <b>c</b>"),
                        "<script>x</script>\n<p>a <b>c</b></p>\n");
    assert_string_equal(str_cstr(&a, render(S("<script>x</script>\n\na <b>c</b>"), shown).html),
                        "<p>&lt;script&gt;x&lt;/script&gt;\n</p>\n<p>a &lt;b&gt;c&lt;/b&gt;</p>\n");
}

static void a_strangers_links_run_no_script(void **state)
{
    struct markdown_options shown = { .escape_raw_html = true };

    (void)state;
    assert_string_equal(
        str_cstr(&a, render(S("[a](JavaScript:b) ![](data:image/png;c)"), shown).html),
        "<p><a href=\"\">a</a> <img src=\"data:image/png;c\" alt=\"\" /></p>\n");
}

static void an_address_ends_before_the_signs_of_its_sentence(void **state)
{
    (void)state;
    assert_string_equal(html("(www.a.b/c_(d))."),
                        "<p>(<a href=\"http://www.a.b/c_(d)\">www.a.b/c_(d)"
                        "</a>).</p>\n");
    assert_string_equal(html("https://a.b?c=d&amp;?"),
                        "<p><a href=\"https://a.b?c=d\">https://a.b?c=d</a>&amp;?</p>\n");
    assert_string_equal(
        html("xhttp://a.b www.a_b.c a@b xmpp:a@b.c/d."),
        "<p>xhttp://a.b www.a_b.c a@b <a href=\"xmpp:a@b.c/d\">xmpp:a@b.c/d</a>.</p>\n");
}

static void a_thousand_addresses_and_more_are_links(void **state)
{
    struct buf text = buf_in(&a);

    (void)state;
    for (int i = 0; i < 3000; i++)
        buf_addf(&text, "a_%d@b.org ", i);
    assert_int_equal(render(buf_str(&text), (struct markdown_options){ 0 }).nlinks, 3000);
}

/* "[&#94;" was taken for a footnote, and what stood behind a short piece of memory was read. */
static void an_entity_does_not_begin_a_footnote(void **state)
{
    (void)state;
    assert_string_equal(html("[&#94;foo *bar*] baz\n\n[^foo]: x"), "<p>[^foo *bar*] baz</p>\n");
    assert_string_equal(html("[&Hat;a][b]"), "<p>[^a][b]</p>\n");
}

static void nesting_has_no_end(void **state)
{
    struct buf text = buf_in(&a);

    (void)state;
    for (int i = 0; i < 20000; i++)
        buf_lit(&text, "> ");
    buf_lit(&text, "[a](b)");
    assert_int_equal(render(buf_str(&text), (struct markdown_options){ 0 }).nlinks, 1);
}

/* Links. */

struct asked {
    struct buf list;
    bool answered;
};

static bool note_and_answer(void *self, const struct markdown_link *link,
                            struct markdown_target *to)
{
    struct asked *asked = self;

    buf_addf(&asked->list, "%s %.*s '%.*s' %u:%u; ", link->image ? "image" : "link", STR(link->url),
             STR(link->title), link->line, link->col);
    to->url = S("/there?a&b");
    return asked->answered;
}

static void the_resolver_is_asked_for_links_and_images(void **state)
{
    struct asked asked = { .list = buf_in(&a), .answered = true };
    struct markdown_options options = { .resolve = note_and_answer, .self = &asked };

    (void)state;
    assert_string_equal(str_cstr(&a, render(S("[x](b\\_c.md 't')\n![y](d%20e.png)"), options).html),
                        "<p><a href=\"/there?a&amp;b\" title=\"t\">x</a>\n<img "
                        "src=\"/there?a&amp;b\" alt=\"y\" /></p>\n");
    assert_string_equal(buf_cstr(&asked.list), "link b_c.md 't' 1:1; image d%20e.png '' 2:1; ");
}

static void a_link_stays_when_the_resolver_declines(void **state)
{
    struct asked asked = { .list = buf_in(&a) };
    struct markdown_options options = { .resolve = note_and_answer, .self = &asked };

    (void)state;
    assert_string_equal(str_cstr(&a, render(S("[x](y)"), options).html),
                        "<p><a href=\"y\">x</a></p>\n");
}

static void links_in_the_summary_are_asked_for_once(void **state)
{
    struct asked asked = { .list = buf_in(&a), .answered = true };
    struct markdown_options options = { .resolve = note_and_answer, .self = &asked };

    (void)state;
    assert_string_equal(str_cstr(&a, render(S("[x](y)[^1]\n\n[^1]: z"), options).summary),
                        "<p><a href=\"/there?a&amp;b\">x</a></p>");
    assert_string_equal(buf_cstr(&asked.list), "link y '' 1:1; ");
}

static bool render_inside(void *self, const struct markdown_link *link, struct markdown_target *to)
{
    (void)self, (void)link;
    to->url = render(S("inner *text*"), (struct markdown_options){ 0 }).summary;
    return true;
}

static void a_resolver_may_render(void **state)
{
    struct markdown_options options = { .resolve = render_inside };

    (void)state;
    assert_string_equal(str_cstr(&a, render(S("[x](y) *z*"), options).html),
                        "<p><a href=\"%3Cp%3Einner%20%3Cem%3Etext%3C/em%3E%3C/p%3E\">x</a> "
                        "<em>z</em></p>\n");
}

/* Summaries. */

static void the_summary_is_the_first_paragraph(void **state)
{
    (void)state;
    assert_string_equal(summary("# Title\n\nOne *two*.\n\nThree."), "<p>One <em>two</em>.</p>");
    assert_string_equal(summary("> quoted\n\n- item\n\nOwn."), "<p>Own.</p>");
    assert_string_equal(summary("- only\n- items"), "");
    assert_string_equal(summary(""), "");
}

static void a_picture_alone_is_not_what_a_page_says(void **state)
{
    (void)state;
    assert_string_equal(summary("![logo](a.png)\n\nWords."), "<p>Words.</p>");
}

static void a_mark_ends_the_summary(void **state)
{
    (void)state;
    assert_string_equal(summary("One.\n\n- two\n\n<!-- more -->\n\nThree."),
                        "<p>One.</p>\n<ul>\n<li>two</li>\n</ul>");
    assert_string_equal(summary("One.\n<!--more-->\nTwo."), "<p>One.</p>");
    assert_string_equal(html("One.\n\n<!-- more -->\n\nTwo."), "<p>One.</p>\n<p>Two.</p>\n");
    assert_string_equal(html("<!-- moreover -->\n"), "<!-- moreover -->\n");
}

static void a_mark_in_a_block_ends_the_summary_behind_it(void **state)
{
    (void)state;
    assert_string_equal(summary("One <!-- more --> two.\n\nThree."), "<p>One  two.</p>");
    assert_string_equal(summary("- one\n\n  <!-- more -->\n\n- two\n\nThree."),
                        "<ul>\n<li>\n<p>one</p>\n</li>\n<li>\n<p>two</p>\n</li>\n</ul>");
}

static void the_summary_holds_nothing_that_may_be_there_but_once(void **state)
{
    (void)state;
    assert_string_equal(summary("One[^1].\n\n[^1]: Two."), "<p>One.</p>");
    assert_string_equal(summary("## Head\n\nText\n\n<!-- more -->\n"),
                        "<h2>Head</h2>\n<p>Text</p>");
}

static void the_pages_title_is_no_part_of_its_summary(void **state)
{
    (void)state;
    assert_string_equal(summary("# Title\n\nText\n\n<!-- more -->\n"), "<p>Text</p>");
}

/* What is refused. */

static void a_text_that_is_too_large_is_refused(void **state)
{
    (void)state;
    assert_string_equal(refusal(S("# Far too long"), (struct markdown_options){ .max_size = 10 }),
                        "a.md:1:1: this text has 14 bytes; 10 are the most\n"
                        "  # Far too long\n  ^\n");
}

static void what_is_not_utf8_is_refused_at_its_byte(void **state)
{
    (void)state;
    assert_string_equal(refusal(S("one\ntw\xFFo"), (struct markdown_options){ 0 }),
                        "a.md:2:3: this is not UTF-8: byte 0xFF\n  tw\xEF\xBF\xBDo\n    ^\n"
                        "  save the file as UTF-8\n");
}

static void an_errors_line_is_that_of_the_file(void **state)
{
    (void)state;
    assert_string_equal(refusal(S("one\n\xFF"), (struct markdown_options){ .first_line = 5 }),
                        "a.md:6:1: this is not UTF-8: byte 0xFF\n  \xEF\xBF\xBD\n  ^\n"
                        "  save the file as UTF-8\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(github_extensions_are_on),
        cmocka_unit_test(a_table_is_aligned_as_html_has_it_today),
        cmocka_unit_test(extensions_can_be_left_out),
        cmocka_unit_test(the_language_of_code_is_its_first_word),
        cmocka_unit_test(raw_html_passes_or_is_shown),
        cmocka_unit_test(a_strangers_links_run_no_script),
        cmocka_unit_test(an_address_ends_before_the_signs_of_its_sentence),
        cmocka_unit_test(a_thousand_addresses_and_more_are_links),
        cmocka_unit_test(an_entity_does_not_begin_a_footnote),
        cmocka_unit_test(nesting_has_no_end),
        cmocka_unit_test(the_resolver_is_asked_for_links_and_images),
        cmocka_unit_test(a_link_stays_when_the_resolver_declines),
        cmocka_unit_test(links_in_the_summary_are_asked_for_once),
        cmocka_unit_test(a_resolver_may_render),
        cmocka_unit_test(the_summary_is_the_first_paragraph),
        cmocka_unit_test(a_picture_alone_is_not_what_a_page_says),
        cmocka_unit_test(a_mark_ends_the_summary),
        cmocka_unit_test(a_mark_in_a_block_ends_the_summary_behind_it),
        cmocka_unit_test(the_summary_holds_nothing_that_may_be_there_but_once),
        cmocka_unit_test(the_pages_title_is_no_part_of_its_summary),
        cmocka_unit_test(a_text_that_is_too_large_is_refused),
        cmocka_unit_test(what_is_not_utf8_is_refused_at_its_byte),
        cmocka_unit_test(an_errors_line_is_that_of_the_file),
    };

    markdown_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&a);
    return failed;
}
