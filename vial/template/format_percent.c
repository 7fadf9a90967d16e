/*
 * format_percent.c - "%s has %5.1f" % (name, x)
 *
 *   comes in:  a format, and a tuple, a mapping or one value
 *   goes out:  the text, Markup when the format is: then what is filled in is escaped
 *
 * One pass over the format: plain text is copied, each "%" is read into a directive and done.
 */
#include "vial/base/utf8.h"
#include "vial/template/containers.h"
#include "vial/template/format.h"
#include "vial/template/markup.h"
#include "vial/template/number.h"

struct percent {
    struct rendering *r;
    str format;
    size_t at;
    value args;
    size_t next;  /* of the arguments: which comes next                           */
    size_t count; /* how many there are: of a tuple, else one                     */
    bool mapping; /* args are looked up by "%(name)s"                             */
    bool by_name; /* the directive being done has a name, and `named` is its value */
    value named;
    bool html; /* what is filled in is escaped */
    struct buf *out;
};

struct directive {
    struct layout how;
    bool left;
    char type;
};

static bool oops(struct percent *p, const char *kind, const char *sentence)
{
    fail(p->r, kind, "%s", sentence);
    return false;
}

static bool next_argument(struct percent *p, value *v)
{
    if (p->by_name) {
        *v = p->named;
        p->by_name = false;
        p->count = p->next = 1; /* as Python has it: a name ends what could be counted */
        return true;
    }
    if (p->next >= p->count)
        return oops(p, "TypeError", "not enough arguments for format string");
    *v = p->args.type == VIAL_TUPLE ? list_inside(p->args)->items[p->next] : p->args;
    p->next++;
    return true;
}

/* ---- reading a directive ---- */

static bool more(struct percent *p)
{
    return p->at < p->format.len || oops(p, "ValueError", "incomplete format");
}

/* "(name)", whose brackets may nest. */
static bool read_name(struct percent *p)
{
    size_t from = ++p->at, depth = 1;

    if (!p->mapping)
        return oops(p, "TypeError", "format requires a mapping");
    for (; p->at < p->format.len && depth; p->at++)
        depth = p->format.p[p->at] == ')' ? depth - 1 : depth + (p->format.p[p->at] == '(');
    if (depth)
        return oops(p, "ValueError", "incomplete format key");
    value key = value_str(str_slice(p->format, from, p->at - 1));

    if (!value_item_only(p->r, p->args, key, &p->named)) {
        if (!p->r->failed && p->args.type != VIAL_DICT && p->args.type != VIAL_OBJECT)
            fail(p->r, "TypeError", "list indices must be integers or slices, not str");
        else if (!p->r->failed) {
            str shown = value_repr_str(p->r, key);

            fail(p->r, "KeyError", "%.*s", STR(shown));
        }
        return false;
    }
    p->by_name = true;
    return true;
}

static void read_flags(struct percent *p, struct directive *d)
{
    for (; p->at < p->format.len; p->at++) {
        switch (p->format.p[p->at]) {
        case '-':
            d->left = true;
            break;
        case '+':
            d->how.sign = '+';
            break;
        case ' ':
            if (!d->how.sign)
                d->how.sign = ' ';
            break;
        case '#':
            d->how.alternate = true;
            break;
        case '0':
            d->how.zero = true;
            break;
        default:
            return;
        }
    }
}

/* Digits, or "*" and then an argument. */
static bool read_size(struct percent *p, int64_t *size, const char *too_big)
{
    value v;

    if (p->at < p->format.len && p->format.p[p->at] == '*') {
        p->at++;
        if (p->by_name)
            return oops(p, "TypeError", "not enough arguments for format string");
        if (!next_argument(p, &v))
            return false;
        if (!value_is_int(v))
            return oops(p, "TypeError", "* wants int");
        if (value_is_bigint(v))
            return oops(p, "OverflowError",
                        *too_big == 'w' ? "Python int too large to convert to C ssize_t"
                                        : "Python int too large to convert to C int");
        return value_to_index(p->r, v, size) &&
               (*size < INT32_MAX || oops(p, "ValueError", too_big));
    }
    for (*size = 0; p->at < p->format.len && is_digit(p->format.p[p->at]); p->at++) {
        *size = *size * 10 + (p->format.p[p->at] - '0');
        if (*size > INT32_MAX)
            return oops(p, "ValueError", too_big);
    }
    return true;
}

