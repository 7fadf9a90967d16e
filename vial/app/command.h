/*
 * Commands of an app's own: "user add --name Ann". For vial_main() and the test client.
 */
#pragma once
#include "vial/app/app.h"

#ifdef __cplusplus
extern "C" {
#endif

struct command_io {
    struct buf *out, *errors; /* what is printed                             */
    bool (*ask)(void *self, str prompt, str *answer); /* NULL, or false: there is nobody to ask */
    void *self;
    str program; /* for usage lines: "blog"                     */
};

/* The exit code; -1 when there is no such command (nor a group of that name). */
int command_run(vial *app, const char *const *words, size_t count, const struct command_io *io);

/* "  user add   makes a user" for each, for the help of the whole. */
void commands_print(const vial *app, struct buf *out);
void command_names(const vial *app, void (*each)(void *self, str name), void *self);

#ifdef __cplusplus
}
#endif
