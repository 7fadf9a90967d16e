/*
 * Ranges: a part of a response instead of all of it (RFC 9110 §14).
 */
#pragma once
#include "vial/http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Cuts a 200 with a text or a file down to what the request's Range asks for: 206 with one part or
 * with several (multipart/byteranges; those that overlap or nearly touch are one), or 416 when
 * there is no such part. Left alone when nothing is asked, when If-Range names another version, and
 * when more than sixteen parts are asked for, which a server may answer with the whole.
 */
void range_apply(const struct request *req, struct response *res, struct arena *a);

#ifdef __cplusplus
}
#endif
