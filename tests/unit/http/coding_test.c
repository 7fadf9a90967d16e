/*
 * coding_test.c - in which coding somebody gets it, and that it is the same bytes
 */
#include "tests/unit/unit.h"

#include "vial/http/coding.h"
#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

static struct arena a;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static const char *chosen(const char *accept)
{
    struct request req = { .headers = { .arena = &a } };

    if (accept)
        headers_add(&req.headers, S("Accept-Encoding"), str_of(accept));
    return str_cstr(&a, coding_name(coding_choose(&req)));
}

static void the_coding_that_is_liked_best_is_chosen(void **state)
{
    static const struct {
        const char *accept, *coding;
    } cases[] = {
        { NULL, "identity" },
        { "", "identity" },
        { "gzip", "gzip" },
        { "GZip", "gzip" },
        { "gzip, deflate, br, zstd", "br" },
        { "gzip, zstd", "zstd" },
        { "deflate, compress", "identity" },
        { "br;q=0.5, gzip;q=0.9", "gzip" },
        { "br;q=0, gzip", "gzip" },
        { "gzip;q=0", "identity" },
        { "*", "br" },
        { "*;q=0", "identity" },
        { "br;q=0, *", "zstd" },
        { "identity, gzip;q=0.5", "identity" },
        { "identity;q=0.5, gzip;q=0.5", "gzip" },
        { "identity;q=0", "identity" }, /* there is no other: better these than none */
        { "gzip;q=nonsense", "identity" },
        { ",,gzip,,", "gzip" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(chosen(cases[i].accept), cases[i].coding);
}

static void what_is_small_already_is_left_as_it_is(void **state)
{
    (void)state;
    assert_true(coding_suits(S("text/html; charset=utf-8"), 1000));
    assert_true(coding_suits(S("image/svg+xml"), 1000));
    assert_true(coding_suits(S("application/feed+json"), 1000));
    assert_true(coding_suits(S("application/wasm"), 1000));
    assert_false(coding_suits(S("text/html"), 100));
    assert_false(coding_suits(S("image/png"), 100000));
    assert_false(coding_suits(S("font/woff2"), 100000));
    assert_false(coding_suits(S("application/gzip"), 100000));
    assert_false(coding_suits(S("text/event-stream"), 100000));
    assert_false(coding_suits(S(""), 100000));
}

static void other_bytes_have_another_tag(void **state)
{
    (void)state;
    assert_str(coding_tag(S("\"a\""), CODING_BR, &a), "\"a-br\"");
    assert_str(coding_tag(S("W/\"a\""), CODING_GZIP, &a), "W/\"a-gzip\"");
    assert_str(coding_tag(S("\"a\""), CODING_NONE, &a), "\"a\"");
}

static str decoded(enum coding coding, str bytes, size_t size)
{
    char *out = arena_alloc(&a, size);
    size_t got = size;
    z_stream z = { .next_in = (Bytef *)bytes.p,
                   .avail_in = (uInt)bytes.len,
                   .next_out = (Bytef *)out,
                   .avail_out = (uInt)size };

    switch (coding) {
    case CODING_GZIP:
        assert_int_equal(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
        assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
        got = size - z.avail_out;
        inflateEnd(&z);
        break;
    case CODING_BR:
        assert_int_equal(
            BrotliDecoderDecompress(bytes.len, (const uint8_t *)bytes.p, &got, (uint8_t *)out),
            BROTLI_DECODER_RESULT_SUCCESS);
        break;
    case CODING_ZSTD:
        got = ZSTD_decompress(out, size, bytes.p, bytes.len);
        break;
    case CODING_NONE:
        break;
    }
    return str_n(out, got);
}

static void what_is_coded_is_the_same_and_smaller_and_always_alike(void **state)
{
    char text[20000];

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + (i * i / 7) % 13);
    for (enum coding coding = 0; coding < CODINGS; coding++)
        for (int effort = CODING_NOW; effort <= CODING_LASTING; effort++) {
            struct buf once = buf_in(&a), twice = buf_in(&a);

            assert_true(coding_is_here(coding));
            assert_true(
                coding_make(&once, coding, (enum coding_effort)effort, str_n(text, sizeof text)));
            assert_true(
                coding_make(&twice, coding, (enum coding_effort)effort, str_n(text, sizeof text)));
            assert_true(once.len < sizeof text);
            assert_true(str_eq(buf_str(&once), buf_str(&twice)));
            assert_true(
                str_eq(decoded(coding, buf_str(&once), sizeof text), str_n(text, sizeof text)));
        }
}

static void what_would_not_be_smaller_is_not_coded(void **state)
{
    char noise[4096];
    uint32_t seed = 1;

    (void)state;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)((seed = seed * 1664525 + 1013904223) >> 24);
    for (enum coding coding = 0; coding <= CODINGS; coding++) {
        struct buf out = buf_in(&a);

        buf_lit(&out, "before");
        assert_false(coding_make(&out, coding, CODING_NOW, str_n(noise, sizeof noise)));
        assert_false(coding_make(&out, coding, CODING_NOW, S("")));
        assert_str(buf_str(&out), "before");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_coding_that_is_liked_best_is_chosen, free_arena),
        cmocka_unit_test_teardown(what_is_small_already_is_left_as_it_is, free_arena),
        cmocka_unit_test_teardown(other_bytes_have_another_tag, free_arena),
        cmocka_unit_test_teardown(what_is_coded_is_the_same_and_smaller_and_always_alike,
                                  free_arena),
        cmocka_unit_test_teardown(what_would_not_be_smaller_is_not_coded, free_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
