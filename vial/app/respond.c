/*
 * respond.c - what a handler answers with
 *
 *   comes in:  a template's name and values, text, a URL, a file
 *   goes out:  a response, or NULL and a request that has failed
 *
 * What changes a response that there is already stands in amend.c.
 */
#include "vial/app/debug.h"
#include "vial/app/json.h"
#include "vial/base/date.h"
#include "vial/base/path.h"
#include "vial/base/profile.h"

vial_res *res_new(vial_req *r, int status, str type)
{
    vial_res *res = arena_make(r->arena, vial_res);

    res->r = r;
    res->http.status = status;
    res->http.headers.arena = r->arena;
    res->http.reads = r->reads;
    if (type.len)
        headers_add(&res->http.headers, S("Content-Type"), type);
    return res;
}

vial_res *vial_reply(vial_req *r, int status, str type, str text)
{
    vial_res *res = res_new(r, status, type);

    res->http.body = BODY_TEXT;
    res->http.text = text;
    return res;
}

/* ---- templates ---- */

static void note_template(void *user, str name, bool found)
{
    vial_req *r = user;

    (void)found; /* one that is not there matters as well: it may come */
    reads_note(r->reads, str_join(r->arena, (str[]){ S("template:"), name }, 2, S("")));
}

static const struct jinja *template_find(vial_req *r, str name, struct error *err)
{
    note_template(r, name, true);
    return env_template(r->app->env, name, err);
}

/* What hooks add, the app's first, then the blueprints' inwards. */
static void add_context(vial_req *r, const struct scope *scope, value into)
{
    if (scope->parent)
        add_context(r, scope->parent, into);
    for (const struct hook *hook = scope->owner->context; hook && !r->failed; hook = hook->next) {
        note_code(r);
        hook->fn.context(r, into);
    }
}

static bool has_context(const struct scope *scope)
{
    return scope && (scope->owner->context || has_context(scope->parent));
}

/* What the handler gives stands above what hooks add. */
static value whole_context(vial_req *r, value given)
{
    value whole, key, v;

    if (!has_context(r->scope))
        return given;
    whole = dict_new(r->arena, 8);
    add_context(r, r->scope, whole);
    for (size_t i = 0; dict_entry(given, i, &key, &v); i++)
        dict_set(whole, value_text(key), v);
    return whole;
}

vial_res *vial_render_value(vial_req *r, str name, value context)
{
    struct error err = { 0 };
    struct buf out = buf_in(r->arena);
    struct render_options options = {
        .arena = r->arena,
        .user = r,
        .template_read = note_template,
        .frame_left = r->app->debugger ? debug_frame_left : NULL,
    };
    const struct jinja *template = template_find(r, name, &err);

    context = whole_context(r, context);
    if (r->failed) {
        error_free(&err);
        return NULL;
    }
    r->context = context;
    r->template_name = name;
    int64_t begun = profile_begin();
    bool done = template && template_render(template, context, &options, &out, &err);
    profile_end(begun, "template", name, false);
    if (!done)
        return vial_abort_error(r, &err);
    signal_listeners(r, VIAL_TEMPLATE_RENDERED, name);
    return vial_reply(r, 200, media_type(name), buf_str(&out));
}

vial_res *vial_render(vial_req *r, const char *name, const vial_kv *values)
{
    return vial_render_value(r, str_copy(r->arena, str_of(name)), vial_map(r, values));
}

/* ---- text ---- */

vial_res *vial_text(vial_req *r, const char *text)
{
    return vial_reply(r, 200, S("text/plain; charset=utf-8"), str_copy(r->arena, str_of(text)));
}

vial_res *vial_html(vial_req *r, vial_val html)
{
    struct buf out = buf_in(r->arena);

    if (html.flags & VIAL_SAFE)
        buf_add(&out, value_text(html));
    else
        buf_add_html(&out, value_text(html));
    return vial_reply(r, 200, S("text/html; charset=utf-8"), buf_str(&out));
}

