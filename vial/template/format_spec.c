/*
 * format_spec.c - format(v, "*^+10,.2f"): Python's small language for one value
 *
 *   comes in:  a value and what stands behind the ":" of a replacement field
 *   goes out:  the value laid out so
 *
 *     [[fill]align][sign][z][#][0][width][, or _][.precision][type]
 */
#include "vial/base/utf8.h"
#include "vial/template/format.h"
#include "vial/template/number.h"

static bool is_align(char c)
{
    return c == '<' || c == '>' || c == '=' || c == '^';
}

static bool take(str *rest, char c)
{
    if (!rest->len || rest->p[0] != c)
        return false;
    *rest = str_from(*rest, 1);
    return true;
}

static bool take_number(struct rendering *r, str *rest, int64_t *number)
{
    for (*number = 0; rest->len && is_digit(rest->p[0]); *rest = str_from(*rest, 1)) {
        if (*number > INT32_MAX) {
            fail(r, "ValueError", "Too many decimal digits in format string");
            return false;
        }
        *number = *number * 10 + (rest->p[0] - '0');
    }
    return true;
}

static void take_align(str *rest, struct layout *how)
{
    str after = *rest;
    uint32_t first = utf8_next(&after);

    if (after.len && is_align(after.p[0])) {
        how->fill = first;
        how->align = after.p[0];
        *rest = str_from(after, 1);
    } else if (is_align(rest->p[0])) {
        how->align = rest->p[0];
        *rest = str_from(*rest, 1);
    }
}

static bool take_precision(struct rendering *r, str *rest, struct layout *how)
{
    if (!take(rest, '.'))
        return true;
    if (!rest->len || !is_digit(rest->p[0])) {
        fail(r, "ValueError", "Format specifier missing precision");
        return false;
    }
    return take_number(r, rest, &how->precision);
}

/* Separators go with decimal numbers, and "_" with those of two's powers as well. */
static bool may_group(struct rendering *r, value v, const struct layout *how, str type)
{
    char c = type.len ? type.p[0] : v.type == VIAL_STR ? 's' : 'd';

    if (!how->grouping || memchr("deEfFgG%", c, 8) ||
        (how->grouping == '_' && memchr("boxX", c, 4)))
        return true;
    if (c > ' ' && c < 127)
        fail(r, "ValueError", "Cannot specify '%c' with '%c'.", how->grouping, c);
    else
        fail(r, "ValueError", "Cannot specify '%c' with '\\x%x'.", how->grouping,
             (unsigned)utf8_next(&type));
    return false;
}

/* The type's character is left as text: it may be no ASCII, and is only right or wrong. */
static bool read_spec(struct rendering *r, value v, str spec, struct layout *how, str *type)
{
    str rest = spec;

    *how = (struct layout){ .precision = -1 };
    take_align(&rest, how);
    if (rest.len && (rest.p[0] == '+' || rest.p[0] == '-' || rest.p[0] == ' ')) {
        how->sign = rest.p[0];
        rest = str_from(rest, 1);
    }
    how->zero_is_plus = take(&rest, 'z');
    how->alternate = take(&rest, '#');
    how->zero = take(&rest, '0');
    if (!take_number(r, &rest, &how->width))
        return false;
    if (take(&rest, ','))
        how->grouping = ',';
    if (take(&rest, '_')) {
        if (how->grouping) {
            fail(r, "ValueError", "Cannot specify both ',' and '_'.");
            return false;
        }
        how->grouping = '_';
    }
    if (how->grouping == '_' && rest.len && rest.p[0] == ',') {
        fail(r, "ValueError", "Cannot specify both ',' and '_'.");
        return false;
    }
    if (!take_precision(r, &rest, how))
        return false;
    *type = rest;
    if (utf8_count(rest) <= 1)
        return may_group(r, v, how, rest);
    fail(r, "ValueError", "Invalid format specifier '%.*s' for object of type '%s'", STR(spec),
         value_type_name(v));
    return false;
}

static bool not_allowed(struct rendering *r, const char *sentence)
{
    fail(r, "ValueError", "%s", sentence);
    return false;
}

