/*
 * markup.c - HTML and plain text side by side
 *
 *   comes in:  text, some of it marked as HTML
 *   goes out:  sums of both, escaped text, and HTML turned back into plain text
 *
 * Escaping is as markupsafe does it: & < > and both quotes, the quotes as numbers. Text that holds
 * none of them is passed on as it is.
 */
#include "vial/template/markup.h"
#include "vial/template/entities.h"
#include "vial/template/ops.h"
#include "vial/template/text.h"

str html_escaped(struct arena *a, str s)
{
    size_t plain = html_plain(s);

    if (plain == s.len)
        return s;
    struct buf text = buf_in(a);

    buf_reserve(&text, s.len + s.len / 8);
    buf_add(&text, str_slice(s, 0, plain));
    buf_add_html(&text, str_from(s, plain));
    return buf_str(&text);
}

value text_like(value like, str s)
{
    return like.flags & VIAL_SAFE ? value_safe(s) : value_str(s);
}

value text_add(struct rendering *r, value a, value b)
{
    bool safe = (a.flags | b.flags) & VIAL_SAFE;
    struct buf text = buf_in(r->arena);
    size_t room = (size_t)a.len + b.len;

    if (safe && a.len && !(b.flags & VIAL_SAFE))
        b = value_escape(r, b);
    if (safe && !(a.flags & VIAL_SAFE))
        a = value_escape(r, a);
    else if (safe)
        b = value_escape(r, b);
    room = (size_t)a.len + b.len;
    if (room > UINT32_MAX)
        return fail(r, "MemoryError", "text of %zu bytes is too large", room);
    if (!rendering_take(r, room))
        return value_undefined();
    buf_reserve(&text, room);
    buf_add(&text, value_text(a));
    buf_add(&text, value_text(b));
    return safe ? value_safe(buf_str(&text)) : value_str(buf_str(&text));
}

/* ---- back to plain text ---- */

/* Comments first, then tags, as markupsafe does: what is never closed stays. */
static void without(str html, str open, str close, struct buf *out)
{
    while (html.len) {
        ptrdiff_t start = open.len == 1 ? str_find_char(html, open.p[0]) : str_find(html, open);
        ptrdiff_t end = start == STR_NONE
                            ? STR_NONE
                            : str_find(str_from(html, (size_t)start + open.len), close);

        if (end == STR_NONE) {
            buf_add(out, html);
            return;
        }
        buf_add(out, str_slice(html, 0, (size_t)start));
        html = str_from(html, (size_t)start + open.len + (size_t)end + close.len);
    }
}

str html_unescape(struct rendering *r, str html)
{
    struct buf text = buf_in(r->arena);

    if (!str_has(html, '&'))
        return html;
    while (html.len) {
        ptrdiff_t plain = str_find_char(html, '&');

        if (plain == STR_NONE) {
            buf_add(&text, html);
            break;
        }
        buf_add(&text, str_slice(html, 0, (size_t)plain));
        html = str_from(html, (size_t)plain);
        entity_next(&html, &text);
    }
    return buf_str(&text);
}

/* " ".join(text.split()) */
static str single_spaces(struct rendering *r, str s)
{
    struct buf text = buf_in(r->arena);
    bool gap = false;

    buf_reserve(&text, s.len);
    while (s.len) {
        size_t spaces = text_span(s, true), word = text_span(str_from(s, spaces), false);

        gap = gap && word;
        if (gap)
            buf_addc(&text, ' ');
        buf_add(&text, str_slice(s, spaces, spaces + word));
        s = str_from(s, spaces + word);
        gap = true;
    }
    return buf_str(&text);
}

str html_striptags(struct rendering *r, str html)
{
    struct buf no_comments = buf_in(r->arena), no_tags = buf_in(r->arena);

    if (!rendering_take(r, html.len * 3))
        return S("");
    if (str_has(html, '<')) {
        without(html, S("<!--"), S("-->"), &no_comments);
        without(buf_str(&no_comments), S("<"), S(">"), &no_tags);
        html = buf_str(&no_tags);
    }
    return html_unescape(r, single_spaces(r, html));
}
