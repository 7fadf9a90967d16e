/*
 * nearest_test.c - the name that was probably meant
 */
#include "tests/unit/unit.h"
#include "vial/base/nearest.h"

static str meant(const char *word)
{
    static const char *const names[] = { "title", "date", "draft", "description", "weight" };
    struct nearest n = nearest_to(str_of(word));

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        nearest_try(&n, str_of(names[i]));
    return n.best;
}

static void a_slip_of_the_fingers_is_understood(void **state)
{
    (void)state;
    assert_str(meant("titel"), "title");
    assert_str(meant("tilte"), "title");
    assert_str(meant("Title"), "title");
    assert_str(meant("drafts"), "draft");
    assert_str(meant("descripton"), "description");
    assert_str(meant("wieght"), "weight");
}

static void another_word_is_not_taken_for_one(void **state)
{
    (void)state;
    assert_str(meant("zzz"), "");
    assert_str(meant("colour"), "");
    assert_str(meant(""), "");
    assert_str(meant("x"), "");
}

static void a_very_long_word_is_no_name(void **state)
{
    (void)state;
    char word[1000];

    memset(word, 'a', sizeof word);
    word[sizeof word - 1] = 0;
    assert_str(meant(word), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_of_the_fingers_is_understood),
        cmocka_unit_test(another_word_is_not_taken_for_one),
        cmocka_unit_test(a_very_long_word_is_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
