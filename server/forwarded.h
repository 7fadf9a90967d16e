/*
 * Forwarded requests: whom a proxy in front of us speaks for.
 *
 * Anybody can write X-Forwarded-For, so it is believed of proxies alone that the operator names.
 */
#pragma once
#include "server/transport.h"
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct net {
    uint8_t bytes[16]; /* IPv4 as ::ffff:a.b.c.d */
    unsigned bits;
    bool local; /* a UNIX socket's peer */
};
enum { NETS_MOST = 64 };
struct nets {
    struct net list[NETS_MOST];
    size_t count;
};

/* "127.0.0.1", "10.0.0.0/8", "fd00::/8", "unix". */
bool nets_add(struct nets *nets, str text, struct error *err);
bool nets_have(const struct nets *nets, str peer);

/* If a proxy in `trusted` sent it: the peer and the scheme become what it said. */
void forwarded_apply(const struct nets *trusted, struct incoming *request);

#ifdef __cplusplus
}
#endif
