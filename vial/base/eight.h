/*
 * Eight bytes at a time: text looked through faster than byte by byte, on any machine.
 *
 * The first byte of the text is the lowest of the number. Only of the lowest that is marked is it
 * sure that it was a zero: the one above it may be marked as well when it was a one.
 */
#pragma once
#include <endian.h>
#include <stdint.h>
#include <string.h>

/* The same byte eight times. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (unsigned char)(byte))

static inline uint64_t eight_at(const char *p)
{
    uint64_t eight;

    memcpy(&eight, p, sizeof eight);
    return le64toh(eight);
}

/* Bytes that were zero have their top bit. */
static inline uint64_t zeros_in(uint64_t eight)
{
    return (eight - EIGHT(1)) & ~eight & EIGHT(0x80);
}

/* Control characters, below a space and DEL, have their top bit; some above the first may as well.
 */
static inline uint64_t controls_in(uint64_t eight)
{
    return ((eight - EIGHT(' ')) & ~eight & EIGHT(0x80)) | zeros_in(eight ^ EIGHT(0x7f));
}

/* The number, from 0, of the lowest byte that is marked; some must be. */
static inline size_t first_marked(uint64_t marks)
{
    return (size_t)__builtin_ctzll(marks) / 8;
}
