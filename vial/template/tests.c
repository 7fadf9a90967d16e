/*
 * tests.c - what may stand behind "is"
 *
 *   comes in:  a value, and for some tests an argument
 *   goes out:  yes or no
 */
#include "vial/base/named.h"
#include "vial/template/containers.h"
#include "vial/template/filters.h"
#include "vial/template/number.h"
#include "vial/template/str_methods.h"
#include "vial/template/undefined.h"

#define TEST(name) static bool test_##name(struct rendering *r, value input, const value *args)

static const struct object_type *object_type(value v)
{
    return v.type == VIAL_OBJECT ? ((const struct object *)v.as.object)->type : NULL;
}

/* ---- what it is ---- */

#define TYPE_TEST(name, condition)                                                                 \
    TEST(name)                                                                                     \
    {                                                                                              \
        (void)r;                                                                                   \
        (void)args;                                                                                \
        return condition;                                                                          \
    }
TYPE_TEST(defined, input.type != VIAL_UNDEFINED)
TYPE_TEST(undefined, input.type == VIAL_UNDEFINED)
TYPE_TEST(none, input.type == VIAL_NONE)
TYPE_TEST(boolean, input.type == VIAL_BOOL)
TYPE_TEST(no, input.type == VIAL_BOOL && !input.as.b)
TYPE_TEST(yes, input.type == VIAL_BOOL && input.as.b)
TYPE_TEST(integer, input.type == VIAL_INT || value_is_bigint(input))
TYPE_TEST(float, input.type == VIAL_FLOAT)
TYPE_TEST(number, value_is_number(input))
TYPE_TEST(string, input.type == VIAL_STR)
TYPE_TEST(mapping, input.type == VIAL_DICT || (object_type(input) && object_type(input)->mapping))
TYPE_TEST(callable, value_is_callable(input) || input.type == VIAL_UNDEFINED)

/* It has a length and items. */
TEST(sequence)
{
    const struct object_type *type = object_type(input);

    (void)args;
    switch (input.type) {
    case VIAL_STR:
    case VIAL_LIST:
    case VIAL_TUPLE:
    case VIAL_DICT:
        return true;
    case VIAL_UNDEFINED:
        return undefined_kind(r) != UNDEFINED_STRICT;
    default:
        return type && type->length && type->item;
    }
}

TEST(iterable)
{
    (void)args;
    if (input.type == VIAL_UNDEFINED)
        return !undefined_strict(r, input);
    return value_is_iterable(input);
}

TEST(escaped)
{
    (void)args;
    return value_has_html(input) ||
           (input.type == VIAL_UNDEFINED && undefined_kind(r) == UNDEFINED_CHAINABLE);
}

TEST(lower)
{
    value text = value_to_str(r, input);

    return !r->failed && method_islower(r, text, args).as.b;
}

TEST(upper)
{
    value text = value_to_str(r, input);

    return !r->failed && method_isupper(r, text, args).as.b;
}

/* ---- numbers ---- */

/* input % divisor == rest */
static bool remainder_is(struct rendering *r, value input, value divisor, int64_t rest)
{
    if (input.type == VIAL_INT && divisor.type == VIAL_INT && divisor.as.i > 0) {
        int64_t m = input.as.i % divisor.as.i;

        return (m < 0 ? m + divisor.as.i : m) == rest;
    }
    value m = value_modulo(r, input, divisor);

    return !r->failed && value_equal(r, m, value_int(rest));
}

TEST(odd)
{
    (void)args;
    return remainder_is(r, input, value_int(2), 1);
}
TEST(even)
{
    (void)args;
    return remainder_is(r, input, value_int(2), 0);
}
TEST(divisibleby)
{
    return remainder_is(r, input, args[0], 0);
}

/* ---- beside another ---- */

#define COMPARISON_TEST(name, how)                                                                 \
    TEST(name)                                                                                     \
    {                                                                                              \
        return value_compare(r, how, input, args[0]);                                              \
    }
COMPARISON_TEST(eq, COMPARE_EQ)
COMPARISON_TEST(ne, COMPARE_NE)
COMPARISON_TEST(lt, COMPARE_LT)
COMPARISON_TEST(le, COMPARE_LE)
COMPARISON_TEST(gt, COMPARE_GT)
COMPARISON_TEST(ge, COMPARE_GE)

