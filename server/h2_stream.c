/*
 * h2_stream.c - a request on an HTTP/2 connection, and its reply
 *
 *   comes in:  what the session says of one stream; letters and deadlines
 *   goes out:  calls to the answerer; frames, by way of the session
 *
 *              head            all of the body        a reply           sent
 *     HEAD ----------> BODY ----------> WAIT ----------> SEND ----------> dropped
 *
 * The phases are those of conn.c, for many at once. A stream that the other side takes back while a
 * reply is owed stays until it comes: so it counts among those that one connection may have, and
 * nobody can make us work for more of them at once by taking them back.
 *
 * A body is read straight to where its frame will be sent from: the session asks for a piece, gets
 * only its length, and calls at once to have it sent with the frame's head before it.
 */
#include "server/h2.h"
#include "server/h2_inside.h"

#include <stdio.h>
#include <unistd.h>

enum { LOOK_AGAIN = 1000, FIELDS_MORE = 4 /* of our own in each reply */ };

static struct hub *hub_of(const struct h2_stream *s)
{
    return h2_hub(s->h2);
}

/* --- how long it may take --------------------------------------------------------------------- */

static void set_timer(struct h2_stream *s, unsigned ms)
{
    struct hub *hub = hub_of(s);
    int64_t earned = (int64_t)(s->moved * 1000 / hub->limits.rate);

    timer_set(&hub->timers, &s->timer, s->since + ms + earned);
}

static void begin_phase(struct h2_stream *s, enum h2_phase phase)
{
    s->phase = (uint8_t)phase;
    s->since = hub_of(s)->now;
    s->moved = 0;
    timer_cancel(&hub_of(s)->timers, &s->timer);
}

static void refuse(struct h2_stream *s, int status, const char *why);

static void body_is_late(struct h2_stream *s)
{
    const struct limits *limits = &hub_of(s)->limits;

    if (s->parcel->stalled)
        s->since = hub_of(s)->now; /* not the other side's fault */
    if (s->since + limits->body_ms + (int64_t)(s->moved * 1000 / limits->rate) <= hub_of(s)->now)
        refuse(s, 408, "the body took too long");
    else
        set_timer(s, limits->body_ms);
}

/* Whether the connection is slow as a whole is the connection's to judge. */
static void reply_is_late(struct h2_stream *s)
{
    struct hub *hub = hub_of(s);
    const struct limits *limits = &hub->limits;

    if (s->waiting)
        return;
    if (s->since + limits->write_ms + (int64_t)(s->moved * 1000 / limits->rate) > hub->now)
        set_timer(s, limits->write_ms);
    else if (nghttp2_session_get_stream_remote_window_size(s->h2->session, s->id) > 0)
        timer_set(&hub->timers, &s->timer, hub->now + LOOK_AGAIN);
    else
        h2_reset(s, NGHTTP2_CANCEL);
}

static void time_out(struct timer *timer)
{
    struct h2_stream *s = (struct h2_stream *)timer;
    struct conn *c = s->h2->conn;

    if (s->phase == H2_BODY)
        body_is_late(s);
    else if (s->phase == H2_SEND)
        reply_is_late(s);
    h2_go_on(c);
    conn_rest(c);
}

/* --- its life --------------------------------------------------------------------------------- */

struct h2_stream *h2_stream_open(struct h2 *h2, int32_t id)
{
    struct parcel *p = parcel_take(h2_hub(h2), h2->conn);
    struct h2_stream *s = arena_make(&p->arena, struct h2_stream);

    p->stream = s;
    s->h2 = h2;
    s->parcel = p;
    s->id = id;
    s->timer.fire = time_out;
    s->next = h2->streams;
    if (s->next)
        s->next->prev = s;
    h2->streams = s;
    h2->count++;
    return s;
}

static void has_body(struct h2_stream *s, bool has)
{
    if (s->body == has)
        return;
    s->body = has;
    s->h2->bodies += has ? 1 : -1u;
}

/* The parcel, and with it the stream, stays only for a reply that is owed. */
static void let_go(struct h2_stream *s)
{
    struct parcel *p = s->parcel;

    p->stream = NULL;
    p->conn = NULL;
    if (!s->asked)
        parcel_keep(p);
    else if (p->replied || !p->complete)
        parcel_gone(p);
}

