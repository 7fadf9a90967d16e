/*
 * Templates: Jinja2's, compiled once and rendered by any number of threads.
 *
 *     struct env *env = env_new(&(struct env_options){ .autoescape = AUTOESCAPE_HTML });
 *     env_add_folder(env, S("themes/plain/templates"));
 *     const struct jinja *page = env_template(env, S("page.html"), &err);
 *     template_render(page, context, &(struct render_options){ .arena = a }, &out, &err);
 *
 * An environment is set up by one thread (filters, globals, loaders) and then shared; getting and
 * rendering templates is safe from all. Compiled templates belong to the environment and live until
 * env_forget(), env_refresh() or env_free().
 */
#pragma once
#include "vial/base/hash.h"
#include "vial/template/value.h"

#ifdef __cplusplus
extern "C" {
#endif

struct env;
struct jinja; /* one template, compiled */

enum undefined_kind { UNDEFINED_DEFAULT, UNDEFINED_STRICT, UNDEFINED_CHAINABLE, UNDEFINED_DEBUG };
enum autoescape { AUTOESCAPE_NONE, AUTOESCAPE_HTML, AUTOESCAPE_BY_NAME };

/* Which templates AUTOESCAPE_BY_NAME escapes: jinja2's select_autoescape(). Endings have spaces
 * between them, "html htm xml", and count in letters of any size. */
struct escape_rules {
    str endings;     /* that are escaped; empty: "html htm xml"       */
    str others;      /* that are not                                  */
    bool rest;       /* whether what ends in none of them is escaped  */
    bool no_strings; /* templates without a name are not escaped      */
};

/* Zero is Jinja's default for each. */
struct env_options {
    enum autoescape autoescape;
    struct escape_rules escape;
    enum undefined_kind undefined;
    bool trim_blocks, lstrip_blocks, keep_trailing_newline;
    str block_start, block_end, variable_start, variable_end, comment_start, comment_end;
    str line_statement_prefix, line_comment_prefix;
    str newline_sequence;
    bool ext_do, ext_loopcontrols, ext_i18n, ext_debug;
    bool sandbox, sandbox_immutable;
};

struct env *env_new(const struct env_options *options); /* NULL: all defaults */
void env_free(struct env *env);

/*
 * Where templates come from. `load` gives the source of `name` (in `a`) and the file's name for
 * messages; FOUND, NOT_FOUND (the next loader is asked), or FAILED with `err`. Loaders are asked in
 * the order they were added, from any thread.
 */
enum loaded { LOAD_FOUND, LOAD_NOT_FOUND, LOAD_FAILED };
struct source {
    str text;
    str file;
};
typedef enum loaded loader_fn(void *self, str name, struct source *source, struct arena *a,
                              struct error *err);
void env_add_loader(struct env *env, loader_fn *load, void *self);
void env_add_folder(struct env *env, str folder);         /* "a/b.html" below it, never outside   */
void env_add_source(struct env *env, str name, str text); /* a table in memory; borrowed          */

/*
 * For messages of a template that is not there: `names` offers those that loaders of one's own
 * have, for "did you mean"; `hint`, where none is near, says what would mend it, and may be empty.
 */
struct nearest;
typedef void template_names_fn(void *self, struct nearest *near, struct arena *a);
void env_on_missing(struct env *env, template_names_fn *names, void *self, str hint);
/* The one that was probably meant, in `a`; may be empty. */
str env_nearest_template(const struct env *env, str name, struct arena *a);

/* Compiled on first use. NULL, and `err` says why: TemplateNotFound, TemplateSyntaxError, ... */
const struct jinja *env_template(struct env *env, str name, struct error *err);
const struct jinja *env_compile(struct env *env, str name, struct source source, struct error *err);
/* Only the syntax, as jinja2's Environment.parse. */
bool env_check(struct env *env, str name, struct source source, struct error *err);
/* Of its source, as it was when it was compiled; zero: there is none, or it does not compile. */
struct digest env_version(struct env *env, str name);
/* Drops every compiled template; nobody may be rendering. Sources are asked for again. */
void env_forget(struct env *env);
/*
 * Drops the compiled templates whose source is other bytes now, comes from elsewhere or went away;
 * the others stay, whatever became of their files' times. Nobody may be rendering. Returns how many
 * were dropped.
 */
size_t env_refresh(struct env *env);

/* Seen by every template, imported ones too. Set up before the first rendering. */
void env_global(struct env *env, str name, value v);
typedef value filter_fn(struct rendering *r, value input, const struct call *call, void *self);
typedef bool test_fn(struct rendering *r, value input, const struct call *call, void *self);
void env_filter(struct env *env, str name, filter_fn *fn, void *self);
void env_test(struct env *env, str name, test_fn *fn, void *self);

/*
 * Translations for {% trans %} and for `_`: `find` gives what stands for `id` within `context`
 * (empty: none), in the form for `n` where there is a `plural`; false when nothing does. Installs
 * gettext, ngettext, pgettext and npgettext. Needs ext_i18n.
 */
struct message {
    str context, id, plural;
    int64_t n;
    bool has_context, has_plural;
};
struct translations {
    bool (*find)(void *self, const struct message *message, struct arena *a, str *text);
    void *self;
    bool newstyle; /* the functions put the variables in, and their text is Markup */
};
void env_translations(struct env *env, const struct translations *translations);

/*
 * The catalogue of a gettext .mo file, of either byte order. `bytes` are borrowed, the rest is in
 * `a`. NULL, and `err` says what is wrong with `file`. It is only read afterwards: any number of
 * threads may ask it.
 */
struct catalog;
struct catalog *catalog_parse(str bytes, str file, struct arena *a, struct error *err);
struct translations catalog_translations(const struct catalog *catalog, bool newstyle);

/*
 * Reuse: an include that looks at nothing that differs from the rendering before is not rendered
 * again; its text is put out as it was. What it looks at is found by record (reuse.h). The hooks
 * see to it that notes that objects make while it runs (who read what) are made again with it;
 * `user` is that of the rendering. Off until env_reuse().
 */
struct reuse_hooks {
    /* What is noted from now on stands apart; gives what stands for what was noted before. */
    void *(*begin)(void *user);
    /* Exchanges the two: what is read next belongs to what is around the include. And back. */
    void (*turn)(void *user, void *before);
    /* Puts them together. With `keep`, gives a copy there of what was noted since begin(); NULL:
     * that is not to be kept. */
    const void *(*end)(void *user, void *before, struct arena *keep);
    void (*again)(void *user, const void *kept); /* notes it once more */
    /* How often something was looked at that is of this rendering alone. */
    uint64_t (*glances)(void *user);
    /* Renderings of different kin have nothing in common: those in two languages. */
    unsigned (*kin)(void *user);
};
void env_reuse(struct env *env, const struct reuse_hooks *hooks); /* borrowed */
/* What objects show has changed: nothing that was kept counts. Nobody may be rendering. */
void env_reuse_forget(struct env *env);

/*
 * A function that a failure leaves: for those who look at what went wrong. All of it is borrowed
 * but `names`, which is made in the rendering's arena.
 */
struct left_frame {
    bool innermost;     /* the failure began here: what was left before does not count   */
    struct place place; /* the tag, in the whole source of its template                  */
    const char *what;   /* "block", "macro", ...; empty: the template itself             */
    str name;           /* of the block or macro                                         */
    value names;        /* a dict of what it could see; the environment's globals apart  */
};

struct render_options {
    struct arena *arena; /* values and text made while rendering; required                        */
    void *user;         /* handed to objects and functions by rendering_user()                    */
    uint64_t max_steps; /* instructions; 0: 100 million                                           */
    size_t max_memory;  /* bytes of the arena and the output; 0: 256 MiB                          */
    unsigned max_depth; /* of includes, macros and blocks; 0: 250                                 */
    /* Told of each template looked up while rendering, also of those not there; may be NULL. */
    void (*template_read)(void *user, str name, bool found);
    /* Told of each frame on the way out of a failure; may be NULL. With it nothing that was made is
     * given back before the arena ends, so that all that the frames saw can be kept. */
    void (*frame_left)(void *user, const struct left_frame *frame);
};

/* Appends the text to `out`. On false `out` holds what had been made until then. `context` is a
 * dict. */
bool template_render(const struct jinja *t, value context, const struct render_options *options,
                     struct buf *out, struct error *err);

/*
 * The value of an expression that sees `names` (a dict) and the globals, as pprint shows it. What
 * it makes lives in the options' arena, and its code as long as templates do. False, and `err` says
 * why, also for what is more than an expression.
 */
bool env_evaluate(struct env *env, str expression, value names,
                  const struct render_options *options, struct buf *out, struct error *err);

/* For objects, filters and functions, while a rendering calls them. */
struct arena *rendering_arena(struct rendering *r);
void *rendering_user(struct rendering *r);
/* Reports an error of Python's class `kind`: "TypeError"; returns undefined, so `return fail(...)`.
 */
value fail(struct rendering *r, const char *kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool failed(const struct rendering *r);
/* A function templates can call, as a value in `a`. */
typedef value function_fn(struct rendering *r, const struct call *call, void *self);
value function_new(struct arena *a, const char *name, function_fn *fn, void *self);

#ifdef __cplusplus
}
#endif
