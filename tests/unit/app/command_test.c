/* Commands of an app's own, its configuration, and what it tells of its URLs. */
#include "vial/app/app.h"
#include "vial/base/file.h"
/* cmocka has a fail() of its own: after the door of templates */
#include "../unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static vial *app;
static vial_client *client;
static const vial_ran *ran;
static char folder[] = "/tmp/vial-command-test-XXXXXX";

static int add_user(vial_req *r)
{
    vial_print(r, "%s %d %s %s %s\n", vial_given(r, "name"), (int)vial_given_i(r, "age", 0),
               vial_flag(r, "admin") ? "admin" : "user", vial_given(r, "role"),
               vial_operand(r, 0) ? vial_operand(r, 0) : "-");
    return 0;
}

static int fails(vial_req *r)
{
    vial_url(r, "nowhere", NULL);
    return 0;
}

static vial_res *page(vial_req *r)
{
    return vial_text(r, vial_endpoint(r));
}

static void three(vial_req *r, vial_urls *urls)
{
    (void)r;
    for (int i = 1; i <= 3; i++)
        vial_urls_add(urls, KV({ "id", V(i) }));
    vial_urls_path(urls, "/feed.xml");
}

static int begin(void **state)
{
    (void)state;
    app = vial_new("test", .instance = folder, .env_prefix = "VIALTEST",
                   .secret_key = "from the program itself");
    vial_command(app, "user add", add_user, .help = "makes a user", .operands = "[GROUP]",
                 .options = OPTIONS({ "name", 'n', "whose", .prompt = "Name" },
                                    { "age", 'a', .help = "in years" },
                                    { "admin", .flag = true, .help = "may do all" },
                                    { "role", .otherwise = "guest" }));
    vial_command(app, "fails", fails);
    vial_route(app, "/<int:id>", page);
    vial_freeze_each(app, "page", three);
    client = vial_client_new(app);
    return 0;
}

static int end(void **state)
{
    (void)state;
    vial_client_free(client);
    vial_free(app);
    return 0;
}

static const vial_ran *run(const char *line, const char *input)
{
    return ran = vial_client_run(client, line, input);
}

static void options_are_read_in_every_spelling(void **state)
{
    static const char *const lines[] = {
        "user add --name 'Ann B' --age 7 --admin x",
        "user add -n 'Ann B' -a7 --admin x",
        "user add --name=\"Ann B\" --admin --age=7 -- x",
    };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_int_equal(run(lines[i], "")->status, 0);
        assert_string_equal(ran->output, "Ann B 7 admin guest x\n");
    }
    assert_string_equal(run("user add --role boss", "Bob\n")->output, "Bob 0 user boss -\n");
}

static void what_is_wrong_is_told_with_what_was_meant(void **state)
{
    (void)state;
    assert_int_equal(run("user add --nam x", "")->status, 2);
    assert_non_null(strstr(ran->errors, "did you mean '--name'?"));
    assert_int_equal(run("user add", "")->status, 2);
    assert_non_null(strstr(ran->errors, "--name is needed"));
    assert_int_equal(run("user add --name", "")->status, 2);
    assert_int_equal(run("user add --admin=yes -n x", "")->status, 2);
    assert_int_equal(run("user", "")->status, 2);
    assert_non_null(strstr(ran->errors, "makes a user"));
    assert_int_equal(run("nothing", "")->status, 2);
    assert_int_equal(run("user add --help", "")->status, 0);
    assert_non_null(strstr(ran->output, "-n, --name VALUE"));
    assert_int_equal(run("fails", "")->status, 1);
    assert_non_null(strstr(ran->errors, "nowhere"));
}

static void write_config(const char *text)
{
    char path[200];
    struct error err = { 0 };

    snprintf(path, sizeof path, "%s/app.yaml", folder);
    assert_true(file_replace(str_of(path), str_of(text), NULL, &err));
}

