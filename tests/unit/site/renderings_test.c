/*
 * renderings_test.c - pages that show others' text: made once for all, told of when it changes, and
 * no circles
 */
#include "fixture.h"
#include "vial/base/profile.h"

static void embeds(void)
{
    has("templates/shortcodes/embed.html", "[{{ get_page(path).content }}]");
}

/* How often Markdown was rendered since count_from_here(). */
static void count_from_here(void)
{
    profile_start();
}
static size_t rendered(void)
{
    size_t count, times = 0;
    const struct profile_line *lines = profile_lines(&count);

    for (size_t i = 0; i < count; i++)
        if (str_starts(lines[i].name, S("Markdown")))
            times = lines[i].count;
    profile_stop();
    return times;
}

static void a_text_is_rendered_once_for_all_who_show_it(void **state)
{
    (void)state;
    embeds();
    has("content/shown.md", "Shown.\n");
    for (int i = 0; i < 4; i++)
        has((const char *[]){ "content/a.md", "content/b.md", "content/c.md", "content/d.md" }[i],
            "{{ embed(path=\"shown.md\") }}\n");
    opens();
    count_from_here();
    const char *first = get("/a/");
    assert_non_null(strstr(first, "[<p>Shown.</p>"));
    assert_string_equal(get("/b/"), first);
    assert_string_equal(get("/c/"), first);
    assert_string_equal(get("/d/"), first);
    assert_int_equal(rendered(), 4 + 1);
}

/* Whether it was rendered for this page or for one before. */
static void all_who_show_it_have_read_what_it_reads(void **state)
{
    (void)state;
    embeds();
    has("content/shown.md", "[Other](other.md)\n");
    has("content/other.md", "Other.\n");
    has("content/a.md", "{{ embed(path=\"shown.md\") }}\n");
    has("content/b.md", "{{ embed(path=\"shown.md\") }}\n");
    opens();
    assert_true(reads_key("/a/", "file:content/shown.md"));
    assert_true(reads_key("/b/", "file:content/shown.md"));
    assert_true(reads_key("/b/", "page:other.md#url"));
}

static void a_changed_text_is_rendered_again(void **state)
{
    (void)state;
    embeds();
    has("content/shown.md", "Old.\n");
    has("content/a.md", "{{ embed(path=\"shown.md\") }}\n");
    opens();
    assert_non_null(strstr(get("/a/"), "Old."));
    has("content/shown.md", "New.\n");
    after_change("content/shown.md", NULL);
    assert_non_null(strstr(get("/a/"), "New."));
}

/* What looks at the page it stands on is of that page. */
static void a_text_that_knows_who_shows_it_is_not_kept(void **state)
{
    (void)state;
    embeds();
    has("templates/shortcodes/here.html", "{{ request.path }}");
    has("content/shown.md", "{{ here() }}\n");
    has("content/a.md", "{{ embed(path=\"shown.md\") }}\n");
    has("content/b.md", "{{ embed(path=\"shown.md\") }}\n");
    opens();
    assert_non_null(strstr(get("/a/"), "/a/"));
    assert_non_null(strstr(get("/b/"), "/b/"));
}

static void a_circle_is_named(void **state)
{
    (void)state;
    embeds();
    has("content/a.md", "{{ embed(path=\"b.md\") }}\n");
    has("content/b.md", "{{ embed(path=\"c.md\") }}\n");
    has("content/c.md", "{{ embed(path=\"a.md\") }}\n");
    has("content/self.md", "{{ embed(path=\"self.md\") }}\n");
    opens();
    assert_non_null(strstr(failure_of("/a/"), "the text of this page needs itself: a.md needs "
                                              "b.md, which needs c.md, which needs a.md"));
    assert_non_null(strstr(failure_of("/self/"), "needs itself: self.md needs self.md"));
}

static void where_nothing_is_told_a_page_is_rendered_once_as_well(void **state)
{
    (void)state;
    has("content/a.md", "[Other](other.md) and [nowhere](nowhere.md)\n");
    has("content/other.md", "Other.\n");
    opens_with(&(struct site_options){ .quiet = true });
    count_from_here();
    const char *first = get("/a/");
    assert_string_equal(get("/a/"), first);
    assert_true(reads_key("/a/", "page:other.md#url"));
    assert_int_equal(rendered(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        proves(a_text_is_rendered_once_for_all_who_show_it),
        proves(all_who_show_it_have_read_what_it_reads),
        proves(a_changed_text_is_rendered_again),
        proves(a_text_that_knows_who_shows_it_is_not_kept),
        proves(a_circle_is_named),
        proves(where_nothing_is_told_a_page_is_rendered_once_as_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
