/*
 * links.c - whether the pages of an app lead somewhere
 *
 *   comes in:  pages as they were made; at the end, all there is
 *   goes out:  a warning for each link to a file that is not there
 *
 * A site knows its links from its Markdown. An app's pages are whatever handlers made, so links are
 * found in the HTML: href and src, one attribute after the other, without a tree. Where a link
 * leads is only known when all is made; until then the page's text is not kept, but the link with
 * its place. Rules that are not frozen (.no_freeze) answer elsewhere: links to them are fine.
 */
#include "builder/links.h"

#include "vial/base/utf8.h"

struct link {
    struct link *next;
    str path; /* below the app, encoded, without query */
    str file, line_text;
    unsigned line, col, width;
};

enum { LINKS_MAX = 1000000 };

/* ---- finding them ---- */

struct scan {
    str html;
    size_t at;
};

static bool is_name(char c)
{
    return is_alnum((unsigned char)c) || c == '-' || c == ':' || c == '_';
}

static str scan_name(struct scan *s)
{
    size_t from = s->at;

    while (s->at < s->html.len && is_name(s->html.p[s->at]))
        s->at++;
    return str_slice(s->html, from, s->at);
}

static void skip_space(struct scan *s)
{
    while (s->at < s->html.len && is_space((unsigned char)s->html.p[s->at]))
        s->at++;
}

static str scan_value(struct scan *s)
{
    char quote = s->at < s->html.len ? s->html.p[s->at] : '\0';
    size_t from;

    if (quote == '"' || quote == '\'') {
        from = ++s->at;
        while (s->at < s->html.len && s->html.p[s->at] != quote)
            s->at++;
        return str_slice(s->html, from, s->at++);
    }
    for (from = s->at; s->at < s->html.len; s->at++)
        if (is_space((unsigned char)s->html.p[s->at]) || s->html.p[s->at] == '>')
            break;
    return str_slice(s->html, from, s->at);
}

/* Behind `end`, or the end of the page. */
static void skip_past(struct scan *s, str end)
{
    ptrdiff_t found = str_find(str_from(s->html, s->at), end);

    s->at = found < 0 ? s->html.len : s->at + (size_t)found + end.len;
}

/* The next attribute of the tag that the scan is in; false at the tag's end. */
static bool next_attribute(struct scan *s, str *name, str *v)
{
    for (;;) {
        skip_space(s);
        if (s->at >= s->html.len || s->html.p[s->at] == '>')
            return false;
        *name = scan_name(s);
        if (!name->len) {
            s->at++;
            continue;
        }
        skip_space(s);
        *v = S("");
        if (s->at < s->html.len && s->html.p[s->at] == '=') {
            s->at++;
            skip_space(s);
            *v = scan_value(s);
        }
        return true;
    }
}

/* ---- what they lead to ---- */

/* "&amp;" undone: no other entity stands in a URL that somebody built. */
static str unescaped(struct arena *a, str text)
{
    struct buf out = buf_in(a);
    ptrdiff_t amp;

    while ((amp = str_find(text, S("&amp;"))) >= 0) {
        buf_add(&out, str_slice(text, 0, (size_t)amp + 1));
        text = str_from(text, (size_t)amp + 5);
    }
    buf_add(&out, text);
    return buf_str(&out);
}

static bool has_scheme(str url)
{
    for (size_t i = 0; i < url.len; i++) {
        if (url.p[i] == ':')
            return i > 0;
        if (!is_alnum((unsigned char)url.p[i]) && !strchr("+-.", url.p[i]))
            return false;
    }
    return false;
}

static void note_link(struct links *links, const struct target *page, str html, str written,
                      struct arena *a)
{
    str url = unescaped(a, str_trim(written));
    str base = str_fmt(a, "%.*s%.*s", STR(links->base_path), STR(page->url));

    if (!url.len || str_starts(url, S("#")) || str_starts(url, S("//")) || has_scheme(url))
        return;
    str path = url_join(a, base, url), rest;
    rest = str_cut(&path, '#');
    path = str_cut(&rest, '?');
    if (!str_starts(path, links->base_path) || links->count >= LINKS_MAX)
        return;
    path = str_from(path, links->base_path.len);

    if (map_find(&links->targets->by_url, path)) /* which nobody changes while pages are made */
        return;

    struct place place = { .source = html, .offset = (size_t)(written.p - html.p) };
    unsigned line, col;
    str text;
    place_line(place, &line, &col, &text);
    pthread_mutex_lock(&links->lock);
    struct link *link = arena_make(&links->arena, struct link);
    *link = (struct link){ .next = links->list,
                           .path = str_copy(&links->arena, path),
                           .file = page->name,
                           .line_text = str_copy(&links->arena, text),
                           .line = line,
                           .col = col,
                           .width = (unsigned)utf8_count(written) };
    links->list = link;
    links->count++;
    pthread_mutex_unlock(&links->lock);
}

void links_read(struct links *links, const struct target *page, str html, struct arena *a)
{
    struct scan s = { html, 0 };
    str name, v;

    while (s.at < html.len) {
        skip_past(&s, S("<"));
        if (str_starts(str_from(html, s.at), S("!--"))) {
            skip_past(&s, S("-->"));
            continue;
        }
        str tag = scan_name(&s);
        if (!tag.len)
            continue;
        while (next_attribute(&s, &name, &v))
            if ((str_ieq(name, S("href")) && !str_ieq(tag, S("base"))) || str_ieq(name, S("src")))
                note_link(links, page, html, v, a);
        if (str_ieq(tag, S("script")))
            skip_past(&s, S("</script"));
        else if (str_ieq(tag, S("style")))
            skip_past(&s, S("</style"));
    }
}

/* ---- at the end ---- */

/* A page may be asked for without the slash at its end: hosts redirect. */
static bool is_there(const struct targets *targets, str path, struct arena *a)
{
    str name = target_name(a, path);

    return map_find(&targets->by_url, path) || (name.p && map_find(&targets->by_name, name)) ||
           map_find(&targets->by_url, str_fmt(a, "%.*s/", STR(path)));
}

static bool is_live(const struct routes *routes, str path, struct arena *a)
{
    struct binding binding = { .host = S("localhost") };
    struct match match;
    str decoded;

    if (!url_decode(&decoded, path, a))
        return false;
    routes_match(routes, &binding, S("GET"), decoded, &match, a);
    return match.kind == MATCH_FOUND && match.route->rule.no_freeze;
}

void links_check(struct links *links, const struct routes *routes, struct errors *warnings)
{
    struct arena a = { 0 };

    for (struct link *link = links->list; link; link = link->next) {
        struct error err = { 0 };

        if (is_there(links->targets, link->path, &a) || is_live(routes, link->path, &a))
            continue;
        error_set(&err, "leads to '%.*s', which has no file", STR(link->path));
        error_hint(&err, "name it with vial_freeze_each(), or set .no_freeze on its rule if it is "
                         "answered elsewhere");
        err.file = str_copy(&err.own, link->file);
        err.excerpt = str_copy(&err.own, link->line_text);
        err.line = link->line;
        err.col = link->col;
        err.width = link->width;
        errors_add(warnings, &err);
    }
    arena_free(&a);
}

void links_begin(struct links *links, const struct targets *targets, str base_path)
{
    *links = (struct links){ .targets = targets, .base_path = base_path };
    pthread_mutex_init(&links->lock, NULL);
}

void links_end(struct links *links)
{
    pthread_mutex_destroy(&links->lock);
    arena_free(&links->arena);
}
