/*
 * conn.c - one HTTP/1.1 connection
 *
 *   comes in:  bytes, room to write, letters from other threads, deadlines
 *   goes out:  requests to the answerer, replies to the wire
 *
 *              head            all of the body        a reply           sent
 *     HEAD ----------> BODY ----------> WAIT ----------> SEND ----------> HEAD
 *       \  no body ------------------->/                    \
 *        \ bad: refused ----------------------------------> LINGER -----> CLOSED
 *
 * Bytes are taken from where they lie, in the loop's own buffer, phase by phase until nothing more
 * can be taken; only what is left then is copied and held. While a reply is owed nothing is read,
 * so a client that sends requests faster than it takes answers fills its own socket and not our
 * memory.
 *
 * Each phase has a deadline counted from its beginning, and a peer buys more time only with bytes
 * (limits.rate of them a second): trickling does not help.
 */
#include "server/conn.h"

#include "server/h2.h"
#include "server/repeats.h"
#include "vial/base/date.h"
#include <stdio.h>

enum { LINGER_MOST = 1024 * 1024, DRAIN_GRACE = 500 };

/* --- idle ones, oldest first ------------------------------------------------------------------ */

static void leave_idle(struct conn *c)
{
    struct hub *hub = c->hub;

    if (!c->idle)
        return;
    *(c->older_idle ? &c->older_idle->newer_idle : &hub->oldest_idle) = c->newer_idle;
    *(c->newer_idle ? &c->newer_idle->older_idle : &hub->newest_idle) = c->older_idle;
    c->idle = false;
}

static void join_idle(struct conn *c)
{
    struct hub *hub = c->hub;

    leave_idle(c);
    c->older_idle = hub->newest_idle;
    c->newer_idle = NULL;
    *(hub->newest_idle ? &hub->newest_idle->newer_idle : &hub->oldest_idle) = c;
    hub->newest_idle = c;
    c->idle = true;
}

struct conn *hub_idlest(const struct hub *hub)
{
    struct conn *c = hub->oldest_idle;

    while (c && c->h2 && !h2_is_quiet(c))
        c = c->newer_idle;
    return c;
}

/* --- deadlines -------------------------------------------------------------------------------- */

static int64_t with_rate(const struct conn *c, unsigned ms)
{
    return c->since + ms + (int64_t)(c->moved * 1000 / c->hub->limits.rate);
}

static int64_t deadline_of(const struct conn *c)
{
    const struct limits *limits = &c->hub->limits;

    if (c->h2)
        return h2_deadline(c);
    switch ((enum phase)c->phase) {
    case PHASE_HEAD:
        if (c->held.len)
            return c->since + limits->head_ms;
        if (c->hub->draining)
            return c->since + DRAIN_GRACE;
        return c->since + limits->idle_ms;
    case PHASE_BODY:
        return c->parcel->stalled ? INT64_MAX : with_rate(c, limits->body_ms);
    case PHASE_SEND:
        if (!c->waiting)
            return with_rate(c, limits->write_ms);
        return c->hung_up ? c->since + limits->linger_ms : INT64_MAX;
    case PHASE_LINGER:
        return c->since + limits->linger_ms;
    case PHASE_WAIT:
    case PHASE_CLOSED:
        break;
    }
    return INT64_MAX;
}

/* After each event: the deadline of where we are now, and whether we are idle. */
void conn_rest(struct conn *c)
{
    if (c->phase == PHASE_CLOSED)
        return;

    bool idle = c->h2 ? h2_is_idle(c) : c->phase == PHASE_HEAD && !c->held.len;
    if (c->phase == PHASE_HEAD && !c->in_head && c->held.len) {
        c->in_head = true;
        c->since = c->hub->now;
    }
    if (idle)
        join_idle(c);
    else
        leave_idle(c);

    int64_t due = deadline_of(c);
    if (due == INT64_MAX)
        timer_cancel(&c->hub->timers, &c->timer);
    else
        timer_set(&c->hub->timers, &c->timer, due);
}

/* --- ends ------------------------------------------------------------------------------------- */

static void drop_parcel(struct conn *c)
{
    struct parcel *p = c->parcel;

    if (c->h2)
        h2_free(c);
    c->parcel = NULL;
    if (!p)
        return;
    p->conn = NULL;
    if (p->replied || !p->complete)
        parcel_gone(p);
    /* else the answerer is at work on it, and its reply will end it: hub_deliver() */
}

