/*
 * The importer between its files: what is read of the old site, and what becomes of it.
 *
 * A source (mkdocs.c, hugo.c, ...) is what one of the programs means by a folder of files. It says
 * which pages and files there are, at which addresses they were, and what vial.yaml should say;
 * and then, text by text, what a tag of its own or the target of a link stands for. All that is
 * the same for all of them is in the other files: import.c goes through the steps, text.c finds
 * the tags and links in a text, links.c leads links to files, front.c and yaml_write.c write.
 */
#pragma once
#include "vial/app/toml.h"
#include "vial/base/file.h"
#include "vial/base/map.h"
#include "vial/base/path.h"
#include "vial/import/import.h"
#include "vial/site/front_matter.h"
#include "vial/template/value.h"

enum {
    IMPORT_TEXT = 16 << 20, /* the longest text that is read       */
    IMPORT_FILES = 200000,  /* the most files that a site may have */
    IMPORT_LEFT = 20000,    /* the most that is told               */
    IMPORT_DEPTH = 16,      /* of what stands for something else   */
};

/* A page or a file of the old site, and of the new one. */
struct item {
    str source;     /* relative to the old site                                            */
    str file;       /* relative to the new one: "content/blog/a.md"                        */
    str url;        /* where it was: "/blog/a/"; decoded, empty: nowhere                   */
    bool page;      /* Markdown with front matter; else it is copied as it is              */
    bool html;      /* a page whose text is HTML                                           */
    bool listing;   /* its text is what a program makes of other pages: it is not converted */
    bool has_front; /* front matter was there and was read                             */
    bool exact;     /* `url` holds whatever vial would give                                */
    str text, body; /* of a page: its whole file; what follows the front matter   */
    struct place front_place;
    value front; /* of a page: a dict, what vial will read                             */
    str notes;   /* comment lines that stood in the front matter                       */
    const struct yaml_node *keys; /* as they were written; may be NULL                 */
    struct left_note *left;
    struct headings *headings; /* of anchors.c */
    str written; /* the new text                                                       */
    str hint;    /* of a page: the source's own (Jekyll's collection, a language)      */
};

struct converting;
struct headings;
struct left_note;
struct importing;

struct origin {
    const char *name;
    /* Reads the configuration into im->config and finds all items. */
    bool (*read)(struct importing *im, struct error *err);
    /* What stands at c->at may be a tag: true when it was one, written and left behind. */
    bool (*tag)(struct converting *c);
    /* The same in code, where most programs do not look. NULL: nothing is looked for. */
    bool (*tag_in_code)(struct converting *c);
    /* The characters that a tag may begin with. */
    const char *opens;
    /* A target that is no address: `*item` or `*address` is what it means. False: it is one. */
    bool (*target)(struct converting *c, str target, struct item **item, str *address);
    /* Links between files are written as paths of files, as they are here. */
    bool paths;
    /* Its headings have the ids that vial gives them in the profile it is imported with. */
    bool same_ids;
};

struct importing {
    struct arena *a;
    const struct origin *origin;
    str from, to;
    str base;        /* the path of the old base address: "" or "/docs" */
    value config;    /* a dict: what vial.yaml will say                 */
    str config_file; /* the old configuration, for messages             */
    str config_text;
    const struct yaml_node *old; /* the old configuration, where it is a tree */
    struct item **items;
    size_t count, cap;
    struct map by_url, by_source, by_file; /* struct item */
    bool full;                             /* of files: that was told */
    struct map read, told;                 /* files of the old site, by their paths there       */
    struct map kept;                       /* keys of pages that stay at the top: taxonomies */
    struct map languages;                  /* codes that names of files may have             */
    struct import_report *report;
    void *own; /* the source's */
};

/* ---- items (import.c) ---- */

/* A page or file of the new site. NULL: too many, or another one has its place, which was told. */
struct item *item_add(struct importing *im, str source, str file, str url);
/* The same, of a text that is read and whose front matter is parsed. NULL: it was told why not. */
struct item *page_add(struct importing *im, str source, str file);
/* All files below `folder` of the old site (relative) as they are, into `into`, from `url` on. */
bool files_add(struct importing *im, str folder, str into, str url, struct error *err);
/* A new file of our own making. */
struct item *new_file_add(struct importing *im, str file, str text);

/* "content/blog/a.md" is a page for all origins; "content/a.MARKDOWN" too. */
bool is_markdown(str path);
/* The whole of a file of the old site; empty and told when it cannot be read. */
bool read_old(struct importing *im, str path, str *text);
/* A tree of YAML, TOML or JSON by the file's name; NULL: told. */
const struct yaml_node *read_tree(struct importing *im, str path);

/* ---- what could not be taken over (left.c) ---- */

