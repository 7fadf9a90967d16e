/*
 * config.c - what an installation says about its app
 *
 *   comes in:  a file of YAML or JSON, and the environment
 *   goes out:  settings, asked for by "mail.server"; complaints that name the line and the key
 *
 * The environment stands above the file, and both above what the program says: who installs an app
 * knows best. A value in the environment is JSON where it parses as such, else text.
 */
#include "vial/app/inside.h"
#include "vial/app/json.h"
#include "vial/base/file.h"
#include "vial/base/log.h"
#include "vial/base/path.h"

extern char **environ;

enum { CONFIG_MAX = 1 << 20 };

bool vial_is_sound(const vial *app)
{
    return !app->unsound;
}

/* ---- finding ---- */

static value find(value settings, str key)
{
    value v = settings;

    while (key.len)
        v = dict_get(v, str_cut(&key, '.'));
    return v;
}

/* The key's node in the file; NULL when the file has none. */
static const struct yaml_node *written(const vial *app, str key)
{
    const struct yaml_node *node = app->written;

    while (node && key.len)
        node = yaml_get(node, str_cut(&key, '.'));
    return node;
}

static void complain(vial *app, const char *key, const char *wanted)
{
    const struct yaml_node *node = written(app, str_of(key));
    struct error err = { 0 };

    if (node)
        error_at(&err, yaml_place(node), "'%s' has to be %s", key, wanted);
    else
        error_set(&err, "'%s' in the environment has to be %s", key, wanted);
    log_failure(&err);
    error_free(&err);
    app->unsound = true;
}

vial_val vial_cfg(vial *app, const char *key)
{
    value v = find(app->settings, str_of(key));

    return value_is_undefined(v) ? value_none() : v;
}

const char *vial_cfg_s(vial *app, const char *key, const char *otherwise)
{
    value v = vial_cfg(app, key);

    if (v.type == VIAL_STR)
        return str_cstr(app->arena, value_text(v));
    if (!value_is_null(v))
        complain(app, key, "text");
    return otherwise;
}

int64_t vial_cfg_i(vial *app, const char *key, int64_t otherwise)
{
    value v = vial_cfg(app, key);

    if (v.type == VIAL_INT)
        return v.as.i;
    if (!value_is_null(v))
        complain(app, key, "a whole number");
    return otherwise;
}

bool vial_cfg_b(vial *app, const char *key, bool otherwise)
{
    value v = vial_cfg(app, key);

    if (v.type == VIAL_BOOL)
        return v.as.b;
    if (!value_is_null(v))
        complain(app, key, "true or false");
    return otherwise;
}

const char *vial_instance(vial *app, const char *name)
{
    return path_cstr(app->arena, path_join(app->arena, app->instance, str_of(name)));
}

/* ---- reading ---- */

static bool read_file(vial *app, const char *name, struct error *err)
{
    str path = str_of(vial_instance(app, name)), text;

    if (!file_exists(path))
        return true;
    if (!file_read(&text, path, CONFIG_MAX, NULL, app->arena, err))
        return false;
    const struct yaml_node *top =
        yaml_parse((struct place){ path, text, 0, text.len }, app->arena, err);
    if (!top)
        return false;
    if (top->kind != YAML_MAP)
        return top->kind == YAML_NULL ||
               error_at(err, yaml_place(top), "the configuration has to be keys and values");

    value settings = yaml_value(top, app->arena), key, v;
    app->written = top;
    for (size_t i = 0; dict_entry(settings, i, &key, &v); i++)
        dict_set(app->settings, value_text(key), v);
    return true;
}

/* "MAIL__SERVER" to settings["mail"]["server"]. */
static void set_nested(vial *app, str name, value v)
{
    value into = app->settings;
    str key = str_lower(app->arena, str_copy(app->arena, name));

    for (;;) {
        ptrdiff_t at = str_find(key, S("__"));

        if (at <= 0)
            break;
        str group = str_slice(key, 0, (size_t)at);
        value inner = dict_get(into, group);
        if (inner.type != VIAL_DICT) {
            inner = dict_new(app->arena, 4);
            dict_set(into, group, inner);
        }
        into = inner;
        key = str_from(key, (size_t)at + 2);
    }
    dict_set(into, key, v);
}

static value environment_value(vial *app, str text)
{
    str copy = str_copy(app->arena, text);
    value v;

    return json_parse(&v, (struct place){ S(""), copy, 0, copy.len }, app->arena, NULL)
               ? v
               : value_str(copy);
}

static void read_environment(vial *app)
{
    if (!app->env_prefix.len)
        return;
    for (char **entry = environ; entry && *entry; entry++) {
        str text = str_of(*entry), name = str_cut(&text, '=');

        if (str_starts(name, app->env_prefix) && name.len > app->env_prefix.len + 1 &&
            name.p[app->env_prefix.len] == '_')
            set_nested(app, str_from(name, app->env_prefix.len + 1), environment_value(app, text));
    }
}

/* ---- what counts for the app itself ---- */

