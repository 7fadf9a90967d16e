/*
 * toml_value.c - strings, numbers, dates, arrays and inline tables of TOML
 *
 *   comes in:  the place behind a "="
 *   goes out:  a node
 */
#include "vial/app/toml_inside.h"
#include "vial/base/date.h"
#include "vial/base/utf8.h"
#include <math.h>

/* ---- strings ---- */

static bool add_codepoint(struct toml *t, struct buf *out, size_t digits)
{
    uint32_t c = 0;
    char bytes[UTF8_MAX];
    size_t from = t->at - 2;

    for (size_t i = 0; i < digits; i++) {
        int digit = t->at < t->end ? hex_digit(t->source.p[t->at]) : -1;

        if (digit < 0)
            return toml_error(t, from, "'\\u' takes four hexadecimal digits, '\\U' eight");
        c = c << 4 | (uint32_t)digit;
        t->at++;
    }
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) || !c)
        return toml_error(t, from, "there is no such sign");
    buf_add(out, str_n(bytes, utf8_encode(bytes, c)));
    return true;
}

static bool add_escape(struct toml *t, struct buf *out, bool many_lines)
{
    static const char names[] = "btnfr\"\\", meant[] = "\b\t\n\f\r\"\\";
    char c = ++t->at < t->end ? t->source.p[t->at] : '\0';
    const char *found = c ? strchr(names, c) : NULL;

    t->at++;
    if (found) {
        buf_addc(out, meant[found - names]);
        return true;
    }
    if (c == 'u' || c == 'U')
        return add_codepoint(t, out, c == 'u' ? 4 : 8);
    if (many_lines && is_space(c)) { /* the line goes on with the next one's first sign */
        while (t->at < t->end && is_space(t->source.p[t->at]))
            t->at++;
        return true;
    }
    toml_error(t, t->at - 2, "this escape is unknown");
    return error_hint(t->err, "a backslash as such is '\\\\', or stands in 'single quotes'");
}

static void skip_first_line_end(struct toml *t)
{
    if (t->at < t->end && t->source.p[t->at] == '\r')
        t->at++;
    if (t->at < t->end && t->source.p[t->at] == '\n')
        t->at++;
}

/* The closing quotes are at t->at; of three, two more may stand before them. */
static bool at_close(struct toml *t, str close)
{
    str rest = str_slice(t->source, t->at, t->end);

    return str_starts(rest, close) && !(close.len == 3 && str_starts(str_from(rest, 1), close));
}

struct toml_node *toml_string(struct toml *t, bool many_lines)
{
    char quote = t->source.p[t->at];
    size_t from = t->at;
    char three[] = { quote, quote, quote };
    bool long_one = many_lines && str_starts(str_slice(t->source, t->at, t->end), str_n(three, 3));
    str close = str_n(three, long_one ? 3 : 1);
    struct buf out = buf_in(t->arena);

    t->at += close.len;
    if (long_one)
        skip_first_line_end(t);
    while (t->at < t->end && !at_close(t, close)) {
        char c = t->source.p[t->at];

        if (c == '\n' && !long_one)
            break;
        if (c == '\\' && quote == '"') {
            if (!add_escape(t, &out, long_one))
                return NULL;
            continue;
        }
        buf_addc(&out, c);
        t->at++;
    }
    if (t->at >= t->end || !at_close(t, close)) {
        toml_error(t, from, "the text that begins here is not ended");
        return NULL;
    }
    t->at += close.len;
    struct toml_node *node = toml_node(t, YAML_STR, from);
    node->yaml.text = buf_str(&out);
    return node;
}

/* ---- plain words ---- */

/* Without the "_" that may stand between digits; empty when one stands elsewhere. */
static str without_marks(struct toml *t, str word)
{
    struct buf out = buf_in(t->arena);

    for (size_t i = 0; i < word.len; i++) {
        if (word.p[i] != '_') {
            buf_addc(&out, word.p[i]);
            continue;
        }
        if (!i || i + 1 == word.len || hex_digit(word.p[i - 1]) < 0 || hex_digit(word.p[i + 1]) < 0)
            return S("");
    }
    return buf_str(&out);
}

static bool in_base(str digits, unsigned base, int64_t *number)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < digits.len; i++) {
        int digit = hex_digit(digits.p[i]);

        if (digit < 0 || (unsigned)digit >= base || sum > (uint64_t)INT64_MAX / base)
            return false;
        sum = sum * base + (unsigned)digit;
    }
    *number = (int64_t)sum;
    return digits.len && sum <= INT64_MAX;
}

static bool read_int(str word, int64_t *number)
{
    str digits = str_starts(word, S("+")) || str_starts(word, S("-")) ? str_from(word, 1) : word;

    if (str_starts(word, S("0x")))
        return in_base(str_from(word, 2), 16, number);
    if (str_starts(word, S("0o")))
        return in_base(str_from(word, 2), 8, number);
    if (str_starts(word, S("0b")))
        return in_base(str_from(word, 2), 2, number);
    if (!digits.len || !is_digit(digits.p[0]) || (digits.len > 1 && digits.p[0] == '0'))
        return false;
    return str_int(str_starts(word, S("+")) ? digits : word, number);
}

