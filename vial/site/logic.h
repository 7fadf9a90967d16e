/*
 * Logic: a site's own C code, compiled to a module and loaded.
 *
 *     logic: logic                        in vial.yaml: a folder of C files, or some files
 *
 *     void site_logic(vial *app)          in one of them: called once, when the site is opened
 *     {
 *         vial_route(app, "/stars/", show_stars);
 *     }
 *
 * The module lies in the site's .vial/logic under the digest of everything it was made from: the C
 * files, the headers they include, flags, the compiler, vial's own headers. So it is compiled when
 * one of these is another, and else only loaded; where there is no compiler, a module that was made
 * of the same files will do.
 *
 * There is one vial in the process. The module holds nothing of it and is linked with nothing of
 * it: what it calls of vial.h it finds in the program that loads it, which shows just those names
 * (vial/lib/exports.py). What the module itself defines nobody sees but through site_logic().
 */
#pragma once
#include "vial/app/app.h"
#include "vial/site/config.h"

struct logic;

/*
 * The module of the site in `folder`: compiled if need be, and loaded. NULL: `errors` say why, each
 * with its place in the C files. What the compiler warns of is in `warnings`, each time.
 */
struct logic *logic_open(const struct config_logic *config, str folder, struct errors *errors,
                         struct errors *warnings);
void logic_close(void *logic); /* nobody may be in its code; NULL is fine */

/* Calls its site_logic(). False: `errors` say what could not be registered. */
bool logic_start(const struct logic *logic, vial *app, struct errors *errors);

str logic_key(const struct logic *logic); /* says "this very module"; empty for NULL */

/*
 * The folders to be watched: where the files of `logic:` are, and the headers that they include
 * from elsewhere in the site's folder; relative to that. Where there is no logic, the place where
 * it usually comes to be.
 */
size_t logic_watched(const struct logic *logic, const struct config_logic *config, str *paths,
                     size_t max);

/* Whether a module may be another when the file at `path` is: relative to the site's folder. */
bool logic_is_made_of(const struct logic *logic, const struct config_logic *config, str path);
