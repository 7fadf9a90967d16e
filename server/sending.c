/*
 * sending.c - from a reply to the wire
 *
 *   comes in:  the reply of a connection's exchange
 *   goes out:  its bytes, as far as the wire takes them
 *
 * What goes next is always at most two pieces, the rest of the head and a piece of the body, sent
 * in one call. Pieces are made in room that the whole hub shares, and copied only if they must wait
 * there: a reply that fits into the socket, the common way, is never copied by us at all. A small
 * file is read and sent with its head; a larger one follows it by send_file().
 */
#include "server/conn.h"

#include "server/repeats.h"
#include <unistd.h>

enum { SMALL_FILE = 16 * 1024, TURN = 1024 * 1024 };

static bool may_have_body(int status)
{
    return status != 204 && status != 304;
}

static uint64_t length_of(const struct reply *r)
{
    switch (r->body) {
    case REPLY_TEXT:
        return r->text.len;
    case REPLY_FILE:
    case REPLY_PULL:
        return (uint64_t)r->length;
    case REPLY_NONE:
        break;
    }
    return 0;
}

static enum http1_framing framing_of(const struct parcel *p)
{
    if (!may_have_body(p->reply.status))
        return FRAMED_NONE;
    if (p->reply.body != REPLY_PULL || p->reply.length >= 0)
        return FRAMED_LENGTH;
    return p->exchange.request.minor > 0 ? FRAMED_CHUNKED : FRAMED_CLOSE;
}

void sending_begin(struct conn *c)
{
    struct parcel *p = c->parcel;
    struct hub *hub = c->hub;
    struct reply *reply = &p->reply;

    if (reply->status < 200 || reply->status > 599) /* no answerer's word for an answer */
        *reply = (struct reply){ .status = 500 };

    enum http1_framing framing = framing_of(p);
    if (framing == FRAMED_CLOSE || hub->draining || !p->complete)
        p->keep = false;
    p->chunked = framing == FRAMED_CHUNKED;
    p->bodyless = framing == FRAMED_NONE || str_eq(p->exchange.request.method, S("HEAD"));
    p->exchange.status = reply->status;

    buf_clear(&hub->head);
    http1_write_head(&hub->head, &(struct http1_reply){
                                     .status = reply->status,
                                     .fields = reply->fields,
                                     .count = reply->count,
                                     .always = hub->always,
                                     .framing = framing,
                                     .length = length_of(reply),
                                     .close = !p->keep,
                                     .keep_alive = p->exchange.request.minor == 0,
                                     .date = hub->date,
                                 });
    p->head = buf_str(&hub->head);
    p->text = S("");
    p->reply_left = reply->length;
    p->from = reply->from;
    p->ended = p->bodyless || reply->body == REPLY_NONE;
    if (!p->ended && reply->body == REPLY_TEXT) {
        p->text = reply->text;
        p->ended = true;
    }
    if (reply->standing)
        repeats_keep(c);
    c->phase = PHASE_SEND;
    c->since = hub->now;
    c->moved = 0;
}

/* Reads a small file, or the small rest of one, to go out with the head. */
static enum sent fill_from_file(struct parcel *p)
{
    if (p->reply_left > SMALL_FILE)
        return SENT_ALL; /* by send_file(), below */
    while (p->text.len < (size_t)p->reply_left) {
        ssize_t n = pread(p->reply.fd, p->hub->room + p->text.len,
                          (size_t)p->reply_left - p->text.len, (off_t)(p->from + p->text.len));

        if (n <= 0)
            return SENT_GONE;
        p->text = str_n(p->hub->room, p->text.len + (size_t)n);
    }
    p->from += p->text.len;
    p->reply_left = 0;
    p->ended = true;
    return SENT_ALL;
}

static enum sent fill_from_stream(struct parcel *p)
{
    char *room = p->hub->room;
    size_t most = HUB_ROOM - CHUNK_FRONT - CHUNK_BACK;
    struct stream *stream = p->reply.pull;
    bool counted = p->reply.length >= 0;