/* Of a file of the old site as a whole, or of a place in it. */
void left_file(struct importing *im, str source, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void left_node(struct importing *im, const struct yaml_node *node, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void left_place(struct importing *im, struct place place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Of a template in the old program's language: what plays its part here. `name` is its path below
 * the folder of templates. (templates.c)
 */
void left_template(struct importing *im, str source, str name, const char *language);
/* Of all files in a folder of templates. */
void left_templates(struct importing *im, str folder, const char *language);

/* Counts all files of the old site, and tells of those that nothing was said about. (account.c) */
bool files_account(struct importing *im, struct error *err);

/* ---- front matter (front.c) ---- */

/* Moves a key of the old front matter to its name here; undefined values are left out. */
void front_rename(struct item *item, const char *from, const char *to);
value front_take(struct item *item, const char *key);
void front_set(struct item *item, const char *key, value v);
str front_text(const struct item *item, const char *key); /* empty when it is none */
bool front_true(const struct item *item, const char *key);
bool front_date(const struct item *item, struct date *date);
/* A `date` to come hides the page there, unless the key `shown` of the configuration is true: here
 * it takes a `publish_date`. */
void front_hide_future(struct importing *im, struct item *item, const char *shown);
/* Adds an alias; relative ones are below `base`. */
void front_alias(struct importing *im, struct item *item, str alias, str base);
/*
 * Gives every key the type that vial wants, and moves those it does not know below `params`. What
 * is none of its type is told and kept there too.
 */
void front_finish(struct importing *im, struct item *item);
/* The page's text with its front matter in front. */
str front_write(struct importing *im, const struct item *item, str body);

/* A dict without `key`, or with it changed, keeps its order. */
value dict_without(struct arena *a, value dict, str key);
/* The dict below `key`, made when it is not there. */
value dict_below(struct arena *a, value dict, const char *key);
/* A list of texts, of a text or a list of them; of one text with `separator` between its parts. */
value texts_of(struct arena *a, value v, char separator);
/* A scalar as text; `a` may hold it. */
str text_of(struct arena *a, value v);

/* ---- YAML (yaml_write.c) ---- */

/* Appends a dict as lines of YAML. */
void yaml_write(value dict, struct buf *out);
void yaml_write_text(str text, struct buf *out);

/* ---- texts (text.c) ---- */

/* What is left in a text as it was. */
struct left_note {
    struct left_note *next;
    size_t offset, len; /* in the new text */
    size_t from;        /* in the old one  */
    str sentence;
};

/* A text on its way: what stands before `at` has been written to `out`. */
struct converting {
    struct importing *im;
    struct item *item;
    str text;
    size_t at;
    struct buf *out;
    bool in_code, in_target; /* where `at` is: in code; in the target of a link */
    bool in_html;            /* between "<a" and its ">" */
    size_t target_at;        /* where the target will be in the text's `out`   */
    bool settled;            /* what a tag wrote as a target is one of the new site's        */
    struct left_note *notes, **last;
};

void text_convert(struct importing *im, struct item *item);
/* Tells what is left in it, when its front matter is final. */
void text_tell(struct importing *im, const struct item *item);
/* Tells of the `len` bytes at c->at, which are then to be written as they are. */
void left_here(struct converting *c, size_t len, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Writes the `len` bytes at c->at as they are, so that vial calls nothing in them. */
void keep_here(struct converting *c, size_t len);
/* A call of one of vial's shortcodes: its name and pairs of argument and text, ended by NULL. */
void write_call(struct buf *out, const char *name, const str *pairs);

/* ---- links (links.c) ---- */

/* What `target` is here: a path of a file, as vial wants it, or itself. Lives in the arena. */
str link_convert(struct converting *c, str target);
/* The way from a page's file to another item's. */
str link_to(struct converting *c, struct item *item, str more);
/* Fills by_url; once more after the source has, where it needs it itself. */
void items_by_address(struct importing *im);
/* What by_url finds an address by: without an end that does not matter. */
str url_key(struct arena *a, str url);
/* The item at an address of the old site, or NULL; "/a", "/a/", "/a/index.html" are one. */
struct item *item_at(const struct importing *im, str url);
struct item *item_of(const struct importing *im, str source);
/* "/a/b/" and "../c" is "/a/c". */
str url_joined(struct arena *a, str base, str rel);

/* ---- addresses (addresses.c) ---- */

/* Asks vial where its pages are, and writes the old address where that is another. */
bool addresses_keep(struct importing *im, struct error *err);

/* Moves pages to the folders whose addresses they had. (sections.c) */
void sections_settle(struct importing *im);

/* "#id" of the old program in an item's text, as vial has it. (anchors.c) */
str anchor_convert(struct importing *im, struct item *item, str more);

/* Tells of links that lead nowhere. (dead.c) */
bool dead_links_tell(struct importing *im, struct error *err);

/* ---- shared by origins (common.c) ---- */

/* "title: X" into vial.yaml, where the old configuration has it under `from`. */
void config_text_key(struct importing *im, const char *from, const char *to);
void config_set(struct importing *im, const char *key, value v);
/* "https://x.org/docs/" also sets im->base. */
void config_base_url(struct importing *im, str url);

/*
 * A file of the old site's as a tree. Tags of YAML (!ENV) that only a program knows are left out.
 * NULL: `err` says why not.
 */
const struct yaml_node *tree_with_tags(struct importing *im, str path, struct error *err);
/* The same of im->config_file, into im->old. */
bool tree_of_config(struct importing *im, struct error *err);
/* "key: true" is there. */
bool tree_truth(const struct yaml_node *map, const char *key);
bool word_in(str word, const char *const *list);

/* Arguments of a tag: "a b=c "d e"" (tags.c). */
enum { TAG_ARGS = 32 };
struct tag_args {
    struct tag_arg {
        str name, value; /* name is empty: it has only a place */
    } list[TAG_ARGS];
    size_t count;
};
void tag_read(str text, struct tag_args *args, struct arena *a);
str tag_named(const struct tag_args *args, const char *name);
str tag_placed(const struct tag_args *args, size_t place);
/* A known video, figure and so on, by its name in Hugo and Zola. False: it is not known. */
bool tag_call(struct converting *c, str name, const struct tag_args *args);

extern const struct origin origin_mkdocs, origin_mdbook, origin_hugo, origin_jekyll, origin_zola,
    origin_pelican;
