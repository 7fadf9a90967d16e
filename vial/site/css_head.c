/*
 * css_head.c - what a sheet imports
 *
 *   comes in:  the text of a sheet
 *   goes out:  the @import rules at its head, each with its conditions
 *
 * Browsers heed an @import only where nothing but @charset, @layer x; and other imports stand
 * before it; and once one was there, an @layer ends the head.
 */
#include "vial/site/css.h"

struct head {
    str text;
    struct arena *a;
    struct css_scan scan;
    struct css_head found;
    size_t cap;
};

static bool next_token(struct css_scan *scan, struct css_token *token)
{
    while (css_next(scan, token))
        if (token->kind != CSS_SPACE && token->kind != CSS_COMMENT)
            return true;
    return false;
}

/* From here to behind the ";" that ends the rule. False: it ends otherwise. */
static bool skip_rule(struct head *h)
{
    struct css_token token;
    unsigned depth = 0;

    while (next_token(&h->scan, &token)) {
        if (token.kind == CSS_BAD_STRING || token.kind == CSS_BAD_URL || css_is(&token, '{') ||
            css_is(&token, '}'))
            return false;
        if (!depth && css_is(&token, ';'))
            return true;
        depth += token.kind == CSS_FUNCTION || css_is(&token, '(');
        depth -= depth && css_is(&token, ')');
    }
    return false;
}

/* What stands in the parentheses that were just opened; the scan goes on behind them. */
static str inside(struct css_scan *scan)
{
    struct css_token token;
    size_t from = scan->at;
    unsigned depth = 1;

    while (css_next(scan, &token)) {
        depth += token.kind == CSS_FUNCTION || css_is(&token, '(');
        depth -= css_is(&token, ')');
        if (!depth)
            return str_trim(str_slice(scan->text, from, token.at));
    }
    return str_trim(str_from(scan->text, from));
}

static bool read_url(struct css_scan *scan, struct css_import *import, struct arena *a)
{
    struct css_token token, string;

    if (!next_token(scan, &token))
        return false;
    import->url_at = token.at;
    if (token.kind == CSS_URL) {
        str raw = str_slice(token.text, sizeof "url(" - 1, token.text.len - 1);

        import->url = css_unescape(a, str_trim(raw));
        import->url_len = token.text.len;
        return true;
    }
    bool url = token.kind == CSS_FUNCTION && str_ieq(token.text, S("url("));
    string = token;
    if (url && !next_token(scan, &string))
        return false;
    if (string.kind != CSS_STRING || string.text.len < 2 ||
        (url && (!next_token(scan, &token) || !css_is(&token, ')'))))
        return false;
    import->url = css_unescape(a, str_slice(string.text, 1, string.text.len - 1));
    import->url_len = scan->at - import->url_at;
    return true;
}

/* "layer(x) supports(y) screen", up to the ";" at `end`. */
static void read_conditions(struct css_scan *scan, struct css_import *import, size_t end)
{
    struct css_scan ahead = *scan;
    struct css_token token;

    if (next_token(&ahead, &token) &&
        ((token.kind == CSS_IDENT && str_ieq(token.text, S("layer"))) ||
         (token.kind == CSS_FUNCTION && str_ieq(token.text, S("layer("))))) {
        import->layer = token.kind == CSS_FUNCTION ? inside(&ahead) : S("");
        *scan = ahead;
    }
    ahead = *scan;
    if (next_token(&ahead, &token) && token.kind == CSS_FUNCTION &&
        str_ieq(token.text, S("supports("))) {
        import->supports = inside(&ahead);
        *scan = ahead;
    }
    import->media = str_trim(str_slice(scan->text, scan->at, end));
}

static bool add_import(struct head *h, const struct css_token *token)
{
    struct css_import import = { .at = token->at };
    struct css_scan scan = { h->text, h->scan.at };

    if (!skip_rule(h))
        return false;
    import.len = h->scan.at - import.at;
    if (!read_url(&scan, &import, h->a))
        return false;
    read_conditions(&scan, &import, h->scan.at - 1);
    if (h->found.count == h->cap) {
        size_t cap = h->cap ? h->cap * 2 : 4;

        h->found.imports =
            arena_grow(h->a, h->found.imports, h->cap * sizeof import, cap * sizeof import);
        h->cap = cap;
    }
    h->found.imports[h->found.count++] = import;
    return true;
}

struct css_head css_head(str text, struct arena *a)
{
    struct head h = { .text = text, .a = a, .scan = { text, 0 } };
    struct css_token token;

    while (next_token(&h.scan, &token) && token.kind == CSS_AT) {
        bool charset = !token.at && str_eq(token.text, S("@charset"));
        bool layer = !h.found.count && str_ieq(token.text, S("@layer"));
        bool good = str_ieq(token.text, S("@import")) ? add_import(&h, &token)
                                                      : (charset || layer) && skip_rule(&h);

        if (!good)
            break;
        h.found.rest = h.scan.at;
        if (charset)
            h.found.charset = h.scan.at;
    }
    return h.found;
}
