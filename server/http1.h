/*
 * HTTP/1.1 as bytes: a head is read where it lies, chunks are taken apart, a head is written.
 *
 * Nothing here waits, allocates or knows a connection. What a request must not be (RFC 9112) is
 * refused with the status that says so, and in doubt it is refused: whoever reads loosely will
 * some day disagree with the proxy in front about where a request ends.
 */
#pragma once
#include "server/transport.h"

#ifdef __cplusplus
extern "C" {
#endif

enum http1_found { HTTP1_MORE, HTTP1_DONE, HTTP1_BAD };

struct http1_head {
    struct incoming request; /* slices of the bytes; `fields` is the caller's array below */
    struct header *fields;   /* room for limits.fields of them, given by the caller       */
    bool keep_alive;         /* the other side means to go on                             */
    bool wants_continue;     /* Expect: 100-continue                                      */
    size_t size;             /* of the head in bytes, with the empty line                 */
    int status;              /* HTTP1_BAD: what to answer                                  */
    const char *why;         /* HTTP1_BAD: a sentence for the log                          */
};

/*
 * The head at the beginning of `bytes`. HTTP1_MORE as long as it is not all there and nothing is
 * wrong yet; what is said of a whole head does not depend on how it came in pieces.
 */
enum http1_found http1_read_head(struct http1_head *head, str bytes, const struct limits *limits);

/*
 * Copies what a head says, with the `bytes` it lies in, into `room`, which is aligned for any type
 * and has http1_owned_size() bytes: the copy of the bytes. Slices that point elsewhere stay.
 */
size_t http1_owned_size(const struct incoming *request, str bytes);
str http1_own_head(struct incoming *to, const struct incoming *request, str bytes, void *room);

/* "example.org:80", "[::1]": a host that a request may name. */
bool http1_is_authority(str s);
bool http1_is_token(str s);
bool http1_is_target(str s); /* has only what may stand in one */

/* Of a reply: the name says how it is framed or carried, and so is the transport's. */
bool http1_is_framing(str name);

/* A chunked body, taken apart as it comes. All zero is its beginning. */
struct chunks {
    uint8_t state;
    uint8_t digits;  /* of the size, so far                      */
    uint16_t extra;  /* bytes of the extensions of one chunk     */
    uint32_t trail;  /* bytes of trailers                        */
    uint64_t left;   /* of the chunk under way                   */
    const char *why; /* HTTP1_BAD                                */
};

/*
 * Takes bytes off the front of `*in` and gives in `*data` the next piece of the body, as it lies
 * there; HTTP1_DONE when the body and its trailers are over. HTTP1_MORE with an empty piece: all
 * was taken, and more is needed.
 */
enum http1_found chunks_next(struct chunks *c, str *in, str *data);

/* How much is still to come of the chunk under way, once its size is known. */
uint64_t chunks_promised(const struct chunks *c);

/* The last `count` bytes of the piece given last are to be given again. */
void chunks_give_back(struct chunks *c, size_t count);

enum http1_framing {
    FRAMED_NONE,    /* no body and no word of one: 1xx, 204, 304           */
    FRAMED_LENGTH,  /* Content-Length                                     */
    FRAMED_CHUNKED, /* Transfer-Encoding: chunked                         */
    FRAMED_CLOSE,   /* the body ends with the connection: HTTP/1.0        */
};

/* How a reply's head is to be written. */
struct http1_reply {
    int status;
    const struct header *fields;
    size_t count;
    const struct header
        *always; /* fields for replies that do not set them; ended by an empty name */
    enum http1_framing framing;
    uint64_t length;
    bool close;      /* Connection: close                                */
    bool keep_alive; /* say so: an HTTP/1.0 client asked for it           */
    str date;        /* as http1_date() has it                           */
};

/* Adds the head to `out`. Fields that are framing, or that are no legal fields, are left out. */
void http1_write_head(struct buf *out, const struct http1_reply *reply);

/* Room before a chunk for its size, and after it for its end. */
enum { CHUNK_FRONT = 10, CHUNK_BACK = 2 };

/*
 * Frames the `len` bytes (fewer than 2^32) that lie at `room + CHUNK_FRONT`, with CHUNK_BACK bytes
 * free after them: the slice that is the chunk. 0 gives the last chunk.
 */
str chunk_frame(char *room, size_t len);

#ifdef __cplusplus
}
#endif
