/*
 * chunks_test.c - chunked bodies, taken apart and put together
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/http1.h"

static struct buf body;
static struct chunks chunks;

/* The body of `bytes` when they come in pieces of `step`; what is left of them is in `*rest`. */
static enum http1_found decode(str bytes, size_t step, str *rest)
{
    enum http1_found found = HTTP1_MORE;
    size_t at = 0;

    chunks = (struct chunks){ 0 };
    buf_clear(&body);
    while (at < bytes.len && found == HTTP1_MORE) {
        str in = str_slice(bytes, at, at + step), piece;

        while (in.len && found == HTTP1_MORE) {
            size_t before = in.len;

            found = chunks_next(&chunks, &in, &piece);
            buf_add(&body, piece);
            at += before - in.len;
        }
    }
    *rest = str_from(bytes, at);
    return found;
}

static void a_body_is_the_same_in_pieces_of_any_size(void **state)
{
    str bytes =
            S("4\r\nWiki\r\n5;x=\"y\"\r\npedia\r\nE\r\n in\r\n\r\nchunks.\r\n0\r\nA: b\r\n\r\nGET"),
        rest;

    (void)state;
    for (size_t step = 1; step <= bytes.len; step++) {
        assert_int_equal(decode(bytes, step, &rest), HTTP1_DONE);
        assert_true(str_eq(buf_str(&body), S("Wikipedia in\r\n\r\nchunks.")));
        assert_true(str_eq(rest, S("GET")));
    }
    buf_free(&body);
}

static void pieces_lie_where_they_came(void **state)
{
    str bytes = S("4\r\nWiki\r\n"), in = bytes, piece;

    (void)state;
    chunks = (struct chunks){ 0 };
    assert_int_equal(chunks_next(&chunks, &in, &piece), HTTP1_MORE);
    assert_ptr_equal(piece.p, bytes.p + 3);
    assert_int_equal(piece.len, 4);
    assert_int_equal(in.len, 2);
}

static void what_is_promised_is_known_with_the_size(void **state)
{
    str in = S("1f"), piece;

    (void)state;
    chunks = (struct chunks){ 0 };
    chunks_next(&chunks, &in, &piece);
    assert_int_equal(chunks_promised(&chunks), 0);
    in = S("f\r\n");
    chunks_next(&chunks, &in, &piece);
    assert_int_equal(chunks_promised(&chunks), 0x1ff);
}

static void what_is_given_back_comes_again(void **state)
{
    str bytes = S("4\r\nWiki\r\n0\r\n\r\n"), in = bytes, piece;

    (void)state;
    chunks = (struct chunks){ 0 };
    chunks_next(&chunks, &in, &piece);
    chunks_give_back(&chunks, 3);
    in = str_n(in.p - 3, in.len + 3);
    chunks_next(&chunks, &in, &piece);
    assert_true(str_eq(piece, S("iki")));
    assert_int_equal(chunks_next(&chunks, &in, &piece), HTTP1_DONE);
}

static void extensions_and_trailers_have_limits(void **state)
{
    struct buf bytes = { 0 };
    str rest;

    (void)state;
    buf_lit(&bytes, "1;");
    for (int i = 0; i < 255; i++)
        buf_addc(&bytes, 'x');
    buf_lit(&bytes, "\r\na\r\n0\r\nA:");
    assert_int_equal(decode(buf_str(&bytes), 7, &rest), HTTP1_MORE);
    for (int i = 0; i < 10000; i++)
        buf_addc(&bytes, 'x');
    assert_int_equal(decode(buf_str(&bytes), 7, &rest), HTTP1_BAD);
    assert_string_equal(chunks.why, "the trailers are too long");

    buf_clear(&bytes);
    buf_lit(&bytes, "1;");
    for (int i = 0; i < 256; i++)
        buf_addc(&bytes, 'x');
    buf_lit(&bytes, "\r\n");
    assert_int_equal(decode(buf_str(&bytes), 7, &rest), HTTP1_BAD);
    assert_string_equal(chunks.why, "a chunk's extensions are too long");
    buf_free(&bytes);
    buf_free(&body);
}

static void a_chunk_is_framed_in_the_room_around_it(void **state)
{
    char room[CHUNK_FRONT + 300 + CHUNK_BACK];
    str rest;

    (void)state;
    memset(room, 'x', sizeof room);
    str one = chunk_frame(room, 300);
    assert_true(str_starts(one, S("12c\r\nxxx")));
    assert_true(str_ends(one, S("x\r\n")));
    assert_int_equal(one.len, 5 + 300 + 2);
    assert_int_equal(decode(one, 1000, &rest), HTTP1_MORE);
    assert_int_equal(body.len, 300);
    assert_true(str_eq(chunk_frame(room, 0), S("0\r\n\r\n")));
    buf_free(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_is_the_same_in_pieces_of_any_size),
        cmocka_unit_test(pieces_lie_where_they_came),
        cmocka_unit_test(what_is_promised_is_known_with_the_size),
        cmocka_unit_test(what_is_given_back_comes_again),
        cmocka_unit_test(extensions_and_trailers_have_limits),
        cmocka_unit_test(a_chunk_is_framed_in_the_room_around_it),
    };

    return cmocka_run_group_tests_name("chunks", tests, NULL, NULL);
}
