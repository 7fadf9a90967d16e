/*
 * The hub: what all connections of one thread share, and the exchanges under way on them.
 *
 * Each loop has one, and so has the memory transport. It owns the clock, the timers, the room in
 * which heads and chunks are put together, a store of exchanges with their arenas (so that a
 * request costs no malloc), and the letter box through which other threads reach the loop.
 */
#pragma once
#include "server/http1.h"
#include "server/timers.h"
#include <pthread.h>

#ifdef __cplusplus
extern "C" {
#endif

struct conn;
struct h2_stream;
struct repeats;

/* An exchange as its transport sees it. */
struct parcel {
    struct exchange exchange; /* first: the answerer holds this and we find the rest */
    struct arena arena;
    struct hub *hub;
    struct conn *conn;        /* NULL: the other side is gone, and a reply is still owed */
    struct h2_stream *stream; /* of HTTP/2; NULL: of HTTP/1 */
    struct parcel *next;      /* among the spare ones, or in the letter box              */
    unsigned letters;         /* LETTER_*, under the hub's lock                          */
    size_t kept_bytes;        /* of a spare one */

    str question;  /* the bytes of the request's head, of HTTP/1                            */
    uint64_t hash; /* repeats.c: by which the answer may be kept; 0: it is not to be        */
    bool repeated; /* repeats.c gave the answer: the answerer did not hear of it before     */

    /* the request's body */
    struct chunks chunks;
    int64_t left;  /* of a body with a length                  */
    uint64_t got;  /* of any                                   */
    bool stalled;  /* the answerer could not take all of it     */
    bool lettered; /* there may be a letter when it is gone     */
    bool complete; /* all was handed over: a reply is owed      */

    /* the reply */
    bool replied, keep, bodyless, chunked;
    bool ended; /* the last of the body lies in `text`                          */
    struct reply reply;
    str head, text;     /* what is to be sent next                                     */
    struct buf kept;    /* where `text` lies when it has to wait and was in shared room */
    uint64_t from;      /* of a file                                                   */
    int64_t reply_left; /* of a file or a stream of known length                        */
};

enum { LETTER_REPLY = 1, LETTER_WAKE = 2, LETTER_MORE = 4 };
enum { HUB_ROOM = 32 * 1024 }; /* for a chunk or a small file */

struct hub {
    const struct answerer *answerer;
    struct limits limits;
    const struct header *always; /* see http1_reply */
    int64_t now;                 /* milliseconds, of the loop's last look at the clock */
    int64_t moment;              /* nanoseconds: what is read now was sent about then  */
    struct timers timers;
    bool draining;
    unsigned live;   /* exchanges that are not gone */
    uint64_t bodies; /* bytes of theirs             */

    struct header *fields; /* room for limits.fields */
    struct buf head;
    char *room;        /* HUB_ROOM bytes                    */
    struct buf frames; /* what HTTP/2 is about to send      */
    struct parcel *spare;
    size_t spare_bytes;
    struct repeats *repeats; /* NULL: nothing is answered without the answerer */
    struct arena date_arena;
    int64_t date_second;
    str date;

    struct conn *oldest_idle, *newest_idle;

    pthread_mutex_t lock;
    struct parcel *first, *last;     /* the letter box                                      */
    void (*notify)(struct hub *hub); /* tells the loop, from any thread, of the first letter */
};

void hub_open(struct hub *hub, const struct answerer *answerer, const struct limits *limits,
              const struct header *always, int64_t now);
void hub_close(struct hub *hub);

/* The time: to be told after each wait, and it is another moment. Fires timers. */
void hub_tick(struct hub *hub, int64_t now);

struct parcel *parcel_take(struct hub *hub, struct conn *conn);
void parcel_gone(struct parcel *p); /* tells the answerer, and keeps it for the next one */
void parcel_keep(struct parcel *p); /* of which the answerer never heard, or has heard the last */

/* The answerer is called for `p` until parcel_left(): a reply meanwhile needs no letter. */
void parcel_enter(struct parcel *p);
void parcel_leave(void);

/* How many have letters now; the next of them, or NULL, and what its letters say. */
size_t hub_letters(struct hub *hub);
struct parcel *hub_letter(struct hub *hub, unsigned *letters);

#ifdef __cplusplus
}
#endif
