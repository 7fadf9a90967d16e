/*
 * A site in a temporary folder, so that a test can say what it has and ask what comes of it.
 *
 *     has("content/about.md", "Hello.");
 *     opens();
 *     assert_string_equal(get("/about/"), "<p>Hello.</p>\n");
 *
 * Each test begins with a vial.yaml that names the site, and templates that print the content of a
 * page and the titles of a section's pages. What is given out lives until the test ends.
 */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>
#undef fail /* cmocka's word, and the template room's */

#include "vial/site/site.h"

int fixture_begin(void **state);
int fixture_end(void **state);
#define proves(sentence) cmocka_unit_test_setup_teardown(sentence, fixture_begin, fixture_end)

void has(const char *path, const char *text);
void has_bytes(const char *path, const char *bytes, size_t count);
void lacks(const char *path); /* a file or an empty folder goes away */
void moves(const char *from, const char *to);
const char *folder(void);

void opens(void);                                    /* without an error              */
void opens_with(const struct site_options *options); /* the same                    */
/* Errors of opening, each in its brief form on a line, without the temporary folder's name. */
const char *complains(void);
const char *refuses(void); /* the same, of a site that cannot be used */
struct site *the_site(void);

const char *get(const char *path);     /* the body; the status must be 200 */
const char *get_any(const char *path); /* the body, whatever the status */
int status_of(const char *path);
int status_by(const char *method, const char *path);
const char *location_of(const char *path);
const char *type_of(const char *path);
const char *failure_of(const char *path); /* why it is a 500, as printed */
/* What a template of this text prints on the page at `/probe/` (content/probe.md). */
const char *shows(const char *expression);

const char *findings(void); /* errors, then warnings, as complains() prints them */
const char *urls(void);     /* every URL, a line each */

/* After the files at these paths (NULL ends them) changed. */
struct reads *after_change(const char *path, ...) __attribute__((sentinel));
bool names(const struct reads *keys, const char *key);
bool reads_key(const char *path, const char *key); /* whether the response at `path` read it */
