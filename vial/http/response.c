/*
 * response.c - the end of a response
 *
 *   comes in:  a response that was sent, written or dropped
 *   goes out:  nothing of it stays open
 */
#include "vial/http/http.h"
#include <unistd.h>

struct loan {
    struct loan *next;
    void (*release)(void *lender);
    void *lender;
};

void response_end(struct response *res)
{
    if (res->body == BODY_FILE && res->fd > 0)
        close(res->fd);
    if (res->body == BODY_PULL && res->stream)
        res->stream->done(res->stream, true);
    res->body = BODY_NONE;
    res->fd = 0;
    res->stream = NULL;
}

void response_borrow(struct response *res, void (*release)(void *lender), void *lender,
                     struct arena *a)
{
    struct loan *loan = arena_make(a, struct loan);

    *loan = (struct loan){ res->loans, release, lender };
    res->loans = loan;
}

void standing_release(void *self)
{
    struct standing *standing = self;

    if (--standing->holders == 0)
        standing->ended(standing);
}

void response_rest(struct response *res, struct standing *standing, struct arena *a)
{
    standing->holders = 1;
    res->standing = standing;
    response_borrow(res, standing_release, standing, a);
}

void response_give_back(struct response *res)
{
    for (struct loan *loan = res->loans; loan; loan = loan->next)
        loan->release(loan->lender);
    res->loans = NULL;
    res->standing = NULL;
}
