/*
 * sign.c - signatures, passwords and chance
 *
 *   comes in:  keys, texts, passwords
 *   goes out:  what proves that somebody knew them
 */
#include "vial/app/sign.h"
#include <gcrypt.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t signers; /* each thread's own */

/*
 * Most signatures of a thread are by one key, again and again: it keeps a handle that has taken
 * that key in.
 */
struct signer {
    gcry_md_hd_t handle;
    unsigned char key[64];
    size_t len; /* 0: of a longer one, or none yet */
};

static void free_signer(void *signer)
{
    gcry_md_close(((struct signer *)signer)->handle);
    free(signer);
}

static void set_up(void)
{
    pthread_key_create(&signers, free_signer);
    if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) /* by the program around us */
        return;
    gcry_check_version(NULL);
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

static struct signer *thread_signer(void)
{
    struct signer *signer = pthread_getspecific(signers);

    if (signer)
        return signer;
    signer = calloc(1, sizeof *signer);
    if (!signer || gcry_md_open(&signer->handle, GCRY_MD_SHA1, GCRY_MD_FLAG_HMAC))
        abort(); /* SHA-1 is always there */
    pthread_setspecific(signers, signer);
    return signer;
}

static void take_key(struct signer *signer, str key)
{
    if (signer->len && str_eq(key, str_n((const char *)signer->key, signer->len))) {
        gcry_md_reset(signer->handle);
        return;
    }
    if (gcry_md_setkey(signer->handle, key.p, key.len))
        abort();
    signer->len = key.len <= sizeof signer->key ? key.len : 0;
    memcpy(signer->key, key.p, signer->len);
}

void hmac_sha1(unsigned char out[SHA1_SIZE], str key, str text)
{
    pthread_once(&once, set_up);
    struct signer *signer = thread_signer();

    take_key(signer, key);
    gcry_md_write(signer->handle, text.p, text.len);
    memcpy(out, gcry_md_read(signer->handle, GCRY_MD_SHA1), SHA1_SIZE);
}

bool bytes_equal(str a, str b)
{
    unsigned char difference = 0;

    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        difference |= (unsigned char)(a.p[i] ^ b.p[i]);
    return difference == 0;
}

void random_bytes(void *into, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = getrandom((char *)into + done, size - done, 0);

        if (got > 0)
            done += (size_t)got;
    }
}

static str hex_of(struct arena *a, const unsigned char *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(a, size * 2 + 1);

    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[size * 2] = '\0';
    return str_n(text, size * 2);
}

str random_hex(struct arena *a, size_t bytes)
{
    unsigned char *raw = arena_alloc(a, bytes);

    random_bytes(raw, bytes);
    return hex_of(a, raw, bytes);
}

/* ---- base64 ---- */

void base64url_add(struct buf *out, str bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    buf_reserve(out, bytes.len / 3 * 4 + 4);
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t word = 0;

        for (size_t k = 0; k < 3; k++)
            word = word << 8 | (k < left ? (unsigned char)bytes.p[i + k] : 0);
        for (size_t k = 0; k <= left; k++)
            buf_addc(out, digits[word >> (18 - 6 * k) & 63]);
    }
}

static int base64_digit(char c)
{
    return is_upper(c)   ? c - 'A'
           : is_lower(c) ? c - 'a' + 26
           : is_digit(c) ? c - '0' + 52
           : c == '-'    ? 62
           : c == '_'    ? 63
                         : -1;
}

bool base64url_decode(str *bytes, str text, struct arena *a)
{
    char *out = arena_alloc(a, text.len / 4 * 3 + 4);
    size_t len = 0;
    uint32_t word = 0;

    if (text.len % 4 == 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        int digit = base64_digit(text.p[i]);

        if (digit < 0)
            return false;
        word = word << 6 | (uint32_t)digit;
        if (i % 4)
            out[len++] = (char)(word >> (6 - 2 * (i % 4)));
    }
    out[len] = '\0';
    *bytes = str_n(out, len);
    return true;
}

/* ---- passwords ---- */

enum { HASH_MAX = 64, SCRYPT_N = 32768, SCRYPT_R = 8, SCRYPT_P = 1, SALT = 16 };

/*
 * scrypt's memory is 1 KiB times N here: libgcrypt knows r = 8 only, as everybody uses. What a hash
 * asks for is limited, for it may come from a database that somebody else filled.
 */
static bool derive_scrypt(str password, str salt, int64_t n, int64_t p, unsigned char *out,
                          size_t size)
{
    if (n < 2 || n > 1 << 20 || (n & (n - 1)) || p < 1 || p > 16)
        return false;
    return gcry_kdf_derive(password.p, password.len, GCRY_KDF_SCRYPT, (int)n, salt.p, salt.len,
                           (unsigned long)p, size, out) == 0;
}

static bool derive_pbkdf2(str password, str salt, str digest, int64_t rounds, unsigned char *out,
                          size_t size)
{
    int algorithm = gcry_md_map_name(digest.len ? digest.p : "");

    if (!algorithm || rounds < 1 || rounds > 10000000)
        return false;
    return gcry_kdf_derive(password.p, password.len, GCRY_KDF_PBKDF2, algorithm, salt.p, salt.len,
                           (unsigned long)rounds, size, out) == 0;
}

str password_hash(struct arena *a, str password)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ab";
    unsigned char salt[SALT], hash[HASH_MAX];
    char text[SALT + 1] = { 0 };

    pthread_once(&once, set_up);
    random_bytes(salt, sizeof salt);
    for (size_t i = 0; i < SALT; i++)
        text[i] = letters[salt[i] & 63];
    if (!derive_scrypt(password, str_of(text), SCRYPT_N, SCRYPT_P, hash, sizeof hash))
        abort(); /* an empty salt or no memory: neither can be here */
    return str_fmt(a, "scrypt:%d:%d:%d$%s$%.*s", SCRYPT_N, SCRYPT_R, SCRYPT_P, text,
                   STR(hex_of(a, hash, sizeof hash)));
}

/* "scrypt:32768:8:1" or "pbkdf2:sha256:600000"; the numbers may be missing in old ones. */
static bool derive(str method, str password, str salt, unsigned char *out, size_t size,
                   struct arena *a)
{
    str kind = str_cut(&method, ':'), first = str_cut(&method, ':');
    int64_t n = SCRYPT_N, r = SCRYPT_R, p = SCRYPT_P, rounds = 600000;

    if (str_eq(kind, S("scrypt"))) {
        str second = str_cut(&method, ':');

        if (first.len && (!str_int(first, &n) || !str_int(second, &r) || !str_int(method, &p)))
            return false;
        return r == SCRYPT_R && derive_scrypt(password, salt, n, p, out, size);
    }
    if (!str_eq(kind, S("pbkdf2")) || (method.len && !str_int(method, &rounds)))
        return false;
    return derive_pbkdf2(password, salt, str_copy(a, first.len ? first : S("sha256")), rounds, out,
                         size);
}

bool password_fits(str hash, str password)
{
    struct arena a = { 0 };
    unsigned char made[HASH_MAX];
    str method = str_cut(&hash, '$'), salt = str_cut(&hash, '$');
    size_t size = hash.len / 2;
    bool fits = false;

    pthread_once(&once, set_up);
    if (salt.len && size && size <= HASH_MAX && hash.len % 2 == 0 &&
        derive(method, password, salt, made, size, &a))
        fits = bytes_equal(hex_of(&a, made, size), str_lower(&a, hash));
    arena_free(&a);
    return fits;
}
