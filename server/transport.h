/*
 * The seam between what carries requests and what answers them.
 *
 * A transport (epoll.c for sockets, memory.c for tests) reads requests and writes replies; the
 * answerer (server.c) never sees a socket, a thread, a loop or TLS. One request and its reply are
 * an exchange. The transport calls, always from the same thread for one exchange:
 *
 *     head()   once: the request is there, its body may still be on its way
 *     body()   when it has one (request.length is not 0): pieces, until `last`
 *     gone()   once, the last call: all was sent, or it came to nothing
 *
 * The answerer replies once: in head() or body(), or, when the whole request was handed over, later
 * and from any thread. From that moment a reply is owed: the transport keeps the exchange alive
 * until it comes, also when the other side has vanished, and calls gone() only then. Before that
 * moment gone() may come without a reply.
 *
 * Framing is the transport's: a reply never names Connection, Content-Length, Transfer-Encoding or
 * Date, and a body that HTTP does not allow (HEAD, 204, 304) is not sent.
 */
#pragma once
#include "vial/http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A request's head; valid until gone(). */
struct incoming {
    str method;
    str target;      /* as it came                                                   */
    str path, query; /* of the target, both as they came, without "?"; "*" for OPTIONS * */
    str scheme;      /* "http" or "https"                                            */
    str authority;   /* host and port, from the target or from Host; checked          */
    str peer;        /* the other side's address                                      */
    int major;       /* 1 or 2                                                        */
    int minor;       /* HTTP/major.minor                                              */
    const struct header *fields;
    size_t count;
    int64_t length; /* of the body; -1: not known before its end */
    int64_t moment; /* as in struct request                      */
    bool repeats;   /* likewise                                  */
};

enum reply_body {
    REPLY_NONE,
    REPLY_TEXT, /* `text`                                                        */
    REPLY_FILE, /* `length` bytes of the open file `fd`, from `from`              */
    REPLY_PULL, /* what `pull` gives; `length` of it, or -1 for as much as comes   */
};

/* All that it points to lives until gone(). */
struct reply {
    int status;
    const struct header *fields;
    size_t count;
    enum reply_body body;
    str text;
    int fd;
    uint64_t from;
    int64_t length;
    struct stream *pull;
    struct standing *standing; /* NULL: only for this one request */
};

struct exchange {
    struct incoming request;
    struct arena *arena; /* the request's: reset after gone(); the answerer's between its calls */
    void *own;           /* the answerer's, NULL at first                                       */
    int status;          /* for gone(): what was answered, 0 when nothing was                    */
    uint64_t sent;       /* for gone(): bytes of body that went out                              */
    bool whole;          /* for gone(): all of the reply went out                                */
    int64_t begun, took; /* the answerer's clock, in microseconds                               */
};

struct answerer {
    void (*head)(void *self, struct exchange *x);
    /* How many bytes were taken: fewer than there are stops the reading until exchange_more(). */
    size_t (*body)(void *self, struct exchange *x, str piece, bool last);
    void (*gone)(void *self, struct exchange *x);
    /*
     * NULL, or: a request that came again was answered as it was before, because what that answer's
     * standing tells still holds. The only call for it; nothing of `x` is the answerer's own.
     */
    void (*repeated)(void *self, struct exchange *x);
    /* A request that was none and that the transport itself answered with `status`. */
    void (*refused)(void *self, str peer, int status, const char *why);
    void *self;
};

/* From any thread. After exchange_reply() only the thread that calls gone() may look at `x`. */
void exchange_reply(struct exchange *x, const struct reply *reply); /* once                    */
void exchange_wake(struct exchange *x);                             /* pull has something again */
void exchange_more(struct exchange *x);                             /* body() can take more again */

/* What strangers may cost us. Zero means the default that stands behind each. */
struct limits {
    size_t head;          /* bytes of a whole head                   16 KiB, else 431 */
    size_t target;        /* bytes of a request target                8 KiB, else 414 */
    size_t fields;        /* header fields                              100, else 431 */
    uint64_t body;        /* bytes of a request's body                1 MiB, else 413 */
    uint64_t bodies;      /* bytes of all bodies under way, a worker   64 MiB, else 503;
                             at least two of the largest there may be                  */
    unsigned connections; /* at once, of all workers together           10,000         */
    unsigned head_ms;     /* from the first byte of a head to its last  10,000, else 408 */
    unsigned idle_ms;     /* between two requests                       60,000         */
    unsigned body_ms;   /* for a body, and a second more for each `rate` bytes: 10,000, else 408 */
    unsigned write_ms;  /* for a reply, likewise                      20,000         */
    unsigned rate;      /* bytes a second that a slow peer must keep up  1,024       */
    unsigned linger_ms; /* for the peer to read our last words         2,000         */
    unsigned drain_ms;  /* for what is under way when we stop          10,000        */
};

/* `limits` with the defaults where it has zeros. */
struct limits limits_or_default(const struct limits *limits);

#ifdef __cplusplus
}
#endif
