/* What a blueprint brings along for the app it is mounted in, and URLs that know their defaults. */
#include "vial/app/app.h"
/* cmocka has a fail() of its own: after the door of templates */
#include "../unit.h"

#include <string.h>

static vial *app, *admin;
static vial_client *client;
static const vial_got *got;
static int heard, mounted_times;
static char listed[256];

static vial_res *show(vial_req *r)
{
    return vial_text(r, vial_url(r, vial_query(r, "to", ".show"), KV({ "id", V(7) })));
}

static vial_res *index_page(vial_req *r)
{
    return vial_text(r, vial_url(r, vial_query(r, "to", "index"), NULL));
}

static void with_language(vial_req *r, const char *endpoint, vial_val into)
{
    (void)endpoint;
    vial_put(r, into, "lang", V(*vial_arg(r, "lang") ? vial_arg(r, "lang") : "en"));
    vial_put(r, into, "unknown", V("x"));
}

static void hear(vial_req *r, const char *what)
{
    (void)r, (void)what;
    heard++;
}

static vial_res *refuse(vial_req *r)
{
    return vial_header(r, "X-Refuse") ? vial_abort(r, 403, NULL) : NULL;
}

static void for_all(vial *of)
{
    vial_before(of, refuse);
    mounted_times++;
}

static int greet(vial_req *r)
{
    vial_print(r, "hello %s", vial_given(r, "name"));
    return 0;
}

static void two(vial_req *r, vial_urls *urls)
{
    (void)r;
    vial_urls_add(urls, KV({ "id", V(1) }, { "lang", V("de") }));
    vial_urls_add(urls, KV({ "id", V(2) }));
}

static vial_res *tell_data(vial_req *r)
{
    return vial_text(r, vial_data(r, "nothing") ? "?" : vial_data(r, "greeting"));
}

static bool add_listed(void *self, str url)
{
    (void)self;
    strncat(listed, url.p, url.len);
    strcat(listed, " ");
    return true;
}

static int set_up(void **state)
{
    (void)state;
    heard = mounted_times = 0;
    app = vial_new("test");
    admin = vial_blueprint("admin", .prefix = "/<lang>/admin");
    vial_route(admin, "/show/<int:id>", show);
    vial_url_defaults(admin, with_language);
    vial_listen(admin, VIAL_REQUEST_STARTED, hear);
    vial_mounted(admin, for_all);
    vial_command(admin, "greet", greet, .options = OPTIONS({ "name", .otherwise = "Ann" }));
    vial_freeze_each(admin, "show", two);
    vial_route(app, "/", index_page, .endpoint = "index");
    vial_route(app, "/<lang>/docs/", index_page, .endpoint = "docs");
    vial_route(app, "/data", tell_data);
    vial_mount(app, admin);
    vial_mount(app, admin, .name = "again", .prefix = "/<lang>/again");
    client = vial_client_new(app);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vial_client_free(client);
    vial_free(app);
    return 0;
}

#define ask(...) (got = vial_send(client, "GET", __VA_ARGS__))

static void urls_of_a_blueprint_know_what_it_says_of_them(void **state)
{
    (void)state;
    ask("/de/admin/show/3");
    assert_string_equal(got->body, "/de/admin/show/7");
    ask("/de/again/show/3");
    assert_string_equal(got->body, "/de/again/show/7");
    ask("/?to=admin.show");
    assert_int_equal(got->status, 500); /* the id is missing still */
    ask("/de/admin/show/3?to=index");
    assert_string_equal(got->body,
                        "/?id=7"); /* not of this blueprint, and it has no such argument */
}

static void an_apps_defaults_are_for_all_urls(void **state)
{
    (void)state;
    ask("/?to=docs");
    assert_int_equal(got->status, 500);
    vial_url_defaults(app, with_language);
    ask("/?to=docs");
    assert_string_equal(got->body, "/en/docs/");
    ask("/fr/docs/?to=docs");
    assert_string_equal(got->body, "/fr/docs/");
}

static void what_it_listens_to_is_heard_once(void **state)
{
    (void)state;
    ask("/");
    assert_int_equal(heard, 1);
}

static void it_can_speak_to_the_whole_app(void **state)
{
    (void)state;
    assert_int_equal(mounted_times, 1);
    ask("/", .headers = KV({ "X-Refuse", V("1") }));
    assert_int_equal(got->status, 403);
}

static void its_commands_stand_in_a_group_of_its_name(void **state)
{
    (void)state;
    assert_string_equal(vial_client_run(client, "admin greet --name Bob", NULL)->errors, "");
    assert_string_equal(vial_client_run(client, "admin greet --name Bob", NULL)->output,
                        "hello Bob");
    assert_string_equal(vial_client_run(client, "again greet", NULL)->output, "hello Ann");
    assert_int_equal(vial_client_run(client, "greet", NULL)->status, 2);
}

static void its_listers_name_its_own_endpoints(void **state)
{
    (void)state;
    struct error err = { 0 };

    listed[0] = '\0';
    assert_true(vial_listed_urls(app, add_listed, NULL, &err));
    assert_string_equal(listed, "/de/admin/show/1 /en/admin/show/2 /de/again/show/1 "
                                "/en/again/show/2 ");
}

static void data_is_found_by_its_name(void **state)
{
    (void)state;
    static char greeting[] = "hello";

    vial_set_data(app, "greeting", greeting);
    ask("/data");
    assert_string_equal(got->body, "hello");
}

/* ---- relative URLs ---- */

static void relative_urls_lead_from_page_to_page(void **state)
{
    (void)state;
    vial_url_defaults(app, with_language);
    vial_relative_urls(app, true);
    ask("/?to=docs");
    assert_string_equal(got->body, "en/docs/index.html");
    ask("/de/docs/?to=docs");
    assert_string_equal(got->body, "index.html");
    ask("/de/docs/?to=index");
    assert_string_equal(got->body, "../../index.html");
    ask("/de/docs/?to=tell_data");
    assert_string_equal(got->body, "../../data");
    ask("/de/admin/show/3?to=admin.show");
    assert_string_equal(got->body, "7");
    ask("/de/admin/show/3?to=again.show");
    assert_string_equal(got->body, "../../again/show/7");
    ask("/");
    assert_string_equal(got->body, "index.html");
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(urls_of_a_blueprint_know_what_it_says_of_them),
        T(an_apps_defaults_are_for_all_urls),
        T(what_it_listens_to_is_heard_once),
        T(it_can_speak_to_the_whole_app),
        T(its_commands_stand_in_a_group_of_its_name),
        T(its_listers_name_its_own_endpoints),
        T(data_is_found_by_its_name),
        T(relative_urls_lead_from_page_to_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
