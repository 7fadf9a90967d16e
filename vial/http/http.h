/*
 * HTTP's nouns: a request that came in and a response that goes out. No sockets.
 *
 * A transport, the builder or a test client fills a `struct request`; what answers fills a
 * `struct response`. Names of headers compare without case; a response never carries Connection,
 * Transfer-Encoding or Content-Length: framing is the transport's.
 */
#pragma once
#include "vial/base/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

struct header {
    str name, value;
};

struct headers {
    struct header *list;
    size_t count, cap;
    struct arena *arena;
};

str headers_get(const struct headers *h, str name); /* the first; .p is NULL when there is none */
void headers_add(struct headers *h, str name, str value);
void headers_set(struct headers *h, str name, str value); /* instead of all others of that name  */
void headers_remove(struct headers *h, str name);
void headers_vary(struct headers *h, str by); /* adds to Vary, once. Lives where its arena does   */
bool header_is_legal(str name, str value); /* a token, and no CR, LF or NUL: nothing to inject   */

struct request {
    str method;       /* "GET"                                                        */
    str target;       /* as it came: "/a%20b/?q=1"                                    */
    str path;         /* decoded, begins with "/"; validated as UTF-8 or left as bytes */
    str query;        /* raw, without "?"                                             */
    str scheme, host; /* "http", "localhost:8000"                                     */
    str peer;         /* address of the other side; empty when there is none          */
    struct headers headers;
    str body;
    /* Of now_ns(), when it was there; 0: unknown. What was looked at since is not looked at again.
     */
    int64_t moment;
    bool whole;      /* the conditions (If-...) are for whoever carries the response */
    bool unfollowed; /* nobody asks where the answer leads: its URLs are not noted   */
    bool repeats;    /* it came before just so, and may come again: a standing is of use */
};

enum body_kind { BODY_NONE, BODY_TEXT, BODY_FILE, BODY_PULL };

struct reads; /* what a response was made from (app/reads.h) */

/*
 * A body that is made while it is sent: server-sent events, a long export. Its maker puts it first
 * in a struct of their own.
 *
 * pull() puts up to `room` bytes into `into` and says how many, or one of the three words below; it
 * is called whenever the other side can take more, by one thread at a time, and does not block.
 * done() is called exactly once, when nobody will pull any more; `aborted` says that the other side
 * did not get all of it. The struct has to live until then.
 */
struct stream {
    ptrdiff_t (*pull)(struct stream *self, char *into, size_t room);
    void (*done)(struct stream *self, bool aborted);
    void (*wake)(struct stream *self); /* the transport's, as is the next: see stream_wake() */
    void *carrier;
};
enum {
    STREAM_END = 0,
    STREAM_WAIT = -1,  /* nothing now: stream_wake() will tell          */
    STREAM_ABORT = -2, /* cut the connection: half is not to look whole */
};

/*
 * There is something to pull again. From any thread, but not after done() began: so hold, while
 * calling it, the lock that your pull() and done() take.
 */
static inline void stream_wake(struct stream *stream)
{
    void (*wake)(struct stream *) = __atomic_load_n(&stream->wake, __ATOMIC_ACQUIRE);

    if (wake) /* else nobody has pulled yet, and the first pull finds it */
        wake(stream);
}

/*
 * What an answer rests on beside its request: files, rules, a kept page. While it holds, the same
 * request gets the same answer without being asked for. Its maker puts it first in a struct of
 * their own; it is one thread's at a time, and ended() when the last holder has gone.
 */
struct standing {
    bool (*holds)(struct standing *self, int64_t moment); /* as struct request has it */
    void (*ended)(struct standing *self);
    unsigned holders; /* begins with 1, that of the response: response_rest() */
};
void standing_release(void *standing);

struct response {
    int status;
    struct headers headers;
    enum body_kind body;
    str text;              /* BODY_TEXT: lives in the request's arena                       */
    str file;              /* BODY_FILE: its path, for the transport to open and send       */
    int fd;                /* BODY_FILE: above 0 it is open already; who sends it closes it  */
    uint64_t from, length; /* BODY_FILE: the part of it to send; BODY_PULL: the length, or 0 when
                              it is not known                                                */
    struct stream *stream; /* BODY_PULL                                                      */
    struct reads *reads;
    struct standing *standing; /* NULL: nobody says; only for a request that `repeats`        */
    struct loan *loans; /* what text and headers are borrowed from: response_borrow()         */
};

/*
 * A response for HEAD is the one for GET, body and all: its length is told and its bytes are not
 * sent. What is done with a response ends with response_end(): it closes what was handed on open.
 */
void response_end(struct response *res);

/*
 * Text or headers of `res` lie in something that has to stay until the response is gone: then
 * whoever carries it gives all of that back, by release(lender).
 */
void response_borrow(struct response *res, void (*release)(void *lender), void *lender,
                     struct arena *a);
void response_give_back(struct response *res);

/* `res` rests on that, and holds it until response_give_back(). */
void response_rest(struct response *res, struct standing *standing, struct arena *a);

const char *http_reason(int status);   /* "Not Found"; "Unknown" for what is not registered   */
const char *http_sentence(int status); /* the same for a person; empty where nobody sees it    */

/* `%41` to bytes. False for a bad escape, an encoded NUL, or what would not be UTF-8. */
bool url_decode(str *out, str s, struct arena *a);
/* Everything but unreserved characters and those in `safe` as %XX, as Python's quote(). */
str url_encode(struct arena *a, str s, const char *safe);
void url_encode_to(struct buf *out, str s, const char *safe);
extern const char url_path_safe[]; /* what may stand in a path as it is, by the URL standard */

/* Where `url` leads from the page at `base`, both encoded: RFC 3986 §5. */
str url_join(struct arena *a, str base, str url);

/* The fields of a query or a form, in their order; a name may stand many times. */
struct param {
    str name, value;
};
struct params {
    struct param *list;
    size_t count, cap;
};

/*
 * "q=a+b&q=%41" in pieces, as the URL standard has it: nothing is refused, what is no UTF-8 is
 * mended. False when there are more than `most`; the first ones are there all the same.
 */
bool params_parse(struct params *params, str query, size_t most, struct arena *a);
void params_add(struct params *params, str name, str value, struct arena *a);
str params_get(const struct params *params, str name); /* the first; .p is NULL when absent    */
void query_add(struct buf *out, str name, str value);  /* "name=value", encoded; no "&"         */

/* .p is NULL when there is none; quotes are undone, in `a`. */
str cookie_get(const struct headers *headers, str name, struct arena *a);

/* "text/html; charset=utf-8" by the file name's ending; application/octet-stream when unknown. */
str media_type(str file_name);

/*
 * All conditions of a request for what is there, in their order (RFC 9110 §13.2.2): 304, 412, or 0
 * when it is to be answered. Range and If-Range come after that (range.h).
 */
int http_conditions(const struct request *req, str etag, int64_t last_modified);
/*
 * If-None-Match by weak comparison, else If-Modified-Since: true when 304 is the answer (RFC 9110
 * §13). An empty `etag` and a `last_modified` of 0 are not known.
 */
bool http_not_modified(const struct request *req, str etag, int64_t last_modified);
/*
 * If-Match, else If-Unmodified-Since: false when 412 is the answer. An empty `etag` says that there
 * is no such thing yet.
 */
bool http_precondition(const struct request *req, str etag, int64_t last_modified);

#ifdef __cplusplus
}
#endif
