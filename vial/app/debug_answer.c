/*
 * debug_answer.c - the pages below /_debug/ and the console
 *
 *   comes in:  a request of a browser that may look; an expression in a frame
 *   goes out:  the list of what failed, the page of one, a value
 *
 *     GET  /_debug/?token=T   gives the browser the cookie that opens the rest
 *     GET  /_debug/           what failed last
 *     GET  /_debug/ID         the page of that request
 *     POST /_debug/ID/N       evaluates the body in its frame N
 *
 * The console takes only what its own script sends: a header of its own makes a browser ask before
 * another site may send it, and nobody here says yes. An expression can do what a template can, in
 * bounded steps, memory and length; what it makes lives as long as the frame it may have changed.
 */
#include "vial/app/debug.h"
#include "vial/app/sign.h"

enum {
    EXPRESSIONS_MAX = 1000, /* of one request */
    KEPT_MEMORY = 64 << 20, /* likewise       */
    CONSOLE_STEPS = 1000000,
    CONSOLE_MEMORY = 8 << 20,
    OUTPUT_MAX = 64 << 10,
};

/* ---- the console ---- */

bool debug_evaluate(vial_req *about, const struct debug_frame *frame, str expression,
                    struct buf *out, struct error *err)
{
    struct render_options options = { .arena = about->arena,
                                      .user = about,
                                      .max_steps = CONSOLE_STEPS,
                                      .max_memory = CONSOLE_MEMORY };
    int failed = about->failed;

    if (about->expressions++ >= EXPRESSIONS_MAX || about->arena->size > KEPT_MEMORY)
        return error_set(err, "this frame has been asked enough: load the page anew that failed");
    about->failed = 0; /* what is asked fails by itself */
    bool good = env_evaluate(about->app->env, expression, frame->names, &options, out, err) &&
                !about->failed;
    about->failed = failed;
    error_free(&about->err);
    return good;
}

static const struct debug_frame *frame_at(const vial_req *about, str number)
{
    const struct debug_frame *frame = about->frames;
    int64_t at;

    if (!str_int(number, &at) || at < 0)
        return NULL;
    while (frame && at--)
        frame = frame->next;
    return frame;
}

/* What the browser gets is copied: the frame may be gone before it is sent. */
static vial_res *plain(vial_req *asking, int status, str text)
{
    bool whole = text.len <= OUTPUT_MAX;
    str kept = whole ? str_copy(asking->arena, text)
                     : str_fmt(asking->arena, "%.*s\n... and %zu bytes more", OUTPUT_MAX, text.p,
                               text.len - OUTPUT_MAX);
    vial_res *res = vial_reply(asking, status, S("text/plain; charset=utf-8"), kept);

    headers_set(&res->http.headers, S("Cache-Control"), S("no-store"));
    return res;
}

static vial_res *evaluate(vial_req *asking, vial_req *about, str number)
{
    const struct debug_frame *frame = frame_at(about, number);
    struct buf out = buf_in(asking->arena);
    struct error err = { 0 };

    if (!frame)
        return plain(asking, 404, S("there is no such frame"));
    bool good = debug_evaluate(about, frame, asking->http->body, &out, &err);
    str sentence =
        err.kind ? str_fmt(asking->arena, "%s: %.*s", err.kind, STR(err.sentence)) : err.sentence;
    vial_res *res = plain(asking, good ? 200 : 422, good ? buf_str(&out) : sentence);
    error_free(&err);
    return res;
}

/* A page of another origin cannot send this without asking first. */
static bool is_own_script(const vial_req *r)
{
    return headers_get(&r->http->headers, S("X-Vial-Debug")).p && !comes_from_elsewhere(r);
}

/* ---- the pages ---- */

struct listing {
    struct buf *page;
    size_t count;
};

static void add_link(vial_req *kept, void *self)
{
    struct listing *listing = self;
    str sentence = kept->error_text;

    buf_lit(listing->page, "<li><a href=\"");
    buf_add_html(listing->page, kept->id);
    buf_lit(listing->page, "\">");
    buf_add_html(listing->page, kept->http->method);
    buf_lit(listing->page, " ");
    buf_add_html(listing->page, kept->path);
    buf_lit(listing->page, "</a><br><code>");
    buf_add_html(listing->page, str_cut(&sentence, '\n'));
    buf_lit(listing->page, "</code>\n");
    listing->count++;
}

static vial_res *list_all(vial_req *asking)
{
    struct buf page = debug_page_begin(asking, S("What failed last"));
    struct listing listing = { &page, 0 };

    buf_lit(&page, "<ul>\n");
    debugger_each(asking->app->debugger, add_link, &listing);
    buf_lit(&page, "</ul>\n");
    if (!listing.count)
        buf_lit(&page, "<p>Nothing yet. A page that fails in this browser shows what happened, and "
                       "is listed here; so is what fails for others.\n");
    return debug_page_end(asking, &page, 200);
}

static vial_res *give_cookie(vial_req *asking, str token)
{
    str right = debugger_token(asking->app->debugger);

    if (!bytes_equal(token, right))
        return plain(asking, 403, S("This is not the token that was printed at start.\n"));
    vial_res *res = redirect_to(
        asking, 303, str_fmt(asking->arena, "%.*s/_debug/", STR(asking->binding.script_name)));
    return vial_set_cookie(res, DEBUG_COOKIE, str_cstr(asking->arena, right), .samesite = "Strict");
}

static vial_res *about_one(vial_req *asking, str id, str number, bool is_post)
{
    struct debugger *debugger = asking->app->debugger;
    vial_req *about = debugger_take(debugger, id);

    if (!about)
        return plain(asking, 404, S("Others have failed since: this one is forgotten.\n"));
    vial_res *res = is_post ? evaluate(asking, about, number) : debug_page(asking, about, 200);
    debugger_release(debugger);
    return res;
}

vial_res *debugger_answer(vial_req *r)
{
    str path = r->path;
    bool is_post = str_eq(r->http->method, S("POST"));
    const char *token;

    if (!str_starts(path, S("/_debug/")) || !is_of_this_machine(r) ||
        (!is_post && !str_eq(r->http->method, S("GET"))))
        return NULL;
    path = str_from(path, 8);
    token = vial_query(r, "token", NULL);
    if (!path.len && token && !is_post)
        return give_cookie(r, str_of(token));
    if (!may_debug(r))
        return NULL;
    if (!path.len)
        return is_post ? NULL : list_all(r);
    str id = str_cut(&path, '/');
    if (is_post && !is_own_script(r))
        return plain(r, 403, S("Only the console itself may ask.\n"));
    return is_post == (path.len > 0) ? about_one(r, id, path, is_post) : NULL;
}
