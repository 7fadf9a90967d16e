/*
 * Running: a server that stands until a signal ends it, as `vial serve` and apps have it.
 */
#pragma once
#include "server/server.h"

struct running_options {
    const struct server_options *server;
    str what;                                                /* "serving docs": on the places */
    void (*opened)(void *self, const struct server *server); /* said where; may be NULL */
    void *self;
    bool renews; /* at SIGHUP; else that signal is the caller's, who calls running_renew() */
};

/*
 * Opens the server, says where it is, and answers until SIGINT or SIGTERM; then what is under way
 * is finished, and not waited for at the second signal. SIGUSR1 begins the logs anew. The exit
 * code.
 */
int running_serve(const struct running_options *options);

/*
 * What is of the server itself is read anew, the certificates of TLS. From any thread, also when no
 * server runs; not from a signal's handler.
 */
void running_renew(void);
