/*
 * filter_html.c - filters on the border of text and HTML, and of text and URLs
 *
 *   comes in:  any value
 *   goes out:  Markup, plain text without tags, or text for a URL
 */
#include "vial/template/containers.h"
#include "vial/template/filter_functions.h"
#include "vial/template/markup.h"

value filter_escape(struct rendering *r, value input, const value *args)
{
    (void)args;
    return value_escape(r, input);
}

value filter_forceescape(struct rendering *r, value input, const value *args)
{
    value html = value_has_html(input) ? value_escape(r, input) : value_to_str(r, input);

    (void)args;
    html.flags = 0;
    return r->failed ? value_undefined() : value_escape(r, html);
}

value filter_safe(struct rendering *r, value input, const value *args)
{
    (void)args;
    if (value_has_html(input))
        return value_escape(r, input);
    value text = value_to_str(r, input);

    return r->failed ? value_undefined() : value_safe(value_text(text));
}

value filter_striptags(struct rendering *r, value input, const value *args)
{
    value html = value_has_html(input) ? value_escape(r, input) : value_to_str(r, input);

    (void)args;
    if (r->failed)
        return value_undefined();
    str text = html_striptags(r, value_text(html));

    return r->failed ? value_undefined() : value_str(text);
}

/* ---- URLs ---- */

/* urllib's quote(): in a query a space is "+" and a slash is quoted. */
static void add_quoted(str s, bool query, struct buf *out)
{
    static const char hex[] = "0123456789ABCDEF";

    buf_reserve(out, s.len);
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (is_alnum(c) || c == '_' || c == '.' || c == '-' || c == '~' || (c == '/' && !query)) {
            buf_addc(out, (char)c);
        } else if (c == ' ' && query) {
            buf_addc(out, '+');
        } else {
            buf_addc(out, '%');
            buf_addc(out, hex[c >> 4]);
            buf_addc(out, hex[c & 15]);
        }
    }
}

static bool add_pair(struct rendering *r, value pair, struct buf *out)
{
    value parts[2] = { value_undefined(), value_undefined() }, extra;
    struct walk w;
    size_t count = 0;

    if (!value_is_iterable(pair)) {
        fail(r, "TypeError", "cannot unpack non-iterable %s object", value_type_name(pair));
        return false;
    }
    if (!walk_begin(r, &w, pair))
        return false;
    while (count < 2 && walk_next_any(r, &w, &parts[count]))
        count++;
    if (!r->failed && count < 2)
        fail(r, "ValueError", "not enough values to unpack (expected 2, got %zu)", count);
    else if (!r->failed && walk_next_any(r, &w, &extra))
        fail(r, "ValueError", "too many values to unpack (expected 2)");
    for (size_t i = 0; i < 2 && !r->failed; i++) {
        if (i)
            buf_lit(out, "=");
        value text = value_to_str(r, parts[i]);

        if (!r->failed && rendering_take(r, text.len * (size_t)3))
            add_quoted(value_text(text), true, out);
    }
    return !r->failed;
}

value filter_urlencode(struct rendering *r, value input, const value *args)
{
    struct buf text = buf_in(r->arena);
    struct walk w;
    value pair, items = input;

    (void)args;
    if (input.type == VIAL_STR || !value_is_iterable(input)) {
        value whole = value_to_str(r, input);

        if (r->failed || !rendering_take(r, whole.len * (size_t)3))
            return value_undefined();
        add_quoted(value_text(whole), false, &text);
        return value_str(buf_str(&text));
    }
    if (input.type == VIAL_DICT && !items_of(r, input, &items))
        return value_undefined();
    if (!walk_begin(r, &w, items))
        return value_undefined();
    for (bool first = true; walk_next_any(r, &w, &pair); first = false) {
        if (!first)
            buf_lit(&text, "&");
        if (!add_pair(r, pair, &text) || !rendering_spend(r, 1))
            return value_undefined();
    }
    return r->failed ? value_undefined() : value_str(buf_str(&text));
}

/* ---- attributes ---- */

static bool good_name(struct rendering *r, value key)
{
    str s = value_text(key);

    if (key.type != VIAL_STR) {
        fail(r, "TypeError", "expected string or bytes-like object, got '%s'",
             value_type_name(key));
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        if (is_space(s.p[i]) || s.p[i] == '/' || s.p[i] == '>' || s.p[i] == '=') {
            str shown = value_repr_str(r, key);

            fail(r, "ValueError", "Invalid character in attribute name: %.*s", STR(shown));
            return false;
        }
    }
    return true;
}

value filter_xmlattr(struct rendering *r, value input, const value *args)
{
    struct buf text = buf_in(r->arena);
    struct walk w;
    value items, pair;

    if (!items_of(r, input, &items) || !walk_begin(r, &w, items))
        return value_undefined();
    while (walk_next_any(r, &w, &pair)) {
        value key = list_at(pair, 0), v = list_at(pair, 1);

        if (v.type == VIAL_NONE || v.type == VIAL_UNDEFINED)
            continue;
        if (!good_name(r, key) || !rendering_spend(r, 1) || !rendering_take(r, 0))
            return value_undefined();
        if (text.len || value_truth(r, args[0]))
            buf_lit(&text, " ");
        value_print_html(r, key, &text);
        buf_lit(&text, "=\"");
        value_print_html(r, v, &text);
        buf_lit(&text, "\"");
    }
    if (r->failed)
        return value_undefined();
    return r->autoescape ? value_safe(buf_str(&text)) : value_str(buf_str(&text));
}
