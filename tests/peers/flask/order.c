/*
 * order.c - an app whose hooks, handlers and templates tell that they ran
 *
 *   comes in:  lines "METHOD PATH"
 *   goes out:  for each a line: status, what ran, the body
 *
 * order.py is the same app in Flask, and compares.
 */
#include "vial/vial.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char ran[4096];

static void note(const char *word)
{
    strncat(ran, word, sizeof ran - strlen(ran) - 2);
    strcat(ran, " ");
}

#define BEFORE(name, stop)                                                                         \
    static vial_res *before_##name(vial_req *r)                                                    \
    {                                                                                              \
        note("before-" #name);                                                                     \
        return vial_query(r, stop, NULL) ? vial_text(r, "stopped by " #name) : NULL;               \
    }
#define AFTER(name)                                                                                \
    static vial_res *after_##name(vial_req *r, vial_res *res)                                      \
    {                                                                                              \
        (void)r;                                                                                   \
        note("after-" #name);                                                                      \
        return res;                                                                                \
    }
#define TEARDOWN(name)                                                                             \
    static void teardown_##name(vial_req *r, int status)                                           \
    {                                                                                              \
        (void)r;                                                                                   \
        (void)status;                                                                              \
        note("teardown-" #name);                                                                   \
    }
#define CONTEXT(name)                                                                              \
    static void context_##name(vial_req *r, vial_val into)                                         \
    {                                                                                              \
        note("context-" #name);                                                                    \
        vial_put(r, into, "who", V(#name));                                                        \
        vial_put(r, into, "given", V(#name));                                                      \
        vial_put(r, into, #name, V(1));                                                            \
    }
#define FAILED(name)                                                                               \
    static vial_res *failed_##name(vial_req *r)                                                    \
    {                                                                                              \
        note("error-" #name);                                                                      \
        return vial_text(r, vial_fmt(r, "%d by " #name, vial_failed(r)));                          \
    }

BEFORE(a1, "stop1")
BEFORE(a2, "stop2")
AFTER(a1)
AFTER(a2)
TEARDOWN(a1)
TEARDOWN(a2)
CONTEXT(app)
FAILED(app404)
FAILED(app500)
FAILED(any)
BEFORE(o1, "stopo")
BEFORE(o2, "-")
AFTER(o1)
AFTER(o2)
TEARDOWN(o)
CONTEXT(outer)
FAILED(o404)
BEFORE(i, "stopi")
AFTER(i)
TEARDOWN(i)
CONTEXT(inner)
FAILED(i403)

static vial_res *index_page(vial_req *r)
{
    note("view");
    return vial_text(r, vial_endpoint(r));
}

static vial_res *show(vial_req *r)
{
    note("view");
    return vial_text(r, vial_fmt(r, "%d", (int)vial_arg_i(r, "id")));
}

static vial_res *fail_page(vial_req *r)
{
    note("view");
    return vial_abort(r, (int)vial_query_i(r, "status", 404), NULL);
}

static vial_res *urls(vial_req *r)
{
    note("view");
    return vial_text(r, vial_fmt(r, "%s %s %s %s", vial_url(r, ".index", NULL),
                                 vial_url(r, "outer.inner.index", NULL),
                                 vial_url(r, "index", KV({ "q", V("a b") })),
                                 vial_url(r, ".show", KV({ "id", V(7) }, { "_anchor", V("x") }))));
}

static vial_res *page(vial_req *r)
{
    note("view");
    return vial_render(r, "page.html", KV({ "given", V("view") }));
}

static vial_res *view_get(vial_req *r)
{
    note("get");
    return vial_text(r, "get");
}

static vial_res *view_post(vial_req *r)
{
    note("post");
    return vial_text(r, "post");
}

static vial_res *after_this_one(vial_req *r, vial_res *res)
{
    (void)r;
    note("after-this");
    return res;
}

static vial_res *once(vial_req *r)
{
    note("view");
    vial_after_this(r, after_this_one);
    return vial_text(r, "once");
}

static vial_res *put_in(vial_req *r)
{
    vial_session_set(r, "k", V(vial_query(r, "k", "")));
    vial_flash(r, "one", NULL);
    vial_flash(r, "<two>", "error");
    return vial_text(r, "put");
}

static vial_res *take_out(vial_req *r)
{
    return vial_render(r, "session.html", NULL);
}

static vial_val shout(vial_req *r, vial_val input, const vial_val *args, size_t n)
{
    (void)args;
    (void)n;
    return V(vial_fmt(r, "%s!", vial_cstr(r, input, "?")));
}

static void add_pages(vial *scope)
{
    vial_route(scope, "/", index_page, .endpoint = "index");
    vial_route(scope, "/show/<int:id>", show);
    vial_route(scope, "/fail", fail_page);
    vial_route(scope, "/urls", urls);
    vial_route(scope, "/page", page);
}

static vial *make_app(const char *templates)
{
    vial *app = vial_new("order", .templates = templates, .secret_key = "0123456789abcdef");
    vial *outer = vial_blueprint("outer", .prefix = "/outer");
    vial *inner = vial_blueprint("inner", .prefix = "/inner");

    vial_before(app, before_a1);
    vial_before(app, before_a2);
    vial_after(app, after_a1);
    vial_after(app, after_a2);
    vial_teardown(app, teardown_a1);
    vial_teardown(app, teardown_a2);
    vial_context(app, context_app);
    vial_error(app, 404, failed_app404);
    vial_error(app, 500, failed_app500);
    vial_error(app, 0, failed_any);
    vial_filter(app, "shout", shout);
    add_pages(app);
    vial_view(app, "/view", "view", .get = view_get, .post = view_post);
    vial_route(app, "/once", once);
    vial_route(app, "/put", put_in);
    vial_route(app, "/take", take_out);

    vial_mount(outer, inner);
    vial_mount(app, outer);
    vial_mount(app, outer, .name = "again", .prefix = "/again/<lang>");
    vial_before(outer, before_o1);
    vial_before(outer, before_o2);
    vial_after(outer, after_o1);
    vial_after(outer, after_o2);
    vial_teardown(outer, teardown_o);
    vial_context(outer, context_outer);
    vial_error(outer, 404, failed_o404);
    add_pages(outer);
    vial_before(inner, before_i);
    vial_after(inner, after_i);
    vial_teardown(inner, teardown_i);
    vial_context(inner, context_inner);
    vial_error(inner, 403, failed_i403);
    add_pages(inner);
    return app;
}

int main(int argc, char **argv)
{
    vial *app = make_app(argc > 1 ? argv[1] : ".");
    vial_client *client = vial_client_new(app);
    char method[16], path[1000];

    while (scanf("%15s %999s", method, path) == 2) {
        const vial_got *got;

        ran[0] = '\0';
        got = vial_send(client, method, path);
        printf("%d|%s|%s|%s\n", got->status, ran, got->body[0] == '<' ? "<page>" : got->body,
               got->location ? got->location : "");
    }
    vial_client_free(client);
    vial_free(app);
    return 0;
}
