/*
 * Any bytes are the same chunked body however they are cut, or refused for the same reason; what
 * is framed as chunks is taken apart to what it was.
 */
#include "server/http1.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct decoded {
    struct buf body;
    enum http1_found found;
    size_t taken;
    const char *why;
};

static struct decoded decode(str bytes, size_t step)
{
    struct decoded d = { .found = HTTP1_MORE };
    struct chunks chunks = { 0 };

    while (d.taken < bytes.len && d.found == HTTP1_MORE) {
        str in = str_slice(bytes, d.taken, d.taken + step), piece;
        size_t all = in.len;

        while (in.len && d.found == HTTP1_MORE) {
            d.found = chunks_next(&chunks, &in, &piece);
            buf_add(&d.body, piece);
        }
        d.taken += all - in.len;
    }
    d.why = chunks.why;
    return d;
}

static void decode_in_pieces(str bytes, size_t step)
{
    struct decoded whole = decode(bytes, bytes.len), pieces = decode(bytes, step);

    if (whole.found != pieces.found || whole.taken != pieces.taken || whole.why != pieces.why ||
        !str_eq(buf_str(&whole.body), buf_str(&pieces.body)))
        abort();
    buf_free(&whole.body);
    buf_free(&pieces.body);
}

static void frame_and_decode(str text, size_t step)
{
    struct buf framed = { 0 };
    char room[CHUNK_FRONT + 256 + CHUNK_BACK];

    for (size_t at = 0; at < text.len; at += step) {
        str piece = str_slice(text, at, at + step);

        memcpy(room + CHUNK_FRONT, piece.p, piece.len);
        buf_add(&framed, chunk_frame(room, piece.len));
    }
    buf_add(&framed, chunk_frame(room, 0));
    struct decoded d = decode(buf_str(&framed), 5);
    if (d.found != HTTP1_DONE || d.taken != framed.len || !str_eq(buf_str(&d.body), text))
        abort();
    buf_free(&framed);
    buf_free(&d.body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;

    str bytes = str_n((const char *)data + 1, size - 1);
    size_t step = (size_t)data[0] + 1;
    decode_in_pieces(bytes, step);
    frame_and_decode(bytes, step);
    return 0;
}
