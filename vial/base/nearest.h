/*
 * Nearest match: the name that was probably meant, for "did you mean 'title'?".
 */
#pragma once
#include "vial/base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Begin with `struct nearest n = nearest_to(word)`, offer each candidate with nearest_try(), and
 * read n.best: empty when none is near enough (a third of the letters may differ, swaps of
 * neighbours count once, case does not count).
 */
struct nearest {
    str word, best;
    size_t distance;
};

struct nearest nearest_to(str word);
void nearest_try(struct nearest *n, str candidate);

#ifdef __cplusplus
}
#endif
