/*
 * The inside of HTTP/2: a session and its streams. For h2.c, which is the connection, h2_stream.c,
 * a request and its reply on it, h2_head.c, how a request's fields become one, and h2_calm.c, how
 * much of a client's restlessness is borne.
 */
#pragma once
#include "server/conn.h"
#include <nghttp2/nghttp2.h>

enum {
    H2_STREAMS = 100,           /* at once, on one connection                           */
    H2_WINDOW = 64 * 1024 - 1,  /* of a body that nobody has taken yet                  */
    H2_WINDOW_ALL = 512 * 1024, /* of all of a connection                               */
    H2_FRAME = 16 * 1024,       /* of a body: what everybody takes (RFC 9113 §4.2)      */
    H2_FRAME_HEAD = 9,
    H2_ROUND = 64 * 1024, /* sent in one call                                     */
};

enum h2_phase {
    H2_HEAD, /* its fields are coming                                      */
    H2_BODY, /* its body is coming                                         */
    H2_WAIT, /* the answerer owes a reply                                  */
    H2_SEND, /* the reply is going out                                     */
};

/* A request: it lies in its parcel's arena. */
struct h2_stream {
    struct timer timer; /* first */
    struct h2 *h2;
    struct parcel *parcel;
    struct h2_stream *next, *prev;
    int32_t id;
    uint8_t phase;
    bool asked;   /* the answerer knows of it, so it has to be told that it is gone */
    bool heard;   /* END_STREAM came                                                */
    bool body;    /* counts as one that has a body to send                          */
    bool waiting; /* for its own stream of bytes, not for the other side            */
    bool closed;  /* only the reply that is owed keeps it                           */
    int64_t since;
    uint64_t moved;
    size_t at;       /* of a text: what was sent of it                              */
    struct buf held; /* what the answerer could not take yet                        */

    /* the head, as it comes: h2_head.c */
    struct header *fields;
    size_t count, cap, size;
    size_t hosts;
    str method, scheme, authority, path, host, length, expect;
    struct buf cookies; /* its crumbs, put together                                */
    int status;      /* 0, or with what it is to be refused                         */
    const char *why; /* and why                                                     */
};

/* A connection. */
struct h2 {
    nghttp2_session *session;
    struct conn *conn;
    struct h2_stream *streams; /* newest first                                          */
    unsigned count;            /* of them                                               */
    unsigned bodies;           /* of those that have something to send                  */
    struct h2_stream *busy;    /* the last one of which a piece was sent: it has more   */
    struct buf out;            /* what the wire did not take                            */
    int64_t quiet_since;       /* without a stream                                      */
    int64_t head_since;        /* a head's first frame; 0: none is under way            */
    int64_t send_since;        /* there is something to send; 0: there is not           */
    uint64_t sent;             /* since then                                            */
    int64_t drain_since;
    int64_t unframed; /* bytes that came, less the frames that were begun       */
    bool head_ends;   /* with the frame that was begun last                     */
    size_t block;     /* bytes of the frames of the head under way             */
    int64_t calm_at;  /* h2_calm.c                                             */
    int calm;
    bool draining, told; /* it will end; it was told which streams are the last   */
    bool ended;          /* nothing more comes from the other side                */
    bool broken;         /* the session cannot go on                              */
    bool paused;         /* enough for one round of sending                       */
};

static inline struct hub *h2_hub(const struct h2 *h2)
{
    return h2->conn->hub;
}

/* It ends, and the other side is told why; may be called from the session's callbacks. */
void h2_terminate(struct h2 *h2, uint32_t code, const char *why);
void h2_reset(struct h2_stream *s, uint32_t code);

/* h2_stream.c */
struct h2_stream *h2_stream_open(struct h2 *h2, int32_t id);
void h2_stream_drop(struct h2_stream *s); /* it is over, or its connection is               */
void h2_stream_head(struct h2_stream *s); /* all of it came                                   */
void h2_stream_piece(struct h2_stream *s, str piece);
void h2_stream_heard(struct h2_stream *s); /* END_STREAM                                       */
void h2_stream_deliver(struct h2_stream *s, unsigned letters);
void h2_stream_sent(struct h2_stream *s); /* its last frame                                   */

/* For the session: a piece of the body, put where h2_send_piece() wants it. */
ssize_t h2_read_piece(nghttp2_session *session, int32_t id, uint8_t *buf, size_t length,
                      uint32_t *flags, nghttp2_data_source *source, void *self);
int h2_send_piece(nghttp2_session *session, nghttp2_frame *frame, const uint8_t *head,
                  size_t length, nghttp2_data_source *source, void *self);

/* h2_head.c: a field, copied; and all of them made into the parcel's request. */
enum h2_judged {
    H2_FINE,
    H2_REFUSED,   /* with s->status; s->why       */
    H2_MALFORMED, /* a stream error; s->why says it */
};
void h2_head_field(struct h2_stream *s, str name, str value);
enum h2_judged h2_head_done(struct h2_stream *s);

/* h2_calm.c: what asks nothing of us costs the other side something. */
enum h2_restless { H2_CONTROL = 1, H2_RESET = 14 };
void h2_calm_begin(struct h2 *h2);
void h2_calm_cost(struct h2 *h2, unsigned what);
void h2_calm_asked(struct h2 *h2);
void h2_calm_sent(struct h2 *h2, size_t bytes);
