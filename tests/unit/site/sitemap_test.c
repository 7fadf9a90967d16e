/* The sitemap's text, of as many addresses as a file may have, and of more. */
#include "tests/unit/unit.h"
#include "vial/site/config.h"
#include "vial/site/feeds.h"

static const struct config config = { .base_url = { "https://example.org/sub/", 24 } };

static struct sitemap sitemap_of(struct arena *a, size_t count)
{
    struct sitemap sitemap = { arena_array(a, struct sitemap_entry, count), count };

    for (size_t i = 0; i < count; i++)
        sitemap.list[i].url = str_fmt(a, "/%zu/?a&b", i);
    return sitemap;
}

static size_t times_of(str text, str part)
{
    size_t count = 0;

    for (ptrdiff_t at; (at = str_find(text, part)) != STR_NONE; count++)
        text = str_from(text, (size_t)at + part.len);
    return count;
}

static void up_to_fifty_thousand_addresses_are_one_file(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct sitemap sitemap = sitemap_of(&a, SITEMAP_MOST);
    str text = sitemap_text(&sitemap, 0, &config, &a);

    assert_int_equal(times_of(text, S("<url>")), SITEMAP_MOST);
    assert_int_equal(times_of(text, S("<loc>https://example.org/sub/49999/?a&amp;b</loc>")), 1);
    assert_int_equal(times_of(text, S("<sitemapindex")), 0);
    arena_free(&a);
}

static void more_are_in_files_of_their_own_and_the_first_lists_these(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct sitemap sitemap = sitemap_of(&a, 2 * SITEMAP_MOST + 1);
    str list = sitemap_text(&sitemap, 0, &config, &a);

    assert_int_equal(times_of(list, S("<sitemapindex")), 1);
    assert_int_equal(times_of(list, S("<sitemap>")), 3);
    assert_int_equal(times_of(list, S("<loc>https://example.org/sub/sitemap-3.xml</loc>")), 1);
    assert_int_equal(times_of(list, S("<url>")), 0);

    str second = sitemap_text(&sitemap, 2, &config, &a);
    assert_int_equal(times_of(second, S("<url>")), SITEMAP_MOST);
    assert_int_equal(times_of(second, S("<loc>https://example.org/sub/50000/?a&amp;b</loc>")), 1);

    str last = sitemap_text(&sitemap, 3, &config, &a);
    assert_int_equal(times_of(last, S("<url>")), 1);
    assert_int_equal(times_of(last, S("<loc>https://example.org/sub/100000/?a&amp;b</loc>")), 1);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(up_to_fifty_thousand_addresses_are_one_file),
        cmocka_unit_test(more_are_in_files_of_their_own_and_the_first_lists_these),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
