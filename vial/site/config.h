/*
 * The configuration: vial.yaml, every key of it checked.
 */
#pragma once
#include "vial/site/paging.h"

enum html_policy { HTML_KEEP, HTML_ESCAPE, HTML_REMOVE };
enum links_policy { LINKS_ERROR, LINKS_WARN, LINKS_IGNORE };

/* By weight, then by date (the newest first), then by path; or by one of them and then by path. */
enum sort_by { SORT_BY_ALL, SORT_BY_WEIGHT, SORT_BY_DATE, SORT_BY_TITLE, SORT_BY_PATH };
#define SORT_BY_WORDS "default weight date title path"

/* A line of `routes:`: "/archive/: {template: archive.html}". */
struct config_route {
    str rule;
    str template, title;
    str list; /* `for: data.authors`: the part after "data."; empty: one page, not many */
    str as;   /* what a template calls the item                                        */
    bool dynamic;
    unsigned language;     /* its number: of `lang:` */
    struct paging *paging; /* NULL: none */
    value more;         /* a dict: any other key, as `page.KEY`                                 */
    struct place place; /* of the rule, for messages                                           */
};

enum taxonomy_by { BY_WORDS, BY_YEAR, BY_MONTH, BY_DAY };

/* One of `taxonomies:` in vial.yaml. */
struct config_taxonomy {
    str name;
    str path;    /* where it is: "/tags/"                                             */
    str title;   /* of its page, where that has no file                               */
    int by;      /* enum taxonomy_by: of words of the front matter, or of the date    */
    bool nested; /* a slash in a word is a step down                                  */
    bool usual;  /* nobody asked for it: without a term it is not there               */
    int sort_by; /* enum sort_by, of a term's pages; -1: as the site                  */
    bool reverse;
    struct paging *paging; /* of a term's pages; NULL: none */
    struct place place;
};

/* `checks:`: each is an enum links_policy. */
struct config_checks {
    int alt, ids, titles, templates;
    struct texts skip; /* addresses of others that are not looked at */
};

/* One of `permalinks:`. */
struct config_permalink {
    str section, pattern;
};

/* `feeds:` (feeds.h). */
struct config_feeds {
    bool formats[3];            /* Atom, RSS, JSON Feed */
    bool site, sections, terms; /* of which lists       */
    bool full;                  /* whole texts, not only summaries */
    size_t limit;               /* pages in a feed      */
};

/* What a taxonomy is called in one language; .p is NULL: as the site's own. */
struct config_words {
    str path, title;
};

/* A language of the site: one of `languages:`, or what `language:` says (config_languages.c). */
struct config_language {
    str code;                            /* "de", "pt-BR"                                   */
    str name;                            /* as its readers call it; empty: not said         */
    str title, description, author;      /* .p is NULL: as the site's                       */
    str prefix;                          /* the first part of its addresses; empty: none    */
    bool main;                           /* files that name no language are in it           */
    bool rtl;                            /* it is written from right to left                */
    bool fallback;                       /* pages without a translation are shown as they are */
    const struct yaml_node *nav, *menus; /* NULL: as the site's */
    value params;                        /* a dict: they come before the site's */
    const struct yaml_node *words;       /* its `taxonomies:`; NULL: as the site's */
    struct config_words *taxonomies;     /* for each of the site's, what they say  */
    struct place place;
};

/* `outputs:`: formats by kind of page (outputs.h). */
struct config_outputs {
    struct texts home, page, section, taxonomy, term;
};

/* `logic:` (logic.h). */
struct config_logic {
    const str *paths; /* files and folders of C, inside the site's; none: there is no logic */
    size_t npaths;
    const str *flags, *libraries; /* for the compiler; names of libraries it is linked with */
    size_t nflags, nlibraries;
    struct place place;
};

struct schema;
/* `assets:` (assets.h). */
struct config_assets {
    bool fingerprint_urls; /* what sheets name is named by its fingerprint as well */
    bool minify;           /* sheets are made shorter                              */
    bool bundle_imports;   /* what sheets import is put in its place               */
    struct asset *made;    /* of others, by a recipe: no file is called so         */
    size_t nmade;
    struct config_command *commands;
    size_t ncommands;
};

/* A program that makes one kind of file of another: `commands:` of `assets:`. */
struct config_command {
    str files;          /* a pattern of the paths it is for */
    const char **words; /* of the program, ended by NULL                  */
    str makes;          /* the ending of what it makes, ".css"             */
    const str *inputs;  /* files and folders of the site that it may read beside; none: the folder
                           that the file lies in */
    size_t ninputs;
    unsigned seconds; /* after which it is ended */
    struct place place;
};

/* What an asset is made of that is no file (assets.h). */
struct recipe {
    const str *parts; /* of a bundle, one behind the other */
    size_t nparts;
    struct place place;
};

/* A file that is published as it is: beside a page, or below /static/. */
struct asset {
    str path; /* relative to content/ or to static/ */
    str url;  /* encoded                            */
    str file; /* to be opened                       */
    str text; /* instead of a file: part of vial    */
    bool in_memory;
    const struct recipe *recipe; /* it is made of others; NULL: it is there */
};

