/*
 * Fresh: for how long others may keep a response, and whether the one they kept is still good.
 */
#pragma once
#include "vial/http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Cache-Control where nobody set one. A file whose name tells its content ("site.3f9a1c0b.css")
 * never changes: a year. All else may be kept, but is asked for again each time, which is a 304.
 * What was made for one person (it read a cookie or the session) is kept by nobody else.
 */
void fresh_rule(const struct request *req, struct response *res);

/* "app-3f9a1c0b.js", "site.3f9a1c0b.css": eight or more hexadecimal digits, letters among them. */
bool fresh_name_is_fingerprinted(str path);

/* Of a 200 to who only reads: a 304 when the other side has it, a 412 when it wants another version
 * (RFC 9110 §13). */
void fresh_condition(const struct request *req, struct response *res);

#ifdef __cplusplus
}
#endif
