/*
 * Any bytes are a page or an error, and both point into them: an error's line and the place of
 * each link, where a link's first sign stands. What a stranger writes brings no tag of its own.
 */
#include "vial/markdown/markdown.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(bool true_thing)
{
    if (!true_thing)
        abort();
}

static bool to_elsewhere(void *self, const struct markdown_link *link, struct markdown_target *to)
{
    *to = (struct markdown_target){ S("/elsewhere"), (unsigned)link->url.len, 7 };
    (void)self;
    return link->url.len % 2;
}

/* A bare address has no sign of its own. */
static bool is_address(str url)
{
    return str_istarts(url, S("http")) || str_istarts(url, S("ftp:")) || str_has(url, '@');
}

static void look_at_links(str text, const struct markdown *out)
{
    for (size_t i = 0; i < out->nlinks; i++) {
        const struct markdown_link *link = &out->links[i];

        hold(link->offset < text.len && link->line > 0 && link->col > 0);
        str here = str_from(text, link->offset);
        if (link->image)
            hold(str_starts(here, S("![")));
        else
            hold(here.p[0] == '[' || here.p[0] == '<' || is_address(link->url));
    }
}

/* All of `<` that are not ours would be. */
static void look_for_tags(str html)
{
    hold(str_find(html, S("<script")) == STR_NONE && str_find(html, S("<!--")) == STR_NONE);
}

static void render(str text, const struct markdown_options *options)
{
    struct arena a = { 0 };
    struct error err = { 0 };
    struct markdown out;

    if (markdown_render(&out, S("fuzz.md"), text, options, &a, &err)) {
        if (!memchr(text.p, 0, text.len)) /* a NUL becomes three bytes: places are then near */
            look_at_links(text, &out);
        if (options->escape_raw_html)
            look_for_tags(out.html);
        hold(out.summary.len <= out.html.len + 16);
    } else {
        hold(err.line > 0 && err.sentence.len > 0);
    }
    error_free(&err);
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_n((const char *)data, size);

    markdown_start();
    if (size == 0)
        return 0;
    render(text, &(struct markdown_options){ .resolve = to_elsewhere });
    render(text, &(struct markdown_options){ .plain = true });
    render(text,
           &(struct markdown_options){ .with = ~0u,
                                       .profile = data[0] & 1 ? MARKDOWN_PYTHON : MARKDOWN_PLAIN,
                                       .external_rel = S("nofollow"),
                                       .escape_raw_html = true });
    render(text, &(struct markdown_options){ .with = ~(unsigned)data[0], .resolve = to_elsewhere });
    render(text, &(struct markdown_options){ .escape_raw_html = true, .without = data[0] });
    return 0;
}
