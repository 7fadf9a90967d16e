/*
 * The file _headers of a built folder: what answers carry.
 *
 *     # comment
 *     /blog*
 *       X-Frame-Options: DENY
 *       ! Referrer-Policy              without this one
 *     /assets*
 *       Cache-Control: public, max-age=31536000, immutable
 *
 * All patterns that fit count, from top to bottom. A header told there stands in place of vial's
 * own; told twice, its values are joined. What is about a file itself (Cache-Control, Content-Type
 * and the like) is not told of redirects and of pages that are not there.
 */
#pragma once
#include "server/pattern.h"

#ifdef __cplusplus
extern "C" {
#endif

struct own_headers;

/* All in `a`, that has to live as long; what is wrong is added to `errors`. */
struct own_headers *own_headers_read(str file, str text, struct arena *a, struct errors *errors);

/* What it adds is in `a`. */
void own_headers_apply(const struct own_headers *own, const struct request *req,
                       struct response *res, struct arena *a);

#ifdef __cplusplus
}
#endif
