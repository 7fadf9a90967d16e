/*
 * format_braces.c - "{} of {total:>5}".format(3, total=7)
 *
 *   comes in:  a format, and arguments by position and by name
 *   goes out:  the text; of a Markup format Markup, and what is filled in is escaped
 *
 * A field is read as [name][!conversion][:spec]; a spec may hold fields itself, one level deep.
 * Names lead on with ".attribute" and "[item]", which in the sandbox are looked up as the template
 * would, so nothing is reached that it may not reach.
 */
#include "vial/base/utf8.h"
#include "vial/template/format.h"
#include "vial/template/markup.h"
#include "vial/template/number.h"
#include "vial/template/str_methods.h"

struct braces {
    struct rendering *r;
    const struct call *call;
    const value *mapping; /* of format_map(), else NULL */
    size_t next;          /* of the fields without a number */
    bool automatic, manual;
    bool html;
    int depth;
};

static bool oops(struct braces *b, const char *kind, const char *sentence)
{
    fail(b->r, kind, "%s", sentence);
    return false;
}

static bool run(struct braces *b, str format, struct buf *out);

/* ---- names ---- */

static bool is_number(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_digit(s.p[i]))
            return false;
    return s.len > 0;
}

static bool positional(struct braces *b, str name, value *v)
{
    int64_t at = (int64_t)b->next;

    if (name.len ? b->automatic : b->manual)
        return oops(b, "ValueError",
                    name.len ? "cannot switch from automatic field numbering to manual field "
                               "specification"
                             : "cannot switch from manual field specification to automatic field "
                               "numbering");
    if (name.len) {
        b->manual = true;
        if (!str_int(name, &at))
            return oops(b, "ValueError", "Too many decimal digits in format string");
    } else {
        b->automatic = true;
        b->next++;
    }
    if (b->mapping)
        return oops(b, "ValueError", "Format string contains positional fields");
    if ((size_t)at >= b->call->nargs) {
        fail(b->r, "IndexError", "Replacement index %lld out of range for positional args tuple",
             (long long)at);
        return false;
    }
    *v = b->call->args[at];
    return true;
}

static bool no_item(struct braces *b, value of, value key)
{
    str shown = value_repr_str(b->r, key);

    if (b->r->failed)
        return false;
    if (of.type == VIAL_DICT)
        fail(b->r, "KeyError", "%.*s", STR(shown));
    else if (of.type != VIAL_LIST && of.type != VIAL_TUPLE && of.type != VIAL_STR)
        fail(b->r, "TypeError", "'%s' object is not subscriptable", value_type_name(of));
    else if (key.type == VIAL_INT)
        fail(b->r, "IndexError", "%s index out of range",
             of.type == VIAL_STR ? "string" : value_type_name(of));
    else
        fail(b->r, "TypeError",
             of.type == VIAL_STR ? "string indices must be integers, not 'str'"
                                 : "%s indices must be integers or slices, not str",
             value_type_name(of));
    return false;
}

static bool named(struct braces *b, str name, value *v)
{
    if (b->mapping && value_item_only(b->r, *b->mapping, value_str(name), v))
        return true;
    for (size_t i = 0; !b->mapping && i < b->call->nnamed; i++) {
        if (str_eq(name, b->call->names[i])) {
            *v = b->call->named[i];
            return true;
        }
    }
    return no_item(b, b->mapping ? *b->mapping : (value){ .type = VIAL_DICT }, value_str(name));
}

/* ---- .attribute and [item] ---- */

static bool sandboxed(struct braces *b)
{
    const struct env_options *options = env_get_options(b->r->env);

    return options->sandbox || options->sandbox_immutable;
}

static bool attribute(struct braces *b, str name, value *v)
{
    value of = *v;

    if (sandboxed(b)) {
        *v = value_attr(b->r, of, name);
        return !b->r->failed;
    }
    if (value_attr_only(b->r, of, name, v))
        return true;
    if (!b->r->failed)
        fail(b->r, "AttributeError", "'%s' object has no attribute '%.*s'", value_type_name(of),
             STR(name));
    return false;
}

static bool item(struct braces *b, str name, value *v)
{
    value of = *v, key = value_str(name);
    int64_t number;

    if (is_number(name) && str_int(name, &number))
        key = value_int(number);
    if (sandboxed(b)) {
        *v = value_item(b->r, of, key);
        return !b->r->failed;
    }
    return value_item_only(b->r, of, key, v) || no_item(b, of, key);
}

static bool follow(struct braces *b, str rest, value *v)
{
    while (rest.len) {
        bool dot = rest.p[0] == '.';
        size_t end = 1;

        if (!dot && rest.p[0] != '[')
            return oops(b, "ValueError",
                        "Only '.' or '[' may follow ']' in format field specifier");
        while (end < rest.len &&
               (dot ? rest.p[end] != '.' && rest.p[end] != '[' : rest.p[end] != ']'))
            end++;
        if (!dot && end == rest.len)
            return oops(b, "ValueError", "Missing ']' in format string");
        str name = str_slice(rest, 1, end);

        if (!name.len)
            return oops(b, "ValueError", "Empty attribute in format string");
        if (dot ? !attribute(b, name, v) : !item(b, name, v))
            return false;
        rest = str_from(rest, dot ? end : end + 1);
    }
    return true;
}

static bool look_up(struct braces *b, str name, value *v)
{
    size_t end = 0;

    while (end < name.len && name.p[end] != '.' && name.p[end] != '[')
        end++;
    str first = str_slice(name, 0, end);

    return (first.len && !is_number(first) ? named(b, first, v) : positional(b, first, v)) &&
           follow(b, str_from(name, end), v);
}

