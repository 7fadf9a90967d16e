/*
 * A temporary folder for a test, and words to say what is in it.
 *
 *     has("out/a.html", "text");
 *     assert_string_equal(text_at("out/a.html"), "text");
 *
 * What is given out lives until the test ends.
 */
#pragma once
#include "tests/unit/unit.h"
#include "vial/base/file.h"

int folder_begin(void **state);
int folder_end(void **state);
#define proves(sentence) cmocka_unit_test_setup_teardown(sentence, folder_begin, folder_end)

struct arena *arena(void); /* of the test */
str at(const char *path);  /* the whole of it: "/tmp/vial-.../out/a.html" */

void has(const char *path, const char *text);
void lacks(const char *path);
bool there_is(const char *path);
const char *text_at(const char *path);
const char *names_below(const char *path); /* all files, hidden ones as well: "a b/c" */

/* "FILE:LINE:COL: sentence" of each, a line each, without the folder's name; and they are freed. */
const char *told(struct errors *errors);
const char *told_one(struct error *err);
