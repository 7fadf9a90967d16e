/*
 * Listeners: sockets that wait for connections on an address.
 */
#pragma once
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Fills `sockets` with `count` listeners on the same address, non-blocking, among which the kernel
 * shares out what comes; `*port` 0 becomes the port that was free. False when the address is not
 * ours, or taken.
 */
bool listen_on(const char *address, uint16_t *port, int *sockets, unsigned count,
               struct error *err);

struct sockaddr_storage;
/* "127.0.0.1", "::1": what is written to `text`, of at most `size` bytes. */
size_t peer_text(const struct sockaddr_storage *peer, char *text, size_t size);

#ifdef __cplusplus
}
#endif
