/*
 * types.h - the two things that pass through every door: a slice of text and a template value
 *
 * Both are small enough to travel by value, and neither says who owns what it points to: that is
 * the arena of whoever made it (a page, a request, a template). vial.h shows them to a site's C
 * code; inside vial they go by the shorter names `str` (base/str.h) and `value`
 * (template/value.h).
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes, borrowed; UTF-8 unless the place says otherwise; never to be trusted to end in NUL. */
typedef struct vial_str {
    const char *p;
    size_t len;
} vial_str;

/*
 * A value, as templates know them: sixteen bytes. All zero is "undefined", what a missing name is
 * in Jinja. Text is its bytes and their number; lists, tuples, dicts and all other things with
 * an inside point to an object, whose first member is its table of methods (template/value.h).
 */
typedef struct vial_val {
    uint8_t type;   /* enum vial_type                                                   */
    uint8_t flags;  /* VIAL_SAFE: this text is HTML already and is not escaped again     */
    uint16_t spare; /* zero                                                             */
    uint32_t len;   /* of text, in bytes                                                */
    union {
        bool b;
        int64_t i;
        double d;
        const char *s;
        void *object;
    } as;
} vial_val;

enum vial_type {
    VIAL_UNDEFINED,
    VIAL_NONE,
    VIAL_BOOL,
    VIAL_INT,
    VIAL_FLOAT,
    VIAL_STR,
    VIAL_LIST,
    VIAL_TUPLE,
    VIAL_DICT,
    VIAL_OBJECT, /* everything else: pages, requests, macros, ranges, iterators, big integers */
};

enum { VIAL_SAFE = 1 };

#ifdef __cplusplus
}
#endif
