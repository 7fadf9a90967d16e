/*
 * The theme: templates and static files that a site wears, below its own.
 *
 * themes/NAME of the site, or a theme that is part of vial. A file of the site's templates/ takes
 * the place of the theme's of that name, and "!theme/NAME" reaches the one that was replaced.
 */
#pragma once
#include "vial/site/config.h"
#include "vial/site/index.h"
#include "vial/template/template.h"

/* A file of a theme that is part of vial. `path` is relative to the theme. */
struct builtin_file {
    const char *path;
    const char *data;
    size_t size;
};
/* The text of one of them; empty: there is none. */
str theme_own(const char *path);
extern const struct builtin_file builtin_own[];   /* what every site has below its theme */
extern const struct builtin_file builtin_plain[]; /* ended by a NULL path */

struct theme {
    str name;          /* empty: none */
    str own_templates; /* the site's folder */
    str templates;     /* the theme's folder; empty: none, or part of vial */
    str static_files;
    str folder; /* the theme's own, of which these are parts; empty: none, or part of vial */
    const struct builtin_file *builtin; /* NULL: not part of vial */
    value params;                       /* a dict: what `params:` of theme.yaml says */
};

/*
 * The theme that `config` names, for the site in `folder`. A site that names none wears "plain",
 * unless it has templates of its own. False: there is no such theme, or its theme.yaml is wrong.
 */
bool theme_open(struct theme *theme, const struct config *config, str folder, struct arena *a,
                struct errors *errors);

/* A file of the theme by its path in there: "i18n/de.yaml". False: it has none. */
bool theme_file(const struct theme *theme, str path, str *file, str *text, struct arena *a);

bool theme_has_template(const struct theme *theme, str name);
loader_fn theme_load_template;          /* its `self` is the theme */
template_names_fn theme_template_names; /* likewise */

/*
 * All static files, the site's before the theme's, each address once: for index_inputs. False: a
 * folder could not be read.
 */
bool theme_statics(const struct theme *theme, str own_folder, struct asset **statics, size_t *count,
                   struct arena *a, struct errors *errors);
/* The same where the files are known: those of the site, and those of the theme's whole folder. */
void theme_statics_of(const struct theme *theme, str own_folder, const struct file_walk *own,
                      const struct file_walk *of_theme, struct asset **statics, size_t *count,
                      struct arena *a);
