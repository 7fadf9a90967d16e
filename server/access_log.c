/*
 * access_log.c - a line for each request
 *
 *   comes in:  an exchange that is over, or what was no request
 *   goes out:  127.0.0.1 - - [21/Nov/2026:05:15:18 +0000] "GET / HTTP/1.1" 200 4096 "-" "curl/7.88"
 *              or {"time":"2026-11-21T05:15:18Z","peer":"127.0.0.1","method":"GET",...}
 *
 * What strangers sent is written with quotes, backslashes and everything that is not printable
 * ASCII as \xHH, so that nobody writes a line of their own or drives a terminal, and cut where it
 * gets long. In JSON the same bytes are \u00HH.
 *
 * Rotation is somebody else's work: they rename the file, and we go on in a new one of the old
 * name, when told so by a signal or when we notice. The new file takes the old one's descriptor
 * (dup3), so whoever is writing needs no lock.
 */
#include "server/access_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MOST = 8192, TEXT_MOST = 1024, AFTER = 256 /* what follows a field always fits */ };

struct access_log {
    int fd;
    enum access_log_form form;
    _Atomic(int64_t) looked; /* at the name, in seconds   */
    char path[];             /* empty: standard output    */
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

/* `escape` is how a byte is written that may not stand there itself. */
static void add_foreign(struct line *line, str s, const char *escape)
{
    size_t until = line->len + TEXT_MOST;

    if (until > LINE_MOST - AFTER)
        until = LINE_MOST - AFTER;
    for (size_t i = 0; i < s.len && line->len + 6 < until; i++) {
        char c = s.p[i];

        if (c >= ' ' && c <= '~' && c != '"' && c != '\\')
            line->text[line->len++] = c;
        else
            add(line, *escape == 'x' ? "\\x%02X" : "\\u%04x", (uint8_t)c);
    }
}

static str field(const struct incoming *request, str name)
{
    str value = S("");

    for (size_t i = 0; i < request->count; i++)
        if (str_ieq(request->fields[i].name, name))
            value = request->fields[i].value;
    return value;
}

static void add_field(struct line *line, const struct incoming *request, str name)
{
    str value = field(request, name);

    add(line, " \"");
    add_foreign(line, value.len ? value : S("-"), "x");
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

/* --- JSON ------------------------------------------------------------------------------------- */

static void add_member(struct line *line, const char *name, str value)
{
    add(line, ",\"%s\":\"", name);
    add_foreign(line, value, "u");
    add(line, "\"");
}

static void begin_json(struct line *line, str peer)
{
    time_t now = time(NULL);
    struct tm t;

    gmtime_r(&now, &t);
    line->len = 0;
    add(line, "{\"time\":\"%04d-%02d-%02dT%02d:%02d:%02dZ\"", t.tm_year + 1900, t.tm_mon + 1,
        t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
    add_member(line, "peer", peer);
}

static void add_json(struct line *line, const struct exchange *x)
{
    const struct incoming *request = &x->request;
    str protocol = request->major > 1 ? S("HTTP/2")
                   : request->minor   ? S("HTTP/1.1")
                                      : S("HTTP/1.0");

    begin_json(line, request->peer);
    add_member(line, "method", request->method);
    add_member(line, "scheme", request->scheme);
    add_member(line, "host", request->authority);
    add_member(line, "target", request->target);
    add_member(line, "protocol", protocol);
    add(line, ",\"status\":%d,\"bytes\":%llu,\"seconds\":%.6f,\"whole\":%s", x->status,
        (unsigned long long)x->sent, (double)x->took / 1e6, x->whole ? "true" : "false");
    add_member(line, "referer", field(request, S("Referer")));
    add_member(line, "user_agent", field(request, S("User-Agent")));
    add(line, "}");
}

/* --- the file --------------------------------------------------------------------------------- */

static int open_file(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
}

void access_log_reopen(struct access_log *log)
{
    int why = errno, fd = log && log->path[0] ? open_file(log->path) : -1;

    if (fd >= 0) {
        dup3(fd, log->fd, O_CLOEXEC);
        close(fd);
    }
    errno = why;
}

/* Has somebody taken the file away under our hands? One thread looks, once a second. */
static void look_again(struct access_log *log)
{
    int64_t now = (int64_t)time(NULL), before = atomic_load(&log->looked);
    struct stat ours, theirs;

    if (!log->path[0] || now == before ||
        !atomic_compare_exchange_strong(&log->looked, &before, now))
        return;
    if (fstat(log->fd, &ours) == 0 &&
        (stat(log->path, &theirs) < 0 || ours.st_ino != theirs.st_ino ||
         ours.st_dev != theirs.st_dev))
        access_log_reopen(log);
}

/* A log that cannot be written is no reason not to serve. */
static void end(struct access_log *log, struct line *line)
{
    look_again(log);
    line->text[line->len++] = '\n';
    ssize_t n = write(log->fd, line->text, line->len);
    (void)n;
}

static void add_combined(struct line *line, const struct exchange *x)
{
    const struct incoming *request = &x->request;

    begin(line, request->peer);
    add(line, " \"");
    add_foreign(line, request->method, "x");
    add(line, " ");
    add_foreign(line, request->target, "x");
    add(line, " HTTP/%d.%d\" %d %llu", request->major, request->minor, x->status,
        (unsigned long long)x->sent);
    add_field(line, request, S("Referer"));
    add_field(line, request, S("User-Agent"));
}

void access_log_exchange(struct access_log *log, const struct exchange *x)
{
    struct line line;

    if (!log)
        return;
    if (log->form == LOG_JSON)
        add_json(&line, x);
    else
        add_combined(&line, x);
    end(log, &line);
}

void access_log_refused(struct access_log *log, str peer, int status, const char *why)
{
    struct line line;

    if (!log)
        return;
    if (log->form == LOG_JSON) {
        begin_json(&line, peer);
        add(&line, ",\"status\":%d,\"bytes\":0", status);
        add_member(&line, "refused", str_of(why));
        add(&line, "}");
    } else {
        begin(&line, peer);
        add(&line, " \"-\" %d 0 \"-\" \"-\" %s", status, why);
    }
    end(log, &line);
}

struct access_log *access_log_open(const char *path, enum access_log_form form, struct error *err)
{
    bool out = strcmp(path, "-") == 0;
    struct access_log *log = calloc(1, sizeof *log + strlen(path) + 1);

    if (!log) {
        error_set(err, "out of memory");
        return NULL;
    }
    log->form = form;
    strcpy(log->path, out ? "" : path);
    log->fd = out ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3) : open_file(path);
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
