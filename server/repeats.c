/*
 * repeats.c - the same request once more
 *
 *   comes in:  bytes that begin with a request; later the reply to it, and what that rests on
 *   goes out:  the whole answer in one piece, for the same bytes the next time
 *
 * What decides an answer is in the bytes of its request, in whether they came by TLS, and in what
 * the answerer looked at: files, rules, pages. Of that last part a standing tells whether it is
 * still so, for the moment in which the request came; so nobody is given an old answer. The rest is
 * ruled out: while an address is counted or a proxy's word is taken, answering.c asks for no
 * standing, and an answer that closes its connection, comes in pieces or from a file is not kept.
 * Two things are not in the bytes: the Date, which is written over when a second has passed, and
 * the log and the metrics, which are told of each.
 *
 * Most requests come once: a browser's head is its own. So the first time only its hash is noted,
 * and the second time its answer is kept, in the place of that hash. Only a piece that is one whole
 * request is looked at; who sends two at once gets the way everybody has.
 */
#include "server/repeats.h"

#include "vial/base/hash.h"
#include <stdlib.h>

enum {
    PLACES = 64,
    HEAD_MOST = 2048,        /* bytes of a request that is kept          */
    ANSWER_MOST = 64 * 1024, /* of one answer                            */
    BYTES_MOST = 512 * 1024, /* of all that a loop keeps                 */
};

struct repeat {
    struct standing *standing;
    struct exchange exchange; /* as the answerer is told of each */
    int64_t second;           /* that the answer's Date tells    */
    size_t bytes;
    size_t head, date; /* of the answer: how long its head is, and where the date begins */
    bool secure;
    str request;
    char *answer;
    size_t len;
};

struct place {
    uint64_t hash;         /* 0: nobody's; of a request that came lately */
    struct repeat *repeat; /* NULL: it came once                         */
};

struct repeats {
    struct place places[PLACES];
    uint64_t hash; /* of what was looked for last; 0: it is not to be kept */
    size_t bytes;
    unsigned hand; /* the place that is emptied next when there is no room */
};

/* --- the table -------------------------------------------------------------------------------- */

static void empty(struct repeats *repeats, struct place *place)
{
    if (!place->repeat)
        return;
    repeats->bytes -= place->repeat->bytes;
    standing_release(place->repeat->standing);
    free(place->repeat);
    place->repeat = NULL;
}

struct repeats *repeats_new(void)
{
    return calloc(1, sizeof(struct repeats)); /* without memory nothing is kept */
}

void repeats_free(struct repeats *repeats)
{
    for (int i = 0; repeats && i < PLACES; i++)
        empty(repeats, &repeats->places[i]);
    free(repeats);
}

static bool may_be_whole(str in)
{
    return in.len >= 4 && in.len <= HEAD_MOST && memcmp(in.p + in.len - 4, "\r\n\r\n", 4) == 0;
}

static struct place *place_of(struct repeats *repeats, uint64_t hash)
{
    return &repeats->places[hash % PLACES];
}

/* --- answering -------------------------------------------------------------------------------- */

static void tell(struct conn *c, struct repeat *repeat, size_t sent)
{
    const struct answerer *answerer = c->hub->answerer;
    struct exchange *x = &repeat->exchange;

    x->request.peer = str_n(c->peer, c->peer_len);
    x->sent = sent > repeat->head ? sent - repeat->head : 0;
    answerer->repeated(answerer->self, x);
}

/* The wire did not take all of it: the rest waits as any reply's does. */
static void send_rest(struct conn *c, const struct repeat *repeat, size_t sent)
{
    struct parcel *p = parcel_take(c->hub, c);
    struct exchange *x = &p->exchange;
    size_t head = sent < repeat->head ? repeat->head - sent : 0;

    http1_own_head(
        &x->request, &repeat->exchange.request, repeat->request,
        arena_alloc(&p->arena, http1_owned_size(&repeat->exchange.request, repeat->request)));
    x->request.peer = str_copy(&p->arena, str_n(c->peer, c->peer_len));
    x->status = repeat->exchange.status;
    x->sent = head ? 0 : sent - repeat->head;
    buf_add(&p->kept, str_n(repeat->answer + sent, repeat->len - sent));
    p->head = str_slice(buf_str(&p->kept), 0, head);
    p->text = str_from(buf_str(&p->kept), head);
    p->reply = (struct reply){ .status = x->status, .body = REPLY_TEXT };
    p->repeated = p->complete = p->replied = p->keep = p->ended = true;
    c->parcel = p;
    c->phase = PHASE_SEND;
    c->moved = sent;
}

