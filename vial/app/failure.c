/*
 * failure.c - requests that fail, and the pages that say so
 *
 *   comes in:  a status and why; a handler for it, perhaps
 *   goes out:  a page: the handler's, else a plain one
 *
 * A failure is noted in the request and not thrown: whoever called the handler sees the note when
 * it returns. The plain page tells strangers no more than the status, and a number under which the
 * log has the rest; in debug, whoever writes the app sees what happened (debug.h).
 */
#include "vial/app/debug.h"
#include "vial/app/sign.h"
#include "vial/base/log.h"

vial_res *vial_abort_str(vial_req *r, int status, str why)
{
    if (!r->failed) { /* the first failure is the cause of the others */
        r->failed = status >= 100 && status <= 599 ? status : 500;
        r->why = str_copy(r->arena, why);
        if (status == 500 && why.len)
            error_set(&r->err, "%.*s", STR(why));
    }
    return NULL;
}

vial_res *vial_abort(vial_req *r, int status, const char *why)
{
    return vial_abort_str(r, status, str_of(why));
}

vial_res *vial_abort_error(vial_req *r, struct error *err)
{
    if (r->failed) {
        error_free(err);
        return NULL;
    }
    r->failed = 500;
    r->why = str_copy(r->arena, err->sentence);
    error_move(&r->err, err);
    return NULL;
}

int vial_failed(vial_req *r)
{
    return r->failed ? r->failed : r->failing;
}

const char *vial_why(vial_req *r)
{
    return str_cstr(r->arena, r->why);
}

/* What was said to vial_abort(), but never why it is a 500. */
static void add_reason(vial_req *r, struct buf *page)
{
    if (r->why.len && r->failed != 500) {
        buf_lit(page, "<p>");
        buf_add_html(page, r->why);
        buf_lit(page, "</p>\n");
    } else {
        buf_addf(page, "<p>%s</p>\n", http_sentence(r->failed));
        if (r->id.len)
            buf_addf(page, "<p>Request %.*s</p>\n", STR(r->id));
        if (r->failed == 500 && is_of_this_machine(r))
            buf_lit(page, "<p>Open the link that was printed at start, and this browser is shown "
                          "what happened.</p>\n");
    }
}

/*
 * The log tells the whole error under the number that the other side sees. Only what came from
 * somebody has one: a build tells the same each time.
 */
static void number_request(vial_req *r)
{
    enum { ID = 6 };

    if (r->failed != 500 || !r->http->peer.len || r->id.len)
        return;
    r->id = random_hex(r->arena, ID);
    if (r->err.sentence.len)
        error_note(&r->err, (struct place){ 0 }, "in request %.*s: %.*s %.*s", STR(r->id),
                   STR(r->http->method), STR(url_encode(r->arena, r->path, url_path_safe)));
}

static vial_res *plain_page(vial_req *r)
{
    struct buf page = buf_in(r->arena);
    const char *reason = http_reason(r->failed);

    buf_addf(&page,
             "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width\">\n"
             "<title>%d %s</title>\n<h1>%s</h1>\n",
             r->failed, reason, reason);
    add_reason(r, &page);
    buf_lit(&page, "</html>\n");
    return vial_reply(r, r->failed, S("text/html; charset=utf-8"), buf_str(&page));
}

static const struct hook *find_for(const vial *owner, int status)
{
    for (const struct hook *hook = owner->errors; hook; hook = hook->next)
        if (hook->status == status)
            return hook;
    return NULL;
}

/*
 * A handler of this very status before one of any, and among these the innermost blueprint's. A URL
 * that no rule answers belongs to the blueprint below whose prefix it lies.
 */
static const struct hook *find_handler(const vial_req *r)
{
    const struct scope *from = r->matched ? r->scope : scope_of_path(r->app, r->path);
    const struct hook *found = NULL;

    for (int any = 0; any < 2 && !found; any++)
        for (const struct scope *scope = from; scope && !found; scope = scope->parent)
            found = find_for(scope->owner, any ? 0 : r->failed);
    return found;
}

vial_res *error_respond(vial_req *r)
{
    const struct hook *hook = find_handler(r);
    struct error cause = { 0 };

    number_request(r);
    if (r->failed == 500)
        signal_listeners(r, VIAL_GOT_ERROR, r->why);
    debugger_note(r);
    if (r->failed == 500 && may_debug(r)) /* whoever writes the app wants no handler's page */
        return debug_page(r, r, 500);
    if (!hook)
        return plain_page(r);

    error_move(&cause, &r->err);
    r->failing = r->failed;
    r->failed = 0;
    note_handler(r, hook->fn.error);
    note_code(r);
    vial_res *res = hook->fn.error(r);
    if (r->failed) { /* the handler has failed itself: that is what is told */
        error_free(&cause);
        return plain_page(r);
    }
    r->failed = r->failing;
    error_move(&r->err, &cause);
    if (!res)
        return plain_page(r);
    if (!res->status_set)
        res->http.status = r->failed;
    return res;
}
