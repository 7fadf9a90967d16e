/*
 * own_commands.c - commands of an app or of a site's own code, run from a terminal
 *
 *   comes in:  words
 *   goes out:  the exit code; what the command printed; questions, when somebody is there to answer
 */
#include "cli/own_commands.h"
#include "vial/app/command.h"
#include <stdio.h>
#include <unistd.h>

static void print(const struct buf *text, FILE *out)
{
    if (text->len)
        fwrite(text->p, 1, text->len, out);
    fflush(out);
}

static bool ask(void *self, str prompt, str *answer)
{
    static char line[4096];

    (void)self;
    if (isatty(STDIN_FILENO))
        fprintf(stderr, "%.*s: ", STR(prompt));
    if (!fgets(line, sizeof line, stdin))
        return false;
    *answer = str_rtrim(str_of(line));
    return true;
}

int run_own_command(vial *app, const char *program, int argc, char **argv)
{
    struct arena a = { 0 };
    struct buf out = buf_in(&a), errors = buf_in(&a);
    struct command_io io = {
        .out = &out, .errors = &errors, .ask = ask, .program = str_of(program)
    };
    int status = command_run(app, (const char *const *)argv, (size_t)argc, &io);

    print(&out, stdout);
    print(&errors, stderr);
    arena_free(&a);
    return status;
}

void list_own_commands(const vial *app)
{
    struct arena a = { 0 };
    struct buf own = buf_in(&a);

    commands_print(app, &own);
    print(&own, stdout);
    arena_free(&a);
}
