/*
 * print.c - values as text: str(), repr(), and what auto-escape writes
 *
 *   comes in:  any value
 *   goes out:  its text at the end of a buffer; nothing else is allocated
 *
 * Containers print the repr of what they hold. One that holds itself prints as "[...]": only what
 * this rendering made can, and so only that is marked while it is printed (containers.h).
 */
#include "vial/base/utf8.h"
#include "vial/template/containers.h"
#include "vial/template/markup.h"
#include "vial/template/number.h"
#include "vial/template/ops.h"
#include "vial/template/text.h"
#include "vial/template/undefined.h"

static const struct object_type *type_of(value v)
{
    return ((const struct object *)v.as.object)->type;
}

/* ---- names of types ---- */

const char *value_qualified_type(value v)
{
    switch (v.type) {
    case VIAL_UNDEFINED:
        return "jinja2.runtime.Undefined";
    case VIAL_NONE:
        return "NoneType";
    case VIAL_BOOL:
        return "bool";
    case VIAL_INT:
        return "int";
    case VIAL_FLOAT:
        return "float";
    case VIAL_STR:
        return v.flags & VIAL_SAFE ? "markupsafe.Markup" : "str";
    default:
        return type_of(v)->name;
    }
}

const char *value_type_name(value v)
{
    const char *name = value_qualified_type(v), *dot = strrchr(name, '.');

    return dot ? dot + 1 : name;
}

/* ---- repr of text ---- */

/* A bit for each byte that stands for itself between single quotes: printable ASCII but for \ and '
 */
static bool is_plain(unsigned char c)
{
    static const uint64_t halves[2] = { 0xFFFFFF7F00000000, 0x7FFFFFFFEFFFFFFF };

    return c < 0x80 && (halves[c >> 6] >> (c & 63) & 1);
}

static size_t plain_in(str s)
{
    size_t plain = 0;

    while (plain < s.len && is_plain((unsigned char)s.p[plain]))
        plain++;
    return plain;
}

