/*
 * additions_test.c - what is seen to before a page is written (emoji.c, abbreviations.c,
 * block_attributes.c), and what is added to images, links and fences
 */
#include "tests/unit/unit.h"
#include "vial/markdown/emoji.h"

static struct arena a;

static struct markdown_options options;

static struct markdown rendered(const char *text)
{
    struct markdown out;

    assert_true(markdown_render(&out, S("a.md"), str_of(text), &options, &a, NULL));
    return out;
}

static str html(const char *text, unsigned with)
{
    options = (struct markdown_options){ .with = with };
    return rendered(text).html;
}

static void names_of_emoji_become_signs(void **state)
{
    (void)state;
    assert_str(html("Ho :tada: :+1: :white_check_mark:", MARKDOWN_EMOJI), "<p>Ho 🎉 👍 ✅</p>\n");
    assert_str(html(":heart::tada:你:100:", MARKDOWN_EMOJI), "<p>❤️🎉你💯</p>\n");
    assert_str(html("![:tada:](x)", MARKDOWN_EMOJI), "<p><img src=\"x\" alt=\"🎉\" /></p>\n");
    assert_str(html("Ho :tada:", 0), "<p>Ho :tada:</p>\n");
}

static void what_only_looks_like_a_name_stays(void **state)
{
    (void)state;
    assert_str(
        html("at 12:100:7, :nothing: \\:tada: `:tada:` https://x.org/:tada:x", MARKDOWN_EMOJI),
        "<p>at 12:100:7, :nothing: :tada: <code>:tada:</code> "
        "<a href=\"https://x.org/:tada:x\">https://x.org/:tada:x</a></p>\n");
    assert_str(html("\\\\:tada:", MARKDOWN_EMOJI), "<p>\\🎉</p>\n");
}

static void a_heading_keeps_the_id_that_its_words_give(void **state)
{
    (void)state;
    assert_str(html("## :rocket: Launch", MARKDOWN_EMOJI),
               "<h2 id=\"rocket-launch\">🚀 Launch</h2>\n");
}

static void every_name_is_found_by_itself(void **state)
{
    (void)state;
    assert_true(emoji_count > 1400);
    for (size_t i = 0; i < emoji_count; i++) {
        str name = str_of(emoji_texts + emoji_starts[i]);

        assert_true(emoji_named(name).p == name.p + name.len + 1);
    }
    assert_int_equal(emoji_named(S("octocat")).len, 0);
}

static void abbreviations_are_explained(void **state)
{
    (void)state;
    assert_str(
        html("HTML, XHTML, *HTML* `HTML`\n\n*[HTML]: Hyper \"Text\"", MARKDOWN_ABBREVIATIONS),
        "<p><abbr title=\"Hyper &quot;Text&quot;\">HTML</abbr>, XHTML, <em><abbr "
        "title=\"Hyper &quot;Text&quot;\">HTML</abbr></em> <code>HTML</code></p>\n");
    assert_str(html("*[C++]: a language\n*[A_B]: two\n\nC++ and A_B", MARKDOWN_ABBREVIATIONS),
               "<p><abbr title=\"a language\">C++</abbr> and <abbr title=\"two\">A_B</abbr></p>\n");
    assert_str(html("*[HTML]: x\nand more of HTML", MARKDOWN_ABBREVIATIONS),
               "<p>*[HTML]: x\nand more of HTML</p>\n");
    assert_str(html("A\n\n*[A]: b", 0), "<p>A</p>\n<p>*[A]: b</p>\n");
}

static void lines_of_rust_for_its_compiler_are_not_shown(void **state)
{
    const char *rust = "```rust,ignore\n# use a;\n#\n#[derive(X)]\nfn b() {}\n  ## c\n#!d\n```";

    (void)state;
    assert_str(html(rust, MARKDOWN_HIDDEN_LINES),
               "<pre><code class=\"language-rust\">#[derive(X)]\nfn b() {}\n  # c\n#!d\n"
               "</code></pre>\n");
    assert_true(str_find(html(rust, 0), S("# use a;")) != STR_NONE);
    assert_true(str_find(html("```sh\n# all\n```", MARKDOWN_HIDDEN_LINES), S("# all")) != STR_NONE);
}

