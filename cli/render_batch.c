/*
 * render_batch.c - `vial render --batch`: the engine, asked line by line
 *
 *   comes in:  lines of JSON, each with templates, data and options
 *   goes out:  for each a line with the text or the error
 *
 * For tests and for programs in other languages. Nothing is carried over from one line to the next.
 */
#include "cli/batch.h"
#include "cli/cli.h"
#include "cli/render.h"
#include "vial/app/json.h"
#include "vial/base/file.h"
#include "vial/template/rendering.h"

/* ---- options ---- */

static bool truth(value options, const char *key)
{
    value v = dict_get(options, str_of(key));

    return v.type == VIAL_BOOL && v.as.b;
}

static str text(value options, const char *key)
{
    return value_text(dict_get(options, str_of(key)));
}

static bool has_extension(value options, const char *name)
{
    value list = dict_get(options, S("extensions"));

    for (size_t i = 0; i < list_len(list); i++)
        if (str_eq(value_text(list_at(list, i)), str_of(name)))
            return true;
    return false;
}

static enum undefined_kind undefined_named(str name)
{
    if (str_eq(name, S("strict")))
        return UNDEFINED_STRICT;
    if (str_eq(name, S("chainable")))
        return UNDEFINED_CHAINABLE;
    return str_eq(name, S("debug")) ? UNDEFINED_DEBUG : UNDEFINED_DEFAULT;
}

static struct env_options options_of(value o)
{
    value sandbox = dict_get(o, S("sandbox"));
    bool immutable = str_eq(value_text(sandbox), S("immutable"));

    return (struct env_options){
        .autoescape = truth(o, "autoescape") ? AUTOESCAPE_HTML : AUTOESCAPE_NONE,
        .undefined = undefined_named(text(o, "undefined")),
        .trim_blocks = truth(o, "trim_blocks"),
        .lstrip_blocks = truth(o, "lstrip_blocks"),
        .keep_trailing_newline = truth(o, "keep_trailing_newline"),
        .block_start = text(o, "block_start_string"),
        .block_end = text(o, "block_end_string"),
        .variable_start = text(o, "variable_start_string"),
        .variable_end = text(o, "variable_end_string"),
        .comment_start = text(o, "comment_start_string"),
        .comment_end = text(o, "comment_end_string"),
        .line_statement_prefix = text(o, "line_statement_prefix"),
        .line_comment_prefix = text(o, "line_comment_prefix"),
        .newline_sequence = text(o, "newline_sequence"),
        .ext_do = has_extension(o, "do"),
        .ext_loopcontrols = has_extension(o, "loopcontrols"),
        .ext_i18n = has_extension(o, "i18n"),
        .ext_debug = has_extension(o, "debug"),
        .sandbox = immutable || truth(o, "sandbox"),
        .sandbox_immutable = immutable,
    };
}

static void set_policies(struct policies *policies, value given)
{
    value key, v;

    for (size_t i = 0; dict_entry(given, i, &key, &v); i++) {
        str name = value_text(key);

        if (str_eq(name, S("urlize.rel")))
            policies->urlize_rel = v;
        else if (str_eq(name, S("urlize.target")))
            policies->urlize_target = v;
        else if (str_eq(name, S("urlize.extra_schemes")))
            policies->urlize_extra_schemes = v;
        else if (str_eq(name, S("truncate.leeway")))
            policies->truncate_leeway = v.as.i;
        else if (str_eq(name, S("json.dumps_kwargs")))
            policies->json_dumps_kwargs = v;
        else if (str_eq(name, S("ext.i18n.trimmed")))
            policies->i18n_trimmed = v.type == VIAL_BOOL && v.as.b;
    }
}

/* ---- translations: gettext(s) = catalog[s], with a context catalog[context + "\4" + s] ---- */

static bool find_message(void *self, const struct message *message, struct arena *a, str *found)
{
    value catalog = *(const value *)self;
    str id = message->has_plural && message->n != 1 ? message->plural : message->id;
    str key = id;

    if (message->has_context)
        key = str_fmt(a, "%.*s\4%.*s", STR(message->context), STR(id));
    value v = dict_get(catalog, key);
    *found = v.type == VIAL_STR ? value_text(v) : id;
    return true;
}

