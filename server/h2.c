/*
 * h2.c - one HTTP/2 connection
 *
 *   comes in:  bytes, room to write, letters from other threads, deadlines
 *   goes out:  streams, that begin, get their bodies and end (h2_stream.c); frames, to the wire
 *
 * libnghttp2 is the machine between the two: it is fed with what came, calls us back about it, and
 * gives what is to be sent. It holds as little as we can make it: replies are made into frames only
 * while the wire takes them, a round of at most H2_ROUND bytes at a time in room that the whole hub
 * shares, and while the wire is full nothing is read. So a client that asks faster than it takes
 * answers, or that makes us answer PINGs that it does not read, fills its own socket and not our
 * memory.
 *
 * What HTTP/1.1's limits say of a connection, they say here of a stream; of the connection as a
 * whole there is asked, that a head comes in time (it cannot be interleaved with anything), that
 * what is sent moves on when nothing but the connection holds it up, and that there is a request
 * now and then. An end is told: first that it is near, so that requests under way are not lost,
 * then which was the last one (GOAWAY, RFC 9113 §6.8).
 */
#include "server/h2.h"
#include "server/h2_inside.h"

#include <stdlib.h>

enum {
    TURN = 1024 * 1024, /* sent, then it is the others' turn             */
    NOTICE = 500,       /* milliseconds in which requests may still come */
    BLOCKS = 4,         /* times limits.head for the frames of one head  */
    UNKNOWN = 64,       /* bytes of unknown frames that cost as much as a frame */
    PREFACE = 24,
};

/* --- what there is to say --------------------------------------------------------------------- */

void h2_terminate(struct h2 *h2, uint32_t code, const char *why)
{
    const struct conn *c = h2->conn;
    const struct answerer *answerer = c->hub->answerer;

    if (h2->told)
        return;
    h2->told = h2->draining = true;
    if (why && answerer->refused)
        answerer->refused(answerer->self, str_n(c->peer, c->peer_len),
                          code == NGHTTP2_ENHANCE_YOUR_CALM ? 429 : 400, why);
    h2->broken |= nghttp2_session_terminate_session(h2->session, code) != 0;
}

void h2_reset(struct h2_stream *s, uint32_t code)
{
    nghttp2_submit_rst_stream(s->h2->session, NGHTTP2_FLAG_NONE, s->id, code);
}

/* --- what the session tells ------------------------------------------------------------------- */

static str str_of_rcbuf(nghttp2_rcbuf *rcbuf)
{
    nghttp2_vec v = nghttp2_rcbuf_get_buf(rcbuf);

    return str_n((const char *)v.base, v.len);
}

static struct h2_stream *stream_of(struct h2 *h2, int32_t id)
{
    return id ? nghttp2_session_get_stream_user_data(h2->session, id) : NULL;
}

/* The frames of one head are counted together, whatever is in them. */
static void count_head(struct h2 *h2, const nghttp2_frame_hd *head)
{
    if (head->type == NGHTTP2_HEADERS) {
        h2->block = 0;
        h2->head_since = h2_hub(h2)->now;
    }
    h2->head_ends = head->flags & NGHTTP2_FLAG_END_HEADERS;
    h2->block += head->length;
    if (h2->block > BLOCKS * h2_hub(h2)->limits.head)
        h2_terminate(h2, NGHTTP2_ENHANCE_YOUR_CALM, "the head is far too long");
}

/* A frame's first bytes. The session looks no further at priorities of the old kind, so we do. */
static int frame_begins(nghttp2_session *session, const nghttp2_frame_hd *head, void *self)
{
    struct h2 *h2 = self;

    (void)session;
    h2->unframed -= H2_FRAME_HEAD + (int64_t)head->length;
    if (head->type == NGHTTP2_HEADERS || head->type == NGHTTP2_CONTINUATION)
        count_head(h2, head);
    else
        h2->head_since = 0;
    if (head->type != NGHTTP2_HEADERS && head->type != NGHTTP2_DATA &&
        head->type != NGHTTP2_RST_STREAM)
        h2_calm_cost(h2, H2_CONTROL);
    if (head->type == NGHTTP2_PRIORITY && head->stream_id == 0)
        h2_terminate(h2, NGHTTP2_PROTOCOL_ERROR, "a priority for no stream");
    else if (head->type == NGHTTP2_PRIORITY && head->length != 5)
        h2_terminate(h2, NGHTTP2_FRAME_SIZE_ERROR, "a priority of a wrong size");
    return 0;
}

static int head_begins(nghttp2_session *session, const nghttp2_frame *frame, void *self)
{
    struct h2 *h2 = self;
    int32_t id = frame->hd.stream_id;

    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST)
        return 0;
    if (h2->count >= H2_STREAMS) { /* those that were taken back count until they are answered */
        h2_calm_cost(h2, H2_RESET);
        nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
        return 0;
    }
    nghttp2_session_set_stream_user_data(session, id, h2_stream_open(h2, id));
    return 0;
}

