/*
 * Whatever a client of HTTP/2 sends, in whatever pieces, at whatever pace and however little it
 * takes: what it gets are frames that it has allowed, each stream is ended once and nothing comes
 * after its end, and when it is gone nothing of it is left. The first two bytes say how it is cut
 * and taken.
 */
#include "server/answering.h"
#include "server/h2.h"
#include "server/memory.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct limits limits = { .head = 600,
                                      .target = 100,
                                      .fields = 8,
                                      .body = 30000,
                                      .head_ms = 100,
                                      .body_ms = 100,
                                      .write_ms = 100,
                                      .idle_ms = 300,
                                      .linger_ms = 50 };

enum { DATA, HEADERS, RST_STREAM = 3, SETTINGS = 4, PING = 6, GOAWAY = 7, CONTINUATION = 9 };
enum { FRAME_HEAD = 9, FRAME_MOST = 16384, STREAMS = 512, LARGE = 70000 };

/* --- the answers ------------------------------------------------------------------------------ */

struct told {
    struct stream stream; /* first */
    int left;
    bool waits;
};

static int open_streams;
static char large[LARGE];

static ptrdiff_t pull(struct stream *stream, char *into, size_t room)
{
    struct told *told = (struct told *)stream;
    size_t n = room < 5 ? room : 5;

    if (told->left == 0)
        return told->waits ? STREAM_WAIT : STREAM_END;
    told->left--;
    memcpy(into, "told\n", n);
    if (told->left == 1) {
        stream_wake(stream);
        return STREAM_WAIT;
    }
    return (ptrdiff_t)n;
}

static void done(struct stream *stream, bool aborted)
{
    (void)stream;
    (void)aborted;
    open_streams--;
}

/* "/p" tells something and ends, "/w" waits for ever, "/l" is long; all else is what was asked. */
static void answer(void *self, const struct request *req, struct response *res, struct arena *a)
{
    char which = req->path.len > 1 ? req->path.p[1] : '/';

    (void)self;
    headers_add(&res->headers, S("X-Method"), req->method);
    res->status = 200;
    res->body = BODY_TEXT;
    res->text = which == 'l' ? str_n(large, LARGE) : req->body;
    if (which == 'p' || which == 'w') {
        struct told *told = arena_make(a, struct told);

        *told = (struct told){ { .pull = pull, .done = done }, 4, which == 'w' };
        open_streams++;
        res->body = BODY_PULL;
        res->stream = &told->stream;
    }
}

/* --- what came of it -------------------------------------------------------------------------- */

static void is_true(bool true_)
{
    if (!true_)
        abort();
}

/* A whole frame at the front of `*bytes`, judged; false when it is cut off there. */
static bool judge_frame(str *bytes, bool *ended)
{
    const uint8_t *p = (const uint8_t *)bytes->p;

    if (bytes->len < FRAME_HEAD)
        return false;
    size_t length = (size_t)p[0] << 16 | (size_t)p[1] << 8 | p[2];
    unsigned stream =
        (unsigned)(p[5] & 0x7f) << 24 | (unsigned)p[6] << 16 | (unsigned)p[7] << 8 | p[8];
    is_true(length <= FRAME_MOST && p[3] <= CONTINUATION && p[5] < 0x80);
    is_true((stream == 0) == (p[3] == SETTINGS || p[3] == PING || p[3] == GOAWAY) ||
            p[3] == 8 /* WINDOW_UPDATE is for both */);
    if (bytes->len < FRAME_HEAD + length)
        return false;
    bool *over = &ended[stream % STREAMS];
    if (stream < STREAMS && (p[3] == DATA || p[3] == HEADERS)) {
        is_true(!*over);
        *over = p[4] & 1;
    } else if (stream < STREAMS && p[3] == RST_STREAM) {
        *over = true;
    }
    *bytes = str_from(*bytes, FRAME_HEAD + length);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct answering answering = { .handler = answer };
    bool ended[STREAMS] = { false };

    if (size < 2 || !h2_is_there())
        return 0;
    size_t step = data[0] % 2 ? (size_t)data[0] + 1 : size, take = data[1];
    str bytes = str_n((const char *)data + 2, size - 2);

    answering_init(&answering);
    struct memory *memory = memory_open(&answering.answerer, &limits);
    struct memory_peer *peer = memory_connect_h2(memory);
    memory_send(peer, S("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    if (take % 4 == 1)
        memory_take_up_to(peer, take * 10);
    for (size_t at = 0; at < bytes.len; at += step) {
        memory_send(peer, str_slice(bytes, at, at + step));
        memory_wait(memory, 0);
        if (take % 4 == 2)
            memory_pass(memory, data[1]);
    }
    if (take % 4 == 1)
        memory_take_up_to(peer, SIZE_MAX);
    memory_wait(memory, 0);
    if (take % 8 == 3)
        memory_drain(memory);
    if (take % 16 == 4)
        memory_end(peer);
    memory_pass(memory, 1000);

    str got = memory_got(peer);
    while (judge_frame(&got, ended))
        ;
    memory_close(memory);
    is_true(open_streams == 0);
    return 0;
}
