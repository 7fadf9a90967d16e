/*
 * A client for tests over sockets: it sends what it is told, bad or good, and waits at most ten
 * seconds for anything.
 */
#pragma once
#include "tests/http/site.h"

struct client {
    int fd;
    struct buf got;
    size_t read; /* of `got`: what client_answer() has given already */
};

struct client client_connect(uint16_t port);
void client_close(struct client *client);

void client_send(struct client *client, str bytes);   /* all of it; fine when nobody reads     */
void client_end(struct client *client);               /* nothing more will be sent             */
str client_read_all(struct client *client);           /* until the other side closes            */
struct answer client_answer(struct client *client);   /* the next one; status 0: there is none  */
bool client_is_closed(struct client *client, int ms); /* by the other side, within that time  */

/* A request for `path`, and its answer. */
struct answer client_get(struct client *client, const char *path);