/* "messages" names a .mo file; else "catalog" is a dict. */
static bool add_messages(struct env *env, value i18n, struct arena *a, struct error *err)
{
    str file = value_text(dict_get(i18n, S("messages"))), bytes;
    const struct catalog *found;
    struct translations how;

    if (!file_read(&bytes, file, 0, NULL, a, err) || !(found = catalog_parse(bytes, file, a, err)))
        return error_kind(err, "OSError");
    how = catalog_translations(found, truth(i18n, "newstyle"));
    env_translations(env, &how);
    return true;
}

static bool add_translations(struct env *env, value i18n, value *catalog, struct arena *a,
                             struct error *err)
{
    if (text(i18n, "messages").len)
        return add_messages(env, i18n, a, err);
    *catalog = dict_get(i18n, S("catalog"));
    if (i18n.type == VIAL_DICT)
        env_translations(env, &(struct translations){ .find = find_message,
                                                      .self = catalog,
                                                      .newstyle = truth(i18n, "newstyle") });
    return true;
}

/* ---- answers ---- */

static void put_error(value answer, const struct error *err, str asked, struct arena *a)
{
    value error = dict_new(a, 4);
    unsigned line = err->tag_line ? err->tag_line : err->line;

    dict_set(error, S("kind"), value_str(str_of(err->kind ? err->kind : "ValueError")));
    dict_set(error, S("message"), value_str(str_copy(a, err->sentence)));
    dict_set(error, S("name"), value_str(str_copy(a, err->file.len ? err->file : asked)));
    dict_set(error, S("line"), line ? value_int(line) : value_none());
    dict_set(answer, S("error"), error);
}

static bool check(struct env *env, value templates, str name, struct error *err)
{
    value v = dict_get(templates, name);

    if (v.type == VIAL_STR)
        return env_check(env, name, (struct source){ .text = value_text(v) }, err);
    error_set(err, "%.*s", STR(name));
    return error_kind(err, "TemplateNotFound");
}

static bool render(struct env *env, value question, struct buf *out, struct arena *a,
                   struct error *err)
{
    value context = dict_get(question, S("context"));
    const struct jinja *t = env_template(env, value_text(dict_get(question, S("render"))), err);
    struct render_options options = { .arena = a };

    return t && template_render(t, render_data(context, a), &options, out, err);
}

static struct env *env_of(value question, struct arena *a)
{
    value templates = dict_get(question, S("templates")), key, v;
    value globals = dict_get(question, S("globals"));
    struct env_options options = options_of(dict_get(question, S("options")));
    struct env *env = env_new(&options);

    for (size_t i = 0; dict_entry(templates, i, &key, &v); i++)
        env_add_source(env, value_text(key), value_text(v));
    for (size_t i = 0; dict_entry(globals, i, &key, &v); i++)
        env_global(env, value_text(key), render_data(v, a));
    return env;
}

static void answer_question(value question, value answer, struct arena *a)
{
    value options = dict_get(question, S("options")), catalog;
    str name = value_text(dict_get(question, S("render")));
    struct error err = { 0 };
    struct buf out = { 0 };
    bool done, only_check = truth(question, "check");
    struct env *env = env_of(question, a);

    set_policies(env_policies(env), dict_get(options, S("policies")));
    done = add_translations(env, dict_get(options, S("i18n")), &catalog, a, &err);
    if (done)
        done = only_check ? check(env, dict_get(question, S("templates")), name, &err)
                          : render(env, question, &out, a, &err);
    if (!done)
        put_error(answer, &err, name, a);
    else if (only_check)
        dict_set(answer, S("ok"), value_bool(true));
    else
        dict_set(answer, S("output"), value_str(str_copy(a, buf_str(&out))));
    buf_free(&out);
    error_free(&err);
    env_free(env);
}

static void answer_line(str line)
{
    struct arena a = { 0 };
    struct error err = { 0 };
    struct place place = { S("<stdin>"), line, 0, line.len };
    value question, answer = dict_new(&a, 2), id = value_none();
    bool parsed = json_parse(&question, place, &a, &err);

    if (parsed)
        id = dict_get(question, S("id"));
    if (parsed && id.type == VIAL_UNDEFINED)
        error_set(&err, "a request needs an \"id\"");
    dict_set(answer, S("id"), id.type == VIAL_UNDEFINED ? value_none() : id);
    if (!parsed || id.type == VIAL_UNDEFINED) {
        error_kind(&err, "ValueError");
        put_error(answer, &err, S(""), &a);
    } else {
        answer_question(question, answer, &a);
    }
    batch_say(answer);
    error_free(&err);
    arena_free(&a);
}

int render_batch(void)
{
    return batch_answer("vial render", answer_line);
}