    if (counted && (uint64_t)p->reply_left < most)
        most = (size_t)p->reply_left;
    ptrdiff_t n = most ? stream->pull(stream, room + CHUNK_FRONT, most) : STREAM_END;
    if (n == STREAM_WAIT)
        return SENT_WAITS;
    if (n < 0 || (size_t)n > most || (n == STREAM_END && counted && p->reply_left))
        return SENT_GONE;
    if (n == STREAM_END) {
        p->ended = true;
        if (p->chunked)
            p->text = S("0\r\n\r\n");
        return SENT_ALL;
    }
    p->reply_left -= counted ? n : 0;
    p->exchange.sent += (uint64_t)n; /* counted here, since chunks hide it below */
    p->text = p->chunked ? chunk_frame(room, (size_t)n) : str_n(room + CHUNK_FRONT, (size_t)n);
    return SENT_ALL;
}

/* Sees to it that there is a next piece, if there is one. */
static enum sent fill(struct parcel *p)
{
    if (p->text.len || p->ended)
        return SENT_ALL;
    return p->reply.body == REPLY_FILE ? fill_from_file(p) : fill_from_stream(p);
}

static void taken_off(str *s, size_t *n)
{
    size_t cut = *n < s->len ? *n : s->len;

    *s = str_from(*s, cut);
    *n -= cut;
}

static bool lies_in(str s, const char *room, size_t size)
{
    return s.len && (uintptr_t)s.p >= (uintptr_t)room && (uintptr_t)s.p < (uintptr_t)room + size;
}

/* The wire is full: what lies in shared room is brought to where it can wait. */
static void keep_pieces(struct parcel *p)
{
    struct hub *hub = p->hub;

    if (lies_in(p->head, hub->head.p, hub->head.cap))
        p->head = str_copy(&p->arena, p->head);
    if (lies_in(p->text, hub->room, HUB_ROOM)) {
        buf_clear(&p->kept);
        buf_add(&p->kept, p->text);
        p->text = buf_str(&p->kept);
    }
}

static enum sent send_pieces(struct conn *c, struct parcel *p)
{
    struct iovec parts[2];
    int count = 0;
    size_t all = p->head.len + p->text.len, body = p->text.len;

    if (p->head.len)
        parts[count++] = (struct iovec){ (void *)p->head.p, p->head.len };
    if (p->text.len)
        parts[count++] = (struct iovec){ (void *)p->text.p, p->text.len };
    ptrdiff_t n = c->wire->send(c, parts, count, !p->ended && p->reply.body == REPLY_FILE);
    if (n == WIRE_GONE)
        return SENT_GONE;
    size_t taken = (size_t)n;
    taken_off(&p->head, &taken);
    taken_off(&p->text, &taken);
    if (p->reply.body != REPLY_PULL)
        p->exchange.sent += body - p->text.len;
    c->moved += (uint64_t)n;
    return (size_t)n == all ? SENT_ALL : SENT_FULL;
}

static enum sent send_from_file(struct conn *c, struct parcel *p)
{
    size_t most = p->reply_left < TURN ? (size_t)p->reply_left : TURN;
    ptrdiff_t n = c->wire->send_file(c, p->reply.fd, p->from, most);

    if (n == WIRE_GONE)
        return SENT_GONE;
    p->from += (uint64_t)n;
    p->reply_left -= n;
    p->exchange.sent += (uint64_t)n;
    c->moved += (uint64_t)n;
    p->ended = p->reply_left == 0;
    return n == WIRE_FULL ? SENT_FULL : SENT_ALL;
}

enum sent sending_go_on(struct conn *c)
{
    struct parcel *p = c->parcel;
    uint64_t before = c->moved;

    while (c->moved - before < TURN) {
        enum sent sent = fill(p);
        if (sent == SENT_GONE)
            return sent;
        bool waits = sent == SENT_WAITS;

        if (p->head.len || p->text.len)
            sent = send_pieces(c, p);
        else if (waits || p->ended)
            return sent;
        else
            sent = send_from_file(c, p);
        if (sent == SENT_FULL)
            keep_pieces(p);
        if (sent != SENT_ALL)
            return sent;
        if (waits)
            return SENT_WAITS;
    }
    return SENT_TURN;
}
