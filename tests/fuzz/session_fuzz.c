/*
 * Any bytes are no session unless we have signed them: then they are read, in bounded memory, or
 * refused; and what was read is written and read again alike.
 */
#include "vial/app/session.h"
#include "vial/app/sign.h"
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(value values, const struct session_keys *keys, struct arena *a)
{
    struct buf first = buf_in(a), second = buf_in(a);
    value again;
    str cookie;

    if (!session_json_print(values, &first, NULL))
        return; /* deeper with its tags than a session may be */
    assert(session_encode(&cookie, values, keys, 1000, a, NULL));
    assert(session_decode(&again, cookie, keys, 1000, a, NULL));
    assert(session_json_print(again, &second, NULL));
    assert(str_eq(buf_str(&first), buf_str(&second)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct session_keys keys = { .lifetime = 100 };
    struct buf cookie = buf_in(&arena);
    unsigned char signature[SHA1_SIZE];
    str text = str_n((const char *)data, size);
    value values;

    session_keys_add(&keys, S("a secret of ours"), SESSION_SALT);
    assert(!session_decode(&values, text, &keys, 1000, &arena, NULL));

    /* the same, signed: "." says that it is compressed */
    if (str_starts(text, S("."))) {
        buf_addc(&cookie, '.');
        text = str_from(text, 1);
    }
    base64url_add(&cookie, text);
    buf_lit(&cookie, ".A-g"); /* 1000 */
    hmac_sha1(signature, str_n((const char *)keys.keys[0], SHA1_SIZE), buf_str(&cookie));
    buf_addc(&cookie, '.');
    base64url_add(&cookie, str_n((const char *)signature, SHA1_SIZE));
    if (session_decode(&values, buf_str(&cookie), &keys, 1000, &arena, NULL))
        check_again(values, &keys, &arena);
    arena_free(&arena);
    return 0;
}