void conn_close(struct conn *c)
{
    if (c->phase == PHASE_CLOSED)
        return;
    c->phase = PHASE_CLOSED;
    drop_parcel(c);
    leave_idle(c);
    timer_cancel(&c->hub->timers, &c->timer);
    buf_free(&c->held);
    c->wire->closed(c);
}

/* All is said. Closing at once could make the other side lose it (RFC 9112 §9.6), so listen on. */
void conn_linger(struct conn *c)
{
    drop_parcel(c);
    c->wire->stop_sending(c);
    c->phase = PHASE_LINGER;
    c->since = c->hub->now;
    c->moved = 0;
}

static void refuse(struct conn *c, int status, const char *why, bool bodyless)
{
    struct hub *hub = c->hub;
    const struct answerer *answerer = hub->answerer;
    const struct header type = { S("Content-Type"), S("text/plain; charset=utf-8") };
    struct buf *out = &hub->head;
    char text[160];
    int len = snprintf(text, sizeof text, "%d %s: %s\n", status, http_reason(status), why);

    buf_clear(out);
    http1_write_head(out, &(struct http1_reply){
                              .status = status,
                              .fields = &type,
                              .count = 1,
                              .always = hub->always,
                              .framing = bodyless ? FRAMED_NONE : FRAMED_LENGTH,
                              .length = (uint64_t)len,
                              .close = true,
                              .date = hub->date,
                          });
    if (!bodyless)
        buf_add(out, str_n(text, (size_t)len));
    if (answerer->refused)
        answerer->refused(answerer->self, str_n(c->peer, c->peer_len), status, why);

    struct iovec part = { out->p, out->len };
    if (c->wire->send(c, &part, 1, false) == WIRE_GONE)
        conn_close(c);
    else
        conn_linger(c);
}

static void time_out(struct timer *timer)
{
    struct conn *c = (struct conn *)timer;

    if (c->h2)
        h2_time_out(c);
    else if (c->phase == PHASE_HEAD && c->held.len)
        refuse(c, 408, "the head took too long", false);
    else if (c->phase == PHASE_BODY)
        refuse(c, 408, "the body took too long", false);
    else
        conn_close(c);
    conn_rest(c);
}

/* --- sending ---------------------------------------------------------------------------------- */

static void finish(struct conn *c)
{
    struct parcel *p = c->parcel;
    bool keep = p->keep, lingers = !p->complete || c->held.len || c->hub->draining;

    p->exchange.whole = true;
    c->waiting = false;
    if (!keep && lingers) {
        conn_linger(c);
        return;
    }
    if (!keep) { /* the client meant to close as well */
        conn_close(c);
        return;
    }
    drop_parcel(c);
    c->phase = PHASE_HEAD;
    c->in_head = false;
    c->since = c->hub->now;
}

static void go_on_sending(struct conn *c)
{
    c->waiting = false;
    switch (sending_go_on(c)) {
    case SENT_ALL:
        finish(c);
        break;
    case SENT_WAITS:
        c->waiting = true;
        c->since = c->hub->now; /* the next piece has all the time again */
        c->moved = 0;
        if (c->hub->draining)
            conn_close(c);
        break;
    case SENT_TURN:
        c->parcel->lettered = true;
        exchange_wake(&c->parcel->exchange);
        break;
    case SENT_FULL:
        break;
    case SENT_GONE:
        conn_close(c);
        break;
    }
}

static void begin_reply(struct conn *c)
{
    c->parcel->lettered |= c->parcel->reply.body == REPLY_PULL;
    sending_begin(c);
    go_on_sending(c);
}

/* --- taking ----------------------------------------------------------------------------------- */

/* The head's bytes are the loop's and will be overwritten: the exchange gets its own copy. */
static void own_head(struct parcel *p, const struct http1_head *head, const char *bytes)
{
    str taken = str_n(bytes, head->size);

    p->question = http1_own_head(&p->exchange.request, &head->request, taken,
                                 arena_alloc(&p->arena, http1_owned_size(&head->request, taken)));
}

/* After the answerer was called: where that leaves us. */
static void after_call(struct conn *c)
{
    struct parcel *p = c->parcel;

    parcel_leave();
    if (p->complete)
        c->phase = PHASE_WAIT;
    if (p->replied)
        begin_reply(c);
}

static void say_continue(struct conn *c)
{
    static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct iovec part = { (void *)line, sizeof line - 1 };

    if (c->wire->send(c, &part, 1, false) != (ptrdiff_t)part.iov_len)
        conn_close(c);
}