static void the_environment_stands_above_the_file(void **state)
{
    (void)state;
    write_config("mail: {server: a.example, port: 25}\nsession_lifetime: 60\n");
    setenv("VIALTEST_MAIL__SERVER", "b.example", 1);
    setenv("VIALTEST_NEW__DEEP__KEY", "[1, 2]", 1);
    assert_true(vial_config(app, "app.yaml"));
    assert_string_equal(vial_cfg_s(app, "mail.server", ""), "b.example");
    assert_int_equal(vial_cfg_i(app, "mail.port", 0), 25);
    assert_int_equal(vial_int(vial_at(vial_cfg(app, "new.deep.key"), 1), 0), 2);
    assert_true(vial_isnull(vial_cfg(app, "mail.none.at.all")));
    assert_true(vial_cfg_b(app, "not.there", true));
    unsetenv("VIALTEST_MAIL__SERVER");
    unsetenv("VIALTEST_NEW__DEEP__KEY");
}

static vial_res *show_config(vial_req *r)
{
    return vial_render(r, "c.txt", NULL);
}

static void templates_see_the_configuration_but_no_secrets(void **state)
{
    (void)state;
    write_config("mail: {server: a.example, smtp_password: hidden}\nkeywords: shown\n"
                 "secret_key: sixteen bytes or more\n");
    assert_true(vial_config(app, "app.yaml"));
    env_add_source(vial_env(app), S("c.txt"), S("{{ config.keywords }} {{ config }}"));
    vial_route(app, "/config", show_config);
    const vial_got *got = vial_send(client, "GET", "/config");
    assert_string_equal(got->body, "shown {'mail': {'server': 'a.example'}, 'keywords': 'shown'}");
}

static void nobody_is_shown_a_secret_however_it_is_spelled(void **state)
{
    struct buf printed = { 0 };

    (void)state;
    write_config("databases: [{url: 'postgres://me:hidden@db/blog', name: shown}]\n"
                 "site: 'https://me.example/a:b@c'\napiKey: hidden\nclient-secret: hidden\n");
    assert_true(vial_config(app, "app.yaml"));
    env_add_source(vial_env(app), S("c.txt"), S("{{ config }}"));
    vial_route(app, "/config", show_config);
    assert_string_equal(vial_send(client, "GET", "/config")->body,
                        "{'databases': [{'url': None, 'name': 'shown'}], "
                        "'site': 'https://me.example/a:b@c'}");
    vial_config_print(app, &printed);
    assert_null(strstr(buf_cstr(&printed), "hidden"));
    assert_non_null(strstr(buf_cstr(&printed), "apiKey: (secret)"));
    buf_free(&printed);
}

static void a_value_of_another_type_is_an_error_and_the_app_is_unsound(void **state)
{
    (void)state;
    write_config("port: eighty\n");
    assert_true(vial_config(app, "app.yaml"));
    assert_true(vial_is_sound(app));
    assert_int_equal(vial_cfg_i(app, "port", 80), 80);
    assert_false(vial_is_sound(app));
}

static void a_short_secret_is_refused(void **state)
{
    (void)state;
    write_config("secret_key: short\n");
    assert_false(vial_config(app, "app.yaml"));
    write_config("- a\n- list\n");
    assert_false(vial_config(app, "app.yaml"));
}

static void no_file_is_no_error(void **state)
{
    (void)state;
    assert_true(vial_config(app, "none.yaml"));
    assert_true(vial_config(app, NULL));
}

static bool collect(void *self, str url)
{
    buf_addf(self, "%.*s ", STR(url));
    return true;
}

static void listers_tell_urls(void **state)
{
    struct buf urls = { 0 };

    (void)state;
    assert_true(vial_listed_urls(app, collect, &urls, NULL));
    assert_string_equal(buf_cstr(&urls), "/1 /2 /3 /feed.xml ");
    buf_free(&urls);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        T(options_are_read_in_every_spelling),
        T(what_is_wrong_is_told_with_what_was_meant),
        T(the_environment_stands_above_the_file),
        T(templates_see_the_configuration_but_no_secrets),
        T(nobody_is_shown_a_secret_however_it_is_spelled),
        T(a_value_of_another_type_is_an_error_and_the_app_is_unsound),
        T(a_short_secret_is_refused),
        T(no_file_is_no_error),
        T(listers_tell_urls),
    };
    char command[200];

    if (!mkdtemp(folder))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) || failed;
}
