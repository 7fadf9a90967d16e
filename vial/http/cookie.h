/*
 * Cookies, as they are set (RFC 6265bis): reading one is cookie_get() in http.h.
 */
#pragma once
#include "vial/http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cookie {
    str name, value;
    str path, domain; /* empty: "/", and this host alone              */
    str samesite;     /* "Lax", "Strict", "None"; empty: not told      */
    int64_t max_age;  /* seconds, when has_age; 0 takes the cookie away */
    bool has_age, secure, http_only, partitioned;
};

/*
 * What stands behind "Set-Cookie:". A value that is not made of a cookie's characters is quoted as
 * Werkzeug and Python's http.cookies do. False when name, path or domain cannot stand there, or it
 * is larger than browsers keep.
 */
bool cookie_print(const struct cookie *cookie, int64_t now, str *header, struct arena *a);

/* A cookie's value as it was meant: without quotes, "\073" undone. `value` itself when plain. */
str cookie_unquoted(str value, struct arena *a);

#ifdef __cplusplus
}
#endif
