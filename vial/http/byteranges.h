/*
 * Several parts of a response in one: multipart/byteranges (RFC 9110 §14.6).
 */
#pragma once
#include "vial/http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

struct byterange {
    uint64_t from, length;
};

/*
 * Makes `res`, a whole text or file of `size` bytes, one of these parts. False when its file cannot
 * be opened; then it is as it was.
 */
bool byteranges_apply(struct response *res, const struct byterange *parts, size_t count,
                      uint64_t size, struct arena *a);

#ifdef __cplusplus
}
#endif
