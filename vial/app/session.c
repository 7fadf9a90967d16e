/*
 * session.c - a dict to a cookie, and back
 *
 *   comes in:  a dict and a secret; or a cookie that anybody may have written
 *   goes out:  the cookie; or the dict, or why it is none
 *
 * The signature is looked at before anything else is: what is not ours is neither inflated nor
 * parsed.
 */
#include "vial/app/session.h"
#include "vial/app/sign.h"
#include <pthread.h>
#include <stdlib.h>
#include <zlib.h>

enum { LIFETIME = 31 * 86400 };

void session_keys_add(struct session_keys *keys, str secret, str salt)
{
    if (keys->count == SECRETS_MAX)
        return;
    hmac_sha1(keys->keys[keys->count], secret, salt);
    keys->secrets[keys->count++] = secret;
}

void session_keys_init(struct session_keys *keys, const vial_opts *options, struct arena *a)
{
    *keys = (struct session_keys){ .lifetime = options->session_lifetime };
    if (!keys->lifetime)
        keys->lifetime = LIFETIME;
    keys->cookie =
        options->session_cookie ? str_copy(a, str_of(options->session_cookie)) : S("session");
    if (options->secret_key)
        session_keys_add(keys, str_copy(a, str_of(options->secret_key)), SESSION_SALT);
    for (const char *const *old = options->secret_fallbacks; old && *old; old++)
        session_keys_add(keys, str_copy(a, str_of(*old)), SESSION_SALT);
}

/* ---- compressing ---- */

/*
 * A quarter of a megabyte that zlib wants each time: each thread keeps its own, or most of the time
 * of a small page would be the system's, handing it out and taking it back.
 */
static pthread_key_t packers;
static pthread_once_t packers_once = PTHREAD_ONCE_INIT;

static void free_packer(void *packer)
{
    deflateEnd(packer);
    free(packer);
}

static void make_packers(void)
{
    pthread_key_create(&packers, free_packer);
}

/* NULL when zlib has no memory. */
static z_stream *thread_packer(void)
{
    pthread_once(&packers_once, make_packers);
    z_stream *packer = pthread_getspecific(packers);

    if (packer)
        return deflateReset(packer) == Z_OK ? packer : NULL;
    packer = calloc(1, sizeof *packer);
    if (!packer || deflateInit(packer, Z_DEFAULT_COMPRESSION) != Z_OK) {
        free(packer);
        return NULL;
    }
    pthread_setspecific(packers, packer);
    return packer;
}

/* True when it became shorter by more than a byte, as itsdangerous decides. */
static bool deflated(str *out, str json, struct arena *a)
{
    /* Six bytes of frame, and a literal for each of { " : } before anything can repeat: so little
     * text is never shorter, as it would have to be by two. */
    enum { NEVER_SHORTER = 14 };

    if (json.len <= NEVER_SHORTER)
        return false;
    z_stream *packer = thread_packer();
    size_t room = json.len;
    unsigned char *text = arena_alloc(a, room + 1);

    if (!packer)
        return false;
    packer->next_in = (unsigned char *)(uintptr_t)json.p;
    packer->avail_in = (uInt)json.len;
    packer->next_out = text;
    packer->avail_out = (uInt)room;
    if (deflate(packer, Z_FINISH) != Z_STREAM_END || packer->total_out + 1 >= json.len)
        return false;
    *out = str_n((const char *)text, packer->total_out);
    return true;
}

static bool inflated(str *out, str packed, struct arena *a, struct error *err)
{
    enum { PIECE = 16384 };
    z_stream z = { .next_in = (unsigned char *)(uintptr_t)packed.p, .avail_in = (uInt)packed.len };
    struct buf text = buf_in(a);
    int state;

    if (inflateInit(&z) != Z_OK)
        return error_set(err, "the session could not be inflated");
    do {
        buf_reserve(&text, PIECE);
        z.next_out = (unsigned char *)text.p + text.len;
        z.avail_out = PIECE;
        state = inflate(&z, Z_NO_FLUSH);
        text.len += PIECE - z.avail_out;
    } while (state == Z_OK && text.len <= SESSION_SIZE_MAX && (z.avail_in || !z.avail_out));
    inflateEnd(&z);
    if (text.len > SESSION_SIZE_MAX)
        return error_set(err, "the session is more than %d bytes when it is inflated",
                         SESSION_SIZE_MAX);
    *out = buf_str(&text);
    return state == Z_STREAM_END || error_set(err, "the session's payload does not decompress");
}

