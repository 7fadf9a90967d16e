/*
 * cache_test.c - what is kept of answers, for whom, and until when
 */
#include "tests/unit/unit.h"

#include "server/cache.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROOM = 1 << 20 };

static struct cache *cache;
static struct arena a;

static int set_up(void **state)
{
    (void)state;
    cache = cache_new(ROOM);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cache_free(cache);
    arena_free(&a);
    return 0;
}

static struct request get(const char *path, const char *query)
{
    return (struct request){ .method = S("GET"),
                             .path = str_of(path),
                             .query = str_of(query),
                             .scheme = S("http"),
                             .host = S("a.example"),
                             .headers = { .arena = &a } };
}

/* `reads` are words with a space between. */
static struct response page(const char *text, const char *reads)
{
    struct response res = { .status = 200, .body = BODY_TEXT, .text = str_of(text) };
    str rest = str_of(reads);

    res.headers.arena = &a;
    headers_set(&res.headers, S("Content-Type"), S("text/html"));
    res.reads = reads_new(&a);
    while (rest.len)
        reads_note(res.reads, str_cut(&rest, ' '));
    return res;
}

static bool is_kept(const struct request *req)
{
    struct kept *kept = cache_look(cache, req);

    kept_release(kept);
    return kept != NULL;
}

/* Asks, and makes it where it is to be made. */
static enum cache_word ask(const struct request *req, const struct response *res)
{
    struct asking asking;
    enum cache_word word = cache_ask(cache, &asking, req);

    if (word == CACHE_MAKE)
        kept_release(cache_keep(cache, &asking, req, res));
    if (word == CACHE_HAS)
        kept_release(asking.kept);
    return word;
}

static void changed(const char *key)
{
    struct reads *reads = reads_new(&a);

    reads_note(reads, str_of(key));
    cache_change(cache, reads);
}

static void an_answer_is_kept_until_something_it_read_changes(void **state)
{
    struct request one = get("/one/", ""), two = get("/two/", "");
    struct response first = page("1", "page:one.md#title site.nav"),
                    second = page("2", "page:two.md#title site.nav");

    (void)state;
    assert_int_equal(ask(&one, &first), CACHE_MAKE);
    assert_int_equal(ask(&two, &second), CACHE_MAKE);
    assert_int_equal(ask(&one, &first), CACHE_HAS);
    changed("page:one.md#date");
    assert_true(is_kept(&one));
    changed("page:one.md#title");
    assert_false(is_kept(&one));
    assert_true(is_kept(&two));
    changed("site.nav");
    assert_false(is_kept(&two));
    assert_int_equal(cache_numbers(cache).dropped, 2);
}

static void what_is_kept_goes_out_as_it_was(void **state)
{
    struct request req = get("/", "");
    struct response res = page("text", "site"), out;
    struct asking asking;

    (void)state;
    headers_set(&res.headers, S("ETag"), S("\"x\""));
    ask(&req, &res);
    assert_int_equal(cache_ask(cache, &asking, &req), CACHE_HAS);
    kept_show(asking.kept, &out, &a);
    cache_change(cache, NULL); /* it lives for as long as it is held */
    headers_remove(&out.headers, S("Content-Type"));
    assert_str(out.text, "text");
    assert_str(headers_get(&out.headers, S("ETag")), "\"x\"");
    assert_str(asking.kept->fields[0].name, "Content-Type");
    response_give_back(&out);
}

static void answers_differ_by_what_they_asked_of_the_request_and_by_nothing_else(void **state)
{
    struct request none = get("/s", ""), q = get("/s", "q=a"), other = get("/s", "q=b");
    struct request host = get("/s", "q=a"), plain = get("/p", "x=1"), plainer = get("/p", "x=2");
    struct response by_query = page("q", "request:query"),
                    by_both = page("h", "request:query request:host"), same = page("p", "site");

    (void)state;
    host.host = S("b.example");
    assert_int_equal(ask(&plain, &same), CACHE_MAKE);
    assert_int_equal(ask(&plainer, &same), CACHE_HAS);
    assert_int_equal(ask(&q, &by_query), CACHE_MAKE);
    assert_int_equal(ask(&q, &by_query), CACHE_HAS);
    assert_int_equal(ask(&host, &by_query), CACHE_HAS);
    assert_int_equal(ask(&other, &by_both), CACHE_MAKE);
    assert_int_equal(ask(&other, &by_both), CACHE_HAS);
    other.host = S("b.example");
    assert_int_equal(ask(&other, &by_both), CACHE_MAKE);
    assert_int_equal(ask(&none, &by_query), CACHE_MAKE);
    assert_int_equal(ask(&none, &by_query), CACHE_HAS);
}

