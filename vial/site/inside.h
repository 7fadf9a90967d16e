/*
 * The inside of a site: what this room's files share and nobody else sees.
 */
#pragma once
#include "vial/site/index.h"
#include "vial/site/logic.h"
#include "vial/site/site.h"
#include "vial/site/theme.h"
#include <pthread.h>

/* What rendering found wrong with links; filled by any thread. */
struct findings {
    pthread_mutex_t lock;
    struct errors errors, warnings;
    atomic_bool backlinks;   /* somebody asked for them */
    struct errors outside;   /* links that leave the site, where they are gathered */
    struct errors languages; /* that nobody knows: each once, at its first place */
};

/* Which templates there are, of those that decide what is made. */
struct templates_there {
    bool home, section, page, not_found, taxonomy, term;
    uint64_t hooks; /* another number when other hooks are there */
};

/* The templates that write what Markdown would (hooks.c). */
struct hooks_there {
    unsigned kinds;   /* enum markdown_hooks                     */
    struct map names; /* "link", "codeblock-mermaid"; a set      */
};

struct site {
    /* as long as the site itself */
    str folder;
    struct site_options options;
    struct arena own;
    struct findings *findings;
    struct search *search;         /* its own; NULL: it has none, or options.search */
    struct renderings *renderings; /* rendered for others (renderings.h) */
    struct assets *made;           /* of files that templates name (assets.h) */
    struct search_built *built;    /* the index for browsers (search_index.h) */
    struct pictures *pictures;     /* in other sizes (pictures.h) */
    struct object site_object, config_object, data_object; /* `site`, `config`, `data` */

    /* until vial.yaml or theme.yaml change: made by site_fill(), ended by site_empty() */
    struct arena arena;
    struct config *config;
    struct theme theme;
    value *params;  /* for each language: the theme's, vial.yaml's and the language's over them */
    value *strings; /* for each language: a dict (strings.c)                              */
    struct locale **locales; /* for each language, once somebody needed it; NULL: nobody has */
    str content, statics_folder, data_folder; /* as messages and the system call them */
    str made_folder;                          /* of assets that are not published themselves */
    vial *app;
    struct logic *logic;       /* NULL: there is none. Ends with the app, once that has it */
    struct prepared *prepared; /* what site_prepare() made of it; NULL: nothing           */

    /* until a file of theirs changes */
    struct arena *data_arena;
    value data;
    struct arena *files;           /* names of all files, and what is read of summaries */
    struct file_entry *page_files; /* by path: also those that made no page */
    size_t npage_files;
    struct file_entry *assets;
    size_t nassets;
    struct asset *statics;
    size_t nstatics;
    struct summary *summaries; /* for each language */
    struct templates_there templates;
    struct hooks_there hooks;
    struct page **pages; /* by path; on the heap */
    size_t npages;
    struct index *index;
    int64_t indexed_at; /* the moment whose pages it shows */
    int64_t begun;      /* when site_begin() began to read, ns since 1970 */

    /* what was wrong, and has to be looked at again whatever changes */
    bool config_bad, files_bad, data_bad, index_bad, logic_bad;
};

/* Reads vial.yaml and everything it leads to. False: the site cannot be used. (site.c) */
bool site_fill(struct site *site, struct errors *errors);
void site_empty(struct site *site);

/* i18n/LANG.yaml of all languages. False: `errors` say why not. (strings.c) */
bool site_load_strings(struct site *site, struct errors *errors);
function_fn call_t;

/* What ICU knows of a language of the site. NULL: `err` says why not. Any thread. (locales.c) */
struct locale *site_locale(struct site *site, unsigned language, struct error *err);
/* All of them, where vial.yaml names a language; else those are sorted by bytes. (locales.c) */
bool site_open_locales(struct site *site, struct errors *errors);
void site_close_locales(struct site *site);

/* All files below data/, as one dict; errors for what cannot be read. (data.c) */
value data_load(str folder, struct arena *a, struct errors *errors);

/* What the file `path` says, by its ending. */
bool data_parse(value *v, str path, struct place text, struct arena *a, struct error *err);

/* Lists the files of content/ and all static files, in an arena of their own. (files.c) */
void site_list_files(struct site *site, struct errors *errors);
bool site_is_page_name(const struct config *config, str path); /* of content/: it becomes a page */
/* The number of the language whose navigation the file is: SUMMARY.md's and the like. -1: it is
 * none. */
int site_summary_language(const struct config *config, str path);
void site_look_for_templates(struct site *site);

/* Both make things anew; what was there before is the caller's to free, when nobody looks at it. */
void site_load_data(struct site *site, struct errors *errors);
void site_reindex(struct site *site, struct errors *errors); /* the old index is not freed */
void site_reindex_at(struct site *site, int64_t now, struct errors *errors);

/* As site_update(), where `count` may be 0: then only what was wrong is looked at again. */
void site_take_in(struct site *site, const str *paths, size_t count, struct reads *keys,
                  struct errors *errors);

/* Compiles and loads `logic:`. False: `errors` say why. (reload_logic.c) */
bool site_load_logic(struct site *site, struct errors *errors);
/* The same, of new code, with a new app for it; what cannot be used leaves all as it was. */
void site_reload_logic(struct site *site, struct reads *keys, struct errors *errors);
void prepared_free(struct prepared *prepared);

/* The folder .vial/NAME; made, false where that cannot be. (kept.c) */
str site_kept(const struct site *site, str name, struct arena *a);
bool site_make_kept(str folder, struct arena *a);

bool site_register(struct site *site, struct errors *errors); /* makes the app (routes.c) */
/* The search, where vial.yaml asks for it; and its address in a language, or empty. (search_page.c)
 */
bool site_register_search(struct site *site, struct errors *errors);
str site_search_path(const struct site *site, unsigned language, struct arena *a);
/* Where a language's page for what is not there is: "/de/404.html". (routes.c) */
str site_not_found(const struct site *site, unsigned language, struct arena *a);
void site_filters(struct site *site);       /* filters.c */
void site_globals(struct site *site);       /* what its templates see (objects_site.c) */
function_fn call_asset;                     /* objects_asset.c */
function_fn call_resize_image, call_srcset; /* objects_picture.c */
