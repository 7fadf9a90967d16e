/*
 * app.c - an app that takes all and fails on demand: what app.py asks for
 */
#include <vial/vial.h>

enum { LARGEST = 2000 << 20 };

static vial_res *index_page(vial_req *r)
{
    return vial_render(r, "index.html", NULL);
}

static vial_res *page(vial_req *r)
{
    if (vial_arg_i(r, "number") > 3)
        return vial_to(r, "page", KV({ "number", V(1) }));
    return vial_render(r, "page.html", NULL);
}

/* A template that fails, in a loop and a macro. */
static vial_res *fail(vial_req *r)
{
    vial_val posts[] = {
        vial_map(r, KV({ "title", V("The first <b>") }, { "price", V(3) })),
        vial_map(r, KV({ "title", V("The second") }, { "price", V("four") })),
    };

    return vial_render(r, "fail.html", KV({ "posts", vial_list(r, 2, posts) }));
}

static vial_res *form(vial_req *r)
{
    const char *const *all;

    return vial_text(r, vial_fmt(r, "%zu", vial_form_all(r, "a", &all)));
}

static vial_res *json(vial_req *r)
{
    return vial_text(r, vial_fmt(r, "%zu", vial_len(vial_json(r))));
}

static vial_res *upload(vial_req *r)
{
    const vial_file *file = vial_upload(r, "file");

    return vial_text(r, vial_fmt(r, "%zu", file ? file->size : 0));
}

static vial_res *session(vial_req *r)
{
    return vial_text(r, vial_isnull(vial_session(r, "who")) ? "nobody" : "somebody");
}

int main(int argc, char **argv)
{
    vial *app = vial_new("hostile", .templates = "templates", .max_content = LARGEST,
                         .secret_key = "sixteen bytes or more");

    vial_route(app, "/", index_page);
    vial_route(app, "/page/<int:number>/", page);
    vial_route(app, "/fail/<int:number>", fail, .no_freeze = true);
    vial_route(app, "/form", form, .methods = "POST");
    vial_route(app, "/json", json, .methods = "POST");
    vial_route(app, "/upload", upload, .methods = "POST");
    vial_route(app, "/session", session, .no_freeze = true);
    return vial_main(app, argc, argv);
}
