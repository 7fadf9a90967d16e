/*
 * forwarded.c - from a proxy's word to the client's address
 *
 *   comes in:  a request, and the networks whose word is believed
 *   goes out:  request.peer and request.scheme as the client's
 *
 * Each proxy adds the address that it saw at the end of X-Forwarded-For. So the list is read from
 * its end: as long as an address is one of ours, the one before it is believed; the first that is
 * not is the client, and what stands before that is only what the client said.
 */
#include "server/forwarded.h"

#include <arpa/inet.h>

enum { TEXT = 64, LEADING = 96 }; /* bits of ::ffff: before an IPv4 address */

static bool read_address(uint8_t *bytes, bool *four, str s)
{
    static const uint8_t mapped[12] = { [10] = 0xff, 0xff };
    char text[TEXT];

    if (s.len == 0 || s.len >= sizeof text)
        return false;
    memcpy(text, s.p, s.len);
    text[s.len] = '\0';
    memcpy(bytes, mapped, sizeof mapped);
    *four = inet_pton(AF_INET, text, bytes + sizeof mapped) == 1;
    return *four || inet_pton(AF_INET6, text, bytes) == 1;
}

bool nets_add(struct nets *nets, str text, struct error *err)
{
    struct net *net = &nets->list[nets->count];
    str bits = text, address = str_cut(&bits, '/');
    bool four, whole = address.len == text.len;
    int64_t number = 0;

    if (nets->count == NETS_MOST)
        return error_set(err, "more than %d networks", NETS_MOST);
    *net = (struct net){ .local = str_eq(text, S("unix")) };
    if (!net->local) {
        if (!read_address(net->bytes, &four, address) || (!whole && !str_int(bits, &number)) ||
            number < 0 || number > (four ? 32 : 128)) {
            error_set(err, "'%.*s' is no network", STR(text));
            return error_hint(err, "127.0.0.1, 10.0.0.0/8, fd00::/8, or unix for UNIX sockets");
        }
        net->bits = whole ? 128 : (unsigned)number + (four ? LEADING : 0);
    }
    nets->count++;
    return true;
}

static bool lies_in(const struct net *net, const uint8_t *bytes)
{
    unsigned whole = net->bits / 8, rest = net->bits % 8;

    return memcmp(net->bytes, bytes, whole) == 0 &&
           (rest == 0 || (net->bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0);
}

bool nets_have(const struct nets *nets, str peer)
{
    bool local = str_eq(peer, S("unix")), four;
    uint8_t bytes[16];

    if (!local && !read_address(bytes, &four, peer))
        return false;
    for (size_t i = 0; i < nets->count; i++) {
        const struct net *net = &nets->list[i];

        if (local ? net->local : !net->local && lies_in(net, bytes))
            return true;
    }
    return false;
}

/* "192.0.2.1:4711", "[2001:db8::1]:4711": some write the port as well. */
static str without_port(str s)
{
    if (str_starts(s, S("["))) {
        ptrdiff_t end = str_find_char(s, ']');

        return end == STR_NONE ? S("") : str_slice(s, 1, (size_t)end);
    }
    ptrdiff_t colon = str_find_char(s, ':');
    if (colon != STR_NONE && colon == str_rfind_char(s, ':'))
        return str_slice(s, 0, (size_t)colon);
    return s;
}

/* Cuts the last element off a list. */
static str cut_last(str *list)
{
    ptrdiff_t comma = str_rfind_char(*list, ',');
    str last = str_trim(str_from(*list, (size_t)(comma + 1)));

    *list = str_slice(*list, 0, comma == STR_NONE ? 0 : (size_t)comma);
    return last;
}

void forwarded_apply(const struct nets *trusted, struct incoming *request)
{
    uint8_t bytes[16];
    bool four, sure = true, told = false;

    if (!trusted->count || !nets_have(trusted, request->peer))
        return;
    for (size_t i = request->count; i-- > 0;) { /* the field that was added last comes last */
        str name = request->fields[i].name, list = request->fields[i].value;

        if (str_ieq(name, S("X-Forwarded-Proto")) && !told) {
            str scheme = cut_last(&list);

            told = true; /* by the proxy next to us; what came before may be anybody's */
            if (str_ieq(scheme, S("https")))
                request->scheme = S("https");
            else if (str_ieq(scheme, S("http")))
                request->scheme = S("http");
        }
        if (!str_ieq(name, S("X-Forwarded-For")))
            continue;
        while (sure && list.len && nets_have(trusted, request->peer)) {
            str before = without_port(cut_last(&list));

            sure = read_address(bytes, &four, before); /* else nothing before it means anything */
            if (sure)
                request->peer = before;
        }
    }
}
