/*
 * A little site for tests of transports, and a reader of what they answer.
 *
 *     /       "hello\n"            /echo   the request's body
 *     /204    /304                 /file   a file of 100,000 bytes, /small one of 1,000
 *     /pull   a stream: "one", "two", the end, with a wait in between that ends by itself
 *     /big    a text of 3 MB       /slow   answers after 20 ms
 *     /wait   never says a word    /fields what the handler was told
 *
 * Each answer names the method in X-Method, so that the reader knows a HEAD.
 */
#pragma once
#include "server/server.h"

struct little_site {
    char folder[64];
    char *big;
    unsigned asked;   /* how often, by all threads */
    unsigned streams; /* opened and not done       */
};

enum { SITE_FILE = 100000, SITE_SMALL = 1000, SITE_BIG = 3000000 };

void site_make(struct little_site *site);
void site_remove(struct little_site *site);

/* A server_handler. */
void site_answer(void *self, const struct request *req, struct response *res, struct arena *a);

/* A response at the front of `bytes`, which end where the connection did if `ended`. */
struct answer {
    int status;
    str head, body;
    bool closes;
    size_t size; /* of it all; 0: it is not all there */
};
struct answer answer_read(str bytes, bool ended);

/* "200 200 400!" for all of `bytes`, and " ?" for what is left over. */
void answers_read(str bytes, struct buf *statuses);

/* The value of a header of the head; .p is NULL when it is not there. */
str answer_header(const struct answer *answer, str name);
