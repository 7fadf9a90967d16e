/*
 * listen.c - from an address to listening sockets
 *
 *   comes in:  "127.0.0.1", "::", "localhost"; a port; how many sockets
 *   goes out:  that many listeners on one port
 *
 * SO_REUSEPORT lets each loop have a listener of its own, but also lets a second vial of the same
 * user join in unnoticed and take half the requests. So the port is first asked for in the old way,
 * which fails when anybody has it.
 *
 * What each accepted socket shall have (no delay, keep-alive probes) is set here once: Linux hands
 * a listener's options on.
 */
#include "server/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096, PROBE_AFTER = 60 };

struct target {
    struct sockaddr_storage at;
    socklen_t len;
};

static bool look_up(struct target *t, const char *address, uint16_t port, struct error *err)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *found;
    char text[8];

    snprintf(text, sizeof text, "%u", (unsigned)port);
    int failed = getaddrinfo(address, text, &hints, &found);
    if (failed) {
        error_set(err, "cannot listen on '%s': %s", address, gai_strerror(failed));
        return error_hint(err, "127.0.0.1 is this machine alone, 0.0.0.0 or :: all addresses");
    }
    memcpy(&t->at, found->ai_addr, found->ai_addrlen);
    t->len = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

static uint16_t *port_of(struct target *t)
{
    return t->at.ss_family == AF_INET6 ? &((struct sockaddr_in6 *)&t->at)->sin6_port
                                       : &((struct sockaddr_in *)&t->at)->sin_port;
}

static void set(int fd, int level, int option, int value)
{
    setsockopt(fd, level, option, &value, sizeof value);
}

static int bound(const struct target *t, bool shared)
{
    int fd = socket(t->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (shared)
        set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    if (bind(fd, (const struct sockaddr *)&t->at, t->len) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static bool cannot(const struct target *t, const char *address, uint16_t port, struct error *err)
{
    int why = errno;

    (void)t;
    error_set(err, "cannot listen on %s port %u: %s", address, (unsigned)port, strerror(why));
    if (why == EADDRINUSE)
        return error_hint(err, "another program has it; -p takes another port");
    if (why == EACCES)
        return error_hint(err, "ports below 1024 are the system's; -p takes another");
    if (why == EADDRNOTAVAIL)
        return error_hint(err, "no interface of this machine has that address");
    return false;
}

/* Whether the port is free, which SO_REUSEPORT would not tell; a port 0 is made a real one. */
static bool probe(struct target *t, struct error *err, const char *address, uint16_t port)
{
    int fd = bound(t, false);
    socklen_t len = sizeof t->at;

    if (fd < 0 || listen(fd, 1) < 0) {
        cannot(t, address, port, err);
        if (fd >= 0)
            close(fd);
        return false;
    }
    getsockname(fd, (struct sockaddr *)&t->at, &len);
    close(fd);
    return true;
}

static int listener(const struct target *t, bool shared)
{
    int fd = bound(t, shared);

    if (fd < 0)
        return -1;
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, PROBE_AFTER);
    if (listen(fd, BACKLOG) == 0)
        return fd;
    close(fd);
    return -1;
}

bool listen_on(const char *address, uint16_t *port, int *sockets, unsigned count, struct error *err)
{
    struct target t = { 0 };

    if (!look_up(&t, address, *port, err) || !probe(&t, err, address, *port))
        return false;
    for (unsigned i = 0; i < count; i++) {
        sockets[i] = listener(&t, count > 1);
        if (sockets[i] < 0) {
            cannot(&t, address, ntohs(*port_of(&t)), err);
            while (i-- > 0)
                close(sockets[i]);
            return false;
        }
    }
    *port = ntohs(*port_of(&t));
    return true;
}

size_t peer_text(const struct sockaddr_storage *peer, char *text, size_t size)
{
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)peer;
    const void *from = &((const struct sockaddr_in *)peer)->sin_addr;
    int family = peer->ss_family;

    if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
        family = AF_INET;
        from = &six->sin6_addr.s6_addr[12];
    } else if (family == AF_INET6) {
        from = &six->sin6_addr;
    }
    if ((family != AF_INET && family != AF_INET6) ||
        !inet_ntop(family, from, text, (socklen_t)size)) {
        text[0] = '\0';
    }
    return strlen(text);
}