static void lists_quotations_and_tables_have_attributes(void **state)
{
    const unsigned on = MARKDOWN_ATTRIBUTES;

    (void)state;
    assert_str(html("- a\n- b\n{.steps #x k=v}", on),
               "<ul id=\"x\" class=\"steps\" k=\"v\">\n<li>a</li>\n<li>b</li>\n</ul>\n");
    assert_str(
        html("- a\n  - b\n  {.inner}\n{: .outer}", on),
        "<ul class=\"outer\">\n<li>a\n<ul class=\"inner\">\n<li>b</li>\n</ul>\n</li>\n</ul>\n");
    assert_str(html("- a\n  {.item}\n- b", on),
               "<ul>\n<li class=\"item\">a</li>\n<li>b</li>\n</ul>\n");
    assert_str(html("> a\n{.x}", on), "<blockquote class=\"x\">\n<p>a</p>\n</blockquote>\n");
    assert_str(html("> a\n> {.x}", on), "<blockquote>\n<p class=\"x\">a</p>\n</blockquote>\n");
    assert_str(html("> - a\n> {.x}", on),
               "<blockquote>\n<ul class=\"x\">\n<li>a</li>\n</ul>\n</blockquote>\n");
    assert_str(html("> [!TIP]\n> a\n{.x}", on | MARKDOWN_ALERTS),
               "<div class=\"admonition tip x\">\n<p class=\"admonition-title\">Tip</p>\n"
               "<p>a</p>\n</div>\n");
    assert_str(html("|a|\n|-|\n{.x}", on),
               "<table class=\"x\">\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n</table>\n");
}

static void braces_that_are_no_attributes_stay(void **state)
{
    const unsigned on = MARKDOWN_ATTRIBUTES;

    (void)state;
    assert_str(html("- a\n{not so}", on), "<ul>\n<li>a\n{not so}</li>\n</ul>\n");
    assert_str(html("- a {.x}", on), "<ul>\n<li>a {.x}</li>\n</ul>\n");
    assert_str(html("|a|b|\n|-|-|\n|{.x}|c|", on),
               "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n"
               "<td>{.x}</td>\n<td>c</td>\n</tr>\n</tbody>\n</table>\n");
}

static void a_fence_has_those_that_are_not_about_its_code(void **state)
{
    (void)state;
    assert_str(
        html("```x {#a .wide title=\"t\" data-k=\"<\"}\n1\n```",
             MARKDOWN_ATTRIBUTES | MARKDOWN_HIGHLIGHT),
        "<div class=\"highlight wide\" id=\"a\" data-k=\"&lt;\"><span "
        "class=\"filename\">t</span><pre><code class=\"language-x\">1\n</code></pre></div>\n");
    assert_str(
        html("``` {.text .numberLines .y}\n1\n```", MARKDOWN_ATTRIBUTES | MARKDOWN_HIGHLIGHT),
        "<div class=\"highlight y\"><pre><code class=\"language-text\"><span "
        "class=\"line\"><span class=\"linenos\" data-linenos=\"1\"></span>1\n"
        "</span></code></pre></div>\n");
}

static void links_that_leave_the_site_say_so(void **state)
{
    (void)state;
    options = (struct markdown_options){ .with = MARKDOWN_ATTRIBUTES,
                                         .external_rel = S("noopener"),
                                         .external_target = S("_blank"),
                                         .own_url = S("https://me.org/") };
    assert_str(rendered("[a](https://x.org) [b](https://me.org/b) [c](/c) "
                        "[d](https://me.org.x/){target=_self}")
                   .html,
               "<p><a href=\"https://x.org\" rel=\"noopener\" target=\"_blank\">a</a> <a "
               "href=\"https://me.org/b\">b</a> <a href=\"/c\">c</a> <a "
               "href=\"https://me.org.x/\" rel=\"noopener\" target=\"_self\">d</a></p>\n");
}

static bool measured(void *self, const struct markdown_link *link, struct markdown_target *to)
{
    (void)self;
    *to = (struct markdown_target){ link->url, 40, 30 };
    return true;
}

static void images_have_the_size_that_is_known(void **state)
{
    (void)state;
    options =
        (struct markdown_options){ .with = MARKDOWN_ATTRIBUTES | MARKDOWN_SIZES | MARKDOWN_LAZY,
                                   .resolve = measured };
    assert_str(rendered("![a](x) ![b](y){width=7 loading=eager}").html,
               "<p><img src=\"x\" alt=\"a\" width=\"40\" height=\"30\" loading=\"lazy\" "
               "decoding=\"async\" /> <img src=\"y\" alt=\"b\" decoding=\"async\" width=\"7\" "
               "loading=\"eager\" /></p>\n");
    assert_str(rendered("Words ![a](x)[^1]\n\n[^1]: b").summary, /* written a second time */
               "<p>Words <img src=\"x\" alt=\"a\" width=\"40\" height=\"30\" loading=\"lazy\" "
               "decoding=\"async\" /></p>");
}