/* ---- a field ---- */

static bool convert(struct braces *b, str conversion, value *v)
{
    str rest = conversion;

    if (!conversion.len)
        return true;
    switch (conversion.p[0]) {
    case 'a':
        *v = value_str(value_ascii(b->r, *v));
        break;
    case 'r':
        *v = value_str(value_repr_str(b->r, *v));
        break;
    case 's':
        *v = value_to_str(b->r, *v);
        v->flags = 0;
        break;
    default:
        utf8_next(&rest);
        fail(b->r, "ValueError", "Unknown conversion specifier %.*s",
             (int)(conversion.len - rest.len), conversion.p);
    }
    return !b->r->failed;
}

/* In a Markup format: HTML stays, and takes no spec; all else is escaped. */
static bool fill_html(struct braces *b, value v, str spec, struct buf *out)
{
    size_t from = out->len;

    if (!value_has_html(v)) {
        if (!format_value(b->r, v, spec, out))
            return false;
        buf_escape_from(out, from);
        return true;
    }
    if (spec.len && v.type == VIAL_STR)
        return oops(b, "ValueError", "Unsupported format specification for Markup.");
    if (spec.len) {
        fail(b->r, "ValueError",
             "Format specifier %.*s given, but <class '%s'> does not define __html_format__. A "
             "class that defines __html__ must define __html_format__ to work with format "
             "specifiers.",
             STR(spec), value_type_name(v));
        return false;
    }
    value_print_html(b->r, v, out);
    return !b->r->failed;
}

static bool fill(struct braces *b, str name, str conversion, str spec, struct buf *out)
{
    struct buf inner = buf_in(b->r->arena);
    value v;

    if (!look_up(b, name, &v) || !convert(b, conversion, &v))
        return false;
    if (str_has(spec, '{') || str_has(spec, '}')) {
        if (b->depth == 1)
            return oops(b, "ValueError", "Max string recursion exceeded");
        b->depth++;
        if (!run(b, spec, &inner))
            return false;
        b->depth--;
        spec = buf_str(&inner);
    }
    return b->html && !b->depth ? fill_html(b, v, spec, out) : format_value(b->r, v, spec, out);
}

/* What stands behind the name: its end in `field`, where '!' or ':' begins. Brackets hide both. */
static size_t name_end(str field)
{
    bool in_item = false;
    size_t at = 0;

    for (; at < field.len; at++) {
        char c = field.p[at];

        if (c == '[')
            in_item = true;
        else if (c == ']')
            in_item = false;
        else if (!in_item && (c == '!' || c == ':'))
            break;
    }
    return at;
}

static bool do_field(struct braces *b, str field, struct buf *out)
{
    size_t end = name_end(field);
    str name = str_slice(field, 0, end), rest = str_from(field, end), conversion = S("");

    if (rest.len && rest.p[0] == '!') {
        size_t len;

        rest = str_from(rest, 1);
        if (!rest.len)
            return oops(b, "ValueError", "unmatched '{' in format spec");
        len = utf8_offset(rest, 1);
        conversion = str_slice(rest, 0, len);
        rest = str_from(rest, len);
        if (rest.len && rest.p[0] != ':')
            return oops(b, "ValueError", "expected ':' after conversion specifier");
    }
    return fill(b, name, conversion, rest.len ? str_from(rest, 1) : rest, out);
}

/* The end of the field that `rest` begins with, its braces counted; false when there is none. */
static bool field_end(str rest, size_t *end)
{
    int depth = 1;
    bool in_name = true, in_item = false; /* brackets of a name hide braces */

    for (*end = 0; *end < rest.len; ++*end) {
        char c = rest.p[*end];

        in_item = in_name && c != ']' && (in_item || c == '[');
        in_name = in_name && (in_item || (c != ':' && c != '!'));
        if (in_item)
            continue;
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        if (!depth)
            return true;
    }
    return false;
}

static bool run(struct braces *b, str rest, struct buf *out)
{
    while (rest.len) {
        size_t plain = 0, end;

        while (plain < rest.len && rest.p[plain] != '{' && rest.p[plain] != '}')
            plain++;
        buf_add(out, str_slice(rest, 0, plain));
        rest = str_from(rest, plain);
        if (!rest.len)
            break;
        char brace = rest.p[0];

        rest = str_from(rest, 1);
        if (rest.len && rest.p[0] == brace) { /* doubled: itself */
            buf_addc(out, brace);
            rest = str_from(rest, 1);
            continue;
        }
        if (brace == '}')
            return oops(b, "ValueError", "Single '}' encountered in format string");
        if (!rest.len)
            return oops(b, "ValueError", "Single '{' encountered in format string");
        if (!field_end(rest, &end))
            return oops(b, "ValueError", "expected '}' before end of string");
        if (!do_field(b, str_slice(rest, 0, end), out) || !rendering_take(b->r, 0))
            return false;
        rest = str_from(rest, end + 1);
    }
    return true;
}

value format_braces(struct rendering *r, value format, const struct call *call,
                    const value *mapping)
{
    struct buf out = buf_in(r->arena);
    struct braces b = { .r = r, .call = call, .mapping = mapping, .html = value_is_safe(format) };

    if (!run(&b, value_text(format), &out))
        return value_undefined();
    return text_like(format, buf_str(&out));
}

value method_format(struct rendering *r, value self, const struct call *call)
{
    return format_braces(r, self, call, NULL);
}

value method_format_map(struct rendering *r, value self, const value *args)
{
    return format_braces(r, self, NULL, &args[0]);
}
