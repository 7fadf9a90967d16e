/*
 * yaml_write.c - values as YAML that a person would have written
 *
 *   comes in:  a dict of texts, numbers, lists and dicts
 *   goes out:  lines: short lists in brackets, long texts as blocks, quotes only where they are
 *              needed
 *
 * What YAML 1.1 would take for a truth is quoted as well, so that other programs which read the
 * file see the same text.
 */
#include "vial/app/json.h"
#include "vial/import/inside.h"

enum { SHORT_LIST = 88 };

static bool looks_special(str text)
{
    static const char *const words[] = { "true", "false", "null", "yes",   "no",    "on",
                                         "off",  "y",     "n",    "~",     "",      "=",
                                         "<<",   ".nan",  ".inf", "-.inf", "+.inf", NULL };
    double number;

    for (size_t i = 0; words[i]; i++)
        if (str_ieq(text, str_of(words[i])))
            return true;
    return str_float(text, &number);
}

/* It may stand without quotes, also between brackets. */
static bool is_plain(str text)
{
    if (looks_special(text) || strchr("-?:,[]{}#&*!|>'\"%@` \t", text.p[0]) ||
        is_space(text.p[text.len - 1]) || text.p[text.len - 1] == ':')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];

        if ((unsigned char)c < ' ' || c == 0x7f || strchr("[]{},\"", c))
            return false;
        if ((c == ':' && is_space(text.p[i + 1 < text.len ? i + 1 : i])) ||
            (c == '#' && is_space(text.p[i - 1])))
            return false;
    }
    return true;
}

void yaml_write_text(str text, struct buf *out)
{
    if (is_plain(text))
        buf_add(out, text);
    else
        json_print_text(text, out);
}

static void write_scalar(value v, struct buf *out)
{
    switch (v.type) {
    case VIAL_STR:
        yaml_write_text(value_text(v), out);
        break;
    case VIAL_BOOL:
    case VIAL_INT:
    case VIAL_FLOAT:
        json_print(v, out);
        break;
    default:
        buf_lit(out, "null");
    }
}

static bool is_scalar(value v)
{
    return v.type != VIAL_DICT && v.type != VIAL_LIST && v.type != VIAL_TUPLE;
}

/* A text of lines that can stand as a block: no line of blanks, no control characters. */
static bool is_block(str text)
{
    bool lines = false;

    if (!text.len || is_space(text.p[0]) || text.p[text.len - 1] != '\n' ||
        (text.len > 1 && text.p[text.len - 2] == '\n'))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        lines = lines || (text.p[i] == '\n' && i + 1 < text.len);
        if (((unsigned char)text.p[i] < ' ' && text.p[i] != '\n') || text.p[i] == 0x7f)
            return false;
    }
    return lines;
}

static void indent(struct buf *out, size_t depth)
{
    for (size_t i = 0; i < depth * 2; i++)
        buf_addc(out, ' ');
}

/* A list of scalars on one line; false, and nothing is written, when it is too long for that. */
static bool write_short(value list, struct buf *out)
{
    size_t begin = out->len;

    buf_lit(out, "[");
    for (size_t i = 0; i < list_len(list); i++) {
        if (i)
            buf_lit(out, ", ");
        if (!is_scalar(list_at(list, i)) || out->len - begin > SHORT_LIST) {
            out->len = begin;
            return false;
        }
        write_scalar(list_at(list, i), out);
    }
    buf_lit(out, "]");
    return true;
}

static void write_dict(value dict, size_t depth, bool first_here, struct buf *out);

/* What stands behind "key:" or "-", up to the end of its last line. */
static void write_value(value v, size_t depth, bool in_list, struct buf *out)
{
    if (v.type == VIAL_DICT && dict_len(v)) {
        if (in_list) {
            buf_lit(out, " ");
            write_dict(v, depth, true, out);
        } else {
            buf_lit(out, "\n");
            write_dict(v, depth, false, out);
        }
        return;
    }
    buf_lit(out, " ");
    if (v.type == VIAL_DICT) {
        buf_lit(out, "{}\n");
    } else if (v.type == VIAL_STR && is_block(value_text(v))) {
        str rest = value_text(v), line;

        buf_lit(out, "|\n");
        while (str_line(&rest, &line)) {
            if (line.len)
                indent(out, depth);
            buf_add(out, line);
            buf_lit(out, "\n");
        }
    } else if (is_scalar(v)) {
        write_scalar(v, out);
        buf_lit(out, "\n");
    } else if (write_short(v, out)) {
        buf_lit(out, "\n");
    } else {
        out->len--; /* the blank */
        buf_lit(out, "\n");
        for (size_t i = 0; i < list_len(v); i++) {
            indent(out, depth);
            buf_lit(out, "-");
            write_value(list_at(v, i), depth + 1, true, out);
        }
    }
}

static void write_dict(value dict, size_t depth, bool first_here, struct buf *out)
{
    value key, v;

    for (size_t i = 0; dict_entry(dict, i, &key, &v); i++) {
        if (i || !first_here)
            indent(out, depth);
        yaml_write_text(value_text(key), out);
        buf_lit(out, ":");
        write_value(v, depth + 1, false, out);
    }
}

void yaml_write(value dict, struct buf *out)
{
    write_dict(dict, 0, false, out);
}