int64_t conn_moment(struct conn *c)
{
    struct hub *hub = c->hub;

    if (c->moment == hub->moment)
        hub->moment = now_ns();
    return c->moment = hub->moment;
}

static size_t take_head(struct conn *c, str in)
{
    struct hub *hub = c->hub;
    const struct answerer *answerer = hub->answerer;
    struct http1_head head = { .fields = hub->fields };
    size_t repeated = repeats_answer(c, in);

    if (repeated)
        return repeated;
    switch (http1_read_head(&head, in, &hub->limits)) {
    case HTTP1_MORE:
        return 0;
    case HTTP1_BAD:
        refuse(c, head.status, head.why, str_eq(head.request.method, S("HEAD")));
        return in.len;
    case HTTP1_DONE:
        break;
    }
    struct parcel *p = parcel_take(hub, c);
    own_head(p, &head, in.p);
    repeats_note(p, in);
    p->exchange.request.peer =
        str_copy(&p->arena, str_n(c->peer, c->peer_len)); /* may outlive `c` */
    p->exchange.request.moment = conn_moment(c);
    if (c->secure)
        p->exchange.request.scheme = S("https");
    p->left = head.request.length;
    p->keep = head.keep_alive;
    p->complete = head.request.length == 0;
    c->parcel = p;
    c->used = true;
    c->phase = PHASE_BODY;
    c->since = hub->now;
    c->moved = 0;
    parcel_enter(p);
    answerer->head(answerer->self, &p->exchange);
    after_call(c);
    if (c->phase == PHASE_BODY && head.wants_continue && in.len == head.size)
        say_continue(c);
    return head.size;
}

/* Gives a piece to the answerer; false when it did not take all. */
static bool give(struct parcel *p, str piece, bool last, size_t *taken)
{
    const struct answerer *answerer = p->hub->answerer;

    *taken = answerer->body(answerer->self, &p->exchange, piece, last);
    p->got += *taken;
    p->hub->bodies += *taken;
    p->stalled = *taken < piece.len;
    p->lettered |= p->stalled;
    p->complete = last && !p->stalled;
    return !p->stalled;
}

static size_t take_counted(struct parcel *p, str in)
{
    bool last = (uint64_t)p->left <= in.len;
    size_t taken;

    give(p, last ? str_slice(in, 0, (size_t)p->left) : in, last, &taken);
    p->left -= (int64_t)taken;
    return taken;
}

static enum http1_found take_chunked(struct parcel *p, str *in)
{
    str piece;

    while (in->len && !p->replied && !p->stalled) {
        enum http1_found found = chunks_next(&p->chunks, in, &piece);
        size_t taken;

        if (found == HTTP1_BAD)
            return found;
        if (p->got + piece.len + chunks_promised(&p->chunks) > p->hub->limits.body)
            return HTTP1_BAD;
        if (found == HTTP1_DONE) {
            give(p, S(""), true, &taken);
            return found;
        }
        if (piece.len && !give(p, piece, false, &taken)) {
            chunks_give_back(&p->chunks, piece.len - taken);
            *in = str_n(in->p - (piece.len - taken), in->len + (piece.len - taken));
        }
    }
    return HTTP1_MORE;
}

static size_t take_body(struct conn *c, str in)
{
    struct parcel *p = c->parcel;
    str rest_of = in;
    enum http1_found found = HTTP1_MORE;

    if (c->hub->bodies + in.len > c->hub->limits.bodies) {
        refuse(c, 503, "there are too many bodies at once", false);
        return in.len;
    }
    parcel_enter(p);
    if (p->exchange.request.length >= 0)
        rest_of = str_from(in, take_counted(p, in));
    else
        found = take_chunked(p, &rest_of);
    c->moved += in.len - rest_of.len;
    if (found == HTTP1_BAD) {
        parcel_leave();
        if (p->chunks.why)
            refuse(c, 400, p->chunks.why, false);
        else
            refuse(c, 413, "the body is too large", false);
        return in.len;
    }
    after_call(c);
    return in.len - rest_of.len;
}

static size_t take_linger(struct conn *c, str in)
{
    c->moved += in.len;
    if (c->moved > LINGER_MOST)
        conn_close(c);
    return in.len;
}

