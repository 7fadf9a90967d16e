/*
 * proxy_line.c - from the first bytes of a connection to the client's address
 *
 *   comes in:  "PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\r\n", or the same in binary
 *   goes out:  the address, and how many bytes said so
 *
 * Where this is expected it is required: a connection that begins otherwise is not let in, since
 * else anybody who reaches us directly could say who they are.
 */
#include "server/proxy_line.h"

#include <arpa/inet.h>

static const char magic[] = "\r\n\r\n\0\r\nQUIT\n"; /* of version 2: 12 bytes */
enum { MAGIC = 12, HEAD = 16, LINE_MOST = 107, TLV_SSL = 0x20, CLIENT_SSL = 1 };

/* Both of the same beginning, as far as there is one. */
static bool agrees(str bytes, const char *with, size_t len)
{
    return memcmp(bytes.p, with, bytes.len < len ? bytes.len : len) == 0;
}

static bool put_peer(struct proxy_said *said, int family, str address)
{
    uint8_t bytes[16];

    if (address.len == 0 || address.len >= sizeof said->peer)
        return false;
    memcpy(said->peer, address.p, address.len);
    said->peer[address.len] = '\0';
    return inet_pton(family, said->peer, bytes) == 1;
}

static enum proxy_found read_line(struct proxy_said *said, str bytes)
{
    str start = str_slice(bytes, 0, LINE_MOST);
    ptrdiff_t end = str_find(start, S("\r\n"));

    if (end == STR_NONE)
        return bytes.len >= LINE_MOST ? PROXY_BAD : PROXY_MORE;
    str rest = str_slice(bytes, 6, (size_t)end);
    str family = str_cut(&rest, ' '), client = str_cut(&rest, ' ');
    said->size = (size_t)end + 2;
    if (str_eq(family, S("UNKNOWN")))
        return PROXY_DONE;
    bool ok = (str_eq(family, S("TCP4")) && put_peer(said, AF_INET, client)) ||
              (str_eq(family, S("TCP6")) && put_peer(said, AF_INET6, client));
    return ok && rest.len ? PROXY_DONE : PROXY_BAD;
}

/* Whether a field after the addresses says that the client spoke TLS. */
static bool says_tls(str fields)
{
    while (fields.len >= 3) {
        size_t len = (size_t)(uint8_t)fields.p[1] << 8 | (uint8_t)fields.p[2];

        if ((uint8_t)fields.p[0] == TLV_SSL && len >= 1 && fields.len >= 4)
            return fields.p[3] & CLIENT_SSL;
        fields = str_from(fields, 3 + len);
    }
    return false;
}

static enum proxy_found read_binary(struct proxy_said *said, str bytes)
{
    if (bytes.len < HEAD)
        return PROXY_MORE;
    uint8_t command = (uint8_t)bytes.p[12], family = (uint8_t)bytes.p[13];
    size_t len = (size_t)(uint8_t)bytes.p[14] << 8 | (uint8_t)bytes.p[15];
    bool four = family == 0x11, six = family == 0x21;
    size_t addresses = four ? 12 : six ? 36 : 0;

    if ((command != 0x20 && command != 0x21) || HEAD + len > PROXY_MOST ||
        (command == 0x21 && len < addresses))
        return PROXY_BAD;
    if (bytes.len < HEAD + len)
        return PROXY_MORE;
    said->size = HEAD + len;
    if (command == 0x21 && addresses) { /* 0x20: the balancer's own, to see whether we live */
        inet_ntop(four ? AF_INET : AF_INET6, bytes.p + HEAD, said->peer, sizeof said->peer);
        said->tls = says_tls(str_slice(bytes, HEAD + addresses, HEAD + len));
    }
    return PROXY_DONE;
}

enum proxy_found proxy_read(struct proxy_said *said, str bytes)
{
    *said = (struct proxy_said){ 0 };
    if (bytes.len == 0)
        return PROXY_MORE;
    if (agrees(bytes, "PROXY ", 6))
        return bytes.len < 6 ? PROXY_MORE : read_line(said, bytes);
    if (agrees(bytes, magic, MAGIC))
        return read_binary(said, bytes);
    return PROXY_BAD;
}