vial_res *vial_reply_json(vial_req *r, vial_val v)
{
    struct buf out = buf_in(r->arena);

    if (!json_print(v, &out))
        return vial_abort(r, 500, "a value that JSON cannot say was to be sent as JSON");
    buf_addc(&out, '\n');
    return vial_reply(r, 200, S("application/json"), buf_str(&out));
}

/* ---- elsewhere ---- */

/* Bytes that cannot stand in a header's URL are encoded; what is encoded already stays. */
static str location(vial_req *r, str url)
{
    return url_encode(r->arena, url, "%!#$&'()*+,/:;=?@[]~");
}

vial_res *redirect_to(vial_req *r, int status, str url)
{
    struct buf page = buf_in(r->arena);
    str where = location(r, url);

    buf_addf(&page,
             "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>%s</title>\n"
             "<h1>%s</h1>\n<p>%s It should open by itself; else follow <a href=\"",
             http_reason(status), http_reason(status), http_sentence(status));
    buf_add_html(&page, where);
    buf_lit(&page, "\">this link</a>.</p>\n</html>\n");
    vial_res *res = vial_reply(r, status, S("text/html; charset=utf-8"), buf_str(&page));
    headers_set(&res->http.headers, S("Location"), where);
    res->status_set = true;
    return res;
}

vial_res *vial_redirect(vial_req *r, const char *url)
{
    return redirect_to(r, 303, str_of(url));
}

vial_res *vial_to(vial_req *r, const char *endpoint, const vial_kv *values)
{
    struct error err = { 0 };
    str url;

    if (!vial_url_to(r->app, r, str_of(endpoint), vial_map(r, values), &url, r->arena, &err))
        return vial_abort_error(r, &err);
    return vial_redirect(r, str_cstr(r->arena, url));
}

/* ---- files ---- */

static str at_home(const vial *app, str file)
{
    str name = app->home.len ? path_below(file, app->home) : file;

    return name.p ? name : file;
}

vial_res *static_respond(vial_req *r, const struct static_file *file)
{
    vial_res *res = res_new(r, 200, media_type(file->path));
    str etag = static_etag(&r->app->statics, file, r->arena);

    reads_note(r->reads, str_fmt(r->arena, "static:%.*s", STR(at_home(r->app, file->path))));
    if (etag.len)
        headers_set(&res->http.headers, S("ETag"), etag);
    headers_set(&res->http.headers, S("Last-Modified"),
                date_http(r->arena, file->mtime / 1000000000));
    res->http.body = BODY_FILE;
    res->http.file = file->path;
    res->http.fd = file->fd;
    res->http.length = file->size;
    return res;
}

vial_res *vial_send_file(vial_req *r, const char *folder, const char *name)
{
    struct static_file file;

    if (!static_open(str_of(folder), str_of(name), &file, r->arena))
        return vial_abort(r, file.busy ? 503 : 404, NULL);
    return static_respond(r, &file);
}

/* ---- bodies that are made while they are sent ---- */

struct told_stream {
    struct stream stream; /* first */
    ptrdiff_t (*next)(void *state, char *into, size_t room);
    void *state;
    vial *app; /* held until the end: `next` may be part of what ends with it */
};

static ptrdiff_t pull(struct stream *self, char *into, size_t room)
{
    struct told_stream *told = (struct told_stream *)self;
    ptrdiff_t got = told->next(told->state, into, room);

    return got > 0 ? got : got == 0 ? STREAM_END : STREAM_ABORT;
}

static void done(struct stream *self, bool aborted)
{
    (void)aborted; /* it lies in the request's arena, and so does its state */
    app_release(((struct told_stream *)self)->app);
}

vial_res *vial_stream(vial_req *r, const char *type,
                      ptrdiff_t (*next)(void *state, char *into, size_t room), void *state)
{
    vial_res *res = res_new(r, 200, str_copy(r->arena, str_of(type)));
    struct told_stream *told = arena_make(r->arena, struct told_stream);

    told->stream.pull = pull;
    told->stream.done = done;
    told->next = next;
    told->state = state;
    told->app = r->app;
    app_hold(r->app);
    res->http.body = BODY_PULL;
    res->http.stream = &told->stream;
    return res;
}
