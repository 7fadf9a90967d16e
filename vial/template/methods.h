/*
 * Methods: Python's own, of text, lists, dicts, numbers and the objects of this room.
 */
#pragma once
#include "vial/template/filters.h"

/* Either `bound`, whose arguments the signature sorts, or `raw`, which takes the call as it is. */
struct method {
    const char *name;
    value (*bound)(struct rendering *r, value self, const value *args);
    value (*raw)(struct rendering *r, value self, const struct call *call);
    struct signature signature;
    bool changes; /* its object: the immutable sandbox refuses it */
};

/* Sorted by name. */
struct methods {
    const struct method *list;
    size_t count;
};
/* clang-format off */
#define C_METHOD(type, word, function, ...) \
    { .name = word, .bound = function, \
      .signature = SIGNATURE(BIND_C, type "." word, 0, NULL, __VA_ARGS__) }
#define C_METHOD_CHANGES(type, word, function, ...) \
    { .name = word, .bound = function, .changes = true, \
      .signature = SIGNATURE(BIND_C, type "." word, 0, NULL, __VA_ARGS__) }
#define C_METHOD_NAMED(type, word, function, ...) \
    { .name = word, .bound = function, \
      .signature = SIGNATURE(BIND_C_KEYWORDS, type "." word, 0, NULL, __VA_ARGS__) }
#define PYTHON_METHOD(type, word, function, ...) \
    { .name = word, .bound = function, \
      .signature = SIGNATURE(BIND_PYTHON, type "." word, 1, NULL, __VA_ARGS__) }
/* clang-format on */
#define METHODS(table)                                                                             \
    {                                                                                              \
        table, sizeof(table) / sizeof *(table)                                                     \
    }

extern const struct methods str_methods, markup_methods, list_methods, tuple_methods, dict_methods;
extern const struct methods int_methods, float_methods;

/* False: no method of a dict has this name. Cheap, for `dict.key`. */
bool method_may_exist(str name);

const struct method *method_find(value v, str name);
/* The names of the methods that `v` has, for "did you mean". */
void methods_offer(value v, struct nearest *near);
value method_call(struct rendering *r, const struct method *method, value self,
                  const struct call *call);

/* v.name as a value that can be called later; also the few attributes that are no methods. */
bool method_bind(struct rendering *r, value v, str name, value *out);
bool method_changes(value v, str name);
