/*
 * Repeats: a request that comes as it came before, byte for byte, is answered as it was then.
 *
 *     if ((size = repeats_answer(c, bytes)))     // it is answered: no parsing, no asking
 *         return size;
 *     ...
 *     repeats_keep(c);                           // the reply's head is made: keep it?
 *
 * An answer is kept only where its maker said what it rests on (struct standing, http.h), and given
 * only while that holds; each loop has its own few, so nothing is shared and nobody waits.
 */
#pragma once
#include "server/conn.h"

#ifdef __cplusplus
extern "C" {
#endif

struct repeats *repeats_new(void);
void repeats_free(struct repeats *repeats);

/* How many of the bytes at the front of `in` were a request that is answered now; 0: it is new. */
size_t repeats_answer(struct conn *c, str in);

/* The parcel of what repeats_answer() said is new; it notes whether that came before. */
void repeats_note(struct parcel *p, str in);

/* The head of c->parcel's reply was made and lies in the hub's room, nothing is sent yet. */
void repeats_keep(struct conn *c);

#ifdef __cplusplus
}
#endif
