/*
 * session.c - `vial session`: a Flask session's cookie, read and written; and keys to sign it
 *
 *   comes in:  a cookie, or JSON; the secret
 *   goes out:  the JSON that is in it; the cookie
 *
 * JSON in the form "tagged" is what the cookie holds, with Flask's tags; "typed" says what is
 * meant:
 * {"$tuple": [1, 2]}, {"$bytes": "aGk="}, {"$markup": "<b>"}, {"$uuid": "..."}, {"$datetime":
 * "..."}; a dict whose only key begins with "$" is {"$dict": {...}} there.
 */
#include "vial/app/session.h"
#include "cli/cli.h"
#include "vial/app/json.h"
#include "vial/app/sign.h"
#include "vial/base/date.h"
#include "vial/base/log.h"
#include <stdio.h>

static const char usage[] =
    "vial session decode --secret KEY [options] COOKIE | encode --secret KEY [options] JSON | key";

enum { TAGGED, TYPED };

/* ---- from what is meant to what the cookie holds ---- */

static bool typed_to_values(value v, value *out, struct arena *a, struct error *err);

static bool list_to_values(value list, bool tuple, value *out, struct arena *a, struct error *err)
{
    size_t count = list_len(list);
    value *items = arena_array(a, value, count + 1);

    for (size_t i = 0; i < count; i++)
        if (!typed_to_values(list_at(list, i), &items[i], a, err))
            return false;
    *out = tuple ? tuple_of(a, items, count) : list_new(a, count);
    for (size_t i = 0; !tuple && i < count; i++)
        list_push(*out, items[i]);
    return true;
}

static bool dict_to_values(value dict, value *out, struct arena *a, struct error *err)
{
    value key, v, made;

    *out = dict_new(a, dict_len(dict));
    for (size_t i = 0; dict_entry(dict, i, &key, &v); i++) {
        if (!typed_to_values(v, &made, a, err))
            return false;
        dict_set(*out, value_text(key), made);
    }
    return true;
}

static str uuid_without_dashes(str uuid, struct arena *a)
{
    struct buf hex = buf_in(a);

    for (size_t i = 0; i < uuid.len; i++)
        if (uuid.p[i] != '-')
            buf_addc(&hex, to_lower(uuid.p[i]));
    return buf_str(&hex);
}

static bool one_to_value(str word, value inner, value *out, struct arena *a, struct error *err)
{
    struct date date;
    str text = value_text(inner);

    if (str_eq(word, S("$dict")) && inner.type == VIAL_DICT)
        return dict_to_values(inner, out, a, err);
    if (str_eq(word, S("$tuple")) && inner.type == VIAL_LIST)
        return list_to_values(inner, true, out, a, err);
    if (inner.type == VIAL_STR) {
        if (str_eq(word, S("$markup"))) {
            *out = value_safe(text);
            return true;
        }
        if (str_eq(word, S("$bytes"))) {
            *out = tagged_new(a, 'b', text);
            return true;
        }
        if (str_eq(word, S("$uuid"))) {
            *out = tagged_new(a, 'u', uuid_without_dashes(text, a));
            return true;
        }
        if (str_eq(word, S("$datetime")) && date_parse(text, 0, &date)) {
            *out = tagged_new(a, 'd', date_http(a, date.unix_time));
            return true;
        }
    }
    return error_set(err, "'%.*s' is no type of a session, or its value does not fit", STR(word));
}

static bool typed_to_values(value v, value *out, struct arena *a, struct error *err)
{
    value key, inner;

    *out = v;
    if (v.type == VIAL_LIST)
        return list_to_values(v, false, out, a, err);
    if (v.type != VIAL_DICT)
        return true;
    if (dict_len(v) == 1 && dict_entry(v, 0, &key, &inner) && str_starts(value_text(key), S("$")))
        return one_to_value(value_text(key), inner, out, a, err);
    return dict_to_values(v, out, a, err);
}

/* ---- and back ---- */

static value values_to_typed(value v, struct arena *a);

static value worded(const char *word, value inner, struct arena *a)
{
    value dict = dict_new(a, 1);

    dict_set(dict, str_of(word), inner);
    return dict;
}

static value list_to_typed(value list, struct arena *a)
{
    value made = list_new(a, list_len(list));

    for (size_t i = 0; i < list_len(list); i++)
        list_push(made, values_to_typed(list_at(list, i), a));
    return made;
}

static value dict_to_typed(value dict, struct arena *a)
{
    value made = dict_new(a, dict_len(dict)), key, v;

    for (size_t i = 0; dict_entry(dict, i, &key, &v); i++)
        dict_set(made, value_text(key), values_to_typed(v, a));
    if (dict_len(dict) == 1 && dict_entry(dict, 0, &key, &v) && str_starts(value_text(key), S("$")))
        return worded("$dict", made, a);
    return made;
}

