/*
 * A jar: the cookies that a client was told to keep, and which of them it sends where (RFC 6265
 * §5). For the test client.
 */
#pragma once
#include "vial/http/http.h"

struct jar_cookie;

struct jar {
    struct arena *arena;
    struct jar_cookie *cookies;
};

void jar_keep(struct jar *jar, str set_cookie, str host, str path, bool secure);
void jar_put(struct jar *jar, str name, str value, str host); /* .p is NULL: it is taken away */
str jar_get(const struct jar *jar, str name, str host);       /* .p is NULL when absent       */
/* What stands behind "Cookie:"; empty when there is none to send. */
str jar_send(const struct jar *jar, str host, str path, bool secure, struct arena *a);