void h2_stream_drop(struct h2_stream *s)
{
    struct h2 *h2 = s->h2;

    timer_cancel(&h2_hub(h2)->timers, &s->timer);
    has_body(s, false);
    if (h2->busy == s)
        h2->busy = NULL;
    *(s->prev ? &s->prev->next : &h2->streams) = s->next;
    if (s->next)
        s->next->prev = s->prev;
    buf_free(&s->held);
    if (--h2->count == 0)
        h2->quiet_since = h2_hub(h2)->now;
    let_go(s);
}

/* --- replies ---------------------------------------------------------------------------------- */

static nghttp2_nv pair(str name, str value)
{
    return (nghttp2_nv){ (uint8_t *)name.p, (uint8_t *)value.p, name.len, value.len, 0 };
}

static bool is_set(const struct reply *reply, str name)
{
    for (size_t i = 0; i < reply->count; i++)
        if (str_ieq(reply->fields[i].name, name))
            return true;
    return false;
}

static size_t write_fields(struct h2_stream *s, nghttp2_nv *out)
{
    const struct reply *reply = &s->parcel->reply;
    struct arena *a = &s->parcel->arena;
    nghttp2_nv *at = out;

    for (size_t i = 0; i < reply->count; i++) {
        const struct header *field = &reply->fields[i];

        if (field->value.len && !http1_is_framing(field->name) &&
            header_is_legal(field->name, field->value))
            *at++ = pair(str_lower(a, field->name), field->value);
    }
    for (const struct header *field = hub_of(s)->always; field && field->name.len; field++)
        if (!is_set(reply, field->name))
            *at++ = pair(str_lower(a, field->name), field->value);
    return (size_t)(at - out);
}

static size_t always_count(const struct hub *hub)
{
    size_t count = 0;

    for (const struct header *field = hub->always; field && field->name.len; field++)
        count++;
    return count;
}

static int64_t length_of(const struct reply *reply)
{
    return reply->body == REPLY_NONE   ? 0
           : reply->body == REPLY_TEXT ? (int64_t)reply->text.len
                                       : reply->length;
}

static void submit(struct h2_stream *s, bool has_length, bool with_body)
{
    struct parcel *p = s->parcel;
    struct arena *a = &p->arena;
    size_t most = p->reply.count + always_count(p->hub) + FIELDS_MORE, count = 0;
    nghttp2_nv *fields = arena_alloc(a, most * sizeof *fields);
    nghttp2_data_provider body = { .source.ptr = s, .read_callback = h2_read_piece };

    fields[count++] = pair(S(":status"), str_fmt(a, "%d", p->reply.status));
    fields[count++] = pair(S("date"), p->hub->date);
    count += write_fields(s, fields + count);
    if (has_length)
        fields[count++] =
            pair(S("content-length"), str_fmt(a, "%lld", (long long)length_of(&p->reply)));
    if (nghttp2_submit_response(s->h2->session, s->id, fields, count, with_body ? &body : NULL) !=
        0)
        h2_reset(s, NGHTTP2_INTERNAL_ERROR);
}

static void begin_reply(struct h2_stream *s)
{
    struct parcel *p = s->parcel;
    struct reply *reply = &p->reply;

    if (reply->status < 200 || reply->status > 599) /* no answerer's word for an answer */
        *reply = (struct reply){ .status = 500 };
    bool bodyless = reply->status == 204 || reply->status == 304;
    bool counted = reply->body != REPLY_PULL || reply->length >= 0;

    p->exchange.status = reply->status;
    p->lettered |= reply->body == REPLY_PULL;
    p->from = reply->from;
    p->reply_left = reply->length;
    bool body = !bodyless && !str_eq(p->exchange.request.method, S("HEAD")) &&
                !(counted && length_of(reply) == 0);
    begin_phase(s, H2_SEND);
    has_body(s, body);
    if (body)
        set_timer(s, hub_of(s)->limits.write_ms);
    submit(s, counted && !bodyless, body);
}

/*
 * Answered by us alone. The answerer, if it knows of the request, hears that it came to nothing;
 * its parcel carries our word.
 */
static void refuse(struct h2_stream *s, int status, const char *why)
{
    struct parcel *p = s->parcel;
    struct hub *hub = p->hub;
    const struct answerer *answerer = hub->answerer;
    const struct conn *c = s->h2->conn;
    struct header *type;

    if (s->asked) {
        answerer->gone(answerer->self, &p->exchange);
        s->asked = false;
    }
    if (answerer->refused)
        answerer->refused(answerer->self, str_n(c->peer, c->peer_len), status, why);
    type = arena_make(&p->arena, struct header);
    *type = (struct header){ S("Content-Type"), S("text/plain; charset=utf-8") };
    p->reply = (struct reply){
        .status = status,
        .fields = type,
        .count = 1,
        .body = REPLY_TEXT,
        .text = str_fmt(&p->arena, "%d %s: %s\n", status, http_reason(status), why),
    };
    p->replied = true;
    begin_reply(s);
}

