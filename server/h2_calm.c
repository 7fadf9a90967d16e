/*
 * h2_calm.c - how much of a client's restlessness is borne
 *
 *   comes in:  frames that ask for nothing, streams that are taken back; and, on the other side of
 *              the account, requests, bytes that were sent, and time
 *   goes out:  at nothing left, the end of the connection: ENHANCE_YOUR_CALM
 *
 * A frame of HTTP/2 costs its sender nine bytes and us some work: PING and SETTINGS want to be
 * answered, a request that is reset at once (RFC 9113 §10.5, the "rapid reset" of CVE-2023-44487)
 * has begun by then. So a connection has an account. It begins full, browsers never come near its
 * end, and whoever goes on with nothing but noise is at its end in a fraction of a second.
 */
#include "server/h2_inside.h"

enum {
    FULL = 4000,
    EACH_SECOND = 200,
    EACH_REQUEST = 4,
    EARNS = 1024, /* so many bytes sent, one */
};

void h2_calm_begin(struct h2 *h2)
{
    h2->calm = FULL;
    h2->calm_at = h2_hub(h2)->now;
}

static void earn(struct h2 *h2, int64_t what)
{
    int64_t sum = h2->calm + what;

    h2->calm = (int)(sum < FULL ? sum : FULL);
}

void h2_calm_asked(struct h2 *h2)
{
    earn(h2, EACH_REQUEST);
}

void h2_calm_sent(struct h2 *h2, size_t bytes)
{
    earn(h2, (int64_t)(bytes / EARNS));
}

void h2_calm_cost(struct h2 *h2, unsigned what)
{
    int64_t now = h2_hub(h2)->now, passed = now - h2->calm_at;

    if (passed >= 1000 / EACH_SECOND) {
        earn(h2, passed * EACH_SECOND / 1000);
        h2->calm_at = now;
    }
    h2->calm -= (int)what;
    if (h2->calm < 0)
        h2_terminate(h2, NGHTTP2_ENHANCE_YOUR_CALM, "too many frames that ask for nothing");
}