/* How many of the bytes could be taken. */
static size_t take(struct conn *c, str in)
{
    size_t at = 0;

    while (at < in.len && conn_wants(c)) {
        str left = str_from(in, at);
        size_t n = c->phase == PHASE_HEAD   ? take_head(c, left)
                   : c->phase == PHASE_BODY ? take_body(c, left)
                                            : take_linger(c, left);

        if (n == 0)
            break;
        at += n;
    }
    return at;
}

static void take_held(struct conn *c)
{
    size_t taken = take(c, buf_str(&c->held));

    if (c->phase == PHASE_CLOSED || taken == 0)
        return;
    c->held.len -= taken;
    memmove(c->held.p, c->held.p + taken, c->held.len);
    if (c->held.len == 0)
        buf_free(&c->held);
}

/* --- what happens ----------------------------------------------------------------------------- */

void conn_open(struct conn *c, struct hub *hub, const struct wire *wire, str peer)
{
    *c = (struct conn){ .wire = wire, .hub = hub, .since = hub->now, .timer.fire = time_out };
    conn_known(c, peer, false);
}

void conn_expect(struct conn *c)
{
    timer_set(&c->hub->timers, &c->timer, c->since + c->hub->limits.head_ms);
}

void conn_known(struct conn *c, str peer, bool secure)
{
    if (peer.len) {
        c->peer_len = (uint8_t)(peer.len < PEER_TEXT ? peer.len : PEER_TEXT);
        memcpy(c->peer, peer.p, c->peer_len);
    }
    c->secure = secure;
    c->since = c->hub->now;
    conn_rest(c);
}

void conn_refuse(struct conn *c, int status, const char *why)
{
    refuse(c, status, why, false);
    conn_rest(c);
}

bool conn_wants(const struct conn *c)
{
    if (c->h2)
        return h2_wants(c);
    return c->phase == PHASE_HEAD || c->phase == PHASE_LINGER ||
           (c->phase == PHASE_BODY && !c->parcel->stalled);
}

void conn_input(struct conn *c, str bytes)
{
    if (c->h2) {
        conn_moment(c); /* one for all streams that have a request in it */
        h2_input(c, bytes);
    } else if (c->held.len) {
        buf_add(&c->held, bytes);
        take_held(c);
    } else {
        size_t taken = take(c, bytes);
        if (c->phase != PHASE_CLOSED && taken < bytes.len)
            buf_add(&c->held, str_from(bytes, taken));
    }
    conn_rest(c);
}

/* The connection is free for what was held back, and then for what the wire has. */
static void resume(struct conn *c)
{
    if (conn_wants(c) && c->held.len)
        take_held(c);
    conn_rest(c);
    if (conn_wants(c))
        c->wire->resume(c);
}

/* Gone, or only done with sending? A stream that waits would never know, so it waits less long. */
void conn_hangup(struct conn *c)
{
    c->hung_up = true;
    if (c->phase == PHASE_SEND && c->waiting)
        c->since = c->hub->now;
    conn_rest(c);
}

void conn_end(struct conn *c)
{
    if (c->h2)
        h2_end(c);
    else
        conn_close(c);
}

void conn_writable(struct conn *c)
{
    if (c->h2) {
        h2_go_on(c);
        resume(c);
        return;
    }
    if (c->phase != PHASE_SEND || c->waiting)
        return;
    go_on_sending(c);
    resume(c);
}

void conn_drain(struct conn *c)
{
    if (c->h2)
        h2_drain(c);
    else if (c->phase == PHASE_SEND && c->waiting)
        conn_close(c);
    else if (c->phase == PHASE_HEAD && !c->held.len && c->used)
        conn_close(c);
    else
        conn_rest(c);
}

static void deliver(struct parcel *p, unsigned letters)
{
    struct conn *c = p->conn;

    if (p->stream) {
        h2_deliver(p, letters);
        resume(c);
        return;
    }
    if (letters & LETTER_REPLY)
        begin_reply(c);
    else if (letters & LETTER_WAKE && c->phase == PHASE_SEND)
        go_on_sending(c);
    if (letters & LETTER_MORE && c->phase == PHASE_BODY)
        p->stalled = false;
    resume(c);
}

void hub_deliver(struct hub *hub)
{
    unsigned letters;

    for (size_t count = hub_letters(hub); count > 0; count--) {
        struct parcel *p = hub_letter(hub, &letters);

        if (!p)
            return;
        if (letters & LETTER_REPLY)
            p->replied = true;
        if (p->conn)
            deliver(p, letters);
        else if (p->replied)
            parcel_gone(p);
    }
    if (hub_letters(hub))
        hub->notify(hub);
}
