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

/* Serves what the options say, and says that it is this folder; the exit code. */
int serve_run(const struct server_options *options, str folder);
