/*
 * access_log.c - a line for each request
 *
 *   comes in:  an exchange that is over, or what was no request
 *   goes out:  127.0.0.1 - - [21/Nov/2026:05:15:18 +0000] "GET / HTTP/1.1" 200 4096 "-" "curl/7.88"
 *
 * What strangers sent is written with quotes, backslashes and everything that is not printable
 * ASCII as \xHH, so that nobody writes a line of their own or drives a terminal, and cut where it
 * gets long.
 */
#include "server/access_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MOST = 4096, TEXT_MOST = 1024 };

struct access_log {
    int fd;
};

struct line {
    size_t len;
    char text[LINE_MOST];
};

static void add(struct line *line, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void add(struct line *line, const char *fmt, ...)
{
    size_t room = LINE_MOST - line->len;
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(line->text + line->len, room, fmt, args);
    va_end(args);
    if (n > 0)
        line->len += (size_t)n < room ? (size_t)n : room - 1;
}

static void add_foreign(struct line *line, str s)
{
    size_t until = line->len + TEXT_MOST;

    if (until > LINE_MOST - 64) /* what follows always fits */
        until = LINE_MOST - 64;
    for (size_t i = 0; i < s.len && line->len + 4 < until; i++) {
        char c = s.p[i];

        if (c >= ' ' && c <= '~' && c != '"' && c != '\\')
            line->text[line->len++] = c;
        else
            add(line, "\\x%02X", (uint8_t)c);
    }
}

static void add_field(struct line *line, const struct incoming *request, str name)
{
    str value = S("-");

    for (size_t i = 0; i < request->count; i++)
        if (str_ieq(request->fields[i].name, name))
            value = request->fields[i].value;
    add(line, " \"");
    add_foreign(line, value);
    add(line, "\"");
}

static void begin(struct line *line, str peer)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t now = time(NULL);
    struct tm t;

    gmtime_r(&now, &t);
    line->len = 0;
    add(line, "%.*s - - [%02d/%.3s/%04d:%02d:%02d:%02d +0000]", STR(peer.len ? peer : S("-")),
        t.tm_mday, months + 3 * t.tm_mon, t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

/* A log that cannot be written is no reason not to serve. */
static void end(struct access_log *log, struct line *line)
{
    line->text[line->len++] = '\n';
    ssize_t n = write(log->fd, line->text, line->len);
    (void)n;
}

void access_log_exchange(struct access_log *log, const struct exchange *x)
{
    const struct incoming *request = &x->request;
    struct line line;

    if (!log)
        return;
    begin(&line, request->peer);
    add(&line, " \"");
    add_foreign(&line, request->method);
    add(&line, " ");
    add_foreign(&line, request->target);
    add(&line, " HTTP/1.%d\" %d %llu", request->minor, x->status, (unsigned long long)x->sent);
    add_field(&line, request, S("Referer"));
    add_field(&line, request, S("User-Agent"));
    end(log, &line);
}

void access_log_refused(struct access_log *log, str peer, int status, const char *why)
{
    struct line line;

    if (!log)
        return;
    begin(&line, peer);
    add(&line, " \"-\" %d 0 \"-\" \"-\" %s", status, why);
    end(log, &line);
}

struct access_log *access_log_open(const char *path, struct error *err)
{
    struct access_log *log = calloc(1, sizeof *log);

    if (!log) {
        error_set(err, "out of memory");
        return NULL;
    }
    log->fd = strcmp(path, "-") == 0
                  ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                  : open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
    if (log->fd >= 0)
        return log;
    error_errno(err, str_of(path), "cannot write the access log");
    free(log);
    return NULL;
}

void access_log_close(struct access_log *log)
{
    if (log)
        close(log->fd);
    free(log);
}