static bool read_directive(struct percent *p, struct directive *d)
{
    *d = (struct directive){ .how = { .precision = -1 } };
    if (!more(p))
        return false;
    if (p->format.p[p->at] == '(' && !read_name(p))
        return false;
    read_flags(p, d);
    if (!read_size(p, &d->how.width, "width too big"))
        return false;
    if (d->how.width < 0) {
        d->left = true;
        d->how.width = -d->how.width;
    }
    if (p->at < p->format.len && p->format.p[p->at] == '.') {
        p->at++;
        if (!read_size(p, &d->how.precision, "precision too big"))
            return false;
        if (d->how.precision < 0)
            d->how.precision = 0;
    }
    if (p->at < p->format.len && memchr("hlL", p->format.p[p->at], 3))
        p->at++; /* a C habit that Python reads over */
    if (!more(p))
        return false;
    d->type = p->format.p[p->at++];
    return true;
}

/* ---- doing it ---- */

static bool fill_text(struct percent *p, struct directive *d, str s)
{
    if (p->html)
        s = html_escaped(p->r->arena, s);
    d->how.align = d->left ? '<' : '>';
    return layout_text(p->r, s, &d->how, p->out);
}

static bool fill_str(struct percent *p, struct directive *d, value v)
{
    struct buf text = buf_in(p->r->arena);
    bool plain = d->how.width == 0 && d->how.precision < 0;
    size_t from = p->out->len;

    if (plain && p->html) {
        value_print_html(p->r, v, p->out);
    } else if (plain) {
        value_print(p->r, v, p->out);
    } else {
        if (p->html)
            value_print_html(p->r, v, &text);
        else
            value_print(p->r, v, &text);
        d->how.align = d->left ? '<' : '>';
        layout_text(p->r, buf_str(&text), &d->how, p->out);
    }
    return !p->r->failed && rendering_take(p->r, p->out->len - from);
}

static bool fill_repr(struct percent *p, struct directive *d, value v)
{
    str shown = d->type == 'a' ? value_ascii(p->r, v) : value_repr_str(p->r, v);

    return !p->r->failed && fill_text(p, d, shown);
}

static void align_number(struct directive *d)
{
    d->how.align = d->left ? '<' : d->how.zero ? '=' : '>';
    d->how.fill = !d->left && d->how.zero ? '0' : ' ';
}

static bool fill_int(struct percent *p, struct directive *d, value v)
{
    bool decimal = d->type == 'd' || d->type == 'i' || d->type == 'u';

    if (v.type == VIAL_UNDEFINED && decimal) {
        undefined_fail(p->r, v);
        return false;
    }
    if (p->html && !decimal) { /* markupsafe's wrapper of the argument is none */
        fail(p->r, "TypeError", "%%%c format: an integer is required, not _MarkupEscapeHelper",
             d->type);
        return false;
    }
    if (!value_is_number(v) || (!decimal && v.type == VIAL_FLOAT)) {
        fail(p->r, "TypeError",
             decimal ? "%%%c format: a real number is required, not %s"
                     : "%%%c format: an integer is required, not %s",
             d->type, value_type_name(v));
        return false;
    }
    if (v.type == VIAL_FLOAT && !value_to_int(p->r, v, &v))
        return false;
    d->how.type = decimal ? 'd' : d->type;
    align_number(d);
    return layout_int(p->r, v, &d->how, p->out);
}

