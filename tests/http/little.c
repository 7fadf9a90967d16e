/*
 * little.c - the little site (site.h) on real sockets, for tests in other languages
 *
 *   comes in:  HTTP_TLS (certificate and key, with a colon between), HTTP_THREADS, HTTP_LOG; a word
 *              on standard input's end says stop
 *   goes out:  a line for each place where it listens
 *
 * Its limits are small, so that tests of them are short.
 */
#include "tests/http/site.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct server *server;

static void stop(int signal)
{
    (void)signal;
    server_stop(server);
}

static bool add_places(struct listen_list *places, bool tls, struct error *err)
{
    return listen_parse(places, S("http://127.0.0.1:0,h2c"), false, err) &&
           listen_parse(places, S("http://127.0.0.1:0"), false, err) &&
           (!tls || (listen_parse(places, S("https://127.0.0.1:0"), true, err) &&
                     listen_parse(places, S("https://127.0.0.1:0,http1"), true, err)));
}

int main(void)
{
    struct little_site site;
    struct listen_list places = { 0 }, status = { 0 };
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct tls_file tls = { 0 };
    char *pair = getenv("HTTP_TLS"), *colon = pair ? strchr(pair, ':') : NULL;
    const char *threads = getenv("HTTP_THREADS");
    struct server_options options = {
        .listen = &places,
        .status = &status,
        .workers = 1,
        .threads = threads ? (unsigned)atoi(threads) : 0,
        .handler = site_answer,
        .self = &site,
        .access_log = getenv("HTTP_LOG"),
        .limits = { .body = 200000,
                    .head_ms = 2000,
                    .idle_ms = 6000,
                    .body_ms = 2000,
                    .write_ms = 3000,
                    .rate = 300000,
                    .linger_ms = 500,
                    .drain_ms = 10000 },
    };

    if (colon) {
        *colon = '\0';
        tls = (struct tls_file){ pair, colon + 1 };
        options.tls = &tls;
        options.tls_count = 1;
    }
    site_make(&site);
    if (!add_places(&places, colon, &err) ||
        !listen_parse(&status, S("http://127.0.0.1:0"), false, &err) ||
        !(server = server_open(&options, &err))) {
        fprintf(stderr, "%.*s\n", STR(err.sentence));
        return 1;
    }
    signal(SIGTERM, stop);
    str said = server_addresses(server, &arena);
    printf("%.*s\n", STR(said));
    fflush(stdout);
    server_run(server);
    signal(SIGTERM, SIG_IGN); /* told twice, it is told once too often */
    server_close(server);
    unsigned left = site.streams;
    site_remove(&site);
    arena_free(&arena);
    return left ? 2 : 0;
}
