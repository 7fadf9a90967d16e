/*
 * css_urls.c - the addresses that a sheet names
 *
 *   comes in:  the text of a sheet; whoever knows what its addresses are to be
 *   goes out:  the sheet with those addresses, and all else as it was
 *
 * An address stands in url(), in the string of an @import, and in the strings of image-set(). What
 * @namespace names is no address but a name, and is left as it is.
 */
#include "vial/site/css.h"

struct urls {
    css_resolve_fn *resolve;
    void *self;
    struct buf *out;
    struct arena *a;
    bool import;               /* in an @import, before its address  */
    bool namespace;            /* in an @namespace */
    bool url;                  /* behind url( */
    unsigned depth, image_set; /* parentheses that are open; those when image-set( came */
};

static str inside_url(str text)
{
    text = str_from(text, sizeof "url(" - 1);
    if (str_ends(text, S(")")) && !str_ends(text, S("\\)")))
        text.len--;
    while (text.len && strchr(" \t\r\n\f", text.p[0]))
        text = str_from(text, 1);
    while (text.len && strchr(" \t\r\n\f", text.p[text.len - 1]) &&
           !(text.len > 1 && text.p[text.len - 2] == '\\'))
        text.len--;
    return text;
}

static str inside_string(str text)
{
    bool closed = text.len > 1 && text.p[text.len - 1] == text.p[0];

    return str_slice(text, 1, text.len - closed);
}

static void put(struct urls *u, const struct css_token *token, str raw, bool string)
{
    str url = css_unescape(u->a, raw);
    str other = u->resolve(u->self, url, token->at, token->text.len);

    if (!other.p || str_eq(other, url)) {
        buf_add(u->out, token->text);
        return;
    }
    if (!string)
        buf_lit(u->out, "url(");
    css_add_string(u->out, other);
    if (!string)
        buf_lit(u->out, ")");
}

static bool is_image_set(str function)
{
    return str_ieq(function, S("image-set(")) || str_ieq(function, S("-webkit-image-set("));
}

static void put_token(struct urls *u, const struct css_token *token)
{
    bool names = token->kind == CSS_URL ||
                 (token->kind == CSS_STRING &&
                  (u->url || u->import || (u->image_set && u->depth == u->image_set)));

    if (token->kind == CSS_FUNCTION || css_is(token, '('))
        u->depth++;
    if (css_is(token, ')') && u->depth) {
        if (u->depth == u->image_set)
            u->image_set = 0;
        u->depth--;
    }
    if (token->kind == CSS_FUNCTION && is_image_set(token->text))
        u->image_set = u->depth;
    if (names && !u->namespace)
        put(u, token, token->kind == CSS_URL ? inside_url(token->text) : inside_string(token->text),
            token->kind == CSS_STRING);
    else
        buf_add(u->out, token->text);
    if (token->kind == CSS_SPACE || token->kind == CSS_COMMENT)
        return;
    u->url = token->kind == CSS_FUNCTION && str_ieq(token->text, S("url("));
    u->import =
        (u->import && u->url) || (token->kind == CSS_AT && str_ieq(token->text, S("@import")));
    if (token->kind == CSS_AT)
        u->namespace = str_ieq(token->text, S("@namespace"));
    else if (css_is(token, ';') || css_is(token, '{'))
        u->namespace = false;
}

void css_urls(str text, css_resolve_fn *resolve, void *self, struct buf *out, struct arena *a)
{
    struct urls u = { .resolve = resolve, .self = self, .out = out, .a = a };
    struct css_scan scan = { text, 0 };
    struct css_token token;

    while (css_next(&scan, &token))
        put_token(&u, &token);
}
