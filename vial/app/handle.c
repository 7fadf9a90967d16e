/*
 * handle.c - from a request to its response: the middle of it all
 *
 *   comes in:  a request, from a socket, the builder or a test
 *   goes out:  the response; and why, when it is a 500
 *
 * The order is Flask's: the route is looked up, the hooks before run, from the app inwards to the
 * route's blueprint, then the handler or the page that says what failed, the hooks after, outwards,
 * the session is written, and at the very end those run that tear down. A response that the other
 * side has already becomes a 304 here, whoever made it.
 */
#include "vial/app/debug.h"
#include "vial/base/spare_stack.h"
#include "vial/http/fresh.h"

static bool is_reading(str method)
{
    return str_eq(method, S("GET")) || str_eq(method, S("HEAD"));
}

/* ---- finding out who answers ---- */

static bool find_static(vial_req *r, struct static_file *file)
{
    if (!r->app->statics.roots || str_ends(r->path, S("/")))
        return false;
    bool found = statics_open(&r->app->statics, r->path, file, r->arena);
    r->busy = file->busy;
    return found;
}

/* True when a static file answers; `file` is open then. */
static bool find_answer(vial_req *r, struct static_file *file)
{
    if (is_reading(r->http->method) && find_static(r, file)) {
        r->endpoint = file->endpoint;
        return true;
    }
    routes_match(r->app->routes, &r->binding, r->http->method, r->path, &r->match, r->arena);
    r->matched = r->match.kind == MATCH_FOUND;
    if (r->matched) {
        r->endpoint = r->match.route->rule.endpoint;
        r->duty = r->match.route->rule.duty;
        if (r->duty)
            r->scope = r->duty->scope;
    }
    if (r->match.kind == MATCH_NONE && find_static(r, file)) {
        response_end(&(struct response){ .body = BODY_FILE, .fd = file->fd });
        r->match.kind = MATCH_NO_METHOD;
        r->match.allow = S("GET, HEAD");
    }
    return false;
}

/* ---- answering ---- */

/* The handler that answers this method in a table of them. */
vial_res *view_answer(vial_req *r)
{
    const vial_view_o *view = r->duty->view;
    str method = r->http->method;
    vial_res *res = view->before ? view->before(r) : NULL;

    if (res || r->failed)
        return res;
    if (is_reading(method))
        return view->get(r);
    if (str_eq(method, S("POST")))
        return view->post(r);
    if (str_eq(method, S("PUT")))
        return view->put(r);
    return str_eq(method, S("PATCH")) ? view->patch(r) : view->delete_(r);
}

/* An absolute URL of our own host as a path: it stays right behind a proxy. */
static str as_path(const vial_req *r, str url)
{
    str scheme = r->binding.scheme.len ? r->binding.scheme : S("http");
    size_t host = scheme.len + 3;

    if (str_starts(url, scheme) && str_istarts(str_from(url, host), r->binding.host) &&
        str_starts(str_from(url, host + r->binding.host.len), S("/")))
        return str_from(url, host + r->binding.host.len);
    return url;
}

static vial_res *answer_options(vial_req *r)
{
    vial_res *res = res_new(r, 200, S(""));
    str allow = routes_allowed(r->app->routes, &r->binding, r->path, r->arena);

    headers_set(&res->http.headers, S("Allow"), allow);
    return res;
}

static vial_res *answer_route(vial_req *r)
{
    const struct route *route = r->match.route;

    if (route->options_by_itself && str_eq(r->http->method, S("OPTIONS")))
        return answer_options(r);
    if (!route->rule.handler)
        return vial_abort(r, 404, NULL);
    if (!request_is_allowed(r))
        return NULL;
    note_handler(r, route->rule.handler);
    if (r->duty && r->duty->tells_all)
        note_code_told(r);
    else if (r->duty) /* else it is one of the rooms above, which note what they read */
        note_code_own(r);
    vial_res *res = route->rule.handler(r);
    if (!res && !r->failed)
        vial_abort_str(r, 500,
                       str_fmt(r->arena, "the handler '%.*s' gave no response", STR(r->endpoint)));
    return res;
}

