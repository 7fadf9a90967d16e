/*
 * Any bytes, in any pieces, get the same answers; no answer is half of one; nothing beyond the
 * bytes is read. The first byte says where they are cut.
 */
#include "server/answering.h"
#include "server/memory.h"
#include "tests/http/site.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct limits limits = { .head = 600, .target = 100, .fields = 8, .body = 300 };

static void echo(void *self, const struct request *req, struct response *res, struct arena *a)
{
    (void)self;
    headers_add(&res->headers, S("X-Method"), req->method);
    headers_add(&res->headers, S("X-Target"), req->target);
    headers_add(&res->headers, S("X-Host"), req->host);
    headers_add(&res->headers, S("X-Path"), url_encode(a, req->path, "/"));
    res->status = 200;
    res->body = BODY_TEXT;
    res->text = req->body;
}

/* All that is answered, and the statuses of it. */
static void ask(str bytes, size_t first, size_t step, struct buf *got, struct buf *statuses)
{
    struct answering answering = { .handler = echo };

    answering_init(&answering);
    struct memory *memory = memory_open(&answering.answerer, &limits);
    struct memory_peer *peer = memory_connect(memory);

    memory_send(peer, str_slice(bytes, 0, first));
    for (size_t at = first; at < bytes.len; at += step)
        memory_send(peer, str_slice(bytes, at, at + step));
    memory_end(peer);
    buf_clear(got);
    buf_add(got, memory_got(peer));
    answers_read(buf_str(got), statuses);
    if (str_has(buf_str(statuses), '?'))
        abort();
    memory_close(memory);
}

/* "100" is said to who waits for it, and pieces decide whether one waits. */
static str without_100(str statuses, struct arena *a)
{
    struct buf out = buf_in(a);

    while (statuses.len) {
        str status = str_cut(&statuses, ' ');

        if (!str_eq(status, S("100")))
            buf_addf(&out, "%.*s ", STR(status));
    }
    return buf_str(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf whole = { 0 }, pieces = { 0 }, whole_statuses = { 0 }, statuses = { 0 };
    struct arena a = { 0 };

    if (size < 1)
        return 0;
    size_t first = data[0], step = data[0] % 7 + 1;
    str bytes = str_n((const char *)data + 1, size - 1);
    ask(bytes, bytes.len, 1, &whole, &whole_statuses);
    ask(bytes, first < bytes.len ? first : bytes.len, step, &pieces, &statuses);
    if (!str_eq(without_100(buf_str(&whole_statuses), &a), without_100(buf_str(&statuses), &a)))
        abort();
    arena_free(&a);
    buf_free(&whole);
    buf_free(&pieces);
    buf_free(&whole_statuses);
    buf_free(&statuses);
    return 0;
}
