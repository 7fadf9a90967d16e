/*
 * hangup.c - SIGHUP, heard by a thread of its own
 *
 *   comes in:  signals; times
 *   goes out:  calls, one after the other; of signals that come meanwhile one stays
 */
#include "cli/hangup.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct hangup {
    pthread_t thread;
    int signals, stopped;
    void (*heard)(void *self);
    int (*wait)(void *self);
    void *self;
};

static void *listen_for_it(void *arg)
{
    struct hangup *hangup = arg;
    struct pollfd ends[2] = { { .fd = hangup->signals, .events = POLLIN },
                              { .fd = hangup->stopped, .events = POLLIN } };
    struct signalfd_siginfo info;

    for (;;) {
        int wait = hangup->wait ? hangup->wait(hangup->self) : -1;

        if (wait == 0)
            hangup->heard(hangup->self);
        if (wait == 0 || poll(ends, 2, wait) < 0)
            continue;
        if (ends[1].revents)
            return NULL;
        if (ends[0].revents && read(hangup->signals, &info, sizeof info) == sizeof info)
            hangup->heard(hangup->self);
    }
}

static void release(struct hangup *hangup)
{
    if (hangup->signals >= 0)
        close(hangup->signals);
    if (hangup->stopped >= 0)
        close(hangup->stopped);
    free(hangup);
}

struct hangup *hangup_start(void (*heard)(void *self), int (*wait)(void *self), void *self)
{
    struct hangup *hangup = calloc(1, sizeof *hangup);
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, NULL); /* in all threads that begin from now on */
    if (!hangup)
        return NULL;
    hangup->heard = heard;
    hangup->wait = wait;
    hangup->self = self;
    hangup->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    hangup->stopped = eventfd(0, EFD_CLOEXEC);
    if (hangup->signals >= 0 && hangup->stopped >= 0 &&
        pthread_create(&hangup->thread, NULL, listen_for_it, hangup) == 0)
        return hangup;
    release(hangup);
    return NULL;
}

void hangup_stop(struct hangup *hangup)
{
    uint64_t one = 1;

    if (!hangup)
        return;
    while (write(hangup->stopped, &one, sizeof one) < 0)
        continue;
    pthread_join(hangup->thread, NULL);
    release(hangup);
}