static void nothing_of_one_person_is_kept_for_another(void **state)
{
    static const char *const personal[] = { "request:cookies", "request:session", "request:headers",
                                            "request:peer",    "request:body",    "request:code" };
    struct request req;
    struct response res;

    (void)state;
    for (size_t i = 0; i < sizeof personal / sizeof *personal; i++) {
        req = get("/me/", str_cstr(&a, str_fmt(&a, "%zu", i)));
        res = page("me", personal[i]);
        assert_int_not_equal(ask(&req, &res), CACHE_HAS);
        assert_int_equal(ask(&req, &res), CACHE_PASS);
        assert_false(is_kept(&req));
        cache_change(cache, NULL);
    }
    req = get("/cookie/", "");
    res = page("me", "site");
    headers_set(&res.headers, S("Set-Cookie"), S("a=b"));
    ask(&req, &res);
    assert_int_equal(ask(&req, &res), CACHE_PASS);
    req = get("/vary/", "");
    res = page("me", "site");
    headers_set(&res.headers, S("Vary"), S("Accept-Encoding, Cookie"));
    ask(&req, &res);
    assert_int_equal(ask(&req, &res), CACHE_PASS);
    req = get("/failed/", "");
    res = page("oh", "site");
    res.status = 500;
    ask(&req, &res);
    assert_int_equal(ask(&req, &res), CACHE_PASS);
}

static void a_path_that_was_personal_may_cease_to_be(void **state)
{
    struct request req = get("/", "");
    struct response personal = page("me", "request:session template:page.html"),
                    all = page("all", "template:page.html");

    (void)state;
    ask(&req, &personal);
    assert_int_equal(ask(&req, &personal), CACHE_PASS);
    changed("template:page.html");
    assert_int_equal(ask(&req, &all), CACHE_MAKE);
    assert_int_equal(ask(&req, &all), CACHE_HAS);
}

static void what_changes_while_it_is_made_is_not_kept(void **state)
{
    struct request req = get("/", "");
    struct response res = page("old", "site");
    struct asking asking;

    (void)state;
    assert_int_equal(cache_ask(cache, &asking, &req), CACHE_MAKE);
    changed("site");
    kept_release(cache_keep(cache, &asking, &req, &res));
    assert_false(is_kept(&req));
}

static void the_room_is_bounded_and_strangers_cannot_push_pages_out(void **state)
{
    char *text = arena_zalloc(&a, 1, 10000);
    struct request home = get("/", "");
    struct response res;

    (void)state;
    memset(text, 'x', 9999);
    res = page(text, "site");
    ask(&home, &res);
    for (int i = 0; i < 300; i++) {
        struct request req = get(str_cstr(&a, str_fmt(&a, "/not-there-%d", i)), "");
        struct response lost = page(text, "request:query");

        lost.status = i % 2 ? 404 : 200;
        ask(&req, &lost);
    }
    assert_true(is_kept(&home));
    for (int i = 0; i < 300; i++) {
        struct request req = get(str_cstr(&a, str_fmt(&a, "/page-%d", i)), "");

        ask(&req, &res);
        assert_true(is_kept(&req));
    }
    assert_false(is_kept(&home));
    assert_true(cache_numbers(cache).bytes <= ROOM);
    assert_true(cache_numbers(cache).answers > 50);
}

