/*
 * sandbox_test.c - what a handler can do no more, once the sandbox is entered
 *
 * There is no way back out, so each case is a process of its own: a server with a handler that
 * tries, and a client's answer that says how it went.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/server.h"
#include "tests/http/client.h"
#include "vial/base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 }; /* it makes a process of its own at the end */
#else
enum { SANITIZED = 0 };
#endif

static char folder[] = "/tmp/vial-sandbox-XXXXXX";

static int opens(const char *path, int flags)
{
    int fd = open(path, flags, 0600);

    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static int runs_a_program(void)
{
    char *const words[] = { (char *)"/bin/true", NULL };

    execv("/bin/true", words);
    return errno;
}

static int has_a_child(void)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    if (child < 0)
        return errno;
    waitpid(child, NULL, 0);
    return 0;
}

static int gets_a_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

/* What is read and not written must stay as it is, whichever way it is cut short. */
static int cuts_short(const char *path)
{
    return truncate(path, 0) < 0 ? errno : 0;
}

static int changes_mode(const char *path)
{
    int fd = open(path, O_RDONLY), code = fchmod(fd, 0666) < 0 ? errno : 0;

    close(fd);
    return code;
}

/* As if somebody typed it, where the server was started. */
static int types(void)
{
    return ioctl(STDIN_FILENO, TIOCSTI, "x") < 0 ? errno : 0;
}

static int signals_its_parent(void)
{
    return syscall(SYS_tgkill, getppid(), getppid(), 0) < 0 ? errno : 0;
}

static const char *in_folder(const char *name)
{
    static _Thread_local char path[256];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* Tries what the path says, and answers with the error's number. */
static void try(void *self, const struct request *req, struct response *res, struct arena *a)
{
    int code = -1;

    (void)self;
    if (str_eq(req->path, S("/passwd")))
        code = opens("/etc/passwd", O_RDONLY);
    else if (str_eq(req->path, S("/exec")))
        code = runs_a_program();
    else if (str_eq(req->path, S("/fork")))
        code = has_a_child();
    else if (str_eq(req->path, S("/socket")))
        code = gets_a_socket();
    else if (str_eq(req->path, S("/cut")))
        code = cuts_short(in_folder("page"));
    else if (str_eq(req->path, S("/cut-open")))
        code = opens(in_folder("page"), O_RDONLY | O_TRUNC);
    else if (str_eq(req->path, S("/mode")))
        code = changes_mode(in_folder("page"));
    else if (str_eq(req->path, S("/type")))
        code = types();
    else if (str_eq(req->path, S("/signal")))
        code = signals_its_parent();
    else if (str_eq(req->path, S("/read")))
        code = opens(in_folder("page"), O_RDONLY);
    else if (str_eq(req->path, S("/write")))
        code = opens(in_folder("new"), O_WRONLY | O_CREAT);
    else if (str_eq(req->path, S("/spool")))
        code = opens("/var/tmp", O_TMPFILE | O_RDWR);
    res->status = 200;
    res->body = BODY_TEXT;
    res->text = str_fmt(a, "%d", code);
}

static struct server *running;

static void stop(int signal_number)
{
    (void)signal_number;
    server_stop(running);
}

/* The confined process: says its port, and serves until it is told to stop. */
static void confined(int tell, unsigned threads)
{
    struct sandbox sandbox = { 0 };
    struct error err = { 0 };
    const struct server_options options = {
        .workers = 1, .threads = threads, .handler = try, .sandbox = &sandbox
    };

    log_level(LOG_ERRORS);
    sandbox_allow(&sandbox, folder, SANDBOX_READ);
    running = server_open(&options, &err);
    uint16_t port = running ? server_port(running) : 0;
    signal(SIGTERM, stop);
    if (write(tell, &port, sizeof port) == sizeof port && running)
        server_run(running);
    server_close(running);
    sandbox_free(&sandbox);
    _exit(running ? 0 : 1);
}

static uint16_t port;
static pid_t process;

static int begin(unsigned threads)
{
    int ends[2];

    if (pipe(ends) < 0)
        return -1;
    process = fork();
    if (process == 0)
        confined(ends[1], threads);
    close(ends[1]);
    bool told = read(ends[0], &port, sizeof port) == sizeof port;
    close(ends[0]);
    return told && port ? 0 : -1;
}

static int on_the_loop(void **state)
{
    (void)state;
    return begin(0);
}

static int in_the_pool(void **state)
{
    (void)state;
    return begin(2);
}

static int end(void **state)
{
    int status;

    (void)state;
    kill(process, SIGTERM);
    waitpid(process, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static int code_of(const char *path)
{
    struct client client = client_connect(port);
    struct answer answer = client_get(&client, path);
    int64_t code = -1;

    assert_int_equal(answer.status, 200);
    assert_true(str_int(answer.body, &code));
    client_close(&client);
    return (int)code;
}

static bool has_landlock(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) > 0;
}

static void a_handler_reads_what_is_served_and_nothing_else(void **state)
{
    (void)state;
    if (!has_landlock())
        skip();
    assert_int_equal(code_of("/read"), 0);
    assert_int_equal(code_of("/passwd"), EACCES);
    assert_int_equal(code_of("/write"), EACCES);
    assert_int_equal(code_of("/spool"), 0);
}

static void a_handler_starts_no_program_and_opens_no_socket(void **state)
{
    (void)state;
    assert_int_equal(code_of("/exec"), EPERM);
    assert_int_equal(code_of("/socket"), EPERM);
    if (!SANITIZED)
        assert_int_equal(code_of("/fork"), EPERM);
    assert_int_equal(code_of("/read"), 0); /* and it still serves */
}

static void a_handler_changes_nothing_that_it_may_only_read(void **state)
{
    (void)state;
    assert_int_equal(code_of("/cut"), EPERM);
    assert_int_equal(code_of("/cut-open"), EPERM);
    assert_int_equal(code_of("/mode"), EPERM);
    assert_int_equal(code_of("/type"), EPERM);
    if (!SANITIZED)
        assert_int_equal(code_of("/signal"), EPERM);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) && opens(in_folder("page"), O_WRONLY | O_CREAT) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(in_folder("page"));
    return rmdir(folder);
}

#define TEST(name, how) cmocka_unit_test_setup_teardown(name, how, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_handler_reads_what_is_served_and_nothing_else, on_the_loop),
        TEST(a_handler_starts_no_program_and_opens_no_socket, on_the_loop),
        TEST(a_handler_reads_what_is_served_and_nothing_else, in_the_pool),
        TEST(a_handler_starts_no_program_and_opens_no_socket, in_the_pool),
        TEST(a_handler_changes_nothing_that_it_may_only_read, on_the_loop),
    };

    return cmocka_run_group_tests_name("sandbox", tests, make_folder, remove_folder);
}
