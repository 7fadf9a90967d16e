/*
 * multipart/form-data, part by part (RFC 7578, RFC 2046 §5.1).
 *
 *     struct multipart m;
 *     if (multipart_begin(&m, boundary, body, a))
 *         while (multipart_next(&m, &part)) ...
 *     if (m.broken) ...
 */
#pragma once
#include "vial/http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

struct multipart {
    str delimiter; /* "\r\n--BOUNDARY"                   */
    str rest;      /* from behind the last delimiter     */
    bool broken;   /* it is no multipart, or has no end  */
    struct arena *arena;
};

struct part {
    str disposition; /* of its headers; empty: none       */
    str type;        /* likewise                          */
    str content;     /* a slice of the body               */
};

/* False when `boundary` cannot be one, or the body does not have it. */
bool multipart_begin(struct multipart *m, str boundary, str body, struct arena *a);
/* The next part; false after the last one, and when the rest is none: then `broken` is set. */
bool multipart_next(struct multipart *m, struct part *part);

#ifdef __cplusplus
}
#endif