static void insertions_end_with_what_they_stand_in(void **state)
{
    (void)state;
    assert_str(html("^^new^^ x^2^", MARKDOWN_SUPERSCRIPT), "<p><ins>new</ins> x<sup>2</sup></p>\n");
    assert_str(html("*^^a^b^^*", MARKDOWN_SUPERSCRIPT),
               "<p><em><ins>a<sup>b</sup>^</ins></em></p>\n");
}

static void titles_of_notes_have_markup(void **state)
{
    (void)state;
    assert_str(html("!!! tip \"A *b*\"\n    c", MARKDOWN_CONTAINERS),
               "<div class=\"admonition tip\">\n<p class=\"admonition-title\">A "
               "<em>b</em></p>\n<p>c</p>\n</div>\n");
    assert_str(html("??? tip \"`b`\"\n    c", MARKDOWN_CONTAINERS),
               "<details class=\"tip\">\n<summary><code>b</code></summary>\n<p>c</p>\n"
               "</details>\n");
}

static str summary(const char *text)
{
    options = (struct markdown_options){ .with = MARKDOWN_DEFINITIONS | MARKDOWN_CONTAINERS };
    return rendered(text).summary;
}

static void a_definition_holds_blocks(void **state)
{
    (void)state;
    assert_str(html("A\n\n:   b\n\n    c\n\n:   - d\n", MARKDOWN_DEFINITIONS),
               "<dl>\n<dt>A</dt>\n<dd>\n<p>b</p>\n<p>c</p>\n</dd>\n<dd>\n<ul>\n<li>d</li>\n</ul>\n"
               "</dd>\n</dl>\n");
    assert_str(html("A\nB\n: c\nd", MARKDOWN_DEFINITIONS),
               "<dl>\n<dt>A</dt>\n<dt>B</dt>\n<dd>c\nd</dd>\n</dl>\n");
    assert_str(html("- A\n  : b", MARKDOWN_DEFINITIONS),
               "<ul>\n<li>\n<dl>\n<dt>A</dt>\n<dd>b</dd>\n</dl>\n</li>\n</ul>\n");
    assert_str(html(": b\n\n# A\n\n: c", MARKDOWN_DEFINITIONS),
               "<p>: b</p>\n<h1 id=\"a\">A</h1>\n<p>: c</p>\n");
    assert_str(html("A\n: b", 0), "<p>A\n: b</p>\n");
}

static void a_summary_ends_with_the_whole_of_what_it_cuts(void **state)
{
    (void)state;
    assert_str(summary("A\n: b <!-- more -->\n: c\n\nText."),
               "<dl>\n<dt>A</dt>\n<dd>b </dd>\n<dd>c</dd>\n</dl>");
    assert_str(summary("A\n: b\n\nText."), "<p>Text.</p>");
    assert_true(str_ends(summary("=== \"A\"\n    b <!-- more -->\n\n=== \"B\"\n    c\n\nText."),
                         S("<p>c</p>\n</div>\n</div>")));
}

static int clean(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_emoji_become_signs),
        cmocka_unit_test(what_only_looks_like_a_name_stays),
        cmocka_unit_test(a_heading_keeps_the_id_that_its_words_give),
        cmocka_unit_test(every_name_is_found_by_itself),
        cmocka_unit_test(abbreviations_are_explained),
        cmocka_unit_test(lines_of_rust_for_its_compiler_are_not_shown),
        cmocka_unit_test(lists_quotations_and_tables_have_attributes),
        cmocka_unit_test(braces_that_are_no_attributes_stay),
        cmocka_unit_test(a_fence_has_those_that_are_not_about_its_code),
        cmocka_unit_test(links_that_leave_the_site_say_so),
        cmocka_unit_test(insertions_end_with_what_they_stand_in),
        cmocka_unit_test(titles_of_notes_have_markup),
        cmocka_unit_test(a_definition_holds_blocks),
        cmocka_unit_test(a_summary_ends_with_the_whole_of_what_it_cuts),
        cmocka_unit_test(images_have_the_size_that_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, clean);
}
