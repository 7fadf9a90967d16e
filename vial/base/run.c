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

#include "vial/base/path.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
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
    posix_spawn_file_actions_adddup2(&files, out, 1);
    posix_spawn_file_actions_adddup2(&files, out, 2);
    if (run->folder)
        posix_spawn_file_actions_addchdir_np(&files, run->folder);
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGCHLD);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int why = posix_spawn(child, program, &files, &attributes, (char *const *)run->words,
                          environment(&a));
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    arena_free(&a);
    return why;
}

/* All of it is read, so that nobody waits for us; what is beyond the limit is forgotten. */
static void listen_to(int from, size_t limit, struct buf *said)
{
    char piece[4096];
    ssize_t got;

    while ((got = read(from, piece, sizeof piece)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        size_t n = (size_t)got;
        buf_add(said, str_n(piece, n < limit ? n : limit));
        limit -= n < limit ? n : limit;
    }
}

/* Where somebody let the system bury children unseen, the end is taken for a good one: who called
 * looks at what was made. */
static int bury(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 0;
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
        listen_to(ends[0], run->limit ? run->limit : LIMIT, said);
        *status = bury(child);
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
