/*
 * debug_page.c - what went wrong, for whoever writes the app
 *
 *   comes in:  a request that has failed, in debug, from this very machine
 *   goes out:  the error with its lines, the request, the arguments, what the template got, and
 * what the page was made from
 *
 * It shows what strangers must not see; whoever is not on this machine gets the plain page.
 */
#include "vial/app/inside.h"
#include "vial/app/json.h"

enum { SHOWN_MAX = 500 }; /* bytes of one value */

bool may_debug(const vial_req *r)
{
    str peer = r->http->peer; /* and not what a proxy says of it */

    return r->app->debug && (!peer.len || str_starts(peer, S("127.")) || str_eq(peer, S("::1")) ||
                             str_starts(peer, S("::ffff:127.")));
}

static void add_row(struct buf *page, str name, str content)
{
    buf_lit(page, "<tr><th>");
    buf_add_html(page, name);
    buf_lit(page, "<td><code>");
    buf_add_html(page, str_slice(content, 0, SHOWN_MAX));
    buf_add(page, content.len > SHOWN_MAX ? S("...</code>\n") : S("</code>\n"));
}

static void begin_table(struct buf *page, const char *title)
{
    buf_addf(page, "<h2>%s</h2>\n<table>\n", title);
}

static str shown(value v, struct arena *a)
{
    struct buf text = buf_in(a);

    if (v.type == VIAL_OBJECT)
        return str_fmt(a, "<%s>", ((const struct object *)v.as.object)->type->name);
    return json_print(v, &text) ? buf_str(&text) : S("(holds objects)");
}

static void add_dict(struct buf *page, const char *title, value dict, struct arena *a)
{
    value key, v;

    if (!dict_len(dict))
        return;
    begin_table(page, title);
    for (size_t i = 0; dict_entry(dict, i, &key, &v); i++)
        add_row(page, value_text(key), shown(v, a));
    buf_lit(page, "</table>\n");
}

static void add_request(vial_req *r, struct buf *page)
{
    const struct headers *headers = &r->http->headers;

    begin_table(page, "Request");
    add_row(page, S("method"), r->http->method);
    add_row(page, S("path"), r->path);
    add_row(page, S("query"), r->http->query);
    add_row(page, S("endpoint"), r->endpoint);
    add_row(page, S("blueprint"), r->scope->name);
    for (size_t i = 0; r->matched && i < r->match.count; i++)
        add_row(page, r->match.arguments[i].name, shown(r->match.arguments[i].v, r->arena));
    for (size_t i = 0; i < headers->count; i++)
        add_row(page, headers->list[i].name, headers->list[i].value);
    buf_lit(page, "</table>\n");
}

static void add_reads(const struct reads *reads, struct buf *page)
{
    if (!reads->things.count)
        return;
    begin_table(page, "Made from");
    for (size_t i = 0; i < reads->things.count; i++)
        add_row(page, S(""), reads->things.entries[i].key);
    buf_lit(page, "</table>\n");
}

void debug_page_add(vial_req *r, struct buf *page)
{
    struct buf text = buf_in(r->arena);

    error_print(&r->err, ERROR_PLAIN, &text);
    buf_lit(page, "<pre>");
    buf_add_html(page, buf_str(&text));
    buf_lit(page, "</pre>\n");
    add_dict(page, "What the template got", r->context, r->arena);
    add_dict(page, "g", r->g, r->arena);
    if (r->session.accessed)
        add_dict(page, "Session", r->session.values, r->arena);
    add_request(r, page);
    add_reads(r->reads, page);
}
