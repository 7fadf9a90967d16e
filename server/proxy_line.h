/*
 * The PROXY protocol, versions 1 and 2: what a balancer in front says before the first byte of a
 * connection, so that we know whom it speaks for.
 */
#pragma once
#include "vial/base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

enum proxy_found { PROXY_MORE, PROXY_DONE, PROXY_BAD };

struct proxy_said {
    size_t size;   /* of what it said, in bytes                                            */
    char peer[46]; /* the client's address; empty: the balancer speaks for itself, or does not know
                    */
    bool tls;      /* version 2: the client spoke TLS to the balancer                       */
};

enum { PROXY_MOST = 16 + 2048 }; /* bytes: what is longer is refused */

enum proxy_found proxy_read(struct proxy_said *said, str bytes);

#ifdef __cplusplus
}
#endif
