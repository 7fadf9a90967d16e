/*
 * spec_test.c - the specifications' own examples, through our renderer in plain mode
 *
 * The texts are not part of the project: they are looked for in $VIAL_SPECS, then beside the
 * repository in ../shared/specs. Without them this test says that it was skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vial/base/file.h"
#include "vial/markdown/markdown.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *folder; /* of the specifications */

struct example {
    unsigned number;
    str words; /* behind "example": extensions, or "disabled" */
    str markdown, html;
};

static const str fence = { "````````````````````````````````", 32 };

/* "→" stands for a tab. */
static str with_tabs(struct arena *a, str text)
{
    struct buf out = buf_in(a);
    ptrdiff_t at;

    while ((at = str_find(text, S("→"))) != STR_NONE) {
        buf_add(&out, str_slice(text, 0, (size_t)at));
        buf_addc(&out, '\t');
        text = str_from(text, (size_t)at + S("→").len);
    }
    buf_add(&out, text);
    return buf_str(&out);
}

/* The next example of `*rest`; false when there is none. */
static bool next_example(struct arena *a, str *rest, struct example *e)
{
    str line;

    while (str_line(rest, &line)) {
        const char *start, *end = NULL;

        if (!str_starts(line, fence) || !str_starts(str_from(line, fence.len), S(" example")))
            continue;
        e->number++;
        e->words = str_trim(str_from(line, fence.len + S(" example").len));
        start = rest->p;
        while (str_line(rest, &line) && !str_eq(line, fence)) {
            if (str_eq(line, S(".")) && !end) {
                end = line.p;
                e->markdown = with_tabs(a, str_n(start, (size_t)(end - start)));
                start = rest->p;
            }
        }
        e->html = with_tabs(a, str_n(start, (size_t)(line.p - start)));
        return true;
    }
    return false;
}

static str spec_text(struct arena *a, const char *name)
{
    struct error err = { 0 };
    str text;

    assert_true(file_read(&text, str_fmt(a, "%s/%s", folder, name), 0, NULL, a, &err));
    return text;
}

static unsigned without_all_but(str words)
{
    static const struct {
        str name;
        unsigned bit;
    } known[] = {
        { S("table"), MARKDOWN_TABLES },        { S("strikethrough"), MARKDOWN_STRIKETHROUGH },
        { S("autolink"), MARKDOWN_AUTOLINKS },  { S("tasklist"), MARKDOWN_TASKS },
        { S("footnotes"), MARKDOWN_FOOTNOTES }, { S("tagfilter"), MARKDOWN_TAGFILTER },
        { S("disabled"), MARKDOWN_TASKS }, /* so marked because attributes may be in any order */
    };
    unsigned without = MARKDOWN_EXTENSIONS;

    while (words.len) {
        str word = str_cut(&words, ' ');

        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
            if (str_eq(known[i].name, word))
                without &= ~known[i].bit;
        }
    }
    return without;
}

/* The one liberty: the specification writes <input disabled="" type="checkbox">. */
static str with_its_inputs(struct arena *a, str html)
{
    static const str ours[] = { S("<input type=\"checkbox\" checked=\"\" disabled=\"\" />"),
                                S("<input type=\"checkbox\" disabled=\"\" />") };
    static const str its[] = { S("<input checked=\"\" disabled=\"\" type=\"checkbox\">"),
                               S("<input disabled=\"\" type=\"checkbox\">") };

    for (int i = 0; i < 2; i++) {
        struct buf out = buf_in(a);
        ptrdiff_t at;

        while ((at = str_find(html, ours[i])) != STR_NONE) {
            buf_add(&out, str_slice(html, 0, (size_t)at));
            buf_add(&out, its[i]);
            html = str_from(html, (size_t)at + ours[i].len);
        }
        buf_add(&out, html);
        html = buf_str(&out);
    }
    return html;
}

/* True when our HTML is the example's: to the byte, but for the order of attributes of a task. */
static bool passes(struct arena *a, const struct example *e, unsigned without)
{
    struct markdown_options options = { .plain = true, .without = without };
    struct error err = { 0 };
    struct markdown out;

    assert_true(markdown_render(&out, S("spec"), e->markdown, &options, a, &err));
    if (str_eq(e->html, S("<IGNORE>\n")) || str_eq(out.html, e->html))
        return true;
    return str_eq(with_its_inputs(a, out.html), e->html);
}

/*
 * How many examples there are; the numbers of those that differ, as "3 17 ", in `differing`. Each
 * names the extensions it wants, unless `all` are wanted.
 */
static unsigned examine(struct arena *a, const char *name, bool all, struct buf *differing)
{
    str rest = spec_text(a, name);
    struct example e = { 0 };

    while (next_example(a, &rest, &e)) {
        if (passes(a, &e, all ? 0 : without_all_but(e.words)))
            continue;
        buf_addf(differing, "%u ", e.number);
        if (getenv("VIAL_SPEC_SHOW"))
            printf("%s %u\n%.*s", name, e.number, STR(e.markdown));
    }
    return e.number;
}

static void all_agree(const char *name, bool all, unsigned count)
{
    struct arena a = { 0 };
    struct buf differing = buf_in(&a);

    assert_int_equal(examine(&a, name, all, &differing), count);
    assert_string_equal(buf_cstr(&differing), "");
    arena_free(&a);
}

static void all_673_examples_of_gfm_agree(void **state)
{
    (void)state;
    all_agree("gfm-0.29.txt", false, 673);
}

static void all_30_examples_of_the_extensions_agree(void **state)
{
    (void)state;
    all_agree("gfm-extensions.txt", true, 30);
}

static void all_25_regressions_stay_mended(void **state)
{
    (void)state;
    all_agree("gfm-regression.txt", false, 25);
}

/*
 * cmark-gfm reads CommonMark as it stood in version 0.29. Since then:
 *    28  a decimal entity has at most seven digits (&#87654321; was U+FFFD, now it is text)
 *   171  <textarea> begins a block that only </textarea> ends
 *   354  currency signs count as punctuation beside emphasis
 *   625  a comment may hold "--"
 *   626  <!--> and <!---> are comments
 */
static void commonmark_differs_in_5_of_652_examples(void **state)
{
    struct arena a = { 0 };
    struct buf differing = buf_in(&a);

    (void)state;
    assert_int_equal(examine(&a, "commonmark-0.31.2.txt", false, &differing), 652);
    assert_string_equal(buf_cstr(&differing), "28 171 354 625 626 ");
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_673_examples_of_gfm_agree),
        cmocka_unit_test(all_30_examples_of_the_extensions_agree),
        cmocka_unit_test(all_25_regressions_stay_mended),
        cmocka_unit_test(commonmark_differs_in_5_of_652_examples),
    };

    folder = getenv("VIAL_SPECS");
    if (!folder)
        folder = SOURCE_ROOT "/../shared/specs";
    if (access(folder, R_OK) != 0) {
        printf("skipped: there are no specifications in %s\n", folder);
        return 77;
    }
    markdown_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