TEST(in)
{
    return value_contains(r, args[0], input);
}

TEST(sameas)
{
    (void)r;
    return value_same(input, args[0]);
}

/* ---- is there such a filter, such a test? ---- */

static bool is_name(struct rendering *r, value v)
{
    uint64_t hash;

    return v.type == VIAL_STR || (!value_hash(r, v, &hash) && false);
}

TEST(filter)
{
    (void)args;
    return is_name(r, input) && env_find_filter(r->env, value_text(input));
}
TEST(test)
{
    (void)args;
    return is_name(r, input) && env_find_test(r->env, value_text(input));
}

/* ---- the table ---- */

/* clang-format off */
#define PLAIN(word, function) \
    { .name = word, .bound = test_##function, \
      .signature = SIGNATURE(BIND_PYTHON, "test_" #function, 1, "value") }
#define WITH(word, function, parameter) \
    { .name = word, .bound = test_##function, \
      .signature = SIGNATURE(BIND_PYTHON, "test_" #function, 1, "value", REQUIRED(parameter)) }
#define SPOKEN(word, function, spoken) \
    { .name = word, .bound = test_##function, \
      .signature = SIGNATURE(BIND_PYTHON, spoken, 1, "value") }
#define WITH_ENV(word, function) \
    { .name = word, .bound = test_##function, \
      .signature = SIGNATURE(BIND_PYTHON, "test_" #function, 2, "value") }
/* Python's own count their arguments for themselves. */
#define BUILTIN(word, function) \
    { .name = word, .bound = test_##function, .signature = SIGNATURE(BIND_C, word, 1, NULL) }
#define OPERATOR(word, function) \
    { .name = word, .bound = test_##function, \
      .signature = SIGNATURE(BIND_C, "_operator." #function, 1, NULL, REQUIRED("b")) }

/* Sorted by name, by bytes. */
static const struct test table[] = {
    OPERATOR("!=", ne),
    OPERATOR("<", lt),
    OPERATOR("<=", le),
    OPERATOR("==", eq),
    OPERATOR(">", gt),
    OPERATOR(">=", ge),
    PLAIN("boolean", boolean),
    BUILTIN("callable", callable),
    PLAIN("defined", defined),
    WITH("divisibleby", divisibleby, "num"),
    OPERATOR("eq", eq),
    OPERATOR("equalto", eq),
    PLAIN("escaped", escaped),
    PLAIN("even", even),
    SPOKEN("false", no, "test_false"),
    WITH_ENV("filter", filter),
    PLAIN("float", float),
    OPERATOR("ge", ge),
    OPERATOR("greaterthan", gt),
    OPERATOR("gt", gt),
    WITH("in", in, "seq"),
    PLAIN("integer", integer),
    PLAIN("iterable", iterable),
    OPERATOR("le", le),
    OPERATOR("lessthan", lt),
    PLAIN("lower", lower),
    OPERATOR("lt", lt),
    PLAIN("mapping", mapping),
    OPERATOR("ne", ne),
    PLAIN("none", none),
    PLAIN("number", number),
    PLAIN("odd", odd),
    WITH("sameas", sameas, "other"),
    PLAIN("sequence", sequence),
    PLAIN("string", string),
    WITH_ENV("test", test),
    SPOKEN("true", yes, "test_true"),
    PLAIN("undefined", undefined),
    PLAIN("upper", upper),
};
/* clang-format on */
enum { COUNT = sizeof table / sizeof *table };

const struct test *builtin_test(str name)
{
    return NAMED(table, name);
}

const char *builtin_test_name(size_t i)
{
    return i < COUNT ? table[i].name : NULL;
}

bool test_apply(struct rendering *r, const struct test *test, value input, const struct call *call)
{
    value args[MAX_PARAMETERS];

    if (input.type == VIAL_STR && !rendering_read(r, input.len))
        return false;
    if (test->fn)
        return test->fn(r, input, call, test->self) && !r->failed;
    return signature_bind(r, &test->signature, call, args) && test->bound(r, input, args) &&
           !r->failed;
}
