/*
 * pelican_conf.c - settings that are written in Python
 *
 *   comes in:  pelicanconf.py
 *   goes out:  a dict of what is assigned to names in capital letters, where it is a literal
 *
 * Nothing is run. What is more than a literal (a call, a sum, os.environ) is told with its line.
 */
#include "vial/import/pelican.h"

struct python {
    struct importing *im;
    str file, text;
    size_t at;
};

static bool read_literal(struct python *p, value *v, unsigned depth);

/* Blanks, ends of lines within brackets, and comments. */
static void skip(struct python *p, bool lines)
{
    while (p->at < p->text.len) {
        char c = p->text.p[p->at];

        if (c == '#')
            while (p->at < p->text.len && p->text.p[p->at] != '\n')
                p->at++;
        else if (c == ' ' || c == '\t' || c == '\r' || (lines && c == '\n'))
            p->at++;
        else if (c == '\\' && str_starts(str_from(p->text, p->at), S("\\\n")))
            p->at += 2;
        else
            return;
    }
}

static bool read_text(struct python *p, value *v)
{
    struct buf out = buf_in(p->im->a);
    size_t at = p->at;
    bool raw = false;

    while (at < p->text.len && strchr("uUrRbB", p->text.p[at]))
        raw = raw || strchr("rR", p->text.p[at++]);
    if (at >= p->text.len || !strchr("\"'", p->text.p[at]))
        return false;
    str rest = str_from(p->text, at);
    str quote = str_starts(rest, S("\"\"\"")) || str_starts(rest, S("'''")) ? str_slice(rest, 0, 3)
                                                                            : str_slice(rest, 0, 1);
    for (at += quote.len; at < p->text.len; at++) {
        char c = p->text.p[at];

        if (str_starts(str_from(p->text, at), quote)) {
            p->at = at + quote.len;
            *v = value_str(buf_str(&out));
            return true;
        }
        if (c == '\n' && quote.len == 1)
            return false;
        if (c == '\\' && !raw && at + 1 < p->text.len) {
            c = p->text.p[++at];
            if (c == '\n')
                continue;
            if (c == 'n')
                c = '\n';
            else if (c == 't')
                c = '\t';
            else if (!strchr("\\\"'", c))
                buf_lit(&out, "\\");
        }
        buf_addc(&out, c);
    }
    return false;
}

static bool read_word(struct python *p, value *v)
{
    static const struct {
        const char *word;
        int what;
    } words[] = { { "True", 1 }, { "False", 0 }, { "None", 2 } };
    str rest = str_from(p->text, p->at);
    size_t end = 0;
    int64_t number;
    double real;

    while (end < rest.len && (is_alnum(rest.p[end]) || strchr("_.-", rest.p[end])))
        end++;
    str word = str_slice(rest, 0, end);
    for (size_t i = 0; i < 3; i++)
        if (str_eq(word, str_of(words[i].word))) {
            *v = words[i].what == 2 ? value_none() : value_bool(words[i].what == 1);
            p->at += end;
            return true;
        }
    if (str_int(word, &number))
        *v = value_int(number);
    else if (str_float(word, &real))
        *v = value_float(real);
    else
        return false;
    p->at += end;
    return true;
}

/* The items of a list, tuple or dict, up to what closes it. */
static bool read_items(struct python *p, value *v, unsigned depth)
{
    char open = p->text.p[p->at++], close = open == '[' ? ']' : open == '(' ? ')' : '}';
    value list = list_new(p->im->a, 4), dict = dict_new(p->im->a, 4), key, one;
    bool commas = false;

    for (;;) {
        skip(p, true);
        if (p->at >= p->text.len)
            return false;
        if (p->text.p[p->at] == close)
            break;
        if (!read_literal(p, &one, depth + 1))
            return false;
        skip(p, true);
        if (open == '{') {
            if (p->at >= p->text.len || p->text.p[p->at] != ':' || one.type != VIAL_STR)
                return false;
            p->at++;
            key = one;
            skip(p, true);
            if (!read_literal(p, &one, depth + 1))
                return false;
            dict_set(dict, value_text(key), one);
            skip(p, true);
        } else {
            list_push(list, one);
        }
        if (p->at < p->text.len && p->text.p[p->at] == ',') {
            commas = true;
            p->at++;
        } else if (p->at >= p->text.len || p->text.p[p->at] != close) {
            return false;
        }
    }
    p->at++;
    *v = open == '{' ? dict : list;
    if (open == '(' && !commas && list_len(list) == 1)
        *v = list_at(list, 0); /* only parentheses */
    return true;
}

static bool read_literal(struct python *p, value *v, unsigned depth)
{
    value more;

    skip(p, depth > 0);
    if (p->at >= p->text.len || depth > IMPORT_DEPTH)
        return false;
    if (strchr("[({", p->text.p[p->at]))
        return read_items(p, v, depth);
    if (!read_text(p, v))
        return read_word(p, v);
    for (;;) { /* "a" "b" is one text */
        size_t before = p->at;

        skip(p, depth > 0);
        if (!read_text(p, &more)) {
            p->at = before;
            return true;
        }
        *v = value_str(str_fmt(p->im->a, "%.*s%.*s", STR(value_text(*v)), STR(value_text(more))));
    }
}

static bool is_setting(str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!is_upper(name.p[i]) && !is_digit(name.p[i]) && name.p[i] != '_')
            return false;
    return name.len > 0 && is_upper(name.p[0]);
}

/* To the end of the line; of brackets that are open, to the line that closes them. */
static void skip_statement(struct python *p)
{
    int depth = 0;

    for (; p->at < p->text.len; p->at++) {
        char c = p->text.p[p->at];

        depth += strchr("[({", c) != NULL;
        depth -= strchr("])}", c) != NULL;
        if (c == '\n' && depth <= 0)
            return;
    }
}

value pelican_settings(struct importing *im, str file)
{
    struct python p = { .im = im, .file = file };
    value all = dict_new(im->a, 16), v;

    if (!read_old(im, file, &p.text))
        return all;
    while (p.at < p.text.len) {
        size_t begin, end;

        skip(&p, true);
        begin = end = p.at;
        while (end < p.text.len && (is_alnum(p.text.p[end]) || p.text.p[end] == '_'))
            end++;
        str name = str_slice(p.text, begin, end);
        p.at = end;
        skip(&p, false);
        bool assigned = p.at + 1 < p.text.len && p.text.p[p.at] == '=' && p.text.p[p.at + 1] != '=';
        if (assigned && is_setting(name)) {
            p.at++;
            if (read_literal(&p, &v, 0) &&
                (skip(&p, false), p.at >= p.text.len || p.text.p[p.at] == '\n')) {
                dict_set(all, name, v);
                continue;
            }
            left_place(im, (struct place){ file, p.text, begin, end - begin },
                       "what '%.*s' is only Python knows", STR(name));
        }
        if (p.at == begin)
            p.at++;
        skip_statement(&p);
    }
    return all;
}
