/*
 * tls_none.c - vial without TLS: nobody gets as far as a session
 */
#include "server/tls.h"

struct tls_keys *tls_keys_open(const struct tls_file *files, size_t count, struct error *err)
{
    (void)files;
    (void)count;
    error_set(err, "this vial was compiled without TLS");
    error_hint(err, "meson setup -Dtls=enabled, or a proxy in front (content/operation.md)");
    return NULL;
}

void tls_keys_close(struct tls_keys *keys)
{
    (void)keys;
}

void tls_keys_renew(struct tls_keys *keys)
{
    (void)keys;
}

struct tls *tls_open(struct tls_keys *keys, int fd, bool h2)
{
    (void)keys;
    (void)fd;
    (void)h2;
    return NULL;
}

void tls_close(struct tls *tls)
{
    (void)tls;
}

enum tls_greeted tls_greet(struct tls *tls)
{
    (void)tls;
    return TLS_FAILED;
}

bool tls_speaks_h2(const struct tls *tls)
{
    (void)tls;
    return false;
}

ptrdiff_t tls_receive(struct tls *tls, char *into, size_t size)
{
    (void)tls;
    (void)into;
    (void)size;
    return TLS_BROKEN;
}

ptrdiff_t tls_send(struct tls *tls, const struct iovec *parts, int count)
{
    (void)tls;
    (void)parts;
    (void)count;
    return TLS_BROKEN;
}

ptrdiff_t tls_send_file(struct tls *tls, int fd, uint64_t from, size_t length)
{
    (void)tls;
    (void)fd;
    (void)from;
    (void)length;
    return TLS_BROKEN;
}

void tls_end(struct tls *tls)
{
    (void)tls;
}
