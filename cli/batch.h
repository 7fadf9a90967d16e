/*
 * Batches: `--batch` of some commands, which answer a line of JSON with a line of JSON, as long as
 * there are any.
 */
#pragma once
#include "vial/template/value.h"

/* Each line of standard input that is not blank; the exit code. `command` is for what went wrong.
 */
int batch_answer(const char *command, void (*answer)(str line));

/* Writes the answer out at once: who asks waits for it. */
void batch_say(value answer);
