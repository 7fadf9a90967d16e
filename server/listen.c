/*
 * listen.c - from a place to listening sockets
 *
 *   comes in:  "127.0.0.1", "::", "localhost" and a port; a path; a socket that was handed over;
 *              how many sockets
 *   goes out:  that many listeners on one port; of a path or a handed one, that many descriptors
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
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 4096, PROBE_AFTER = 60, FIRST_OF_OURS = 3 };

static bool has_ipv6(void)
{
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

struct target {
    struct sockaddr_storage at;
    socklen_t len;
};

/* No host is all of them: by IPv6, which takes IPv4 as well, where the system has it. */
static bool look_up(struct target *t, const struct listen_at *at, struct error *err)
{
    const char *address = at->name;
    uint16_t port = at->port;

    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *found;
    char text[8];

    if (!address[0])
        address = has_ipv6() ? "::" : "0.0.0.0";
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

static bool cannot(const struct listen_at *at, uint16_t port, struct error *err)
{
    int why = errno;

    error_set(err, "cannot listen on %s port %u: %s", at->name[0] ? at->name : "any address",
              (unsigned)port, strerror(why));
    if (why == EADDRINUSE)
        return error_hint(err, "another program has it; -p takes another port");
    if (why == EACCES)
        return error_hint(err, "ports below 1024 are the system's; -p takes another");
    if (why == EADDRNOTAVAIL)
        return error_hint(err, "no interface of this machine has that address");
    return false;
}

/* Whether the port is free, which SO_REUSEPORT would not tell; a port 0 is made a real one. */
static bool probe(struct target *t, const struct listen_at *at, struct error *err)
{
    int fd = bound(t, false);
    socklen_t len = sizeof t->at;

    if (fd < 0 || listen(fd, 1) < 0) {
        cannot(at, at->port, err);
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

static bool listen_on_port(struct listen_at *at, int *sockets, unsigned count, struct error *err)
{
    struct target t = { 0 };

    if (!look_up(&t, at, err) || !probe(&t, at, err))
        return false;
    at->port = ntohs(*port_of(&t));
    for (unsigned i = 0; i < count; i++) {
        sockets[i] = listener(&t, count > 1);
        if (sockets[i] < 0) {
            cannot(at, at->port, err);
            while (i-- > 0)
                close(sockets[i]);
            return false;
        }
    }
    return true;
}

/* --- one socket for all ----------------------------------------------------------------------- */

/* Each loop gets a descriptor of its own of the one socket. */
static bool share_out(int fd, int *sockets, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        sockets[i] = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_OF_OURS);
        if (sockets[i] < 0) {
            while (i-- > 0)
                close(sockets[i]);
            return false;
        }
    }
    return true;
}

/* Did a server that is no more leave it behind? */
static bool is_stale(const struct sockaddr_un *path)
{
    struct stat st;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool stale = fd >= 0 && lstat(path->sun_path, &st) == 0 && S_ISSOCK(st.st_mode) &&
                 connect(fd, (const struct sockaddr *)path, sizeof *path) < 0 &&
                 errno == ECONNREFUSED;

    if (fd >= 0)
        close(fd);
    return stale;
}

/* By these it is known again: whoever comes after us may have put another there. */
static void remember_file(struct listen_at *at)
{
    struct stat st;

    if (lstat(at->name, &st) == 0) {
        at->device = st.st_dev;
        at->inode = st.st_ino;
    }
}

static bool is_our_file(const struct listen_at *at)
{
    struct stat st;

    return lstat(at->name, &st) == 0 && st.st_dev == at->device && st.st_ino == at->inode;
}

static bool listen_on_path(struct listen_at *at, int *sockets, unsigned count, struct error *err)
{
    struct sockaddr_un path = { .sun_family = AF_UNIX };
    const struct sockaddr *to = (const struct sockaddr *)&path;
    unsigned mode = at->mode ? at->mode : 0660;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    snprintf(path.sun_path, sizeof path.sun_path, "%s", at->name);
    if (is_stale(&path))
        unlink(at->name);
    mode_t before = umask(0777); /* nobody comes in before the mode is what was asked for */
    bool ok = fd >= 0 && bind(fd, to, sizeof path) == 0;
    int why = errno;
    umask(before);
    errno = why;
    if (ok &&
        (chmod(at->name, mode) < 0 || listen(fd, BACKLOG) < 0 || !share_out(fd, sockets, count))) {
        ok = false;
        why = errno;
        unlink(at->name);
        errno = why;
    }
    if (!ok) {
        error_errno(err, str_of(at->name), "cannot listen on this path");
        if (why == EADDRINUSE)
            error_hint(err, "another program listens there, or it is no socket");
    }
    if (fd >= 0)
        close(fd);
    if (ok)
        remember_file(at);
    return ok;
}

static bool listen_on_passed(const struct listen_at *at, int *sockets, unsigned count,
                             struct error *err)
{
    int flags = fcntl(at->fd, F_GETFL);

    if (flags < 0 || fcntl(at->fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
        fcntl(at->fd, F_SETFD, FD_CLOEXEC) < 0 || !share_out(at->fd, sockets, count))
        return error_errno(err, S("systemd"), "cannot use socket %d", at->fd);
    set(at->fd, IPPROTO_TCP, TCP_NODELAY, 1); /* no such thing on a UNIX socket, and none needed */
    return true;
}

bool listen_on(struct listen_at *at, int *sockets, unsigned count, struct error *err)
{
    switch (at->kind) {
    case LISTEN_PATH:
        return listen_on_path(at, sockets, count, err);
    case LISTEN_PASSED:
        return listen_on_passed(at, sockets, count, err);
    case LISTEN_PORT:
        break;
    }
    return listen_on_port(at, sockets, count, err);
}

void listen_end(const struct listen_at *at)
{
    if (at->kind == LISTEN_PATH && is_our_file(at))
        unlink(at->name);
    if (at->kind == LISTEN_PASSED)
        close(at->fd);
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
    if (family == AF_UNIX)
        snprintf(text, size, "unix");
    else if ((family != AF_INET && family != AF_INET6) ||
             !inet_ntop(family, from, text, (socklen_t)size))
        text[0] = '\0';
    return strlen(text);
}
