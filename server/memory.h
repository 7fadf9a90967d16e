/*
 * The transport over memory, for tests: no socket, no port, no waiting.
 *
 *     struct memory *m = memory_open(&answerer, &limits);
 *     struct memory_peer *peer = memory_connect(m);
 *     memory_send(peer, S("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
 *     memory_got(peer)    "HTTP/1.1 200 OK\r\n..."
 *
 * The machine underneath is the one that epoll.c drives (conn.c). Time stands still unless
 * memory_pass() lets it go on, so a test of a deadline takes no time.
 */
#pragma once
#include "server/transport.h"

#ifdef __cplusplus
extern "C" {
#endif

struct memory;
struct memory_peer;

struct memory *memory_open(const struct answerer *answerer, const struct limits *limits);
void memory_close(struct memory *m); /* and all its peers */

struct memory_peer *memory_connect(struct memory *m);
struct memory_peer *memory_connect_h2(struct memory *m); /* it speaks HTTP/2 */
void memory_forget(struct memory_peer *peer);            /* it is no more, nor what it got */

/* The bytes arrive as one piece; they are read where they lie when they are awaited. */
void memory_send(struct memory_peer *peer, str bytes);
void memory_end(struct memory_peer *peer);    /* it will send nothing more, but still reads */
void memory_vanish(struct memory_peer *peer); /* it is gone, without a word                 */

/* How many bytes in all it takes in, from now on; at first any number. */
void memory_take_up_to(struct memory_peer *peer, size_t bytes);

str memory_got(const struct memory_peer *peer);        /* all that was sent to it               */
bool memory_is_ended(const struct memory_peer *peer);  /* it will get nothing more         */
bool memory_is_closed(const struct memory_peer *peer); /* the connection is no more        */

void memory_pass(struct memory *m, unsigned ms); /* time goes on, in small steps           */

/* What other threads replied is delivered; waits for it until there is some, or `ms` have passed.
 */
bool memory_wait(struct memory *m, unsigned ms);

/* From now on connections end as soon as what is under way on them is answered. */
void memory_drain(struct memory *m);

#ifdef __cplusplus
}
#endif
