/*
 * arena_test.c - pieces are aligned, separate, and all gone at once
 */
#include "tests/unit/unit.h"
#include "vial/base/arena.h"
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISONED(p) __asan_address_is_poisoned(p)
#else
#define POISONED(p) ((void)(p), 1) /* nothing to see without the sanitizer */
#endif

static void pieces_are_aligned_and_do_not_overlap(void **state)
{
    (void)state;
    struct arena a = { 0 };
    char *last = NULL;
    size_t last_size = 0;

    for (size_t size = 0; size < 300; size++) {
        char *piece = arena_alloc(&a, size);

        assert_int_equal((uintptr_t)piece % 16, 0);
        memset(piece, 'x', size);
        assert_true(piece >= last + last_size || piece + size <= last);
        last = piece;
        last_size = size;
    }
    arena_free(&a);
}

static void a_piece_of_no_bytes_has_a_place_of_its_own(void **state)
{
    (void)state;
    struct arena a = { 0 };
    char *none = arena_alloc(&a, 0);
    char *other = arena_alloc(&a, 8);

    assert_non_null(none);
    assert_ptr_not_equal(none, other);
    strcpy(other, "other");
    memset(arena_grow(&a, none, 0, 64), 'x', 64);
    assert_string_equal(other, "other");
    arena_free(&a);
}

static void a_large_piece_has_room(void **state)
{
    (void)state;
    struct arena a = { 0 };
    char *large = arena_alloc(&a, 5 << 20);

    memset(large, 1, 5 << 20);
    assert_int_equal(large[(5 << 20) - 1], 1);
    arena_free(&a);
}

static void zeroed_memory_is_zero_also_when_it_is_used_again(void **state)
{
    (void)state;
    struct arena a = { 0 };

    for (int round = 0; round < 3; round++) {
        unsigned char *piece = arena_zalloc(&a, 100, 10);

        for (size_t i = 0; i < 1000; i++)
            assert_int_equal(piece[i], 0);
        memset(piece, 0xFF, 1000);
        arena_reset(&a);
    }
    arena_free(&a);
}

static void the_last_piece_grows_in_place(void **state)
{
    (void)state;
    struct arena a = { 0 };
    char *piece = arena_alloc(&a, 10);

    memcpy(piece, "123456789", 10);
    assert_ptr_equal(arena_grow(&a, piece, 10, 1000), piece);
    assert_string_equal(piece, "123456789");
    arena_free(&a);
}

static void another_piece_is_copied_when_it_grows(void **state)
{
    (void)state;
    struct arena a = { 0 };
    char *piece = arena_alloc(&a, 10);

    memcpy(piece, "123456789", 10);
    arena_alloc(&a, 1);
    char *grown = arena_grow(&a, piece, 10, 1000);
    assert_ptr_not_equal(grown, piece);
    assert_string_equal(grown, "123456789");
    arena_free(&a);
}

static void growing_from_nothing_begins_a_piece(void **state)
{
    (void)state;
    struct arena a = { 0 };

    memset(arena_grow(&a, NULL, 0, 64), 1, 64);
    arena_free(&a);
}

static void what_came_after_a_mark_is_gone_after_rewinding(void **state)
{
    (void)state;
    struct arena a = { 0 };
    char *before = arena_alloc(&a, 16);

    strcpy(before, "still here");
    struct arena_mark mark = arena_mark(&a);
    char *after = arena_alloc(&a, 100);
    for (int i = 0; i < 100; i++)
        arena_alloc(&a, 1000);
    arena_rewind(&a, mark);
    assert_string_equal(before, "still here");
    assert_true(POISONED(after));
    assert_int_equal(a.size, mark.size);
    assert_ptr_equal(arena_alloc(&a, 8), after);
    arena_free(&a);
}

static void an_empty_arena_can_be_marked(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct arena_mark mark = arena_mark(&a);

    arena_alloc(&a, 10);
    arena_rewind(&a, mark);
    assert_null(a.blocks);
    assert_non_null(arena_alloc(&a, 10));
    arena_free(&a);
}

static void what_was_not_given_out_is_poisoned(void **state)
{
    (void)state;
    struct arena a = { 0 };
    char *piece = arena_alloc(&a, 20);

    assert_true(POISONED(piece + 20));
    assert_true(POISONED(piece + 32));
    arena_reset(&a);
    assert_true(POISONED(piece));
    arena_free(&a);
}

static void a_reset_arena_keeps_a_small_block_and_no_large_one(void **state)
{
    (void)state;
    struct arena a = { 0 };

    arena_alloc(&a, 100);
    const struct arena_block *kept = a.blocks;
    arena_reset(&a);
    assert_ptr_equal(a.blocks, kept);
    arena_alloc(&a, 5 << 20);
    arena_reset(&a);
    assert_null(a.blocks);
    arena_reset(&a);
    assert_non_null(arena_alloc(&a, 1));
    arena_free(&a);
}

static void it_counts_what_it_gave_out(void **state)
{
    (void)state;
    struct arena a = { 0 };

    arena_alloc(&a, 1000);
    arena_alloc(&a, 1000);
    assert_in_range(a.size, 2000, 2200);
    arena_reset(&a);
    assert_int_equal(a.size, 0);
    arena_free(&a);
}

static void a_child_ends_with_its_parent_or_parts_from_it(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct arena *first = arena_child(&a), *second = arena_child(&a), *third = arena_child(&a);

    memset(arena_alloc(first, 100), 1, 100);
    char *kept = memset(arena_alloc(second, 100), 2, 100);
    arena_alloc(third, 100);
    arena_part(&a, second);
    arena_reset(&a);
    assert_null(a.children);
    assert_int_equal(kept[99], 2);
    arena_delete(second);
    arena_alloc(arena_child(&a), 100);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_and_do_not_overlap),
        cmocka_unit_test(a_large_piece_has_room),
        cmocka_unit_test(zeroed_memory_is_zero_also_when_it_is_used_again),
        cmocka_unit_test(the_last_piece_grows_in_place),
        cmocka_unit_test(another_piece_is_copied_when_it_grows),
        cmocka_unit_test(growing_from_nothing_begins_a_piece),
        cmocka_unit_test(what_came_after_a_mark_is_gone_after_rewinding),
        cmocka_unit_test(an_empty_arena_can_be_marked),
        cmocka_unit_test(what_was_not_given_out_is_poisoned),
        cmocka_unit_test(a_piece_of_no_bytes_has_a_place_of_its_own),
        cmocka_unit_test(a_reset_arena_keeps_a_small_block_and_no_large_one),
        cmocka_unit_test(it_counts_what_it_gave_out),
        cmocka_unit_test(a_child_ends_with_its_parent_or_parts_from_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
