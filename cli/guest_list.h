/*
 * The guest list: by which names a server that only this machine should reach may be asked.
 */
#pragma once
#include "cli/options.h"
#include "server/server.h"

struct guest_list {
    bool open;                        /* any name will do: it listens to the network on purpose */
    const struct option_list *others; /* names beside those of this machine */
    server_handler *handler;          /* who answers the others */
    void *self;
};

/* True for an address that only this machine reaches: "127.0.0.1", "::1", "localhost". */
bool is_loopback(const char *address);

/* A server_handler: `list` is a struct guest_list. */
void guest_list_answer(void *list, const struct request *req, struct response *res,
                       struct arena *a);
