/*
 * h2_none.c - vial without HTTP/2: no connection ever speaks it
 */
#include "server/h2.h"

bool h2_is_there(void)
{
    return false;
}

bool h2_begin(struct conn *c)
{
    (void)c;
    return false;
}

void h2_free(struct conn *c)
{
    (void)c;
}

bool h2_wants(const struct conn *c)
{
    (void)c;
    return false;
}

void h2_input(struct conn *c, str bytes)
{
    (void)c;
    (void)bytes;
}

void h2_go_on(struct conn *c)
{
    (void)c;
}

void h2_end(struct conn *c)
{
    (void)c;
}

void h2_drain(struct conn *c)
{
    (void)c;
}

void h2_deliver(struct parcel *p, unsigned letters)
{
    (void)p;
    (void)letters;
}

void h2_time_out(struct conn *c)
{
    (void)c;
}

int64_t h2_deadline(const struct conn *c)
{
    (void)c;
    return INT64_MAX;
}

bool h2_is_idle(const struct conn *c)
{
    (void)c;
    return false;
}

bool h2_is_quiet(const struct conn *c)
{
    (void)c;
    return true;
}