static void take_secrets(vial *app)
{
    const char *secret = vial_cfg_s(app, "secret_key", NULL);
    value older = vial_cfg(app, "secret_fallbacks");
    struct session_keys *keys = &app->session;

    if (secret) {
        keys->count = 0;
        session_keys_add(keys, str_of(secret), SESSION_SALT);
    }
    if (keys->count && keys->secrets[0].len < SECRET_LEAST)
        complain(app, "secret_key",
                 "text of 16 bytes at least, which nobody can guess: 'vial session key' makes one");
    for (size_t i = 0; i < list_len(older) && keys->count; i++)
        if (list_at(older, i).type == VIAL_STR)
            session_keys_add(keys, str_copy(app->arena, value_text(list_at(older, i))),
                             SESSION_SALT);
}

static void take_size(vial *app, const char *key, size_t *size)
{
    int64_t number = vial_cfg_i(app, key, (int64_t)*size);

    if (number > 0)
        *size = (size_t)number;
    else
        complain(app, key, "more than nothing");
}

static void take_known(vial *app)
{
    take_secrets(app);
    app->session.cookie = str_of(vial_cfg_s(app, "session_cookie", app->session.cookie.p));
    app->session.lifetime = vial_cfg_i(app, "session_lifetime", app->session.lifetime);
    app->trusted_hosts = str_of(vial_cfg_s(app, "trusted_hosts", app->trusted_hosts.p));
    take_size(app, "max_content", &app->max_content);
    take_size(app, "max_form_memory", &app->form_limits.memory);
    take_size(app, "max_form_parts", &app->form_limits.parts);
    take_size(app, "max_json", &app->max_json);
    app->debug = vial_cfg_b(app, "debug", app->debug);
    const char *base = vial_cfg_s(app, "base_url", NULL);
    if (base)
        vial_base_url(app, str_of(base));
}

/* ---- showing ---- */

/* The length of the word at the front of "clientSecret", "api-key", "MAIL_PASSWORD". */
static size_t word_length(str key)
{
    size_t len = 0;

    while (len < key.len && is_alnum(key.p[len]) &&
           !(len && is_upper(key.p[len]) && !is_upper(key.p[len - 1])))
        len++;
    return len;
}

/* By one of the words that it is made of: "mail_password", but not "keywords". */
static bool is_secret(str key)
{
    static const char *const words[] = { "secret",     "secrets", "password",   "passwords",
                                         "passwd",     "pwd",     "passphrase", "token",
                                         "tokens",     "key",     "keys",       "credentials",
                                         "credential", "dsn" };

    while (key.len) {
        size_t len = word_length(key);

        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (str_ieq(str_slice(key, 0, len), str_of(words[i])))
                return true;
        key = str_from(key, len ? len : 1);
    }
    return false;
}

/* "postgres://me:hunter2@db/blog" */
static bool has_password(value v)
{
    str rest = v.type == VIAL_STR ? value_text(v) : S("");
    ptrdiff_t at = str_find(rest, S("://"));

    if (at == STR_NONE)
        return false;
    rest = str_from(rest, (size_t)at + 3);
    str host = str_cut(&rest, '/');
    return str_has(host, '@') && str_find_char(host, ':') < str_find_char(host, '@') &&
           str_has(host, ':');
}

static value without_secrets(value v, struct arena *a);

static value list_without_secrets(value list, struct arena *a)
{
    value shown = list_new(a, list_len(list));

    for (size_t i = 0; i < list_len(list); i++)
        list_push(shown, without_secrets(list_at(list, i), a));
    return shown;
}

/* What is secret is not there; of what may be shown, each in it likewise. */
static value without_secrets(value v, struct arena *a)
{
    value shown, key, inner;

    if (v.type == VIAL_LIST)
        return list_without_secrets(v, a);
    if (v.type != VIAL_DICT)
        return has_password(v) ? value_none() : v;
    shown = dict_new(a, 8);
    for (size_t i = 0; dict_entry(v, i, &key, &inner); i++)
        if (!is_secret(value_text(key)))
            dict_set(shown, value_text(key), without_secrets(inner, a));
    return shown;
}

static void print_settings(value settings, size_t depth, struct arena *a, struct buf *out)
{
    value key, v;

    for (size_t i = 0; dict_entry(settings, i, &key, &v); i++) {
        buf_addf(out, "%*s%.*s:", (int)depth * 2, "", STR(value_text(key)));
        bool secret = is_secret(value_text(key)) && !value_is_null(v);
        if (v.type == VIAL_DICT && !secret) {
            buf_addc(out, '\n');
            print_settings(v, depth + 1, a, out);
            continue;
        }
        buf_addc(out, ' ');
        if (secret || has_password(v))
            buf_lit(out, "(secret)");
        else
            json_print(without_secrets(v, a), out);
        buf_addc(out, '\n');
    }
}

void vial_config_print(vial *app, struct buf *out)
{
    struct arena a = { 0 };

    print_settings(app->settings, 0, &a, out);
    arena_free(&a);
}

/* ---- the whole of it ---- */

bool vial_config(vial *app, const char *file)
{
    struct error err = { 0 };

    if (file && !read_file(app, file, &err)) {
        log_failure(&err);
        error_free(&err);
        app->unsound = true;
        return false;
    }
    read_environment(app);
    take_known(app);
    env_global(app->env, S("config"), without_secrets(app->settings, app->arena));
    return !app->unsound;
}