static void add_escape(uint32_t c, struct buf *out)
{
    switch (c) {
    case '\n':
        buf_lit(out, "\\n");
        break;
    case '\r':
        buf_lit(out, "\\r");
        break;
    case '\t':
        buf_lit(out, "\\t");
        break;
    default:
        if (c < 0x100)
            buf_addf(out, "\\x%02x", c);
        else
            buf_addf(out, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
    }
}

static void repr_special(str *s, char quote, struct buf *out)
{
    str before = *s;
    uint32_t c = utf8_next(s);

    if (c == (uint32_t)quote || c == '\\') {
        buf_addc(out, '\\');
        buf_addc(out, (char)c);
    } else if (c == '\'' || (c >= 0x80 && char_is_printable(c))) {
        buf_add(out, str_n(before.p, before.len - s->len));
    } else {
        add_escape(c, out);
    }
}

/* Single quotes, unless there are some inside and no double ones. */
static void repr_text(str s, struct buf *out)
{
    size_t plain = plain_in(s);
    char quote = '\'';

    if (plain < s.len && str_has(s, '\'') && !str_has(s, '"'))
        quote = '"';
    buf_reserve(out, s.len + 2);
    buf_addc(out, quote);
    buf_add_short(out, str_slice(s, 0, plain));
    for (s = str_from(s, plain); s.len; s = str_from(s, plain)) {
        repr_special(&s, quote, out);
        plain = plain_in(s);
        buf_add_short(out, str_slice(s, 0, plain));
    }
    buf_addc(out, quote);
}

/* ---- repr of containers ---- */

static void repr_items(struct rendering *r, const struct list *list, struct buf *out)
{
    for (size_t i = 0; i < list->count && !r->failed; i++) {
        if (i)
            buf_lit(out, ", ");
        value_repr(r, list->items[i], out);
    }
}

static void repr_list(struct rendering *r, const struct list *list, struct buf *out)
{
    buf_lit(out, "[");
    repr_items(r, list, out);
    buf_lit(out, "]");
}

static void repr_tuple(struct rendering *r, const struct list *list, struct buf *out)
{
    buf_lit(out, "(");
    repr_items(r, list, out);
    buf_add(out, list->count == 1 ? S(",)") : S(")"));
}

static void repr_dict(struct rendering *r, const struct dict *dict, struct buf *out)
{
    buf_lit(out, "{");
    for (size_t i = 0; i < dict->count && !r->failed; i++) {
        if (i)
            buf_lit(out, ", ");
        value_repr(r, dict->entries[i].key, out);
        buf_lit(out, ": ");
        value_repr(r, dict->entries[i].v, out);
    }
    buf_lit(out, "}");
}

/* Marks a container of this rendering's own: true when it was marked already. */
static bool *printing_mark(struct rendering *r, value v)
{
    if (v.type == VIAL_DICT)
        return rendering_made(r, dict_inside(v)->arena) ? &dict_inside(v)->printing : NULL;
    return rendering_made(r, list_inside(v)->arena) ? &list_inside(v)->printing : NULL;
}

static void repr_container(struct rendering *r, value v, struct buf *out)
{
    bool *mark = printing_mark(r, v);

    if (mark && *mark) {
        buf_add(out, v.type == VIAL_DICT   ? S("{...}")
                     : v.type == VIAL_LIST ? S("[...]")
                                           : S("(...)"));
        return;
    }
    if (!rendering_enter(r))
        return;
    if (mark)
        *mark = true;
    if (v.type == VIAL_DICT)
        repr_dict(r, dict_inside(v), out);
    else if (v.type == VIAL_LIST)
        repr_list(r, list_inside(v), out);
    else
        repr_tuple(r, list_inside(v), out);
    if (mark)
        *mark = false;
    rendering_leave(r);
}

static void print_object(struct rendering *r, value v, struct buf *out, bool as_repr)
{
    const struct object_type *type = type_of(v);

    if (as_repr && type->repr)
        type->repr(r, v.as.object, out);
    else if (type->print)
        type->print(r, v.as.object, out);
    else if (type->repr)
        type->repr(r, v.as.object, out);
    else
        buf_addf(out, "<%s object>", type->name);
}

void value_repr(struct rendering *r, value v, struct buf *out)
{
    switch (v.type) {
    case VIAL_STR:
        if (v.flags & VIAL_SAFE)
            buf_lit(out, "Markup(");
        repr_text(value_text(v), out);
        if (v.flags & VIAL_SAFE)
            buf_lit(out, ")");
        return;
    case VIAL_LIST:
    case VIAL_TUPLE:
    case VIAL_DICT:
        if (rendering_spend(r, 1) && rendering_take(r, 0))
            repr_container(r, v, out);
        return;
    case VIAL_OBJECT:
        print_object(r, v, out, true);
        return;
    case VIAL_UNDEFINED:
        buf_lit(out, "Undefined");
        return;
    default:
        value_print(r, v, out);
    }
}

/* ---- str ---- */

void value_print_any(struct rendering *r, value v, struct buf *out)
{
    switch (v.type) {
    case VIAL_UNDEFINED:
        undefined_print(r, v, out);
        return;
    case VIAL_NONE:
        buf_lit(out, "None");
        return;
    case VIAL_BOOL:
        buf_add(out, v.as.b ? S("True") : S("False"));
        return;
    case VIAL_INT:
        buf_add_int(out, v.as.i);
        return;
    case VIAL_FLOAT:
        float_repr(v.as.d, out);
        return;
    case VIAL_STR:
        buf_add(out, value_text(v));
        return;
    case VIAL_OBJECT:
        print_object(r, v, out, false);
        return;
    default:
        value_repr(r, v, out);
    }
}

bool value_has_html(value v)
{
    return v.type == VIAL_STR ? v.flags & VIAL_SAFE : v.type == VIAL_OBJECT && type_of(v)->html;
}

void value_print_html_any(struct rendering *r, value v, struct buf *out)
{
    size_t from = out->len;

    if (v.type == VIAL_OBJECT && type_of(v)->html) {
        type_of(v)->html(r, v.as.object, out);
        return;
    }
    value_print_any(r, v, out);
    if (!value_is_safe(v) && (v.type >= VIAL_STR || v.type == VIAL_UNDEFINED))
        buf_escape_from(out, from);
}

value value_to_str(struct rendering *r, value v)
{
    struct buf text = buf_in(r->arena);

    if (v.type == VIAL_STR)
        return v;
    value_print_any(r, v, &text);
    return value_str(buf_str(&text));
}

str value_repr_str(struct rendering *r, value v)
{
    struct buf text = buf_in(r->arena);

    value_repr(r, v, &text);
    return buf_str(&text);
}

str value_ascii(struct rendering *r, value v)
{
    struct buf text = buf_in(r->arena);

    for (str s = value_repr_str(r, v); s.len;) {
        uint32_t c = utf8_next(&s);

        if (c < 0x80)
            buf_addc(&text, (char)c);
        else
            add_escape(c, &text);
    }
    return buf_str(&text);
}

value value_escape(struct rendering *r, value v)
{
    struct buf text = buf_in(r->arena);

    if (v.type == VIAL_STR)
        return value_is_safe(v) ? v : value_safe(html_escaped(r->arena, value_text(v)));
    value_print_html_any(r, v, &text);
    return value_safe(buf_str(&text));
}

/*
 * Each part becomes text first, as Jinja's markup_join has it: so an object that knows its own HTML
 * is escaped here like any other.
 */
value value_concat(struct rendering *r, const value *parts, size_t count)
{
    struct buf text = buf_in(r->arena);
    bool html = false;
    size_t room = 0;

    for (size_t i = 0; i < count; i++) {
        html = html || (r->autoescape && value_is_safe(parts[i]));
        room += parts[i].type == VIAL_STR ? parts[i].len : 16;
    }
    if (!rendering_take(r, room))
        return value_undefined();
    buf_reserve(&text, room);
    for (size_t i = 0; i < count && !r->failed; i++) {
        size_t from = text.len;

        value_print(r, parts[i], &text);
        if (html && !value_is_safe(parts[i]))
            buf_escape_from(&text, from);
    }
    return html ? value_safe(buf_str(&text)) : value_str(buf_str(&text));
}
