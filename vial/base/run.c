/*
 * run.c - another program, run to its end
 *
 *   comes in:  its words
 *   goes out:  what it said, and how it ended
 *
 * It gets our environment, but for the language of its messages; the signals that our threads block
 * or ignore are its own again. One pipe takes both its streams, so that lines keep their order.
 */
#include "vial/base/run.h"

#include "vial/base/date.h"
#include "vial/base/path.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT = 1 << 20 };

extern char **environ;

/* Ours, with messages that can be read by programs. */
static char **environment(struct arena *a)
{
    static const char *const ours[] = { "LC_ALL=C", "LANGUAGE=" };
    size_t count = 0, n = 0;

    while (environ[count])
        count++;
    char **all = arena_array(a, char *, count + 3);
    for (size_t i = 0; i < count; i++)
        if (!str_starts(str_of(environ[i]), S("LC_ALL=")) &&
            !str_starts(str_of(environ[i]), S("LANGUAGE=")))
            all[n++] = environ[i];
    for (size_t i = 0; i < 2; i++)
        all[n++] = (char *)ours[i];
    return all;
}

/* 0, or why it could not be started. */
static int start(const struct run *run, const char *program, int out, pid_t *child)
{
    struct arena a = { 0 };
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, usual;

    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, run->output ? run->output : out, 1);
    posix_spawn_file_actions_adddup2(&files, out, 2);
    if (run->folder)
        posix_spawn_file_actions_addchdir_np(&files, run->folder);
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGCHLD);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setpgroup(&attributes, 0); /* of its own, to be ended with all it started */
    posix_spawnattr_setflags(&attributes, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                  (run->seconds ? POSIX_SPAWN_SETPGROUP : 0)));
    int why = posix_spawn(child, program, &files, &attributes, (char *const *)run->words,
                          environment(&a));
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    arena_free(&a);
    return why;
}

/* Whether there is something to read before `deadline` (0: it has time). */
static bool is_in_time(int from, int64_t deadline)
{
    struct pollfd poll_it = { .fd = from, .events = POLLIN };

    while (deadline) {
        int64_t left = (deadline - now_ns()) / 1000000;

        if (left < 0)
            return false;
        int ready = poll(&poll_it, 1, left < 60000 ? (int)left + 1 : 60000);
        if (ready > 0 || (ready < 0 && errno != EINTR))
            break;
    }
    return true;
}

/* All of it is read, so that nobody waits for us; what is beyond the limit is forgotten. False: it
 * went on for too long. */
static bool listen_to(int from, size_t limit, int64_t deadline, struct buf *said)
{
    char piece[4096];
    ssize_t got;

    for (;;) {
        if (!is_in_time(from, deadline))
            return false;
        if ((got = read(from, piece, sizeof piece)) == 0)
            return true;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return true;
        size_t n = (size_t)got;
        buf_add(said, str_n(piece, n < limit ? n : limit));
        limit -= n < limit ? n : limit;
    }
}

/* Where somebody let the system bury children unseen, the end is taken for a good one: who called
 * looks at what was made. */
static int bury(pid_t child, int64_t deadline)
{
    const struct timespec moment = { 0, 5000000 };
    int status = 0;
    pid_t gone;

    while ((gone = waitpid(child, &status, deadline ? WNOHANG : 0)) <= 0) {
        if (gone < 0 && errno != EINTR)
            return 0;
        if (deadline && now_ns() > deadline)
            return RUN_LATE;
        if (gone == 0)
            nanosleep(&moment, NULL); /* it says nothing more, and is about to end */
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* As it is called from any folder. */
static str absolute(str program, struct arena *a)
{
    char here[4096];

    if (!program.len || program.p[0] == '/' || !getcwd(here, sizeof here))
        return program;
    return str_copy(a, path_join(a, str_of(here), program));
}

bool run_program(const struct run *run, struct buf *said, int *status, struct error *err)
{
    struct arena a = { 0 };
    str program = absolute(run_find(str_of(run->words[0]), &a), &a);
    int ends[2], why = ENOENT;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_errno(err, str_of(run->words[0]), "can't be run");
    if (program.len)
        why = start(run, program.p, ends[1], &child);
    close(ends[1]);
    if (!why) {
        int64_t deadline = run->seconds ? now_ns() + (int64_t)run->seconds * 1000000000 : 0;
        bool late = !listen_to(ends[0], run->limit ? run->limit : LIMIT, deadline, said);

        *status = late ? RUN_LATE : bury(child, deadline);
        if (*status == RUN_LATE) {
            kill(-child, SIGKILL);
            bury(child, 0);
        }
    }
    close(ends[0]);
    arena_free(&a);
    errno = why;
    return !why || error_errno(err, str_of(run->words[0]), "can't be run");
}

str run_find(str name, struct arena *a)
{
    const char *folders = getenv("PATH");
    str rest = folders ? str_of(folders) : S("/usr/bin:/bin");

    if (str_has(name, '/')) {
        str path = str_copy(a, name);

        return access(path.p, X_OK) == 0 ? path : (str){ 0 };
    }
    while (rest.len) { /* an empty part is the folder we are in */
        str folder = str_cut(&rest, ':');
        str path = str_copy(a, path_join(a, folder.len ? folder : S("."), name));

        if (access(path.p, X_OK) == 0)
            return path;
    }
    return (str){ 0 };
}
