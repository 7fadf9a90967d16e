/*
 * What the two files of vial serve share.
 */
#pragma once
#include "server/server.h"
#include "vial/site/site.h"

struct serve_site {
    str folder;
    struct site_options options;
    int64_t cache; /* MiB */
    bool tell, watch;
};

/* Serves the site until a signal ends it; the exit code. `options` lacks only the handler. */
int serve_site(struct server_options *options, const struct serve_site *site);

/* Opens the server, says where it is, runs it until a signal ends it. */
int serve_run(const struct server_options *options, str what);

/* On SIGHUP: what is not the site's is read anew as well, the certificates of TLS. */
void serve_renew(void);