static int field_came(nghttp2_session *session, const nghttp2_frame *frame, nghttp2_rcbuf *name,
                      nghttp2_rcbuf *value, uint8_t flags, void *self)
{
    struct h2_stream *s = stream_of(self, frame->hd.stream_id);

    (void)session;
    (void)flags;
    if (s && frame->headers.cat == NGHTTP2_HCAT_REQUEST) /* trailers are not kept */
        h2_head_field(s, str_of_rcbuf(name), str_of_rcbuf(value));
    return 0;
}

/* One that could be left out is not: a request with it is malformed (RFC 9113 §8.2.1). */
static int field_is_bad(nghttp2_session *session, const nghttp2_frame *frame, nghttp2_rcbuf *name,
                        nghttp2_rcbuf *value, uint8_t flags, void *self)
{
    (void)session;
    (void)frame;
    (void)name;
    (void)value;
    (void)flags;
    (void)self;
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

static int frame_came(nghttp2_session *session, const nghttp2_frame *frame, void *self)
{
    struct h2 *h2 = self;
    struct h2_stream *s = stream_of(h2, frame->hd.stream_id);
    bool last = frame->hd.flags & NGHTTP2_FLAG_END_STREAM;

    (void)session;
    switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
        if (!s)
            break;
        if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
            s->heard = last;
            h2_stream_head(s);
        } else if (last) {
            h2_stream_heard(s);
        }
        break;
    case NGHTTP2_DATA:
        if (last && s)
            h2_stream_heard(s);
        else if (frame->hd.length == frame->data.padlen)
            h2_calm_cost(h2, H2_CONTROL);
        break;
    default:
        break;
    }
    return 0;
}

/* What is no frame, or no request; the session does what RFC 9113 asks for. */
static int frame_is_bad(nghttp2_session *session, const nghttp2_frame *frame, int error, void *self)
{
    struct h2 *h2 = self;
    const struct conn *c = h2->conn;
    const struct answerer *answerer = c->hub->answerer;

    (void)session;
    (void)frame;
    if (answerer->refused && error != NGHTTP2_ERR_REFUSED_STREAM)
        answerer->refused(answerer->self, str_n(c->peer, c->peer_len), 400,
                          nghttp2_strerror(error));
    return 0;
}

static int piece_came(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data,
                      size_t len, void *self)
{
    struct h2_stream *s = stream_of(self, id);

    (void)flags;
    if (s)
        h2_stream_piece(s, str_n((const char *)data, len));
    else
        nghttp2_session_consume_connection(session, len);
    return 0;
}

static int frame_went(nghttp2_session *session, const nghttp2_frame *frame, void *self)
{
    uint8_t type = frame->hd.type;
    struct h2_stream *s = type == NGHTTP2_DATA || type == NGHTTP2_HEADERS
                              ? stream_of(self, frame->hd.stream_id)
                              : NULL;

    (void)session;
    if (s && frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
        h2_stream_sent(s);
    return 0;
}

static int stream_ends(nghttp2_session *session, int32_t id, uint32_t error, void *self)
{
    struct h2 *h2 = self;
    struct h2_stream *s = stream_of(h2, id);

    (void)session;
    if (!s)
        return 0;
    if (error != NGHTTP2_NO_ERROR)
        h2_calm_cost(h2, H2_RESET);
    if (s->asked && s->parcel->complete && !s->parcel->replied)
        s->closed = true;
    else
        h2_stream_drop(s);
    return 0;
}

/* --- making one ------------------------------------------------------------------------------- */

static nghttp2_session_callbacks *callbacks;
static nghttp2_option *options;

static void make_callbacks(void)
{
    if (nghttp2_session_callbacks_new(&callbacks) != 0 || nghttp2_option_new(&options) != 0)
        return;
    nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, frame_begins);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, head_begins);
    nghttp2_session_callbacks_set_on_header_callback2(callbacks, field_came);
    nghttp2_session_callbacks_set_on_invalid_header_callback2(callbacks, field_is_bad);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_came);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, frame_is_bad);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, piece_came);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, frame_went);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_ends);
    nghttp2_session_callbacks_set_send_data_callback(callbacks, h2_send_piece);
    nghttp2_option_set_no_auto_window_update(options, 1);
    nghttp2_option_set_no_closed_streams(options, 1);
}

