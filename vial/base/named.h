/*
 * Tables of things with names, which are asked for by name.
 */
#pragma once
#include "vial/base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The row called `name` of `count` rows, each `size` bytes; NULL: none is. The first member of a
 * row is its name, a `const char *`, and the rows stand in the order of the bytes of their names.
 */
const void *named_find(const void *rows, size_t count, size_t size, str name);

/* The same of an array whose size is known. */
#define NAMED(rows, name) named_find(rows, sizeof(rows) / sizeof *(rows), sizeof *(rows), name)

#ifdef __cplusplus
}
#endif
