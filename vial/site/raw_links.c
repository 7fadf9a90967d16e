/*
 * raw_links.c - links in HTML that a writer put into Markdown
 *
 *   comes in:  a page's HTML, where Markdown's own links are resolved already
 *   goes out:  the same with href and src of raw tags resolved: <img src="map.png">
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
            ptrdiff_t open = str_rfind_char(str_slice(body, 0, at), '<');

            p->source_at = at + url.len;
            return open == STR_NONE ? at : (size_t)open;
        }
        at += url.len;
    }
    return 0;
}

static void resolve(struct pass *p, str url, bool image)
{
    struct link_scope *scope = p->scope;
    struct arena *a = scope->visit->arena;
    str resolved, path = html_address(url, a);
    str bare = path;

    if (!url.len || str_starts(url, S("/")) || str_starts(url, S("#")))
        return;
    bare = str_cut(&bare, '#');
    if (map_find(&scope->missing, bare))
        return;
    struct markdown_link link = { .url = path, .image = image, .offset = find_in_source(p, url) };
    if (!link_resolve(scope, &link, &resolved))
        return;
    buf_add(&p->out, str_slice(p->html, p->copied, (size_t)(url.p - p->html.p)));
    buf_add_html(&p->out, resolved);
    p->copied = (size_t)(url.p + url.len - p->html.p);
}

str links_in_html(struct link_scope *scope, str html)
{
    struct html_tags tags = { .html = html };
    struct pass p = { .scope = scope, .html = html, .out = buf_in(scope->visit->arena) };

    while (html_next_tag(&tags)) {
        bool anchor = str_ieq(tags.name, S("a")), image = str_ieq(tags.name, S("img"));

        if (image)
            check_picture(scope, &tags);
        for (size_t i = 0; i < tags.count; i++) {
            const struct html_attribute *attribute = &tags.attributes[i];

            if (str_ieq(attribute->name, S("src")) ||
                (anchor && str_ieq(attribute->name, S("href"))))
                resolve(&p, attribute->value, image);
        }
    }
    if (!p.copied)
        return html;
    buf_add(&p.out, str_from(html, p.copied));
    return buf_str(&p.out);
}
