/*
 * clock.c - a clock that is CLOCK_SHIFT seconds ahead of the one that files are stamped by
 *
 *   comes in:  LD_PRELOAD, and CLOCK_SHIFT in the environment
 *   goes out:  what the process takes for the time of day; how long things take is as it was
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *t)
{
    const char *shift = getenv("CLOCK_SHIFT");
    long status = syscall(SYS_clock_gettime, id, t);

    if (status == 0 && id == CLOCK_REALTIME && shift)
        t->tv_sec += atol(shift);
    return (int)status;
}

time_t time(time_t *out)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    if (out)
        *out = t.tv_sec;
    return t.tv_sec;
}
