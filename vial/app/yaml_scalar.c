/*
 * yaml_scalar.c - what a plain word of YAML means
 *
 *   comes in:  a node with the word's text
 *   goes out:  its kind and value by YAML 1.2's core schema
 *
 * That schema knows few words, so that text stays text: `no`, `on`, `yes`, `2026-11-21`, `12:30`
 * and `1_000` are text, unlike in YAML 1.1. A whole number beyond 64 bits stays text as well, so
 * that none of its digits is lost.
 */
#include "vial/app/yaml_scalar.h"
#include <math.h>

static bool is_one_of(str s, const char *const *words)
{
    for (; *words; words++)
        if (str_eq(s, str_of(*words)))
            return true;
    return false;
}

static bool is_null(str s)
{
    static const char *const words[] = { "", "~", "null", "Null", "NULL", NULL };

    return is_one_of(s, words);
}

static bool is_bool(str s, bool *truth)
{
    static const char *const yes[] = { "true", "True", "TRUE", NULL };
    static const char *const no[] = { "false", "False", "FALSE", NULL };

    *truth = is_one_of(s, yes);
    return *truth || is_one_of(s, no);
}

/* "0o17" and "0x1F": digits of `base` after two characters. */
static bool based_int(str s, unsigned base, int64_t *number)
{
    uint64_t sum = 0;

    if (s.len < 3)
        return false;
    for (size_t i = 2; i < s.len; i++) {
        int digit = hex_digit(s.p[i]);

        if (digit < 0 || (unsigned)digit >= base || sum > (uint64_t)INT64_MAX / base)
            return false;
        sum = sum * base + (unsigned)digit;
    }
    if (sum > INT64_MAX)
        return false;
    *number = (int64_t)sum;
    return true;
}

static bool is_int(str s, int64_t *number)
{
    if (str_starts(s, S("0o")))
        return based_int(s, 8, number);
    if (str_starts(s, S("0x")))
        return based_int(s, 16, number);
    if (str_starts(s, S("+")) && s.len > 1 && is_digit(s.p[1]))
        s = str_from(s, 1);
    return str_int(s, number);
}

static bool is_infinite_or_nan(str s, double *real)
{
    static const char *const infinite[] = { ".inf", ".Inf", ".INF", NULL };
    static const char *const nan_words[] = { ".nan", ".NaN", ".NAN", NULL };
    bool negative = str_starts(s, S("-"));

    if (is_one_of(s, nan_words)) {
        *real = (double)NAN;
        return true;
    }
    if (negative || str_starts(s, S("+")))
        s = str_from(s, 1);
    if (!is_one_of(s, infinite))
        return false;
    *real = negative ? -(double)INFINITY : (double)INFINITY;
    return true;
}

/* Digits alone are an int, or more than an int can hold: text then. */
static bool is_float(str s, double *real)
{
    bool pointed = str_has(s, '.') || str_has(s, 'e') || str_has(s, 'E');

    return is_infinite_or_nan(s, real) || (pointed && str_float(s, real));
}

void yaml_resolve(struct yaml_node *node)
{
    str s = node->text;

    if (is_null(s))
        node->kind = YAML_NULL;
    else if (is_bool(s, &node->as.truth))
        node->kind = YAML_BOOL;
    else if (is_int(s, &node->as.number))
        node->kind = YAML_INT;
    else if (is_float(s, &node->as.real))
        node->kind = YAML_FLOAT;
    else
        node->kind = YAML_STR;
}

bool yaml_resolve_as(struct yaml_node *node, str tag, struct place at, struct error *err)
{
    static const struct {
        const char *tag;
        enum yaml_kind kind;
        const char *words;
    } tags[] = {
        { "tag:yaml.org,2002:str", YAML_STR, "text" },
        { "!", YAML_STR, "text" },
        { "tag:yaml.org,2002:null", YAML_NULL, "null" },
        { "tag:yaml.org,2002:bool", YAML_BOOL, "true or false" },
        { "tag:yaml.org,2002:int", YAML_INT, "a whole number" },
        { "tag:yaml.org,2002:float", YAML_FLOAT, "a number" },
    };

    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        if (!str_eq(tag, str_of(tags[i].tag)))
            continue;
        node->kind = YAML_STR;
        if (tags[i].kind == YAML_STR)
            return true;
        yaml_resolve(node);
        if (tags[i].kind == YAML_FLOAT && node->kind == YAML_INT) {
            node->kind = YAML_FLOAT;
            node->as.real = (double)node->as.number;
        }
        if (node->kind == tags[i].kind)
            return true;
        return error_at(err, at, "its tag says that '%.*s' is %s, and it is not", STR(node->text),
                        tags[i].words);
    }
    error_at(err, at, "the tag '%.*s' is unknown", STR(tag));
    return error_hint(err, "quote the value if the '!' belongs to the text");
}
