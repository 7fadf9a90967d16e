/*
 * proxy_fuzz.c - what a balancer says first
 *
 * The property: however few of the bytes are there, the verdict is the one of all of them or
 * "more"; what was said lies within them, and names an address or nobody.
 */
#include "server/proxy_line.h"

#include <arpa/inet.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct proxy_said all, part;
    uint8_t address[16];
    enum proxy_found found = proxy_read(&all, str_n((const char *)data, size));

    if (found == PROXY_DONE && (all.size > size || all.size > PROXY_MOST ||
                                (all.peer[0] && inet_pton(AF_INET, all.peer, address) != 1 &&
                                 inet_pton(AF_INET6, all.peer, address) != 1)))
        abort();
    for (size_t len = 0; len < size && len <= PROXY_MOST; len++) {
        char *copy = malloc(len ? len : 1); /* of its own size, so that reading on is seen */

        memcpy(copy, data, len);
        enum proxy_found sooner = proxy_read(&part, str_n(copy, len));
        free(copy);
        if (sooner != PROXY_MORE && sooner != found)
            abort();
        if (sooner == PROXY_DONE && (part.size != all.size || part.size > len))
            abort();
    }
    return 0;
}
