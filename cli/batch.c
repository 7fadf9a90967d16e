/*
 * batch.c - lines in, lines out
 *
 *   comes in:  standard input
 *   goes out:  standard output, line by line
 */
#include "cli/batch.h"

#include "cli/cli.h"
#include "vial/app/json.h"
#include "vial/base/log.h"
#include <stdio.h>
#include <stdlib.h>

int batch_answer(const char *command, void (*answer)(str line))
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;

    while ((len = getline(&line, &room, stdin)) > 0)
        if (str_trim(str_n(line, (size_t)len)).len)
            answer(str_n(line, (size_t)len));
    free(line);
    if (!ferror(stdin) && !ferror(stdout))
        return EXIT_DONE;
    log_error("%s: reading or writing failed", command);
    return EXIT_ERRORS;
}

void batch_say(value answer)
{
    struct buf out = { 0 };

    json_print(answer, &out);
    buf_addc(&out, '\n');
    fwrite(out.p, 1, out.len, stdout);
    fflush(stdout);
    buf_free(&out);
}
