/*
 * HTTP/2 on a connection (RFC 9113): what conn.c hands everything on to once it was agreed on.
 *
 * The same answerer is asked by the same calls (transport.h), the same limits hold, and a client
 * cannot tell by an answer which version it came by. The frames and their compression are
 * libnghttp2's; whom we answer, how long and how much is ours. Where vial was compiled without it
 * (h2_none.c) nobody is offered HTTP/2, and h2_begin() never says yes.
 */
#pragma once
#include "server/conn.h"

#ifdef __cplusplus
extern "C" {
#endif

bool h2_is_there(void);

/* From now on `c`, of which nothing was read yet, speaks HTTP/2. False: it cannot. */
bool h2_begin(struct conn *c);
void h2_free(struct conn *c); /* whatever is under way comes to nothing */

/* What happens, as in conn.h. Each may close the connection. */
bool h2_wants(const struct conn *c);
void h2_input(struct conn *c, str bytes);
void h2_go_on(struct conn *c); /* sends what there is to send */
void h2_end(struct conn *c);   /* the other side sends nothing more */
void h2_drain(struct conn *c);
void h2_deliver(struct parcel *p, unsigned letters);
void h2_time_out(struct conn *c);

int64_t h2_deadline(const struct conn *c); /* when h2_time_out() is to be called */
bool h2_is_idle(const struct conn *c);
bool h2_is_quiet(const struct conn *c); /* idle for so long that it may be closed for another */

#ifdef __cplusplus
}
#endif
