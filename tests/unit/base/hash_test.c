/*
 * hash_test.c - digests are the same everywhere, keys are spread
 */
#include "tests/unit/unit.h"
#include "vial/base/hash.h"

static void a_digest_is_the_same_on_every_machine(void **state)
{
    (void)state;
    struct arena a = { 0 };

    /* XXH3's 128 bits of "" and of "abc", as the algorithm's own program prints them */
    assert_str(digest_text(&a, digest_of(S(""))), "99aa06d3014798d86001c324468d497f");
    assert_str(digest_text(&a, digest_of(S("abc"))), "06b05ab6733a618578af5f94892f3950");
    arena_free(&a);
}

static void a_digest_is_read_back(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct digest d = digest_of(S("some text")), read;

    assert_true(digest_parse(digest_text(&a, d), &read));
    assert_true(digest_eq(d, read));
    assert_false(digest_parse(S("99aa"), &read));
    assert_false(digest_parse(S("99aa06d3014798d86001c324468d497x"), &read));
    arena_free(&a);
}

static void keys_that_differ_hash_differently(void **state)
{
    (void)state;
    assert_true(hash_key(S("a")) != hash_key(S("b")));
    assert_true(hash_key(S("a")) == hash_key(S("a")));
    assert_true(hash_key(S("")) == hash_key((str){ 0 }));
    assert_true(hash_bytes(S("a")) != hash_key(S("a"))); /* which is seeded */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digest_is_the_same_on_every_machine),
        cmocka_unit_test(a_digest_is_read_back),
        cmocka_unit_test(keys_that_differ_hash_differently),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