struct config {
    struct place text; /* vial.yaml, for messages */
    const struct yaml_node *top;
    str title, base_url, language, description, author;
    str theme; /* empty: none; see theme_open() for a site that says nothing */
    bool has_theme;
    str output, content, static_files, templates, themes,
        data;    /* folders, relative to the site's */
    int links;   /* enum links_policy */
    int sort_by; /* enum sort_by */
    bool reverse;
    unsigned markdown; /* enum markdown_feature, of those that are on */
    int profile;       /* enum markdown_profile                       */
    bool shortcodes, snippets;
    int html;                          /* enum html_policy: what becomes of raw HTML in Markdown */
    str external_rel, external_target; /* of links that leave the site; empty: none */
    const struct yaml_node *nav;       /* NULL: none */
    const struct yaml_node *menus;     /* NULL: none */
    struct config_route *routes;
    size_t nroutes;
    struct config_taxonomy *taxonomies;
    size_t ntaxonomies;
    struct config_feeds feeds;
    struct config_permalink *permalinks;
    size_t npermalinks;
    const struct schema *schemas; /* schema.h */
    size_t nschemas;
    struct config_language *languages; /* the site's own first: there is always one */
    size_t nlanguages;
    str timezone;
    struct zone *zone;   /* of dates that tell none; NULL: Greenwich */
    bool names_language; /* vial.yaml says what the site is written in */
    struct config_outputs outputs;
    struct config_checks checks;
    struct config_logic logic;
    struct config_assets assets;
    bool sitemap, ugly_urls;
    str search; /* where the search is, when served: "/search"; empty: nowhere */
    bool search_index, search_code; /* there is an index for browsers; it has code as well */
    str base_path;                  /* of base_url: "" or "/docs" */
    value all;                      /* a dict: what templates see as `config` */
};

/*
 * Reads `file` (vial.yaml as messages call it). NULL, and `errors` say everything that is wrong.
 * `base_url` (may be empty) takes the place of the one in the file. All lives in `a`.
 */
struct config *config_load(str file, str base_url, struct arena *a, struct errors *errors);
/* The same of `text`, which lives as long as `a`. */
struct config *config_parse(str file, str text, str base_url, struct arena *a,
                            struct errors *errors);

/* Where `key` stands in vial.yaml, or the beginning of the file. */
struct place config_place(const struct config *config, str key);

/* What `taxonomies:` says, or the usual ones where it is not there. (config_taxonomies.c) */
bool config_taxonomies(struct config *config, struct arena *a, struct errors *errors);
/* What a language says of them, once both are known; and what they are called there. (likewise) */
bool config_words(struct config *config, struct arena *a, struct errors *errors);
str config_taxonomy_path(const struct config *config, const struct config_taxonomy *taxonomy,
                         unsigned language);
/* `said`: the language itself has a word for it. */
str config_taxonomy_title(const struct config *config, const struct config_taxonomy *taxonomy,
                          unsigned language, bool *said);
/* What `checks:` says. (checks.c) */
bool config_read_checks(struct config *config, struct arena *a, struct errors *errors);
/* What `search:` says. (search_page.c) */
bool config_search(struct config *config, struct arena *a, struct errors *errors);
/* What `permalinks:` says. (permalinks.c) */
bool config_permalinks(struct config *config, struct arena *a, struct errors *errors);
/* What `outputs:` says. (outputs.c) */
bool config_read_outputs(struct config *config, struct arena *a, struct errors *errors);
/* What `schema:` says. (config_schema.c) */
bool config_schema(struct config *config, struct arena *a, struct errors *errors);
/* What `feeds:` says; feeds and the sitemap need an address to be at. (config_feeds.c) */
bool config_feeds(struct config *config, bool has_address, struct arena *a, struct errors *errors);

/* What `logic:` says. (config_logic.c) */
bool config_logic(struct config *config, struct arena *a, struct errors *errors);

/* What `assets:` says. (config_assets.c) */
bool config_read_assets(struct config *config, struct arena *a, struct errors *errors);

/* What `markdown:` says, into config->markdown. False: `errors` say why. (config_markdown.c) */
bool config_read_markdown(struct config *config, struct arena *a, struct errors *errors);

/* What `timezone:` says. (config_languages.c) */
bool config_timezone(struct config *config, struct arena *a, struct errors *errors);
/* What `language:` and `languages:` say. (config_languages.c) */
bool config_languages(struct config *config, struct arena *a, struct errors *errors);

/* Where a file of content/ stands among the files of its language. (config_languages.c) */
struct located {
    str place;   /* "de/blog/hello.md" for blog/hello.de.md */
    str logical; /* the same without the language           */
    uint8_t language;
};
struct located config_locate(const struct config *config, str path, struct arena *a);
/* "blog/hello.md" in German: its place; and back. */
str config_in_language(const struct config *config, unsigned language, str logical,
                       struct arena *a);
str config_logical(const struct config *config, unsigned language, str place);
