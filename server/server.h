/*
 * The server: vial_handle() on a socket.
 *
 * One loop per worker thread, each with its own listener on the same port (SO_REUSEPORT). The seam
 * between transport and app is transport.h; this is the door for the commands.
 */
#pragma once
#include "vial/app/app.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Answers one request; what vial_handle() does, or a preview or a folder of files in its place. */
typedef void server_handler(void *self, const struct request *req, struct response *res,
                            struct arena *a);

struct server_options {
    const char *address; /* NULL: "127.0.0.1"                  */
    uint16_t port;       /* 0: any free one; see server_port() */
    unsigned workers;    /* 0: one per core                    */
    server_handler *handler;
    void *self;
    bool access_log;
};

struct server;

struct server *server_open(const struct server_options *options, struct error *err); /* listens */
uint16_t server_port(const struct server *server);
bool server_run(struct server *server, struct error *err); /* until server_stop(), then drains */
void server_stop(struct server *server); /* from any thread or signal handler    */
void server_close(struct server *server);

#ifdef __cplusplus
}
#endif
