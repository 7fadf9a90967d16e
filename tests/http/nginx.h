/*
 * Debian's nginx as a peer: it serves a folder on a free port, with one worker and no log.
 */
#pragma once
#include <stdint.h>

struct nginx;

/* `place` is a folder for its own files. NULL when nginx is not installed or does not start. */
struct nginx *nginx_start(const char *place, const char *folder);
uint16_t nginx_port(const struct nginx *nginx);
void nginx_stop(struct nginx *nginx); /* NULL is fine */