static void send_again(struct conn *c, struct repeat *repeat)
{
    struct hub *hub = c->hub;
    struct iovec all = { repeat->answer, repeat->len };

    if (repeat->second != hub->date_second) {
        memcpy(repeat->answer + repeat->date, hub->date.p, hub->date.len);
        repeat->second = hub->date_second;
    }
    ptrdiff_t n = c->wire->send(c, &all, 1, false);
    c->used = true;
    c->in_head = false;
    c->since = hub->now;
    repeat->exchange.whole = n == (ptrdiff_t)repeat->len;
    if (n != WIRE_GONE && !repeat->exchange.whole) {
        send_rest(c, repeat, (size_t)n);
        return;
    }
    tell(c, repeat, n == WIRE_GONE ? 0 : (size_t)n);
    if (n == WIRE_GONE)
        conn_close(c);
}

size_t repeats_answer(struct conn *c, str in)
{
    struct repeats *repeats = c->hub->repeats;

    if (!repeats)
        return 0;
    repeats->hash = may_be_whole(in) && !c->hub->draining ? hash_key(in) | 1 : 0;
    struct place *place = place_of(repeats, repeats->hash >> 1);
    struct repeat *repeat = place->repeat;

    if (!repeats->hash || place->hash != repeats->hash || !repeat || repeat->secure != c->secure ||
        !str_eq(repeat->request, in))
        return 0;
    if (!repeat->standing->holds(repeat->standing, conn_moment(c))) {
        empty(repeats, place);
        return 0;
    }
    send_again(c, repeat);
    return in.len;
}

/* --- keeping ---------------------------------------------------------------------------------- */

/* `in` has been read as one head by now; a piece that is more than that is none of ours. */
void repeats_note(struct parcel *p, str in)
{
    struct repeats *repeats = p->hub->repeats;
    struct incoming *request = &p->exchange.request;

    if (!repeats || !repeats->hash || request->length != 0 || in.len != p->question.len)
        return;
    struct place *place = place_of(repeats, repeats->hash >> 1);
    if (place->hash == repeats->hash) {
        request->repeats = true;
        p->hash = repeats->hash;
    } else {
        empty(repeats, place);
        place->hash = repeats->hash;
    }
}

static bool is_lasting(int status)
{
    return status == 200 || status == 301 || status == 302 || status == 304 || status == 307 ||
           status == 308 || status == 404;
}

static bool may_be_kept(const struct parcel *p)
{
    return p->hash && p->keep && p->ended && !p->chunked && is_lasting(p->reply.status) &&
           p->head.len + p->text.len <= ANSWER_MOST && p->hub->answerer->repeated;
}

/* One piece of memory: the repeat, the request's fields and bytes, the answer. */
static struct repeat *repeat_of(const struct parcel *p)
{
    const struct incoming *request = &p->exchange.request;
    size_t owned = http1_owned_size(request, p->question), len = p->head.len + p->text.len;
    size_t bytes = sizeof(struct repeat) + owned + len;
    struct repeat *repeat = malloc(bytes);

    if (!repeat)
        return NULL;
    *repeat = (struct repeat){
        .exchange.status = p->reply.status,
        .second = p->hub->date_second,
        .bytes = bytes,
        .head = p->head.len,
        .date = (size_t)str_find(p->head, S("\r\nDate: ")) + strlen("\r\nDate: "),
        .secure = p->conn->secure,
        .answer = (char *)(repeat + 1) + owned,
        .len = len,
    };
    repeat->request = http1_own_head(&repeat->exchange.request, request, p->question, repeat + 1);
    memcpy(repeat->answer, p->head.p, p->head.len);
    if (p->text.len)
        memcpy(repeat->answer + p->head.len, p->text.p, p->text.len);
    return repeat;
}

void repeats_keep(struct conn *c)
{
    struct parcel *p = c->parcel;
    struct repeats *repeats = c->hub->repeats;
    struct standing *standing = p->reply.standing;

    if (!standing || !may_be_kept(p))
        return;
    struct place *place = place_of(repeats, p->hash >> 1);
    struct repeat *repeat = place->hash == p->hash ? repeat_of(p) : NULL;
    if (!repeat)
        return;
    empty(repeats, place);
    while (repeats->bytes + repeat->bytes > BYTES_MOST)
        empty(repeats, &repeats->places[repeats->hand++ % PLACES]);
    standing->holders++;
    repeat->standing = standing;
    repeats->bytes += repeat->bytes;
    place->repeat = repeat;
}
