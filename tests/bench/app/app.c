/*
 * app.c - a page from a template, with a session that counts: what bench_app.py asks for
 */
#include <vial/vial.h>

enum { ITEMS = 20 };

static vial_res *page(vial_req *r)
{
    int64_t visits = vial_int(vial_session(r, "visits"), 0) + 1;
    vial_val items[ITEMS];

    vial_session_set(r, "visits", V(visits));
    for (int i = 0; i < ITEMS; i++)
        items[i] = vial_map(r, KV({ "id", V(i) }, { "name", V(vial_fmt(r, "Item <%d>", i)) },
                                  { "price", V(i * 1.5) }));
    return vial_render(r, "page.html", KV({ "visits", V(visits) },
                                          { "items", vial_list(r, ITEMS, items) }));
}

int main(int argc, char **argv)
{
    vial *app = vial_new("bench", .templates = "templates", .secret_key = "sixteen bytes or more");

    vial_route(app, "/page/<int:id>", page);
    return vial_main(app, argc, argv);
}
