/*
 * log.c - sentences for whoever runs the program
 *
 *   comes in:  printf's arguments, errors
 *   goes out:  text on standard error, one write for each message
 */
#include "vial/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static _Atomic int wanted = LOG_NOTES;

static const char *const colours[] = {
    [LOG_ERRORS] = "\033[1;31m",
    [LOG_WARNINGS] = "\033[1;33m",
    [LOG_NOTES] = "",
    [LOG_DETAILS] = "\033[2m",
};

void log_level(enum log_level level)
{
    atomic_store(&wanted, (int)level);
}

bool log_wants(enum log_level level)
{
    return (int)level <= atomic_load(&wanted);
}

/* A terminal, unless its user asked for none (no-color.org). */
static bool coloured(void)
{
    const char *no = getenv("NO_COLOR");

    return isatty(STDERR_FILENO) && !(no && *no);
}

static void put(struct buf *text)
{
    str rest = buf_str(text);

    while (rest.len) {
        ssize_t n = write(STDERR_FILENO, rest.p, rest.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break; /* nobody is left to be told */
        rest = str_from(rest, (size_t)n);
    }
    buf_free(text);
}

static void say(enum log_level level, const char *fmt, va_list args)
{
    struct buf text = { 0 };
    bool colour = coloured() && *colours[level];

    if (!log_wants(level))
        return;
    buf_add(&text, str_of(colour ? colours[level] : ""));
    buf_addv(&text, fmt, args);
    buf_add(&text, str_of(colour ? "\033[0m\n" : "\n"));
    put(&text);
}

void log_error(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(LOG_ERRORS, fmt, args);
    va_end(args);
}

void log_warning(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(LOG_WARNINGS, fmt, args);
    va_end(args);
}

void log_note(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(LOG_NOTES, fmt, args);
    va_end(args);
}

void log_detail(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(LOG_DETAILS, fmt, args);
    va_end(args);
}

static void print(enum log_level level, const struct error *err)
{
    struct buf text = { 0 };

    if (!log_wants(level))
        return;
    error_print(err, coloured() ? ERROR_COLOUR : ERROR_PLAIN, &text);
    put(&text);
}

void log_failure(const struct error *err)
{
    print(LOG_ERRORS, err);
}

void log_caution(const struct error *err)
{
    print(LOG_WARNINGS, err);
}
