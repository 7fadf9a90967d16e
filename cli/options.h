/*
 * Options of a command: one table says what they are called, where they go and what they mean.
 *
 *     bool drafts = false;
 *     str site = S(".");
 *     const struct option_spec specs[] = {
 *         { 's', "site", OPTION_TEXT, &site, "DIR", "the site's folder (default: this one)" },
 *         { 0, "drafts", OPTION_FLAG, &drafts, NULL, "show drafts as well" },
 *         { 0 },
 *     };
 *     struct operands rest;
 *     int status = options_parse("vial build [options]", specs, argc, argv, &rest, 0);
 *     if (status >= 0)
 *         return status;
 *
 * Long options take "--port 80" and "--port=80", short ones "-p 80" and "-p80"; "--" ends them and
 * "-" is an operand. --help and --quiet are understood by every command.
 */
#pragma once
#include "vial/base/str.h"

enum option_kind {
    OPTION_FLAG,   /* bool: true when given                                      */
    OPTION_TEXT,   /* str                                                        */
    OPTION_NUMBER, /* int64_t: decimal, not negative                              */
    OPTION_LIST,   /* struct option_list: each occurrence adds one                */
    OPTION_CHOICE, /* int: the place of the word in `arg`, which reads "one|two"  */
};

struct option_spec {
    char letter;      /* 0: none */
    const char *name; /* NULL ends the table */
    enum option_kind kind;
    void *target;
    const char *arg;
    const char *help;
};

/* The commonest of them: true when given. */
#define OPTION_FLAG_AS(name, target, help)                                                         \
    {                                                                                              \
        0, name, OPTION_FLAG, target, NULL, help                                                   \
    }

enum { OPTION_LIST_MAX = 32 };
struct option_list {
    str items[OPTION_LIST_MAX];
    size_t count;
};

struct operands {
    char **list;
    size_t count;
};

/*
 * -1 when the command may go on; else the exit code: 0 after --help, 2 after a complaint (with the
 * nearest option's name). `rest` are the operands, of which there may be at most `most`.
 */
int options_parse(const char *usage, const struct option_spec *specs, int argc, char **argv,
                  struct operands *rest, size_t most);

/* "vial build: sentence", and how to get help; returns 2. */
int usage_error(const char *usage, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
