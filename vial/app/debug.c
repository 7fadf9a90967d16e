/*
 * debug.c - requests that failed, kept for whoever looks for the fault
 *
 *   comes in:  requests that have failed, and frames that the failure passed
 *   goes out:  the same, for a page and a console, as long as they are among the last few
 *
 * Whoever may look holds three things: they are on this machine, and no proxy speaks for somebody
 * else; they call it by a name of this machine, so that no site of strangers can be made to look
 * like it; and they have the token that was printed at start, in a cookie that no other site's page
 * makes a browser send.
 */
#include "vial/app/debug.h"
#include "vial/app/sign.h"

enum { KEPT = 8, TOKEN = 16, ID = 6, AROUND = 4, FRAMES_MAX = 20 };

struct debugger {
    str token;
    const struct jinja *show;
    pthread_mutex_t lock; /* of all below, and of what is kept */
    vial_req *kept[KEPT]; /* a ring */
    size_t next;
};

struct debugger *debugger_new(vial *app)
{
    struct debugger *debugger = arena_make(app->arena, struct debugger);
    str source = str_fmt(app->arena, "%s value|pprint|safe %s", "{{", "}}");

    debugger->token = random_hex(app->arena, TOKEN);
    debugger->show = env_compile(app->env, S("<value>"), (struct source){ .text = source }, NULL);
    pthread_mutex_init(&debugger->lock, NULL);
    return debugger;
}

void debugger_free(struct debugger *debugger)
{
    if (!debugger)
        return;
    for (size_t i = 0; i < KEPT; i++)
        if (debugger->kept[i])
            arena_delete(debugger->kept[i]->arena);
    pthread_mutex_destroy(&debugger->lock);
}

str debugger_token(const struct debugger *debugger)
{
    return debugger->token;
}

const struct jinja *debugger_show(const struct debugger *debugger)
{
    return debugger->show;
}

/* ---- who may look ---- */

static bool is_loopback(str address)
{
    return str_starts(address, S("127.")) || str_eq(address, S("::1")) ||
           str_starts(address, S("::ffff:127."));
}

/* "localhost:8000", "127.0.0.1", "[::1]:8000". */
static bool names_this_machine(str host)
{
    ptrdiff_t colon = str_rfind_char(host, ':');

    if (colon >= 0 && str_rfind_char(host, ']') < colon)
        host = str_slice(host, 0, (size_t)colon);
    if (str_ieq(host, S("localhost")) || str_eq(host, S("[::1]")))
        return true;
    for (size_t i = 0; i < host.len; i++)
        if (!is_digit((unsigned char)host.p[i]) && host.p[i] != '.')
            return false;
    return str_starts(host, S("127."));
}

/* A proxy on this machine brings requests of others. */
static bool is_passed_on(const struct headers *headers)
{
    static const char *const names[] = { "Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
                                         "X-Real-IP", "Via" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (headers_get(headers, str_of(names[i])).p)
            return true;
    return false;
}

bool is_of_this_machine(const vial_req *r)
{
    return r->app->debug && r->app->debugger && is_loopback(r->http->peer) &&
           names_this_machine(r->http->host) && !is_passed_on(&r->http->headers);
}

bool may_debug(const vial_req *r)
{
    return is_of_this_machine(r) &&
           bytes_equal(cookie_get(&r->http->headers, S(DEBUG_COOKIE), r->arena),
                       r->app->debugger->token);
}

/* ---- frames ---- */

static void add_frame(vial_req *r, struct debug_frame *frame)
{
    struct debug_frame **last = &r->frames;
    size_t count = 0;

    for (; *last; count++)
        last = &(*last)->next;
    if (count < FRAMES_MAX)
        *last = frame;
}

/* The lines around line `at` of `source`. */
static str lines_around(str source, unsigned at, unsigned *first)
{
    unsigned number = 1;
    size_t begin = 0, end;

    *first = at > AROUND ? at - AROUND : 1;
    for (; begin < source.len && number < *first; begin++)
        number += source.p[begin] == '\n';
    for (end = begin; end < source.len && number <= at + AROUND; end++)
        number += source.p[end] == '\n';
    return str_slice(source, begin, end);
}

void debug_frame_left(void *user, const struct left_frame *left)
{
    vial_req *r = user;
    struct arena *a = r->arena;
    struct debug_frame *frame = arena_make(a, struct debug_frame);
    unsigned col;
    str line;

    if (left->innermost)
        r->frames = NULL;
    place_line(left->place, &frame->at, &col, &line);
    frame->lines = str_copy(a, lines_around(left->place.source, frame->at, &frame->first));
    frame->names = left->names;
    frame->title = str_fmt(a, "%.*s, line %u", STR(left->place.file), frame->at);
    if (*left->what)
        frame->title =
            str_fmt(a, "%.*s, in %s%s%.*s%s", STR(frame->title), left->what,
                    left->name.len ? " '" : "", STR(left->name), left->name.len ? "'" : "");
    add_frame(r, frame);
}

/* What the handler gave to the template, or else only what the route did. */
static void add_request_frame(vial_req *r)
{
    struct debug_frame *frame = arena_make(r->arena, struct debug_frame);

    frame->title =
        str_fmt(r->arena, "the request%s%.*s", r->endpoint.len ? ", in " : "", STR(r->endpoint));
    frame->names = r->context;
    if (r->context.type != VIAL_DICT) {
        frame->names = dict_new(r->arena, 8);
        for (size_t i = 0; r->matched && i < r->match.count; i++)
            dict_set(frame->names, r->match.arguments[i].name, r->match.arguments[i].v);
    }
    add_frame(r, frame);
}

/* ---- keeping ---- */

void debugger_note(vial_req *r)
{
    struct buf text = buf_in(r->arena);

    if (!r->app->debugger || r->kept || r->failed != 500)
        return;
    if (r->http->body.len > KEPT_BODY_MAX)
        return;
    if (!r->id.len)
        r->id = random_hex(r->arena, ID);
    r->kept = true;
    error_print(&r->err, ERROR_PLAIN, &text);
    r->error_text = text.len ? buf_str(&text) : r->why;
    add_request_frame(r);
}

void debugger_keep(vial_req *r)
{
    struct debugger *debugger = r->app->debugger;

    pthread_mutex_lock(&debugger->lock);
    vial_req **place = &debugger->kept[debugger->next++ % KEPT], *before = *place;
    *place = r;
    if (before)
        arena_delete(before->arena);
    pthread_mutex_unlock(&debugger->lock);
}

vial_req *debugger_take(struct debugger *debugger, str id)
{
    pthread_mutex_lock(&debugger->lock);
    for (size_t i = 0; i < KEPT; i++)
        if (debugger->kept[i] && str_eq(debugger->kept[i]->id, id))
            return debugger->kept[i];
    pthread_mutex_unlock(&debugger->lock);
    return NULL;
}

void debugger_release(struct debugger *debugger)
{
    pthread_mutex_unlock(&debugger->lock);
}

void debugger_each(struct debugger *debugger, void (*each)(vial_req *kept, void *self), void *self)
{
    pthread_mutex_lock(&debugger->lock);
    for (size_t i = 0; i < KEPT; i++) {
        vial_req *kept = debugger->kept[(debugger->next + KEPT - 1 - i) % KEPT];

        if (kept)
            each(kept, self);
    }
    pthread_mutex_unlock(&debugger->lock);
}
