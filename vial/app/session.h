/*
 * Sessions: what a browser keeps for us, signed so that it cannot change it.
 *
 * A cookie is what Flask 2 and 3 write and read: tagged JSON, perhaps compressed, with a time and a
 * HMAC-SHA1 under a key made of the secret and a salt. Whatever is wrong with one, it is no
 * session.
 */
#pragma once
#include "vial/base/error.h"
#include "vial/template/value.h"
#include "vial/vial.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SECRETS_MAX = 8, SECRET_LEAST = 16, SESSION_SIZE_MAX = 1 << 20, SESSION_DEPTH = 100 };

/* The first secret signs, all are believed. */
struct session_keys {
    str secrets[SECRETS_MAX];
    unsigned char keys[SECRETS_MAX][20];
    size_t count;
    str cookie;       /* its name                 */
    int64_t lifetime; /* in seconds               */
};

void session_keys_init(struct session_keys *keys, const vial_opts *options, struct arena *a);
void session_keys_add(struct session_keys *keys, str secret, str salt);
#define SESSION_SALT S("cookie-session")

/*
 * A dict, with Python's tuples, Markup, bytes, UUIDs and dates where the cookie has them. False,
 * and `err` says why, for a cookie that is not ours, too old, from the future, or too large.
 */
bool session_decode(value *values, str cookie, const struct session_keys *keys, int64_t now,
                    struct arena *a, struct error *err);
bool session_encode(str *cookie, value values, const struct session_keys *keys, int64_t now,
                    struct arena *a, struct error *err);

/* The JSON inside: with Flask's tags as the cookie has it, and back. */
bool session_json_print(value v, struct buf *out, struct error *err);
bool session_json_parse(value *v, str json, struct arena *a, struct error *err);

/* A thing that JSON has no word for: tag ' b' with base64, ' u' with hex, ' d' with a date. */
value tagged_new(struct arena *a, char tag, str text);
bool tagged_is(value v, char *tag, str *text);

/* One request's. */
struct session {
    value values; /* undefined: not asked for yet */
    bool accessed, modified, is_new;
    value flashes; /* of this request, taken out of the session; undefined: not asked for */
};

#ifdef __cplusplus
}
#endif
