/*
 * Listeners: sockets that wait for connections, and how a person says where.
 *
 *     http://127.0.0.1:8000     https://[::]:443     :8080     unix:/run/vial.sock,mode=0660
 *     http://10.0.0.1:80,proxy                       systemd
 *
 * "proxy" after a comma: whoever connects there tells first, by the PROXY protocol, whom it speaks
 * for. "h2c": HTTP/2 is spoken in the clear too, which a proxy may want; "http1": over TLS it is
 * not offered. "systemd" is all the sockets that were handed to us (LISTEN_FDS); one that is named
 * https in its unit (FileDescriptorName=) speaks TLS.
 */
#pragma once
#include "vial/base/buf.h"
#include "vial/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum listen_kind { LISTEN_PORT, LISTEN_PATH, LISTEN_PASSED };

struct listen_at {
    enum listen_kind kind;
    char name[256];         /* LISTEN_PORT: the host, empty for all; LISTEN_PATH: the path */
    uint16_t port;          /* 0: any free one                                             */
    int fd;                 /* LISTEN_PASSED                                               */
    unsigned mode;          /* of the path's socket; 0: 0660                               */
    uint64_t device, inode; /* of the path's socket, once we listen there                  */
    bool tls, proxy;
    bool h2c;   /* in the clear: HTTP/2 too, for clients that know it is there */
    bool http1; /* over TLS: HTTP/1.1 only                                     */
};

enum { LISTEN_MOST = 32 };
struct listen_list {
    struct listen_at at[LISTEN_MOST];
    size_t count;
};

/* Adds what `text` says; `tls` is for an address that does not say whether. */
bool listen_parse(struct listen_list *list, str text, bool tls, struct error *err);

/*
 * Fills `sockets` with `count` listeners, non-blocking, among which the kernel shares out what
 * comes; a port 0 in `at` becomes the one that was free. False when the address is not ours, or
 * taken.
 */
bool listen_on(struct listen_at *at, int *sockets, unsigned count, struct error *err);

/* When nobody listens any more: a path is removed, unless it is somebody else's by now. */
void listen_end(const struct listen_at *at);

/* "http://127.0.0.1:8000/", "unix:/run/vial.sock": added to `out`. */
void listen_print(const struct listen_at *at, struct buf *out);

struct sockaddr_storage;
/* "127.0.0.1", "::1", or "unix": what is written to `text`, of at most `size` bytes. */
size_t peer_text(const struct sockaddr_storage *peer, char *text, size_t size);

#ifdef __cplusplus
}
#endif
