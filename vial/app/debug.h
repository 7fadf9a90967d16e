/*
 * The debugger: what went wrong in the last requests, kept for whoever writes the app.
 *
 * It is there only after vial_debug_token(), which the command `run --debug` asks for. Then each
 * request has an arena of its own, and that of one that failed is kept, with all its frames, until
 * others have taken its place. Pages about it are for browsers on this very machine that have
 * brought the token (may_debug()); for all others there is no such thing.
 */
#pragma once
#include "vial/app/inside.h"

/* A place that the failure has passed: of a template, or the request itself, the outermost. */
struct debug_frame {
    struct debug_frame *next;
    str title;          /* "page.html, line 3, in macro 'card'" */
    str lines;          /* around the place; empty: there are none */
    unsigned first, at; /* the number of the first of them, of the one at fault */
    value names;        /* a dict of what it could see */
};

enum { KEPT_BODY_MAX = 1 << 20 }; /* requests with more are shown once, and not kept */

struct debugger *debugger_new(vial *app);
void debugger_free(struct debugger *debugger); /* NULL is fine */
str debugger_token(const struct debugger *debugger);
const struct jinja *debugger_show(const struct debugger *debugger); /* shows `value` */
#define DEBUG_COOKIE "vial_debug"

/* Whether whoever asks may see what went wrong; and whether they would after opening the link. */
bool may_debug(const vial_req *r);
bool is_of_this_machine(const vial_req *r);

/* For struct render_options: notes the frame in the request. */
void debug_frame_left(void *r, const struct left_frame *frame);

/* The request has failed and is about to be answered: it gets a number, and r->kept. */
void debugger_note(vial_req *r);
/* It is answered, and its arena part of no other: the debugger's from now on. */
void debugger_keep(vial_req *r);

/* What is answered below /_debug/, NULL: nothing, it is the app's. */
vial_res *debugger_answer(vial_req *r);

/* The request that was kept under `id`, and nobody else looks at it until debugger_release(). */
vial_req *debugger_take(struct debugger *debugger, str id);
void debugger_release(struct debugger *debugger);
/* All that are kept, newest first, while they are taken. */
void debugger_each(struct debugger *debugger, void (*each)(vial_req *kept, void *self), void *self);

/* debug_page.c: the whole page about a request that has failed; the beginning and end of others. */
vial_res *debug_page(vial_req *asking, vial_req *about, int status);
struct buf debug_page_begin(vial_req *asking, str title);
vial_res *debug_page_end(vial_req *asking, struct buf *page, int status);
/* The value of `expression` in the frame, or why there is none. */
bool debug_evaluate(vial_req *about, const struct debug_frame *frame, str expression,
                    struct buf *out, struct error *err);
