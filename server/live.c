/*
 * live.c - the browsers that show a preview, told what changed
 *
 *   comes in:  tabs that say what they show; then, from the preview, what changed
 *   goes out:  server-sent events: "reload"; "sheets", when nothing of the page changed but which
 *              style sheets it names; and "file" with the name of a file to exchange
 *
 * A tab is a stream with a letter box. Telling puts text into the box and wakes the stream; pulling
 * takes it out on the server's loop. One lock guards all tabs: there are a handful. A tab whose
 * version is old, because it slept or because the page changed between its loading and its asking,
 * is told at once.
 */
#include "server/live.h"

#include "server/live_script.h"
#include "vial/base/hash.h"
#include <pthread.h>
#include <stdlib.h>

struct tab {
    struct stream stream; /* first: the transport holds this and we find the rest */
    struct live *live;
    struct tab *next, **link;
    struct buf letters; /* on the heap */
    size_t taken;
    str page, version; /* in `own` */
    struct arena own;
};

struct live {
    pthread_mutex_t lock;
    struct tab *tabs;
    bool ended;
};

struct live *live_new(void)
{
    struct live *live = calloc(1, sizeof *live);

    if (live)
        pthread_mutex_init(&live->lock, NULL);
    return live;
}

void live_free(struct live *live)
{
    if (!live)
        return;
    pthread_mutex_destroy(&live->lock);
    free(live);
}

static ptrdiff_t pull(struct stream *stream, char *into, size_t room)
{
    struct tab *tab = (struct tab *)stream;
    ptrdiff_t given;

    pthread_mutex_lock(&tab->live->lock);
    str rest = str_from(buf_str(&tab->letters), tab->taken);
    if (rest.len) {
        rest = str_slice(rest, 0, room);
        memcpy(into, rest.p, rest.len);
        tab->taken += rest.len;
        given = (ptrdiff_t)rest.len;
    } else {
        buf_clear(&tab->letters);
        tab->taken = 0;
        given = tab->live->ended ? STREAM_END : STREAM_WAIT;
    }
    pthread_mutex_unlock(&tab->live->lock);
    return given;
}

static void done(struct stream *stream, bool aborted)
{
    struct tab *tab = (struct tab *)stream;

    (void)aborted;
    pthread_mutex_lock(&tab->live->lock);
    *tab->link = tab->next;
    if (tab->next)
        tab->next->link = tab->link;
    pthread_mutex_unlock(&tab->live->lock);
    buf_free(&tab->letters);
    arena_free(&tab->own);
    free(tab);
}

/* With the lock held. */
static void put_letter(struct tab *tab, const char *event, str data)
{
    buf_addf(&tab->letters, "event: %s\ndata: %.*s\n\n", event, STR(data));
    stream_wake(&tab->stream);
}

static str param(const struct request *req, const char *name, struct arena *a)
{
    struct params params = { 0 };

    params_parse(&params, req->query, 8, a);
    return params_get(&params, str_of(name));
}

str live_page_of(const struct request *req, struct arena *a)
{
    return param(req, "page", a);
}

static struct tab *tab_new(struct live *live, const struct request *req, struct arena *a)
{
    struct tab *tab = calloc(1, sizeof *tab);

    if (!tab)
        return NULL;
    tab->stream = (struct stream){ .pull = pull, .done = done };
    tab->live = live;
    tab->page = str_copy(&tab->own, live_page_of(req, a));
    tab->version = str_copy(&tab->own, param(req, "version", a));
    buf_lit(&tab->letters,
            "retry: 500\n\n"); /* milliseconds until a lost stream is asked for again */

    pthread_mutex_lock(&live->lock);
    tab->next = live->tabs;
    tab->link = &live->tabs;
    if (tab->next)
        tab->next->link = &tab->next;
    live->tabs = tab;
    pthread_mutex_unlock(&live->lock);
    return tab;
}

void live_answer(struct live *live, const struct request *req, struct response *res,
                 struct arena *a)
{
    res->headers.arena = a;
    headers_set(&res->headers, S("Cache-Control"), S("no-store"));
    if (str_eq(req->path, S(LIVE_PREFIX "live.js"))) {
        res->status = 200;
        headers_set(&res->headers, S("Content-Type"), S("text/javascript; charset=utf-8"));
        res->body = BODY_TEXT;
        res->text = str_n(live_script, sizeof live_script - 1);
        return;
    }
    if (str_eq(req->path, S(LIVE_PREFIX "events")) && str_eq(req->method, S("GET"))) {
        struct tab *tab = tab_new(live, req, a);

        if (tab) {
            res->status = 200;
            headers_set(&res->headers, S("Content-Type"), S("text/event-stream"));
            headers_set(&res->headers, S("X-Accel-Buffering"),
                        S("no")); /* nginx would hold it back */
            res->body = BODY_PULL;
            res->stream = &tab->stream;
            return;
        }
    }
    res->status = 404;
    res->body = BODY_TEXT;
    res->text = S("The preview has no such address.\n");
    headers_set(&res->headers, S("Content-Type"), S("text/plain; charset=utf-8"));
}