static void one_that_is_too_large_is_made_anew_each_time(void **state)
{
    char *text = arena_zalloc(&a, 1, ROOM / 2);
    struct request req = get("/", ""), lengthy;
    struct response res;

    (void)state;
    memset(text, 'x', ROOM / 2 - 1);
    res = page(text, "site");
    assert_int_equal(ask(&req, &res), CACHE_MAKE);
    assert_int_equal(ask(&req, &res), CACHE_MAKE);
    text[0] = '/';
    text[2000] = '\0';
    lengthy = get(text, "");
    assert_int_equal(ask(&lengthy, &res), CACHE_PASS);
}

enum { CLIENTS = 8 };
static unsigned made, wrong;

static void *client(void *arg)
{
    struct request req = get("/slow/", "");
    struct asking asking;
    enum cache_word word = cache_ask(cache, &asking, &req);

    (void)arg;
    if (word == CACHE_MAKE) {
        struct arena own = { 0 };
        struct response res = { .status = 200, .body = BODY_TEXT, .text = S("slow") };

        __atomic_add_fetch(&made, 1, __ATOMIC_RELAXED);
        usleep(50000);
        res.reads = reads_new(&own);
        asking.kept = cache_keep(cache, &asking, &req, &res);
        arena_free(&own);
    }
    if (word == CACHE_PASS || !str_eq(asking.kept->text, S("slow")))
        __atomic_add_fetch(&wrong, 1, __ATOMIC_RELAXED);
    else
        kept_release(asking.kept);
    return NULL;
}

static void a_stampede_makes_it_once(void **state)
{
    pthread_t threads[CLIENTS];

    (void)state;
    made = wrong = 0;
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, client, NULL), 0);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(made, 1);
    assert_int_equal(wrong, 0);
}

static void copies_are_kept_by_name_whatever_changes(void **state)
{
    struct asking asking;
    struct kept *kept;

    (void)state;
    assert_int_equal(cache_ask_thing(cache, &asking, 'g', S("tag")), CACHE_MAKE);
    kept_release(cache_keep_thing(cache, &asking, S("bytes")));
    cache_change(cache, NULL);
    kept = cache_look_thing(cache, 'g', S("tag"));
    assert_non_null(kept);
    assert_str(kept->text, "bytes");
    kept_release(kept);
    assert_null(cache_look_thing(cache, 'b', S("tag")));
}

/* Asking, changing and dropping all at once: for the thread sanitizer. */
static void *worker(void *arg)
{
    struct arena own = { 0 };
    unsigned seed = (unsigned)(uintptr_t)arg;

    for (int i = 0; i < 3000; i++) {
        char path[16], key[24];
        struct response res = { .status = 200, .body = BODY_TEXT, .text = S("text") };
        struct asking asking;

        snprintf(path, sizeof path, "/%d", rand_r(&seed) % 20);
        snprintf(key, sizeof key, "page:%s#title", path);
        struct request req = get(path, "");
        enum cache_word word = cache_ask(cache, &asking, &req);
        res.reads = reads_new(&own);
        reads_note(res.reads, str_of(key));
        if (word == CACHE_MAKE)
            asking.kept = cache_keep(cache, &asking, &req, &res);
        kept_release(asking.kept);
        if (i % 50 == 0)
            cache_change(cache, i % 100 ? res.reads : NULL);
        arena_reset(&own);
    }
    arena_free(&own);
    return NULL;
}

static void many_threads_may_ask_while_things_change(void **state)
{
    pthread_t threads[4];

    (void)state;
    for (uintptr_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, worker, (void *)(i + 1)), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_true(cache_numbers(cache).hits > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_answer_is_kept_until_something_it_read_changes),
        TEST(what_is_kept_goes_out_as_it_was),
        TEST(answers_differ_by_what_they_asked_of_the_request_and_by_nothing_else),
        TEST(nothing_of_one_person_is_kept_for_another),
        TEST(a_path_that_was_personal_may_cease_to_be),
        TEST(what_changes_while_it_is_made_is_not_kept),
        TEST(the_room_is_bounded_and_strangers_cannot_push_pages_out),
        TEST(one_that_is_too_large_is_made_anew_each_time),
        TEST(a_stampede_makes_it_once),
        TEST(copies_are_kept_by_name_whatever_changes),
        TEST(many_threads_may_ask_while_things_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
