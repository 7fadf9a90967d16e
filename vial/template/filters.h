/*
 * The built-in filters, tests and globals, and how arguments find their parameters.
 *
 * A signature lists the parameters of one of them with their defaults, so that positional and
 * named arguments, missing ones and too many give what Python gives, its TypeErrors included. The
 * function then finds all its arguments in one array, in the order of the signature.
 */
#pragma once
#include "vial/template/ops.h"
#include "vial/template/template.h"

#ifdef __cplusplus
extern "C" {
#endif

struct parameter {
    const char *name;
    bool required;
    value otherwise; /* its default */
};

/* clang-format off */
#define REQUIRED(word)      { .name = word, .required = true }
#define OPTIONAL_NONE(word) { .name = word, .otherwise = { .type = VIAL_NONE } }
#define OPTIONAL_BOOL(word, truth) \
    { .name = word, .otherwise = { .type = VIAL_BOOL, .as.b = truth } }
#define OPTIONAL_INT(word, number) \
    { .name = word, .otherwise = { .type = VIAL_INT, .as.i = number } }
#define OPTIONAL_FLOAT(word, real) \
    { .name = word, .otherwise = { .type = VIAL_FLOAT, .as.d = real } }
#define OPTIONAL_STR(word, literal) \
    { .name = word, \
      .otherwise = { .type = VIAL_STR, .len = sizeof(literal) - 1, .as.s = literal } }
#define OPTIONAL(word) \
    { .name = word, \
      .otherwise = { .type = VIAL_OBJECT, .as.object = (void *)&no_default } }
/* clang-format on */

/* What OPTIONAL() gives: an argument that was not given, where None would be one. */
extern const struct object no_default;
static inline bool is_given(value v)
{
    return v.type != VIAL_OBJECT || v.as.object != &no_default;
}

enum { MAX_PARAMETERS = 6 };

/* Whose words a TypeError uses: of a function in Python, or of one of Python's own in C. */
enum binding { BIND_PYTHON, BIND_C, BIND_C_KEYWORDS };

struct signature {
    const char *name; /* as those words call it: "do_truncate", "str.replace"                   */
    uint8_t binding;  /* enum binding                                                           */
    uint8_t hidden;   /* arguments Python counts that a template does not write: the input, env  */
    uint8_t count;
    const char *input; /* what the last hidden one is called, or NULL */
    struct parameter parameters[MAX_PARAMETERS];
};

/* clang-format off */
#define COUNT_PARAMETERS(...) \
    (sizeof((const struct parameter[]){ { 0 }, __VA_ARGS__ }) / sizeof(struct parameter) - 1)
#define SIGNATURE(words, spoken, unseen, first, ...) \
    { .name = spoken, .binding = words, .hidden = unseen, .input = first, \
      .count = COUNT_PARAMETERS(__VA_ARGS__), .parameters = { __VA_ARGS__ } }
/* clang-format on */

/* Sorts `call` into `args`, one for each parameter; false: a TypeError is pending. */
bool signature_bind(struct rendering *r, const struct signature *signature, const struct call *call,
                    value *args);

/*
 * A filter of the table, or one that was added. `bound` ones have a signature; the others get the
 * call as it is.
 */
struct filter {
    const char *name;
    value (*bound)(struct rendering *r, value input, const value *args);
    filter_fn *fn;
    void *self;
    struct signature signature;
};
struct test {
    const char *name;
    bool (*bound)(struct rendering *r, value input, const value *args);
    test_fn *fn;
    void *self;
    struct signature signature;
};

const struct filter *builtin_filter(str name); /* NULL: there is none */
const struct test *builtin_test(str name);
/* For "did you mean": each name in turn; NULL after the last. */
const char *builtin_filter_name(size_t i);
const char *builtin_test_name(size_t i);

value filter_apply(struct rendering *r, const struct filter *filter, value input,
                   const struct call *call);
bool test_apply(struct rendering *r, const struct test *test, value input, const struct call *call);

/* range, dict, lipsum, cycler, joiner, namespace into the dict `globals`, made in `a`. */
void builtin_globals(value globals, struct arena *a, bool sandbox);

#ifdef __cplusplus
}
#endif