static bool open_session(struct h2 *h2)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const nghttp2_settings_entry settings[] = {
        { NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, H2_STREAMS },
        { NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, H2_WINDOW },
        { NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, (uint32_t)h2_hub(h2)->limits.head },
        { NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1 },
    };

    pthread_once(&once, make_callbacks);
    return callbacks && options &&
           nghttp2_session_server_new2(&h2->session, callbacks, h2, options) == 0 &&
           nghttp2_submit_settings(h2->session, NGHTTP2_FLAG_NONE, settings,
                                   sizeof settings / sizeof *settings) == 0 &&
           nghttp2_session_set_local_window_size(h2->session, NGHTTP2_FLAG_NONE, 0,
                                                 H2_WINDOW_ALL) == 0;
}

bool h2_is_there(void)
{
    return true;
}

bool h2_begin(struct conn *c)
{
    struct h2 *h2 = calloc(1, sizeof *h2);

    if (!h2)
        return false;
    h2->conn = c;
    h2->quiet_since = c->hub->now;
    h2->unframed = -PREFACE;
    h2_calm_begin(h2);
    if (!open_session(h2)) {
        nghttp2_session_del(h2->session);
        free(h2);
        return false;
    }
    c->h2 = h2;
    if (c->hub->draining)
        h2_drain(c);
    h2_go_on(c);
    conn_rest(c);
    return true;
}

void h2_free(struct conn *c)
{
    struct h2 *h2 = c->h2;

    while (h2->streams)
        h2_stream_drop(h2->streams);
    nghttp2_session_del(h2->session);
    buf_free(&h2->out);
    free(h2);
    c->h2 = NULL;
}

/* --- sending ---------------------------------------------------------------------------------- */

/* Makes the next round of frames, in room that the hub shares. */
static str make_frames(struct h2 *h2)
{
    struct buf *frames = &h2_hub(h2)->frames;
    const uint8_t *bytes;
    ssize_t n = 1;

    buf_clear(frames);
    h2->paused = false;
    while (n > 0 && !h2->paused && frames->len < H2_ROUND) {
        n = nghttp2_session_mem_send(h2->session, &bytes);
        if (n > 0)
            buf_add(frames, str_n((const char *)bytes, (size_t)n));
    }
    h2->broken |= n < 0;
    return buf_str(frames);
}

/* How many bytes the wire took; what it did not take waits in `out`. */
static ptrdiff_t send_bytes(struct h2 *h2, str bytes)
{
    struct conn *c = h2->conn;
    struct iovec part = { (void *)bytes.p, bytes.len };
    ptrdiff_t n = c->wire->send(c, &part, 1, false);

    if (n > 0) {
        h2->sent += (uint64_t)n;
        h2_calm_sent(h2, (size_t)n);
    }
    return n;
}

/* False when the wire is full, or gone and so are we. */
static bool send_left(struct conn *c)
{
    struct h2 *h2 = c->h2;

    if (!h2->out.len)
        return true;
    ptrdiff_t n = send_bytes(h2, buf_str(&h2->out));
    if (n == WIRE_GONE) {
        conn_close(c);
        return false;
    }
    h2->out.len -= (size_t)n;
    memmove(h2->out.p, h2->out.p + n, h2->out.len);
    if (h2->out.len)
        return false;
    buf_free(&h2->out);
    return true;
}

static bool is_over(const struct h2 *h2)
{
    return h2->broken || (h2->ended && !h2->count) ||
           (!nghttp2_session_want_read(h2->session) && !nghttp2_session_want_write(h2->session));
}

/* Others are waiting for this loop: the rest comes after them. */
static void yield_turn(struct h2 *h2)
{
    h2->busy->parcel->lettered = true;
    exchange_wake(&h2->busy->parcel->exchange);
}

void h2_go_on(struct conn *c)
{
    struct h2 *h2 = c->h2;
    size_t sum = 0;

    if (!h2 || !send_left(c))
        return;
    for (str round; (round = make_frames(h2)).len; sum += round.len) {
        ptrdiff_t n = send_bytes(h2, round);

        if (n == WIRE_GONE) {
            conn_close(c);
            return;
        }
        if ((size_t)n < round.len) {
            buf_add(&h2->out, str_from(round, (size_t)n));
            return;
        }
        if (sum >= TURN && h2->busy) {
            yield_turn(h2);
            return;
        }
    }
    if (is_over(h2)) {
        h2_free(c);
        conn_linger(c);
    }
}

/* --- what happens ----------------------------------------------------------------------------- */

bool h2_wants(const struct conn *c)
{
    return !c->h2->out.len && !c->h2->broken && !c->h2->ended;
}

/*
 * Of each frame that the session knows the size was taken off when it began. So below zero is a
 * frame that is not all there; above it are bytes of frames that nobody knows (RFC 9113 §5.5).
 */
static void count_input(struct h2 *h2, size_t bytes)
{
    h2->unframed += (int64_t)bytes;
    if (h2->unframed >= 0 && h2->head_ends)
        h2->head_since = 0;
    if (h2->unframed > 0) {
        h2_calm_cost(h2, (unsigned)(h2->unframed / UNKNOWN) + H2_CONTROL);
        h2->unframed = 0;
    }
}

