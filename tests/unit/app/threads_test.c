/* Many threads ask one app at once, each with an arena of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "vial/app/app.h"
#include "vial/base/file.h"
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 4, ROUNDS = 300 };

static char folder[] = "/tmp/vial-threads-test-XXXXXX";
static vial *app;

static vial_res *page(vial_req *r)
{
    return vial_render(r, "page.html", KV({ "id", V(vial_arg_i(r, "id")) }));
}

static bool is_answered(const char *path, str expected)
{
    struct arena arena = { 0 };
    struct request req = { .method = S("GET"),
                           .path = str_of(path),
                           .scheme = S("http"),
                           .host = S("localhost"),
                           .headers = { .arena = &arena } };
    struct response res;

    vial_handle(app, &req, &res, &arena, NULL);
    bool fine = res.status == 200 && (res.body == BODY_FILE || str_eq(res.text, expected));
    response_end(&res);
    arena_free(&arena);
    return fine;
}

static void *ask(void *nothing)
{
    size_t wrong = 0;

    (void)nothing;
    for (int i = 0; i < ROUNDS; i++) {
        char path[32], expected[64];

        snprintf(path, sizeof path, "/page/%d", i);
        snprintf(expected, sizeof expected, "<p>%d /page/%d</p>", i, i + 1);
        wrong += !is_answered(path, str_of(expected));
        wrong += !is_answered("/static/a.css", S(""));
    }
    return (void *)wrong;
}

static void all_get_what_one_would_get(void **state)
{
    pthread_t threads[THREADS];

    (void)state;
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, NULL), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *wrong;

        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
}

static int begin(void **state)
{
    char path[64];

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a.css", folder);
    assert_true(file_replace(str_of(path), S("body {}"), NULL, NULL));
    app = vial_new("threads", .static_dir = folder);
    env_add_source(vial_env(app), S("page.html"),
                   S("<p>{{ id }} {{ url_for('page', id=id + 1) }}</p>"));
    vial_route(app, "/page/<int:id>", page);
    return 0;
}

static int end(void **state)
{
    char command[64];

    (void)state;
    vial_free(app);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(all_get_what_one_would_get) };

    return cmocka_run_group_tests(tests, begin, end);
}
