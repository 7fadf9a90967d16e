/*
 * Signatures, passwords and chance, by libgcrypt: the only file that knows it. Any thread.
 */
#pragma once
#include "vial/base/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SHA1_SIZE = 20 };
void hmac_sha1(unsigned char out[SHA1_SIZE], str key, str text);

bool bytes_equal(str a, str b);             /* in a time that does not tell where they differ */
void random_bytes(void *into, size_t size); /* that nobody can guess                          */
str random_hex(struct arena *a, size_t bytes);

/* Base64 with the alphabet of URLs and without "=", as tokens have it. */
void base64url_add(struct buf *out, str bytes);
bool base64url_decode(str *bytes, str text, struct arena *a);

/* Werkzeug's way to write down passwords: "scrypt:32768:8:1$salt$hex". */
str password_hash(struct arena *a, str password);
bool password_fits(str hash, str password);

#ifdef __cplusplus
}
#endif
