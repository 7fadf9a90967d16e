/*
 * How a server is run: the options that `vial serve` and each app's `run` share.
 *
 *     struct operation operation = { 0 };
 *     const struct option_spec specs[] = { OPERATION_OPTIONS(operation), { 0 } };
 *     ...options_parse(usage, specs, ...)
 *     status = operation_take(&operation, &options, usage);
 */
#pragma once
#include "cli/options.h"
#include "server/server.h"

struct operation {
    /* as they were given */
    str address, log, log_format, rate, status, user;
    struct option_list places, trusted, fields, certs, keys;
    int64_t port, workers, threads, connections, drain;
    bool proxy, open;

    /* what they come to */
    struct listen_list listen, status_at;
    struct nets trust;
    struct tls_file tls[OPTION_LIST_MAX];
    struct header headers[OPTION_LIST_MAX + 3];
    struct sandbox sandbox;
};

#define OPERATION_BEGIN                                                                            \
    {                                                                                              \
        .address = S("127.0.0.1"), .port = 8000                                                    \
    }

/* clang-format off */
#define OPERATION_OPTIONS(o)                                                                      \
    { 'b', "bind", OPTION_TEXT, &(o).address, "ADDR", "where to listen (default: 127.0.0.1)" },   \
    { 'p', "port", OPTION_NUMBER, &(o).port, "PORT", "the port (default: 8000; 0: any free one)" },\
    { 'l', "listen", OPTION_LIST, &(o).places, "WHERE",                                           \
      "instead of both, and many times: http(s)://ADDR:PORT, unix:PATH, systemd" },                  \
    { 0, "tls-cert", OPTION_LIST, &(o).certs, "FILE",                                             \
      "https, with this certificate and its chain (PEM); many for many names" },                  \
    { 0, "tls-key", OPTION_LIST, &(o).keys, "FILE", "the key of each" },                          \
    { 0, "status", OPTION_TEXT, &(o).status, "WHERE",                                             \
      "/-/health and /-/metrics, at this address only" },                                         \
    { 0, "workers", OPTION_NUMBER, &(o).workers, "N", "event loops (default: one per core)" },    \
    { 0, "threads", OPTION_NUMBER, &(o).threads, "N",                                             \
      "make pages in a pool of this many threads, for handlers that block (default: 0)" },        \
    { 0, "connections", OPTION_NUMBER, &(o).connections, "N",                                     \
      "at once, at most (default: 10000)" },                                                      \
    { 0, "drain", OPTION_NUMBER, &(o).drain, "SECONDS",                                           \
      "for what is under way when it is told to stop (default: 10)" },                            \
    { 0, "access-log", OPTION_TEXT, &(o).log, "FILE",                                             \
      "a line for each request in FILE; '-' is standard output" },                                \
    { 0, "log-format", OPTION_TEXT, &(o).log_format, "combined|json",                             \
      "what the lines look like (default: combined)" },                                           \
    { 0, "header", OPTION_LIST, &(o).fields, "'NAME: VALUE'",                                     \
      "in each response that does not set it; no value: not even ours" },                         \
    { 0, "rate", OPTION_TEXT, &(o).rate, "N[/BURST]",                                             \
      "requests a second from one address, and at once (default: no limit)" },                    \
    { 0, "trust", OPTION_LIST, &(o).trusted, "NET",                                               \
      "a proxy, or a network of them, whose X-Forwarded-For is believed" },                       \
    { 0, "proxy-protocol", OPTION_FLAG, &(o).proxy, NULL,                                         \
      "whoever connects says first for whom, by the PROXY protocol" }
/* clang-format on */

/* Fills `options`, which points into `o` from then on: -1 to go on, else the exit code. */
int operation_take(struct operation *o, struct server_options *options, const char *usage);

/* For a server that only reads `folder`, and whatever links in it lead to if `links`. */
void operation_confine(struct operation *o, struct server_options *options, str folder, bool links);
