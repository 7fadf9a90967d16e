/*
 * raw_links.c - links in HTML that a writer put into Markdown
 *
 *   comes in:  a page's HTML, where Markdown's own links are resolved already
 *   goes out:  the same with href and src of raw tags resolved: <img src="map.png">; and, where it
 * is asked for, the sizes of pictures
 *
 * What is resolved begins with a slash or a scheme; what was told to lead nowhere is known. The
 * rest was raw HTML. A raw tag stands in the page's source as it stands here, which is how its
 * place is found.
 */
#include "vial/site/html_tags.h"
#include "vial/site/links.h"

struct pass {
    struct link_scope *scope;
    str html;
    size_t copied; /* to `out`, so far */
    struct buf out;
    size_t source_at; /* where in the source the last link was */
};

/* Where the tag begins that is open at `at`; `at` itself: none is, as in the call of a shortcode. */
static size_t tag_around(str body, size_t at)
{
    ptrdiff_t open = str_rfind_char(str_slice(body, 0, at), '<');

    if (open == STR_NONE || str_has(str_slice(body, (size_t)open, at), '>'))
        return at;
    return (size_t)open;
}

/* Where a raw tag with this address begins in the page's own text. */
static size_t find_in_source(struct pass *p, str url)
{
    str body = str_from(p->scope->rendered->text, p->scope->rendered->body);

    for (size_t at = p->source_at; at < body.len;) {
        ptrdiff_t found = str_find(str_from(body, at), url);

        if (found == STR_NONE)
            break;
        at += (size_t)found;
        if (at && strchr("\"'=", body.p[at - 1])) {
            p->source_at = at + url.len;
            return tag_around(body, at);
        }
        at += url.len;
    }
    return 0;
}

/* The picture's size, where the tag says nothing of it: its own words come after ours and would be
 * lost. */
static void add_size(struct pass *p, const struct html_tags *tag, const struct markdown_target *to)
{
    str name_end = str_from(tag->name, tag->name.len);

    if (!to->width || html_attribute(tag, "width") || html_attribute(tag, "height") ||
        html_attribute(tag, "style"))
        return;
    buf_add(&p->out, str_slice(p->html, p->copied, (size_t)(name_end.p - p->html.p)));
    buf_addf(&p->out, " width=\"%u\" height=\"%u\"", to->width, to->height);
    p->copied = (size_t)(name_end.p - p->html.p);
}

/* "/static/map.png": an address already, which is only looked at for the picture's size. */
static void measure(struct pass *p, const struct html_tags *tag, str url)
{
    struct link_scope *scope = p->scope;
    bool report = scope->report;
    struct markdown_link link = { .url = html_address(url, scope->visit->arena), .image = true };
    struct markdown_target to = { 0 };

    if (!(scope->visit->site->config->markdown & MARKDOWN_SIZES) || str_starts(url, S("//")) ||
        html_attribute(tag, "width") || map_find(&scope->missing, link.url))
        return;
    scope->report = false; /* who wrote it as a link was told */
    if (link_resolve(scope, &link, &to))
        add_size(p, tag, &to);
    scope->report = report;
}

static void resolve(struct pass *p, const struct html_tags *tag, str url, bool image)
{
    struct link_scope *scope = p->scope;
    struct arena *a = scope->visit->arena;
    struct markdown_target to = { 0 };
    str path = html_address(url, a);
    str bare = path;

    if (image && str_starts(url, S("/")))
        measure(p, tag, url);
    if (!url.len || str_starts(url, S("/")) || str_starts(url, S("#")))
        return;
    bare = str_cut(&bare, '#');
    if (map_find(&scope->missing, bare))
        return;
    struct markdown_link link = { .url = path, .image = image, .offset = find_in_source(p, url) };
    if (!link_resolve(scope, &link, &to))
        return;
    if (image)
        add_size(p, tag, &to);
    buf_add(&p->out, str_slice(p->html, p->copied, (size_t)(url.p - p->html.p)));
    buf_add_html(&p->out, to.url);
    p->copied = (size_t)(url.p + url.len - p->html.p);
}

str links_in_html(struct link_scope *scope, str html)
{
    struct html_tags tags = { .html = html };
    struct pass p = { .scope = scope, .html = html, .out = buf_in(scope->visit->arena) };

    scope->raw = true;
    while (html_next_tag(&tags)) {
        bool anchor = str_ieq(tags.name, S("a")), image = str_ieq(tags.name, S("img"));

        if (image)
            check_picture(scope, &tags);
        for (size_t i = 0; i < tags.count; i++) {
            const struct html_attribute *attribute = &tags.attributes[i];

            if (str_ieq(attribute->name, S("src")) ||
                (anchor && str_ieq(attribute->name, S("href"))))
                resolve(&p, &tags, attribute->value, image && str_ieq(attribute->name, S("src")));
        }
    }
    scope->raw = false;
    if (!p.copied)
        return html;
    buf_add(&p.out, str_from(html, p.copied));
    return buf_str(&p.out);
}
