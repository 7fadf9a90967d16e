/*
 * spare_stack.c - a second stack for a thread's signal handlers
 *
 *   comes in:  a thread that is about to run code nobody vouches for
 *   goes out:  room for last words; and whether the first stack ran over
 *
 * Where the thread has such a stack already (a sanitizer gives it one), that one is left alone.
 */
#include "vial/base/spare_stack.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>

enum { SIZE = 64 << 10, BEYOND = 1 << 20 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static _Thread_local bool taken;
static _Thread_local uintptr_t lowest; /* address of the stack; 0: not known */

static void give_back(void *stack)
{
    sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL);
    free(stack);
}

static void make_key(void)
{
    pthread_key_create(&key, give_back);
}

static uintptr_t find_lowest(void)
{
    pthread_attr_t attr;
    uintptr_t at = 0;
    void *stack;
    size_t size;

    if (pthread_getattr_np(pthread_self(), &attr) != 0)
        return 0;
    if (pthread_attr_getstack(&attr, &stack, &size) == 0)
        at = (uintptr_t)stack;
    pthread_attr_destroy(&attr);
    return at;
}

void spare_stack_take(void)
{
    stack_t now;

    if (taken)
        return;
    taken = true;
    lowest = find_lowest();
    pthread_once(&once, make_key);
    if (sigaltstack(NULL, &now) != 0 || !(now.ss_flags & SS_DISABLE))
        return;
    void *stack = malloc(SIZE);
    if (stack && sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = SIZE }, NULL) == 0)
        pthread_setspecific(key, stack);
    else
        free(stack);
}

bool spare_stack_ran_over(const void *address)
{
    uintptr_t at = (uintptr_t)address;

    return lowest && at >= lowest - BEYOND && at < lowest + SIZE;
}