static bool read_float(str word, double *number)
{
    str bare = str_starts(word, S("+")) || str_starts(word, S("-")) ? str_from(word, 1) : word;
    double sign = str_starts(word, S("-")) ? -1 : 1;

    if (str_eq(bare, S("inf")) || str_eq(bare, S("nan"))) {
        *number = sign * (bare.p[0] == 'i' ? (double)INFINITY : (double)NAN);
        return true;
    }
    ptrdiff_t point = str_find_char(bare, '.');
    size_t digits = 0;
    while (digits < bare.len && is_digit(bare.p[digits]))
        digits++;
    return digits && (digits == 1 || bare.p[0] != '0') && digits < bare.len &&
           is_digit(bare.p[bare.len - 1]) && (point == STR_NONE || is_digit(bare.p[point + 1])) &&
           str_float(word, number);
}

static bool is_word(char c)
{
    return is_alnum(c) || (c && strchr("+-_.:", c));
}

/* "2026-11-21 10:30:00": the blank is part of it when a time follows. */
static void take_word(struct toml *t)
{
    size_t from = t->at;

    while (t->at < t->end && is_word(t->source.p[t->at]))
        t->at++;
    if (t->at - from == sizeof "2026-11-21" - 1 && t->at + 3 < t->end &&
        t->source.p[from + 4] == '-' && t->source.p[t->at] == ' ' &&
        is_digit(t->source.p[t->at + 1]) && t->source.p[t->at + 3] == ':') {
        t->at++;
        while (t->at < t->end && is_word(t->source.p[t->at]))
            t->at++;
    }
}

static bool is_time(str word)
{
    return word.len >= 8 && is_digit(word.p[0]) && is_digit(word.p[1]) && word.p[2] == ':' &&
           is_digit(word.p[3]) && is_digit(word.p[4]) && word.p[5] == ':';
}

static struct toml_node *read_word(struct toml *t)
{
    size_t from = t->at;
    struct date date;

    take_word(t);
    struct toml_node *node = toml_node(t, YAML_STR, from);
    str word = node->yaml.text, plain = without_marks(t, word);
    if (str_eq(word, S("true")) || str_eq(word, S("false"))) {
        node->yaml.kind = YAML_BOOL;
        node->yaml.as.truth = word.p[0] == 't';
    } else if (plain.len && read_int(plain, &node->yaml.as.number)) {
        node->yaml.kind = YAML_INT;
    } else if (plain.len && read_float(plain, &node->yaml.as.real)) {
        node->yaml.kind = YAML_FLOAT;
    } else if (!date_parse(word, 0, &date) && !is_time(word)) {
        error_at(t->err, yaml_place(&node->yaml), "%s",
                 word.len ? "this is no value" : "a value is missing here");
        error_hint(t->err, "text stands in quotes: \"%.*s\"", STR(word));
        return NULL;
    }
    return node;
}

/* ---- arrays and inline tables ---- */

static struct toml_node *read_array(struct toml *t)
{
    size_t from = t->at++;
    struct toml_node *list = toml_node(t, YAML_LIST, from);

    for (;;) {
        toml_gap(t);
        if (t->at < t->end && t->source.p[t->at] == ']')
            break;
        struct toml_node *item = t->at < t->end ? toml_value(t) : NULL;
        if (t->at >= t->end && !item) {
            toml_error(t, from, "the list that begins here is not ended by ']'");
            return NULL;
        }
        if (!item)
            return NULL;
        toml_append(t, list, NULL, item);
        toml_gap(t);
        if (t->at < t->end && t->source.p[t->at] == ',')
            t->at++;
        else if (t->at >= t->end || t->source.p[t->at] != ']') {
            toml_error(t, t->at < t->end ? t->at : from, "',' or ']' is missing here");
            return NULL;
        }
    }
    t->at++;
    list->yaml.len = t->at - from;
    return list;
}

static struct toml_node *read_inline(struct toml *t)
{
    size_t from = t->at++;
    struct toml_node *table = toml_node(t, YAML_MAP, from);

    toml_blanks(t);
    while (t->at < t->end && t->source.p[t->at] != '}') {
        if (!toml_pair(t, table))
            return NULL;
        toml_blanks(t);
        if (t->at < t->end && t->source.p[t->at] == ',') {
            t->at++;
            toml_blanks(t);
            if (t->at < t->end && t->source.p[t->at] != '}')
                continue;
            toml_error(t, t->at - 1, "a comma stands between two pairs, and not behind the last");
            return NULL;
        }
        break;
    }
    if (t->at >= t->end || t->source.p[t->at] != '}') {
        toml_error(t, from, "the table that begins here is not ended by '}' on its line");
        return NULL;
    }
    t->at++;
    table->yaml.len = t->at - from;
    table->closed = true;
    return table;
}

struct toml_node *toml_value(struct toml *t)
{
    char c = t->at < t->end ? t->source.p[t->at] : '\0';
    struct toml_node *node;

    if (t->depth >= YAML_DEPTH) {
        toml_error(t, t->at, "it is nested too deeply");
        return NULL;
    }
    t->depth++;
    if (c == '"' || c == '\'')
        node = toml_string(t, true);
    else if (c == '[')
        node = read_array(t);
    else if (c == '{')
        node = read_inline(t);
    else
        node = read_word(t);
    t->depth--;
    return node;
}
