/* What the other side would like: accept.h. */
#include "../unit.h"
#include "vial/http/accept.h"

static int best(enum accept_kind kind, const char *header, const char *a, const char *b)
{
    const str offers[2] = { str_of(a), str_of(b) };
    struct accept accept;

    accept_parse(&accept, str_of(header));
    return accept_best(&accept, kind, offers, 2);
}

static void the_best_liked_offer_wins(void **state)
{
    (void)state;
    assert_int_equal(
        best(ACCEPT_MEDIA, "text/html;q=0.5, application/json", "text/html", "application/json"),
        1);
    assert_int_equal(
        best(ACCEPT_MEDIA, "text/*, application/json", "text/html", "application/json"),
        1); /* named more exactly */
    assert_int_equal(best(ACCEPT_MEDIA, "*/*", "text/html", "application/json"), 0);
    assert_int_equal(best(ACCEPT_MEDIA, "", "text/html", "application/json"), 0);
    assert_int_equal(best(ACCEPT_MEDIA, "image/png", "text/html", "application/json"), -1);
}

static void a_quality_of_nothing_refuses(void **state)
{
    (void)state;
    assert_int_equal(
        best(ACCEPT_MEDIA, "text/html;q=0, */*;q=0.1", "text/html", "application/json"), 1);
    assert_int_equal(best(ACCEPT_OTHER, "gzip;q=0, *", "gzip", "br"), 1);
}

static void an_item_whose_quality_is_none_does_not_count(void **state)
{
    (void)state;
    assert_int_equal(best(ACCEPT_MEDIA, "text/html;q=nan, application/json;q=0.1", "text/html",
                          "application/json"),
                     1);
    assert_int_equal(
        best(ACCEPT_MEDIA, "text/html;q=-1, application/json;q=7", "text/html", "application/json"),
        1);
}

static void languages_are_found_by_their_beginnings(void **state)
{
    (void)state;
    assert_int_equal(best(ACCEPT_LANGUAGE, "de-AT, en;q=0.5", "en", "de"), 1);
    assert_int_equal(best(ACCEPT_LANGUAGE, "de;q=0.4, en-GB", "de-CH", "en-gb"), 1);
    assert_int_equal(best(ACCEPT_LANGUAGE, "deu", "de", "en"), -1);
}

static void parameters_of_a_type_have_to_be_offered(void **state)
{
    (void)state;
    assert_int_equal(best(ACCEPT_MEDIA, "text/html;level=1", "text/html", "text/html;level=1"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_liked_offer_wins),
        cmocka_unit_test(a_quality_of_nothing_refuses),
        cmocka_unit_test(an_item_whose_quality_is_none_does_not_count),
        cmocka_unit_test(languages_are_found_by_their_beginnings),
        cmocka_unit_test(parameters_of_a_type_have_to_be_offered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