/* --- requests --------------------------------------------------------------------------------- */

/* After the answerer was called: where that leaves us. */
static void after_call(struct h2_stream *s)
{
    struct parcel *p = s->parcel;

    parcel_leave();
    if (p->replied)
        begin_reply(s);
    else if (p->complete)
        begin_phase(s, H2_WAIT);
}

static void say_continue(struct h2_stream *s)
{
    const nghttp2_nv field = pair(S(":status"), S("100"));

    nghttp2_submit_headers(s->h2->session, NGHTTP2_FLAG_NONE, s->id, NULL, &field, 1, NULL);
}

static void ask(struct h2_stream *s)
{
    struct parcel *p = s->parcel;
    const struct answerer *answerer = p->hub->answerer;

    s->asked = true;
    p->exchange.request.moment = p->hub->moment;
    p->complete = p->exchange.request.length == 0;
    begin_phase(s, H2_BODY);
    parcel_enter(p);
    answerer->head(answerer->self, &p->exchange);
    after_call(s);
    if (s->phase != H2_BODY)
        return;
    set_timer(s, p->hub->limits.body_ms);
    if (s->expect.len)
        say_continue(s);
}

static void malformed(struct h2_stream *s)
{
    const struct answerer *answerer = hub_of(s)->answerer;
    const struct conn *c = s->h2->conn;

    if (answerer->refused)
        answerer->refused(answerer->self, str_n(c->peer, c->peer_len), 400, s->why);
    h2_reset(s, NGHTTP2_PROTOCOL_ERROR);
}

void h2_stream_head(struct h2_stream *s)
{
    h2_calm_asked(s->h2);
    switch (h2_head_done(s)) {
    case H2_FINE:
        ask(s);
        break;
    case H2_REFUSED:
        refuse(s, s->status, s->why);
        break;
    case H2_MALFORMED:
        malformed(s);
        break;
    }
}

/* Gives a piece to the answerer, and what it does not take to `held`. */
static void give(struct h2_stream *s, str piece)
{
    struct parcel *p = s->parcel;
    const struct answerer *answerer = p->hub->answerer;
    size_t all = piece.len, taken;

    parcel_enter(p);
    taken = answerer->body(answerer->self, &p->exchange, piece, s->heard);
    p->got += taken;
    p->hub->bodies += taken;
    s->moved += taken;
    p->stalled = taken < all;
    p->lettered |= p->stalled;
    p->complete = s->heard && !p->stalled;
    if (p->stalled)
        buf_add(&s->held, str_from(piece, taken));
    nghttp2_session_consume(s->h2->session, s->id, taken);
    after_call(s);
}

static bool is_too_much(struct h2_stream *s, size_t more)
{
    struct parcel *p = s->parcel;
    const struct limits *limits = &p->hub->limits;

    if (p->got + s->held.len + more > limits->body)
        refuse(s, 413, "the body is too large");
    else if (p->hub->bodies + more > limits->bodies)
        refuse(s, 503, "there are too many bodies at once");
    else
        return false;
    return true;
}

void h2_stream_piece(struct h2_stream *s, str piece)
{
    if (s->phase != H2_BODY || is_too_much(s, piece.len))
        nghttp2_session_consume(s->h2->session, s->id, piece.len); /* nobody wants it any more */
    else if (s->parcel->stalled)
        buf_add(&s->held, piece);
    else
        give(s, piece);
}

void h2_stream_heard(struct h2_stream *s)
{
    s->heard = true;
    if (s->phase == H2_BODY && !s->parcel->stalled)
        give(s, S(""));
}

/* The answerer can take more of the body. */
static void give_held(struct h2_stream *s)
{
    struct buf held = s->held;

    s->parcel->stalled = false;
    s->held = (struct buf){ 0 };
    if (held.len || s->heard)
        give(s, buf_str(&held));
    buf_free(&held);
}

