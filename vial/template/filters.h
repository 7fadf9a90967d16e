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

enum { MAX_PARAMETERS = 8 };

struct signature {
    const char *name;   /* as Python's messages call it: "do_truncate"                           */
    uint8_t hidden;     /* arguments Python counts that a template does not give: env, the input */
    uint8_t positional; /* those given before, as the input; counted with `hidden`              */
    uint8_t count;
    bool c_style; /* speaks as Python's own functions in C do: positional only */
    struct parameter parameters[MAX_PARAMETERS];
};

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