void h2_input(struct conn *c, str bytes)
{
    struct h2 *h2 = c->h2;
    ssize_t n = nghttp2_session_mem_recv(h2->session, (const uint8_t *)bytes.p, bytes.len);

    if (n < 0 && !h2->broken) { /* no preface, or a flood that the session itself has seen */
        const struct answerer *answerer = c->hub->answerer;

        h2->broken = true;
        if (answerer->refused)
            answerer->refused(answerer->self, str_n(c->peer, c->peer_len), 400,
                              nghttp2_strerror((int)n));
    }
    count_input(h2, bytes.len);
    h2_go_on(c);
}

/* Whatever waits for more than bytes of ours will not be told that the other side is gone. */
static void cut_waiting(struct h2 *h2)
{
    for (struct h2_stream *s = h2->streams; s; s = s->next)
        if (s->waiting || (s->phase < H2_WAIT && h2->ended))
            h2_reset(s, NGHTTP2_CANCEL);
}

void h2_end(struct conn *c)
{
    struct h2 *h2 = c->h2;

    if (!h2->count) {
        conn_close(c);
        return;
    }
    h2->ended = true;
    cut_waiting(h2);
    h2_go_on(c);
    conn_rest(c);
}

void h2_drain(struct conn *c)
{
    struct h2 *h2 = c->h2;

    if (h2->draining)
        return;
    h2->draining = true;
    h2->drain_since = c->hub->now;
    nghttp2_submit_shutdown_notice(h2->session);
    cut_waiting(h2);
    h2_go_on(c);
    conn_rest(c);
}

static void tell_last(struct h2 *h2, uint32_t code)
{
    h2->told = h2->draining = true;
    nghttp2_submit_goaway(h2->session, NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(h2->session), code, NULL, 0);
}

void h2_deliver(struct parcel *p, unsigned letters)
{
    struct conn *c = p->conn;

    h2_stream_deliver(p->stream, letters);
    h2_go_on(c);
}

/* --- deadlines -------------------------------------------------------------------------------- */

bool h2_is_idle(const struct conn *c)
{
    return !c->h2->count && !c->h2->head_since && !c->h2->out.len;
}

/*
 * Its client has had time to read. Clients of HTTP/2 send while they read (windows), and what comes
 * to a closed connection is answered by a reset, which takes away what was not read yet.
 */
bool h2_is_quiet(const struct conn *c)
{
    enum { READING = 5000 };

    return c->h2->quiet_since + READING <= c->hub->now;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t send_deadline(const struct h2 *h2)
{
    const struct limits *limits = &h2->conn->hub->limits;

    return h2->send_since
               ? h2->send_since + limits->write_ms + (int64_t)(h2->sent * 1000 / limits->rate)
               : INT64_MAX;
}

int64_t h2_deadline(const struct conn *c)
{
    struct h2 *h2 = c->h2;
    const struct limits *limits = &c->hub->limits;
    int64_t due = INT64_MAX;

    if (!h2->out.len && !h2->bodies) {
        h2->send_since = 0;
    } else if (!h2->send_since) {
        h2->send_since = c->hub->now;
        h2->sent = 0;
    }
    if (h2->head_since)
        due = h2->head_since + limits->head_ms;
    if (!h2->count)
        due = sooner(due, h2->quiet_since + limits->idle_ms);
    if (h2->draining && !h2->told)
        due = sooner(due, h2->drain_since + NOTICE);
    return sooner(due, send_deadline(h2));
}

/* Nothing moves: is it the connection, or are it its streams, who have clocks of their own? */
static bool is_stuck(struct h2 *h2)
{
    if (h2->out.len || nghttp2_session_get_remote_window_size(h2->session) <= 0)
        return true;
    h2->send_since = h2_hub(h2)->now;
    h2->sent = 0;
    return false;
}

void h2_time_out(struct conn *c)
{
    struct h2 *h2 = c->h2;
    const struct limits *limits = &c->hub->limits;
    int64_t now = c->hub->now;

    if (send_deadline(h2) <= now && is_stuck(h2)) {
        conn_close(c);
        return;
    }
    if (h2->head_since && h2->head_since + limits->head_ms <= now)
        h2_terminate(h2, NGHTTP2_ENHANCE_YOUR_CALM, "the head took too long");
    else if (!h2->count && h2->quiet_since + limits->idle_ms <= now)
        h2_terminate(h2, NGHTTP2_NO_ERROR, NULL);
    else if (h2->draining && !h2->told && h2->drain_since + NOTICE <= now)
        tell_last(h2, NGHTTP2_NO_ERROR);
    h2_go_on(c);
}
