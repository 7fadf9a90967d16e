/*
 * Any bytes are a page, or errors whose places lie inside them: no crash, no endless reading, and
 * the body that is rendered is the end of the file.
 */
#include "vial/base/utf8.h"
#include "vial/site/page.h"
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_place(const struct errors *errors, str text)
{
    unsigned lines = 1;

    for (size_t i = 0; i < text.len; i++)
        lines += text.p[i] == '\n';
    for (size_t i = 0; i < errors->count; i++) {
        const struct error *err = &errors->list[i];

        assert(err->sentence.len && str_eq(err->file, S("content/a.md")));
        assert(err->line >= 1 && err->line <= lines && err->col >= 1);
    }
}

/* What is not valid UTF-8 is no page: what is kept of one is text. */
static void check_page(const struct page *page, str text)
{
    struct front_span span;

    assert(utf8_valid(text, NULL));
    assert(page->title.len && utf8_valid(page->title, NULL) && page->slug.len);
    assert(front_matter_find(&span, S("content/a.md"), text, NULL));
    assert(span.body <= text.len && span.from + span.len <= span.body && span.first_line >= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 }, scratch = { 0 };
    struct errors errors = { 0 }, warnings = { 0 };
    str text = str_n((const char *)data, size);

    const struct config *config = config_parse(S("vial.yaml"), S(""), S(""), &arena, &errors);
    const struct page *page =
        page_read(S("blog/2026-11-21-name.md"), S("content/a.md"), text, (struct file_info){ 0 },
                  config, &arena, &scratch, &errors, &warnings);
    arena_free(&scratch);
    if (page)
        check_page(page, text);
    else
        assert(errors.count);
    check_place(&errors, text);
    check_place(&warnings, text);
    errors_free(&errors);
    errors_free(&warnings);
    arena_free(&arena);
    return 0;
}