static bool fill_float(struct percent *p, struct directive *d, value v)
{
    double number;

    if (v.type == VIAL_UNDEFINED) {
        undefined_fail(p->r, v);
        return false;
    }
    if (!value_is_number(v)) {
        fail(p->r, "TypeError", "must be real number, not %s", value_type_name(v));
        return false;
    }
    if (!number_to_double(p->r, v, &number))
        return false;
    d->how.type = d->type;
    align_number(d);
    return layout_float(p->r, number, &d->how, p->out);
}

static bool fill_character(struct percent *p, struct directive *d, value v)
{
    struct buf text = buf_in(p->r->arena);

    if (p->html)
        return oops(p, "TypeError", "%c requires int or char");
    if (value_is_int(v)) {
        int64_t c = value_is_small_int(v) ? value_small_int(v) : -1;

        if (c < 0 || c > 0x10FFFF)
            return oops(p, "OverflowError", "%c arg not in range(0x110000)");
        buf_add_utf8(&text, (uint32_t)c);
    } else if (v.type == VIAL_STR && utf8_count(value_text(v)) == 1) {
        buf_add(&text, value_text(v));
    } else {
        return oops(p, "TypeError", "%c requires int or char");
    }
    return fill_text(p, d, buf_str(&text));
}

static bool unsupported(struct percent *p, struct directive *d)
{
    str before = str_slice(p->format, 0, p->at - 1), shown = str_from(p->format, p->at - 1);
    uint32_t c = utf8_next(&shown);
    char text[UTF8_MAX];
    size_t len = utf8_encode(text, c >= 32 && c < 127 ? c : '?');

    (void)d;
    fail(p->r, "ValueError", "unsupported format character '%.*s' (0x%x) at index %zu", (int)len,
         text, c, utf8_count(before));
    return false;
}

static bool fill(struct percent *p, struct directive *d)
{
    value v;

    if (d->type == '%' && p->format.p[p->at - 2] == '%') {
        buf_lit(p->out, "%");
        return true;
    }
    if (!strchr("sradiuoxXeEfFgGc", d->type) || !d->type)
        return next_argument(p, &v) && unsupported(p, d);
    if (!next_argument(p, &v))
        return false;
    switch (d->type) {
    case 's':
        return fill_str(p, d, v);
    case 'r':
    case 'a':
        return fill_repr(p, d, v);
    case 'c':
        return fill_character(p, d, v);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        return fill_int(p, d, v);
    default:
        return fill_float(p, d, v);
    }
}

static bool run(struct percent *p)
{
    while (p->at < p->format.len) {
        str rest = str_from(p->format, p->at);
        ptrdiff_t plain = str_find_char(rest, '%');
        struct directive d;

        if (plain == STR_NONE) {
            buf_add(p->out, rest);
            break;
        }
        buf_add(p->out, str_slice(rest, 0, (size_t)plain));
        p->at += (size_t)plain + 1;
        if (!read_directive(p, &d) || !fill(p, &d))
            return false;
    }
    if (p->next < p->count && !p->mapping)
        return oops(p, "TypeError", "not all arguments converted during string formatting");
    return true;
}

/* PyMapping_Check: whatever has v[key] and is neither text nor a tuple. */
static bool is_mapping(value v)
{
    return v.type == VIAL_DICT || v.type == VIAL_LIST || v.type == VIAL_UNDEFINED ||
           (v.type == VIAL_OBJECT && ((const struct object *)v.as.object)->type->item);
}

value format_percent(struct rendering *r, value format, value args)
{
    struct buf out = buf_in(r->arena);
    struct percent p = {
        .r = r,
        .format = value_text(format),
        .args = args,
        .count = args.type == VIAL_TUPLE ? list_inside(args)->count : 1,
        .mapping = is_mapping(args),
        .html = value_is_safe(format),
        .out = &out,
    };

    if (!run(&p))
        return value_undefined();
    return text_like(format, buf_str(&out));
}
