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
#include "vial/site/links.h"

struct pass {
    struct link_scope *scope;
    str html;
    size_t at, copied; /* read so far; copied to `out` so far */
    struct buf out;
    size_t source_at; /* where in the source the last link was */
};

static bool is_name(char c)
{
    return is_alnum(c) || c == '-' || c == '_' || c == ':';
}

static str take_name(struct pass *p)
{
    size_t from = p->at;

    while (p->at < p->html.len && is_name(p->html.p[p->at]))
        p->at++;
    return str_slice(p->html, from, p->at);
}

static void skip_space(struct pass *p)
{
    while (p->at < p->html.len && is_space(p->html.p[p->at]))
        p->at++;
}

/* The value of an attribute, its quotes left out; the slice lies in the HTML. */
static str take_value(struct pass *p)
{
    char quote = p->at < p->html.len ? p->html.p[p->at] : '\0';
    size_t from = p->at;

    if (quote == '"' || quote == '\'') {
        str rest = str_from(p->html, ++p->at);
        ptrdiff_t end = str_find_char(rest, quote);

        if (end == STR_NONE) {
            p->at = p->html.len;
            return S("");
        }
        p->at += (size_t)end + 1;
        return str_slice(rest, 0, (size_t)end);
    }
    while (p->at < p->html.len && !is_space(p->html.p[p->at]) && p->html.p[p->at] != '>')
        p->at++;
    return str_slice(p->html, from, p->at);
}

/* "&amp;" is the one entity that addresses have. */
static str unescaped(str url, struct arena *a)
{
    struct buf out = buf_in(a);
    str rest = url;

    if (!str_has(url, '&'))
        return url;
    while (rest.len) {
        bool amp = str_starts(rest, S("&amp;"));

        buf_addc(&out, rest.p[0]);
        rest = str_from(rest, amp ? 5 : 1);
    }
    return buf_str(&out);
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
    str resolved, path = unescaped(url, a);
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

static void attributes(struct pass *p, str tag)
{
    while (p->at < p->html.len) {
        skip_space(p);
        if (p->at == p->html.len || p->html.p[p->at] == '>')
            return;
        str name = take_name(p);
        if (!name.len) {
            p->at++;
            continue;
        }
        skip_space(p);
        if (p->at == p->html.len || p->html.p[p->at] != '=')
            continue;
        p->at++;
        skip_space(p);
        str url = take_value(p);
        if (str_ieq(name, S("src")) || (str_ieq(name, S("href")) && str_ieq(tag, S("a"))))
            resolve(p, url, str_ieq(tag, S("img")));
    }
}

/* Behind the next `end`: of a comment, a script. */
static void skip_past(struct pass *p, str end)
{
    ptrdiff_t found = str_find(str_from(p->html, p->at), end);

    p->at = found == STR_NONE ? p->html.len : p->at + (size_t)found + end.len;
}

static bool next_tag(struct pass *p)
{
    ptrdiff_t found = str_find_char(str_from(p->html, p->at), '<');

    if (found == STR_NONE)
        return false;
    p->at += (size_t)found + 1;
    return true;
}

str links_in_html(struct link_scope *scope, str html)
{
    struct pass p = { .scope = scope, .html = html, .out = buf_in(scope->visit->arena) };

    while (next_tag(&p)) {
        if (str_starts(str_from(html, p.at), S("!--"))) {
            skip_past(&p, S("-->"));
            continue;
        }
        str tag = take_name(&p);
        if (!tag.len)
            continue;
        attributes(&p, tag);
        if (str_ieq(tag, S("script")))
            skip_past(&p, S("</script"));
        else if (str_ieq(tag, S("style")))
            skip_past(&p, S("</style"));
    }
    if (!p.copied)
        return html;
    buf_add(&p.out, str_from(html, p.copied));
    return buf_str(&p.out);
}