/* ---- versions: a digest of the page, and one of all but its style sheets ---- */

static void add_digest(struct buf *out, struct digest digest, struct arena *a)
{
    enum { SHORT = 16 };

    buf_add(out, str_slice(digest_text(a, digest), 0, SHORT));
}

static bool names_sheet(str tag)
{
    return str_find(tag, S("stylesheet")) != STR_NONE;
}

static struct digest digest_without_sheets(str html)
{
    struct digester d;
    ptrdiff_t at;

    digester_begin(&d);
    while ((at = str_find(html, S("<link"))) != STR_NONE) {
        str tag = str_from(html, (size_t)at);
        ptrdiff_t end = str_find_char(tag, '>');

        if (end == STR_NONE)
            break;
        tag.len = (size_t)end + 1;
        digester_add(&d, str_slice(html, 0, (size_t)at));
        if (!names_sheet(tag))
            digester_add(&d, tag);
        html = str_from(html, (size_t)at + tag.len);
    }
    digester_add(&d, html);
    return digester_end(&d);
}

str live_version(str html, struct arena *a)
{
    struct buf out = buf_in(a);

    add_digest(&out, digest_of(html), a);
    buf_addc(&out, '-');
    add_digest(&out, digest_without_sheets(html), a);
    return buf_str(&out);
}

/* What changed from one to the other, as a tab is told it. */
static const char *event_between(str was, str is)
{
    str_cut(&was, '-');
    str_cut(&is, '-');
    return was.len && str_eq(was, is) ? "sheets" : "reload";
}

/* ---- telling ---- */

static ptrdiff_t last_of(str text, str what)
{
    ptrdiff_t last = STR_NONE, at;
    size_t from = 0;

    while ((at = str_find(str_from(text, from), what)) != STR_NONE) {
        last = (ptrdiff_t)from + at;
        from += (size_t)at + what.len;
    }
    return last;
}

str live_inject(str html, str version, struct arena *a)
{
    struct buf out = buf_in(a);
    ptrdiff_t end = last_of(html, S("</body>"));
    size_t at = end == STR_NONE ? html.len : (size_t)end;

    buf_reserve(&out, html.len + 128);
    buf_add(&out, str_slice(html, 0, at));
    buf_addf(&out, "<script src=\"" LIVE_PREFIX "live.js\" data-version=\"%.*s\"></script>",
             STR(version));
    buf_add(&out, str_from(html, at));
    return buf_str(&out);
}

size_t live_pages(struct live *live, str **pages, struct arena *a)
{
    size_t count = 0, n = 0;

    pthread_mutex_lock(&live->lock);
    for (const struct tab *tab = live->tabs; tab; tab = tab->next)
        count++;
    *pages = arena_array(a, str, count);
    for (const struct tab *tab = live->tabs; tab; tab = tab->next) {
        size_t i = 0;

        while (i < n && !str_eq((*pages)[i], tab->page))
            i++;
        if (i == n)
            (*pages)[n++] = str_copy(a, tab->page);
    }
    pthread_mutex_unlock(&live->lock);
    return n;
}

void live_tell_page(struct live *live, str page, str version)
{
    pthread_mutex_lock(&live->lock);
    for (struct tab *tab = live->tabs; tab; tab = tab->next)
        if (str_eq(tab->page, page) && !str_eq(tab->version, version)) {
            put_letter(tab, event_between(tab->version, version), S("page"));
            tab->version = str_copy(&tab->own, version); /* told once */
        }
    pthread_mutex_unlock(&live->lock);
}

void live_tell_file(struct live *live, str name)
{
    if (str_has(name, '\n') || str_has(name, '\r'))
        return; /* it would be read as another event */
    pthread_mutex_lock(&live->lock);
    for (struct tab *tab = live->tabs; tab; tab = tab->next)
        put_letter(tab, "file", name);
    pthread_mutex_unlock(&live->lock);
}

void live_end(struct live *live)
{
    pthread_mutex_lock(&live->lock);
    live->ended = true;
    for (struct tab *tab = live->tabs; tab; tab = tab->next)
        stream_wake(&tab->stream);
    pthread_mutex_unlock(&live->lock);
}
