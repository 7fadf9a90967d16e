/*
 * What every unit test begins with: cmocka, which wants these headers before its own, and a few
 * words that let a sentence stay a sentence.
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants those first */
#include "vial/base/error.h"
#include <cmocka.h>

/* Slices compared, and shown whole when they differ. */
#define assert_str(actual, expected)                                                               \
    do {                                                                                           \
        str actual_ = (actual);                                                                    \
        struct arena shown_ = { 0 };                                                               \
        assert_string_equal(str_cstr(&shown_, actual_), (expected));                               \
        arena_free(&shown_);                                                                       \
    } while (0)
