/*
 * response.c - the end of a response
 *
 *   comes in:  a response that was sent, written or dropped
 *   goes out:  nothing of it stays open
 */
#include "vial/http/http.h"
#include <unistd.h>

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
