/*
 * allocations.c - counts what a program asks the system for memory
 *
 *   comes in:  LD_PRELOAD=allocations.so COUNT_TO=FILE PROGRAM ...
 *   goes out:  the number of its calls of malloc, calloc and realloc, in FILE when it ends
 *
 * The GNU C library lets a program have its own malloc and still call the library's by these names.
 */
#include <stdio.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static unsigned long calls;

void *malloc(size_t size)
{
    calls++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    calls++;
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    calls++;
    return __libc_realloc(old, size);
}

__attribute__((destructor)) static void say(void)
{
    unsigned long counted = calls;
    FILE *file = fopen(getenv("COUNT_TO"), "w");

    if (file)
        fprintf(file, "%lu\n", counted);
}
