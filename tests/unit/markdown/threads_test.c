/*
 * threads_test.c - threads render at the same time what one alone renders, to the byte
 *
 * What they render is every Markdown file of the real sites, which are not part of the project:
 * they are looked for in $VIAL_SITES, then beside the repository in ../shared/sites. Without them
 * this test says that it was skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vial/base/file.h"
#include "vial/markdown/markdown.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS = 4, ROUNDS = 6 };

static const char *folder;
static struct arena a;

struct page {
    str text, html;
};

static struct {
    struct page *pages;
    size_t count;
    unsigned wrong; /* of all renderings */
} work;

static str render(struct arena *into, str text)
{
    struct error err = { 0 };
    struct markdown out;

    if (!markdown_render(&out, S("page.md"), text, NULL, into, &err)) {
        error_free(&err);
        return S("(an error)");
    }
    return out.html;
}

static void load_pages(void)
{
    struct file_walk walk;
    struct error err = { 0 };

    assert_true(file_walk(&walk, str_of(folder), S(""), &a, &err));
    work.pages = arena_array(&a, struct page, walk.count);
    for (size_t i = 0; i < walk.count; i++) {
        str path = str_fmt(&a, "%s/%.*s", folder, STR(walk.entries[i].path));
        struct page *page = &work.pages[work.count];

        if (!str_ends(path, S(".md")))
            continue;
        assert_true(file_read(&page->text, path, 0, NULL, &a, &err));
        page->html = render(&a, page->text);
        work.count++;
    }
}

/* Each thread begins with another page, so that different texts meet. */
static void *render_all(void *number)
{
    size_t first = (size_t)(uintptr_t)number * work.count / THREADS;

    for (size_t i = 0; i < work.count * ROUNDS; i++) {
        const struct page *page = &work.pages[(first + i) % work.count];
        struct arena own = { 0 };

        if (!str_eq(render(&own, page->text), page->html))
            __atomic_add_fetch(&work.wrong, 1, __ATOMIC_RELAXED);
        arena_free(&own);
    }
    return NULL;
}

static void four_threads_render_what_one_does(void **state)
{
    pthread_t threads[THREADS];

    (void)state;
    load_pages();
    assert_true(work.count > 100);
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, render_all, (void *)i), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("%zu renderings\n", work.count * THREADS * ROUNDS);
    assert_int_equal(work.wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_threads_render_what_one_does),
    };

    folder = getenv("VIAL_SITES");
    if (!folder)
        folder = SOURCE_ROOT "/../shared/sites";
    if (access(folder, R_OK) != 0) {
        printf("skipped: there are no sites in %s\n", folder);
        return 77;
    }
    markdown_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&a);
    return failed;
}