void h2_stream_deliver(struct h2_stream *s, unsigned letters)
{
    if (s->closed) {
        if (s->parcel->replied)
            h2_stream_drop(s);
        return;
    }
    if (letters & LETTER_REPLY && s->phase < H2_SEND) {
        begin_reply(s);
    } else if (letters & LETTER_WAKE && s->waiting) {
        s->waiting = false;
        s->since = hub_of(s)->now; /* the next piece has all the time again */
        s->moved = 0;
        has_body(s, true);
        set_timer(s, hub_of(s)->limits.write_ms);
        nghttp2_session_resume_data(s->h2->session, s->id);
    }
    if (letters & LETTER_MORE && s->phase == H2_BODY)
        give_held(s);
}

/* A reply that does not need the rest of the request ends it too (RFC 9113 §8.1). */
void h2_stream_sent(struct h2_stream *s)
{
    s->parcel->exchange.whole = true;
    has_body(s, false);
    if (!s->heard)
        nghttp2_submit_rst_stream(s->h2->session, NGHTTP2_FLAG_NONE, s->id, NGHTTP2_NO_ERROR);
}

/* --- a piece of a body ------------------------------------------------------------------------ */

enum { CUT = NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE };

static ssize_t read_text(struct h2_stream *s, char *into, size_t room, uint32_t *flags)
{
    str left = str_from(s->parcel->reply.text, s->at);
    size_t n = left.len < room ? left.len : room;

    memcpy(into, left.p, n);
    s->at += n;
    if (n == left.len)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)n;
}

static ssize_t read_file(struct parcel *p, char *into, size_t room, uint32_t *flags)
{
    size_t most = (uint64_t)p->reply_left < room ? (size_t)p->reply_left : room;
    ssize_t n = pread(p->reply.fd, into, most, (off_t)p->from);

    if (n <= 0) /* it is shorter than it was */
        return CUT;
    p->from += (uint64_t)n;
    p->reply_left -= n;
    if (p->reply_left == 0)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return n;
}

/* A stream that has nothing now is asked again when it has told that it does. */
static ssize_t waits(struct h2_stream *s)
{
    if (s->h2->draining || s->h2->ended) /* that may be never */
        return CUT;
    s->waiting = true;
    has_body(s, false);
    timer_cancel(&hub_of(s)->timers, &s->timer);
    return NGHTTP2_ERR_DEFERRED;
}

static ssize_t pull(struct h2_stream *s, char *into, size_t room, uint32_t *flags)
{
    struct parcel *p = s->parcel;
    struct stream *stream = p->reply.pull;
    bool counted = p->reply.length >= 0;

    if (counted && (uint64_t)p->reply_left < room)
        room = (size_t)p->reply_left;
    ptrdiff_t n = room ? stream->pull(stream, into, room) : STREAM_END;
    if (n == STREAM_WAIT)
        return waits(s);
    if (n < 0 || (size_t)n > room || (n == STREAM_END && counted && p->reply_left))
        return CUT;
    if (n == STREAM_END)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    p->reply_left -= counted ? n : 0;
    return n;
}

ssize_t h2_read_piece(nghttp2_session *session, int32_t id, uint8_t *buf, size_t length,
                      uint32_t *flags, nghttp2_data_source *source, void *self)
{
    struct h2_stream *s = source->ptr;
    struct buf *frames = &hub_of(s)->frames;

    (void)session;
    (void)id;
    (void)buf;
    (void)self;
    buf_reserve(frames, length + H2_FRAME_HEAD);
    char *into = frames->p + frames->len + H2_FRAME_HEAD;
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    switch (s->parcel->reply.body) {
    case REPLY_TEXT:
        return read_text(s, into, length, flags);
    case REPLY_FILE:
        return read_file(s->parcel, into, length, flags);
    case REPLY_PULL:
        return pull(s, into, length, flags);
    case REPLY_NONE:
        break;
    }
    return CUT;
}

int h2_send_piece(nghttp2_session *session, nghttp2_frame *frame, const uint8_t *head,
                  size_t length, nghttp2_data_source *source, void *self)
{
    struct h2_stream *s = source->ptr;
    struct h2 *h2 = self;
    struct buf *frames = &h2_hub(h2)->frames;

    (void)session;
    memcpy(frames->p + frames->len, head, H2_FRAME_HEAD);
    frames->len += H2_FRAME_HEAD + length;
    s->moved += length;
    s->parcel->exchange.sent += length;
    h2->busy = frame->hd.flags & NGHTTP2_FLAG_END_STREAM ? h2->busy : s;
    h2->paused = frames->len >= H2_ROUND;
    return h2->paused ? NGHTTP2_ERR_PAUSE : 0;
}
