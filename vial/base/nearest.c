/*
 * nearest.c - the name that was probably meant
 *
 *   comes in:  a word, then candidates
 *   goes out:  the candidate with the smallest edit distance, if it is small
 *
 * The distance is Damerau's and Levenshtein's in its restricted form (optimal string alignment):
 * insert, delete, replace, swap two neighbours. Three rows of the table are enough.
 */
#include "vial/base/nearest.h"

enum { LONGEST = 64, FAR = 1000 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(str a, str b)
{
    size_t rows[3][LONGEST + 1];
    size_t *two = rows[0], *one = rows[1], *row = rows[2];

    for (size_t j = 0; j <= b.len; j++)
        one[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            char x = to_lower(a.p[i - 1]), y = to_lower(b.p[j - 1]);

            row[j] = least(least(one[j] + 1, row[j - 1] + 1), one[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == to_lower(b.p[j - 2]) && y == to_lower(a.p[i - 2]))
                row[j] = least(row[j], two[j - 2] + 1);
        }
        size_t *spare = two;
        two = one;
        one = row;
        row = spare;
    }
    return one[b.len];
}

struct nearest nearest_to(str word)
{
    return (struct nearest){ .word = word, .distance = FAR };
}

void nearest_try(struct nearest *n, str candidate)
{
    if (n->word.len > LONGEST || candidate.len > LONGEST || !candidate.len)
        return;

    size_t d = distance(n->word, candidate);
    size_t allowed = (n->word.len > candidate.len ? n->word.len : candidate.len) / 3;
    if (d <= (allowed ? allowed : 1) && d < candidate.len && d < n->distance) {
        n->best = candidate;
        n->distance = d;
    }
}
