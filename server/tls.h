/*
 * TLS, as the transport uses it: certificates that may be renewed, and one session for each
 * connection. Nothing here waits. Behind this door stands GnuTLS (tls.c), or nobody (tls_none.c)
 * where vial was compiled without it; then tls_keys_open() says so.
 */
#pragma once
#include "vial/base/error.h"
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tls_file {
    const char *cert, *key; /* PEM; the chain, its own certificate first */
};

struct tls_keys;

/*
 * Several certificates are told apart by the name that a client asks for. NULL, and `err`, when
 * they cannot be used.
 */
struct tls_keys *tls_keys_open(const struct tls_file *files, size_t count, struct error *err);
void tls_keys_close(struct tls_keys *keys); /* NULL is fine; after all sessions */

/* They are read anew for the next connection, as they are when their files change. Signal-safe. */
void tls_keys_renew(struct tls_keys *keys);

struct tls;

/* `h2` is offered beside http/1.1. NULL: out of memory */
struct tls *tls_open(struct tls_keys *keys, int fd, bool h2);
void tls_close(struct tls *tls); /* NULL is fine; `fd` stays */

enum tls_greeted { TLS_WAITS, TLS_GREETED, TLS_FAILED };

/* Goes on with the handshake as far as it goes now. When it failed, the other side was told why. */
enum tls_greeted tls_greet(struct tls *tls);
bool tls_speaks_h2(const struct tls *tls); /* what was agreed on when they greeted */

enum { TLS_END = 0, TLS_NOTHING = -1, TLS_BROKEN = -2 };

/* How many bytes came, TLS_END, TLS_NOTHING for now, or TLS_BROKEN. */
ptrdiff_t tls_receive(struct tls *tls, char *into, size_t size);

/*
 * How many bytes were taken, or TLS_BROKEN. What was not taken has to be sent again, the same bytes
 * first.
 */
ptrdiff_t tls_send(struct tls *tls, const struct iovec *parts, int count);
ptrdiff_t tls_send_file(struct tls *tls, int fd, uint64_t from, size_t length);

void tls_end(struct tls *tls); /* tells the other side that nothing more comes */

#ifdef __cplusplus
}
#endif