static vial_res *answer_match(vial_req *r)
{
    switch (r->match.kind) {
    case MATCH_FOUND:
        return answer_route(r);
    case MATCH_REDIRECT:
        vial_asked(r, "query host");
        return redirect_to(r, 308, as_path(r, r->match.redirect));
    case MATCH_NO_METHOD:
        return vial_abort(r, 405, NULL);
    case MATCH_NONE:
        return vial_abort(r, 404, NULL);
    }
    return NULL;
}

/* The app's own hooks come first, then the blueprint's around, then its own. */
static vial_res *run_before(vial_req *r, const struct scope *scope)
{
    vial_res *res = scope->parent ? run_before(r, scope->parent) : NULL;

    for (const struct hook *hook = scope->owner->before; hook && !res && !r->failed;
         hook = hook->next) {
        note_code(r);
        res = hook->fn.before(r);
    }
    return res;
}

/* What is refused whoever would answer it. */
static bool is_acceptable(vial_req *r)
{
    enum { FIELDS_MAX = 1000 }; /* the server takes fewer */

    if (r->http->headers.count > FIELDS_MAX)
        vial_abort(r, 431, NULL);
    else if (!host_is_trusted(r))
        vial_abort(r, 400, "This host is not served here.");
    else if (r->http->body.len > r->app->max_content)
        vial_abort(r, 413, NULL);
    else if (r->busy) /* a 404 in its place would be kept */
        vial_abort(r, 503, NULL);
    return !r->failed;
}

static vial_res *answer(vial_req *r)
{
    struct static_file file = { .fd = -1 };
    bool is_static = find_answer(r, &file);
    note_hooks(r);
    vial_res *res = is_acceptable(r) ? run_before(r, r->scope) : NULL;

    if (res || r->failed) {
        if (is_static)
            response_end(&(struct response){ .body = BODY_FILE, .fd = file.fd });
        return res;
    }
    return is_static ? static_respond(r, &file) : answer_match(r);
}

/* `res` is not sent after all. */
static void drop(vial_res *res)
{
    if (res)
        response_end(&res->http);
}

static vial_res *answer_or_fail(vial_req *r)
{
    vial_res *res = answer(r);

    if (!r->failed)
        return res;
    drop(res); /* whoever failed may not have noticed */
    res = error_respond(r);
    if (r->failed == 405 && !headers_get(&res->http.headers, S("Allow")).p)
        headers_set(&res->http.headers, S("Allow"), r->match.allow);
    return res;
}

/* One hook's turn; NULL when it has failed. */
static vial_res *after_one(vial_req *r, vial_res *res, const struct hook *hook)
{
    note_code(r);
    vial_res *other = hook->fn.after(r, res);

    if (r->failed || !other) {
        drop(res);
        vial_abort(r, 500, "a hook after the handler gave no response");
        return NULL;
    }
    if (other != res)
        drop(res);
    return other;
}

/* Those of this request alone first, then from the innermost blueprint outwards. */
static vial_res *run_after(vial_req *r, vial_res *res)
{
    int failed = r->failed;

    r->failed = 0;
    for (const struct hook *hook = r->after_this; hook && res; hook = hook->next)
        res = after_one(r, res, hook);
    for (const struct scope *scope = r->scope; scope && res; scope = scope->parent)
        for (const struct hook *hook = scope->owner->after; hook && res; hook = hook->next)
            res = after_one(r, res, hook);
    if (!res)
        return error_respond(r);
    r->failed = failed;
    return res;
}

void request_end(vial_req *r, int status)
{
    r->over = r->deferred != NULL;
    for (const struct scope *scope = r->scope; scope; scope = scope->parent)
        for (const struct hook *hook = scope->owner->teardown; hook; hook = hook->next) {
            r->over = true;
            hook->fn.teardown(r, status);
        }
    for (const struct deferred *last = r->deferred; last; last = last->next)
        last->fn(last->data);
}

/* ---- has the other side got it already? ---- */

static void tag(vial_req *r, struct response *res)
{
    if (res->body == BODY_TEXT && !headers_get(&res->headers, S("ETag")).p)
        headers_set(
            &res->headers, S("ETag"),
            str_join(r->arena,
                     (str[]){ S("\""), digest_text(r->arena, digest_of(res->text)), S("\"") }, 3,
                     S("")));
}