/* ---- signing ---- */

static bool is_signed(const struct session_keys *keys, str text, str signature, struct arena *a)
{
    unsigned char made[SHA1_SIZE];
    bool known = false;
    str given;

    if (!base64url_decode(&given, signature, a))
        return false;
    for (size_t i = 0; i < keys->count; i++) {
        hmac_sha1(made, str_n((const char *)keys->keys[i], SHA1_SIZE), text);
        known |= bytes_equal(given, str_n((const char *)made, SHA1_SIZE));
    }
    return known;
}

/* What stands behind the last dot of `*text`, which becomes what stands before it. */
static bool cut_last(str *text, str *last)
{
    ptrdiff_t dot = str_rfind_char(*text, '.');

    if (dot < 0)
        return false;
    *last = str_from(*text, (size_t)dot + 1);
    *text = str_slice(*text, 0, (size_t)dot);
    return true;
}

static bool read_time(int64_t *time, str text, struct arena *a)
{
    str bytes;

    if (!base64url_decode(&bytes, text, a) || bytes.len > 7)
        return false;
    *time = 0;
    for (size_t i = 0; i < bytes.len; i++)
        *time = *time << 8 | (unsigned char)bytes.p[i];
    return true;
}

static bool check(str *payload, str cookie, const struct session_keys *keys, int64_t now,
                  struct arena *a, struct error *err)
{
    str signature, time;
    int64_t made;

    *payload = cookie;
    if (!cut_last(payload, &signature))
        return error_set(err, "this is no signed cookie: it has no dot");
    if (!is_signed(keys, *payload, signature, a))
        return error_set(err, "the signature does not match: the secret is another one, or the "
                              "cookie was changed");
    if (!cut_last(payload, &time) || !read_time(&made, time, a))
        return error_set(err, "the cookie does not say when it was signed");
    if (made > now)
        return error_set(err, "the cookie was signed in the future");
    if (now - made > keys->lifetime)
        return error_set(err, "the cookie is %lld seconds old, more than the %lld allowed",
                         (long long)(now - made), (long long)keys->lifetime);
    return true;
}

bool session_decode(value *values, str cookie, const struct session_keys *keys, int64_t now,
                    struct arena *a, struct error *err)
{
    str payload, json;

    if (!check(&payload, cookie, keys, now, a, err))
        return false;
    bool packed = str_starts(payload, S("."));
    if (!base64url_decode(&json, str_from(payload, packed), a))
        return error_set(err, "the payload is no base64");
    if (packed && !inflated(&json, json, a, err))
        return false;
    if (!session_json_parse(values, json, a, err))
        return false;
    return values->type == VIAL_DICT || error_set(err, "the session is no JSON object");
}

static void add_time(struct buf *out, int64_t now)
{
    char bytes[8];
    size_t count = 0;

    for (int shift = 56; shift >= 0; shift -= 8)
        if (count || now >> shift)
            bytes[count++] = (char)(now >> shift);
    base64url_add(out, str_n(bytes, count));
}

bool session_encode(str *cookie, value values, const struct session_keys *keys, int64_t now,
                    struct arena *a, struct error *err)
{
    unsigned char signature[SHA1_SIZE];
    struct buf json = buf_in(a), out = buf_in(a);
    str packed;

    if (!session_json_print(values, &json, err))
        return false;
    if (deflated(&packed, buf_str(&json), a)) {
        buf_addc(&out, '.');
        base64url_add(&out, packed);
    } else {
        base64url_add(&out, buf_str(&json));
    }
    buf_addc(&out, '.');
    add_time(&out, now);
    hmac_sha1(signature, str_n((const char *)keys->keys[0], SHA1_SIZE), buf_str(&out));
    buf_addc(&out, '.');
    base64url_add(&out, str_n((const char *)signature, SHA1_SIZE));
    *cookie = buf_str(&out);
    return true;
}