static value tagged_to_typed(char tag, str text, struct arena *a)
{
    struct date date = { .has_time = true, .has_zone = true };

    if (tag == 'b')
        return worded("$bytes", value_str(text), a);
    if (tag == 'd' && date_http_parse(text, &date.unix_time))
        return worded("$datetime", value_str(date_rfc3339(a, date)), a);
    if (tag == 'u' && text.len == 32)
        text = str_fmt(a, "%.8s-%.4s-%.4s-%.4s-%.12s", text.p, text.p + 8, text.p + 12, text.p + 16,
                       text.p + 20);
    return worded(tag == 'u' ? "$uuid" : "$datetime", value_str(text), a);
}

static value values_to_typed(value v, struct arena *a)
{
    char tag;
    str text;

    if (v.type == VIAL_LIST)
        return list_to_typed(v, a);
    if (v.type == VIAL_TUPLE)
        return worded("$tuple", list_to_typed(v, a), a);
    if (v.type == VIAL_DICT)
        return dict_to_typed(v, a);
    if (v.type == VIAL_STR && v.flags & VIAL_SAFE)
        return worded("$markup", value_str(value_text(v)), a);
    return tagged_is(v, &tag, &text) ? tagged_to_typed(tag, text, a) : v;
}

/* ---- the commands ---- */

static bool decode(str cookie, const struct session_keys *keys, int form, struct buf *out,
                   struct arena *a, struct error *err)
{
    value values;

    if (!session_decode(&values, cookie, keys, now_unix(), a, err))
        return false;
    if (form == TYPED)
        return json_print(values_to_typed(values, a), out) ||
               error_set(err, "the session holds what JSON cannot say");
    return session_json_print(values, out, err);
}

static bool encode(str json, const struct session_keys *keys, int form, struct buf *out,
                   struct arena *a, struct error *err)
{
    struct place place = { S("JSON"), json, 0, json.len };
    value given, values;
    str cookie;

    if (form == TYPED) {
        if (!json_parse(&given, place, a, err) || !typed_to_values(given, &values, a, err))
            return false;
    } else if (!session_json_parse(&values, json, a, err)) {
        return false;
    }
    if (values.type != VIAL_DICT)
        return error_set(err, "a session is a JSON object");
    if (!session_encode(&cookie, values, keys, now_unix(), a, err))
        return false;
    buf_add(out, cookie);
    return true;
}

static int print_key(void)
{
    struct arena a = { 0 };

    printf("%s\n", random_hex(&a, 32).p);
    arena_free(&a);
    return EXIT_DONE;
}

int cmd_session(int argc, char **argv)
{
    str secret = S(""), salt = SESSION_SALT;
    struct option_list fallbacks = { 0 };
    int64_t max_age = 31 * 86400;
    int form = TAGGED;
    const struct option_spec specs[] = {
        { 0, "secret", OPTION_TEXT, &secret, "KEY", "what the cookie is signed with" },
        { 0, "fallback", OPTION_LIST, &fallbacks, "KEY", "an older secret that is still believed" },
        { 0, "salt", OPTION_TEXT, &salt, "TEXT", "default: cookie-session, as Flask has it" },
        { 0, "max-age", OPTION_NUMBER, &max_age, "SECONDS", "default: 31 days" },
        { 0, "form", OPTION_CHOICE, &form, "tagged|typed", "of the JSON (default: tagged)" },
        { 0 },
    };
    struct operands rest;
    int status = options_parse(usage, specs, argc, argv, &rest, 2);

    if (status >= 0)
        return status;
    str word = rest.count ? str_of(rest.list[0]) : S("");
    if (str_eq(word, S("key")) && rest.count == 1)
        return print_key();
    bool decoding = str_eq(word, S("decode"));
    if (rest.count != 2 || !(decoding || str_eq(word, S("encode"))))
        return usage_error(usage, "'decode' and 'encode' need what is to be read, 'key' nothing");
    if (!secret.len)
        return usage_error(usage, "--secret is needed");

    struct session_keys keys = { .lifetime = max_age };
    struct arena a = { 0 };
    struct error err = { 0 };
    struct buf out = buf_in(&a);
    session_keys_add(&keys, secret, salt);
    for (size_t i = 0; i < fallbacks.count; i++)
        session_keys_add(&keys, fallbacks.items[i], salt);
    bool good = (decoding ? decode : encode)(str_of(rest.list[1]), &keys, form, &out, &a, &err);
    if (good)
        printf("%s\n", buf_cstr(&out));
    else
        log_failure(&err);
    error_free(&err);
    arena_free(&a);
    return good ? EXIT_DONE : EXIT_ERRORS;
}
