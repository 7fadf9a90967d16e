/*
 * named.c - finding a row of a table by its name
 *
 *   comes in:  rows in the order of their names, and a name
 *   goes out:  the row
 *
 * The half in which the name must be is halved again until nothing is left.
 */
#include "vial/base/named.h"

const void *named_find(const void *rows, size_t count, size_t size, str name)
{
    size_t from = 0, to = count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const char *row = (const char *)rows + middle * size;
        int order = str_cmp(name, str_of(*(const char *const *)(const void *)row));

        if (order == 0)
            return row;
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}
