/*
 * Codings: the same bytes, smaller, for whoever can read them so (RFC 9110 §8.4, §12.5.3).
 *
 * gzip by zlib, br by libbrotli, zstd by libzstd; each may be left out when vial is compiled.
 */
#pragma once
#include "vial/http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In the order of preference among those that the other side likes alike. */
enum coding { CODING_BR, CODING_ZSTD, CODING_GZIP, CODINGS, CODING_NONE = CODINGS };

str coding_name(enum coding coding);   /* "br": for Content-Encoding      */
str coding_ending(enum coding coding); /* ".br": of a copy beside its file */
bool coding_is_here(enum coding coding);

/* Which the other side likes best of those that are here; CODING_NONE: the bytes as they are. */
enum coding coding_choose(const struct request *req);

/* Is it worth it? Pictures, archives and fonts of the web are small already; tiny bodies grow. */
bool coding_suits(str media_type, uint64_t size);

/* "\"a\"" becomes "\"a-br\"": other bytes, so another strong tag. */
str coding_tag(str tag, enum coding coding, struct arena *a);

enum coding_effort {
    CODING_NOW,    /* somebody waits                 */
    CODING_LASTING /* made once and sent many times  */
};

/* Appends the coded bytes. False: it cannot be done, or would not be smaller; `out` is unchanged.
 */
bool coding_make(struct buf *out, enum coding coding, enum coding_effort effort, str text);

#ifdef __cplusplus
}
#endif
