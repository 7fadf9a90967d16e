/*
 * Commands that C code has added with vial_command(): run from a terminal.
 */
#pragma once
#include "vial/app/app.h"

/* Runs what `argv` names. The exit code; -1 when there is no such command. */
int run_own_command(vial *app, const char *program, int argc, char **argv);

/* A line for each, and what it is for. */
void list_own_commands(const vial *app);