static void make_conditional(vial_req *r, struct response *res)
{
    if (res->status != 200 || !is_reading(r->http->method) || res->body == BODY_PULL)
        return;
    tag(r, res);
    if (!r->http->whole)
        fresh_condition(r->http, res);
}

/* ---- requests and responses that outlive others ---- */

static struct headers headers_copy(const struct headers *from, struct arena *a)
{
    struct headers copy = { .arena = a };

    for (size_t i = 0; i < from->count; i++)
        headers_add(&copy, str_copy(a, from->list[i].name), str_copy(a, from->list[i].value));
    return copy;
}

static const struct request *request_copy(const struct request *from, struct arena *a)
{
    struct request *copy = arena_make(a, struct request);
    str *const texts[] = { &copy->method, &copy->target, &copy->path, &copy->query,
                           &copy->scheme, &copy->host,   &copy->peer };

    *copy = *from;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = str_copy(a, *texts[i]);
    if (copy->body.len <= KEPT_BODY_MAX) /* else it is not kept, and the body not borrowed long */
        copy->body = str_copy(a, copy->body);
    copy->headers = headers_copy(&from->headers, a);
    return copy;
}

static void response_copy(struct response *res, struct arena *a)
{
    struct reads *reads = reads_new(a);

    reads_add(reads, res->reads);
    res->headers = headers_copy(&res->headers, a);
    res->text = str_copy(a, res->text);
    res->reads = reads;
}

/* ---- the whole of it ---- */

static _Thread_local const struct request *handling;

const struct request *vial_handling(void)
{
    return handling;
}

vial_req *request_new(vial *app, const struct request *http, struct arena *a)
{
    vial_req *r = arena_make(a, vial_req);

    r->app = app;
    r->http = http;
    r->arena = a;
    r->scope = &app->own;
    r->g = dict_new(a, 0);
    r->reads = reads_new(a);
    r->reads->unfollowed = http->unfollowed;
    r->context = value_none();
    bind_request(r);
    return r;
}

static void respond(vial_req *r, struct response *res)
{
    handling = r->http;
    if (r->app->notes_code) /* code that a site brought, and may have a fault */
        spare_stack_take();
    signal_listeners(r, VIAL_REQUEST_STARTED, S(""));

    vial_res *made = run_after(r, answer_or_fail(r));
    session_respond(r, &made->http);
    if (r->id.len)
        headers_set(&made->http.headers, S("X-Request-Id"), r->id);
    make_conditional(r, &made->http);
    signal_listeners(r, VIAL_REQUEST_FINISHED, S(""));
    signal_listeners(r, VIAL_REQUEST_TEARING_DOWN, S(""));
    request_end(r, made->http.status);
    handling = NULL;
    *res = made->http;
    res->reads = r->reads;
}

/* In debug a request has an arena of its own, which may outlive its response (debug.h). */
static void respond_debugged(vial_req *r, struct response *res, struct arena *a)
{
    vial_res *made = debugger_answer(r);

    if (made)
        *res = made->http;
    else
        respond(r, res);
    if (!r->kept || res->body != BODY_TEXT) {
        r->kept = false;
        return;
    }
    response_copy(res, a);
    arena_part(a, r->arena);
}

void handle_and_see(vial *app, const struct request *req, struct response *res, struct arena *a,
                    struct error *err, struct seen *seen)
{
    struct arena *own = app->debugger ? arena_child(a) : a;
    vial_req *r = request_new(app, app->debugger ? request_copy(req, own) : req, own);

    if (app->debugger)
        respond_debugged(r, res, a);
    else
        respond(r, res);
    if (seen)
        *seen = (struct seen){ r->context, r->session.values, r->template_name };
    if (seen && r->kept)
        *seen = (struct seen){ value_copy(a, r->context), value_copy(a, r->session.values),
                               str_copy(a, r->template_name) };
    if (err)
        error_move(err, &r->err);
    else
        error_free(&r->err);
    if (r->kept)
        debugger_keep(r);
}

void vial_handle(vial *app, const struct request *req, struct response *res, struct arena *a,
                 struct error *err)
{
    handle_and_see(app, req, res, a, err, NULL);
}