static bool unknown_type(struct rendering *r, str type, value v)
{
    str rest = type;
    uint32_t c = utf8_next(&rest);

    if (c > 32 && c < 128)
        fail(r, "ValueError", "Unknown format code '%c' for object of type '%s'", (int)c,
             value_type_name(v));
    else
        fail(r, "ValueError", "Unknown format code '\\x%x' for object of type '%s'", c,
             value_type_name(v));
    return false;
}

/* ---- by the value's type ---- */

static bool format_text(struct rendering *r, value v, struct layout *how, str type, struct buf *out)
{
    if (type.len && type.p[0] != 's')
        return unknown_type(r, type, v);
    if (how->sign)
        return not_allowed(r, how->sign == ' ' ? "Space not allowed in string format specifier"
                                               : "Sign not allowed in string format specifier");
    if (how->zero_is_plus)
        return not_allowed(r, "Negative zero coercion (z) not allowed in string format specifier");
    if (how->alternate)
        return not_allowed(r, "Alternate form (#) not allowed in string format specifier");
    if (how->align == '=')
        return not_allowed(r, "'=' alignment not allowed in string format specifier");
    if (how->zero && !how->fill)
        how->fill = '0';
    return layout_text(r, value_text(v), how, out);
}

static bool format_character(struct rendering *r, value v, struct layout *how, struct buf *out)
{
    struct buf text = buf_in(r->arena);
    int64_t c = value_is_small_int(v) ? value_small_int(v) : -1;

    if (how->sign)
        return not_allowed(r, "Sign not allowed with integer format specifier 'c'");
    if (how->alternate)
        return not_allowed(r, "Alternate form (#) not allowed with integer format specifier 'c'");
    if (value_is_bigint(v)) {
        fail(r, "OverflowError", "Python int too large to convert to C long");
        return false;
    }
    if (c < 0 || c > 0x10FFFF) {
        fail(r, "OverflowError", "%%c arg not in range(0x110000)");
        return false;
    }
    buf_add_utf8(&text, (uint32_t)c);
    if (!how->align)
        how->align = how->zero ? '>' : '<';
    if (how->zero && !how->fill)
        how->fill = '0';
    return layout_text(r, buf_str(&text), how, out);
}

static bool format_float(struct rendering *r, value v, struct layout *how, str type,
                         struct buf *out)
{
    double d;

    if (type.len && !memchr("eEfFgGn%", type.p[0], 8))
        return unknown_type(r, type, v);
    if (how->precision > INT32_MAX - 1)
        return not_allowed(r, "precision too big");
    how->type = type.len ? type.p[0] : 0;
    return number_to_double(r, v, &d) && layout_float(r, d, how, out);
}

static bool format_int(struct rendering *r, value v, struct layout *how, str type, struct buf *out)
{
    char c = type.len ? type.p[0] : 'd';

    if (memchr("eEfFgG%", c, 7))
        return format_float(r, v, how, type, out);
    if (!memchr("bcdoxXn", c, 7))
        return unknown_type(r, type, v);
    if (how->precision >= 0)
        return not_allowed(r, "Precision not allowed in integer format specifier");
    if (how->zero_is_plus)
        return not_allowed(r, "Negative zero coercion (z) not allowed in integer format specifier");
    if (c == 'c')
        return format_character(r, v, how, out);
    how->type = c;
    return layout_int(r, v, how, out);
}

bool format_value(struct rendering *r, value v, str spec, struct buf *out)
{
    struct layout how;
    str type;
    const struct object *o = v.type == VIAL_OBJECT ? v.as.object : NULL;

    if (o && o->type->format)
        return o->type->format(r, o, spec, out);
    if (!spec.len) {
        value_print(r, v, out);
        return !r->failed;
    }
    if (v.type != VIAL_STR && !value_is_number(v)) {
        fail(r, "TypeError", "unsupported format string passed to %s.__format__",
             value_type_name(v));
        return false;
    }
    if (!read_spec(r, v, spec, &how, &type))
        return false;
    if (v.type == VIAL_STR)
        return format_text(r, v, &how, type, out);
    return v.type == VIAL_FLOAT ? format_float(r, v, &how, type, out)
                                : format_int(r, v, &how, type, out);
}
