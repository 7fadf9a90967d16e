/*
 * tls.c - TLS by GnuTLS, on sockets that do not wait
 *
 *   comes in:  certificates and keys; for each connection, bytes to send and room to receive
 *   goes out:  the same over an encrypted socket
 *
 * TLS 1.2 and 1.3, with forward secrecy and authenticated ciphers only, tickets so that a client
 * that comes again need not be greeted in full, and ALPN.
 *
 * A set of certificates is read once and shared by the sessions that began with it; the newest is
 * used for the next one. Whether the files changed is looked at when somebody connects, at most
 * once a second. A new set that cannot be used is told of, and the old one stays.
 *
 * GnuTLS keeps a record that the socket did not take, and wants to be called again without data. So
 * what lies in it counts as not taken (`pending`); the caller offers the same bytes again, and then
 * it is told how many of them went.
 */
#include "server/tls.h"

#include "server/tls_library.h"
#include "vial/base/log.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { RECORD = 16 * 1024, FILES_MOST = 32, WARNINGS_MOST = 16 };

static const char wanted[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:"
                             "+ECDHE-RSA:-CIPHER-ALL:+AES-128-GCM:+CHACHA20-POLY1305:"
                             "+AES-256-GCM:%SERVER_PRECEDENCE";

/* --- certificates ----------------------------------------------------------------------------- */

struct set {
    gnutls_certificate_credentials_t credentials;
    unsigned users; /* under the keys' lock */
};

struct file_state {
    struct timespec changed;
    ino_t inode;
    off_t size;
};

struct tls_keys {
    struct tls_file files[FILES_MOST];
    size_t count;
    gnutls_priority_t priorities;
    gnutls_datum_t ticket_key;
    pthread_mutex_t lock, looking; /* for `set`; for `seen` */
    struct set *set;
    struct file_state seen[2 * FILES_MOST];
    _Atomic(int64_t) looked; /* at the files, in seconds */
    atomic_bool renew;
};

static void set_free(struct set *set)
{
    gnutls_certificate_free_credentials(set->credentials);
    free(set);
}

static struct set *set_read(const struct tls_keys *keys, struct error *err)
{
    struct set *set = calloc(1, sizeof *set);
    int code = GNUTLS_E_MEMORY_ERROR;

    if (!set || (code = gnutls_certificate_allocate_credentials(&set->credentials)) < 0) {
        error_set(err, "%s", gnutls_strerror(code));
        free(set);
        return NULL;
    }
    set->users = 1;
    for (size_t i = 0; i < keys->count; i++) {
        const struct tls_file *file = &keys->files[i];

        code = gnutls_certificate_set_x509_key_file(set->credentials, file->cert, file->key,
                                                    GNUTLS_X509_FMT_PEM);
        if (code >= 0)
            continue;
        error_set(err, "%s: this certificate cannot be used with the key %s: %s", file->cert,
                  file->key, gnutls_strerror(code));
        set_free(set);
        return NULL;
    }
    return set;
}

static void set_leave(struct tls_keys *keys, struct set *set)
{
    pthread_mutex_lock(&keys->lock);
    bool last = --set->users == 0;
    pthread_mutex_unlock(&keys->lock);
    if (last)
        set_free(set);
}

static struct set *set_join(struct tls_keys *keys)
{
    pthread_mutex_lock(&keys->lock);
    struct set *set = keys->set;
    set->users++;
    pthread_mutex_unlock(&keys->lock);
    return set;
}

static struct file_state state_of(const char *path)
{
    struct stat st = { 0 };

    if (stat(path, &st) < 0)
        return (struct file_state){ 0 };
    return (struct file_state){ st.st_mtim, st.st_ino, st.st_size };
}

/* Remembers how the files are now; true when they were otherwise. */
static bool look_at_files(struct tls_keys *keys)
{
    bool changed = false;

    for (size_t i = 0; i < 2 * keys->count; i++) {
        const struct tls_file *file = &keys->files[i / 2];
        struct file_state now = state_of(i % 2 ? file->key : file->cert), *seen = &keys->seen[i];

        changed |= now.inode != seen->inode || now.size != seen->size ||
                   now.changed.tv_sec != seen->changed.tv_sec ||
                   now.changed.tv_nsec != seen->changed.tv_nsec;
        *seen = now;
    }
    return changed;
}

static void read_anew(struct tls_keys *keys)
{
    struct error err = { 0 };
    struct set *set = set_read(keys, &err);

    if (!set) {
        error_hint(&err, "the one from before stays in use");
        log_caution(&err);
        error_free(&err);
        return;
    }
    pthread_mutex_lock(&keys->lock);
    struct set *before = keys->set;
    keys->set = set;
    pthread_mutex_unlock(&keys->lock);
    set_leave(keys, before);
    log_note("the TLS certificates were read anew");
}

/* One thread at a time, once a second; the others go on with what there is. */
static void keep_fresh(struct tls_keys *keys)
{
    int64_t now = (int64_t)time(NULL);

    if ((now == atomic_load(&keys->looked) && !atomic_load(&keys->renew)) ||
        pthread_mutex_trylock(&keys->looking) != 0)
        return;
    atomic_store(&keys->looked, now);
    bool told = atomic_exchange(&keys->renew, false);
    if (look_at_files(keys) || told)
        read_anew(keys);
    pthread_mutex_unlock(&keys->looking);
}

void tls_keys_renew(struct tls_keys *keys)
{
    if (keys)
        atomic_store(&keys->renew, true);
}

struct tls_keys *tls_keys_open(const struct tls_file *files, size_t count, struct error *err)
{
    if (!tls_library_load(err))
        return NULL;

    struct tls_keys *keys = calloc(1, sizeof *keys);
    if (!keys || count > FILES_MOST) {
        error_set(err, keys ? "there are too many certificates" : "out of memory");
        free(keys);
        return NULL;
    }
    memcpy(keys->files, files, count * sizeof *files);
    keys->count = count;
    pthread_mutex_init(&keys->lock, NULL);
    pthread_mutex_init(&keys->looking, NULL);
    look_at_files(keys);
    keys->set = set_read(keys, err);
    if (!keys->set) {
        tls_keys_close(keys);
        return NULL;
    }
    int code = gnutls_priority_init(&keys->priorities, wanted, NULL);
    if (code >= 0)
        code = gnutls_session_ticket_key_generate(&keys->ticket_key);
    if (code >= 0)
        return keys;
    error_set(err, "TLS cannot be used: %s", gnutls_strerror(code));
    tls_keys_close(keys);
    return NULL;
}

void tls_keys_close(struct tls_keys *keys)
{
    if (!keys)
        return;
    if (keys->set)
        set_leave(keys, keys->set);
    if (keys->priorities)
        gnutls_priority_deinit(keys->priorities);
    if (keys->ticket_key.data) {
        gnutls_memset(keys->ticket_key.data, 0, keys->ticket_key.size);
        gnutls_free(keys->ticket_key.data);
    }
    pthread_mutex_destroy(&keys->lock);
    pthread_mutex_destroy(&keys->looking);
    free(keys);
}

/* --- sessions --------------------------------------------------------------------------------- */

struct tls {
    gnutls_session_t session;
    struct tls_keys *keys;
    struct set *set;
    bool pending; /* a record waits in the session; see above */
    bool greeted, broken;
};

static _Thread_local char room[RECORD]; /* for a record that is put together */

static void set_up(struct tls *tls, int fd, bool h2)
{
    static const gnutls_datum_t names[] = {
        { (unsigned char *)"h2", 2 },
        { (unsigned char *)"http/1.1", 8 },
    };

    gnutls_priority_set(tls->session, tls->keys->priorities);
    gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, tls->set->credentials);
    gnutls_session_ticket_enable_server(tls->session, &tls->keys->ticket_key);
    gnutls_alpn_set_protocols(tls->session, h2 ? names : names + 1, h2 ? 2 : 1,
                              GNUTLS_ALPN_MANDATORY | GNUTLS_ALPN_SERVER_PRECEDENCE);
    gnutls_handshake_set_timeout(tls->session, GNUTLS_INDEFINITE_TIMEOUT); /* the transport's */
    gnutls_transport_set_int(tls->session, fd);
}

struct tls *tls_open(struct tls_keys *keys, int fd, bool h2)
{
    struct tls *tls = calloc(1, sizeof *tls);

    keep_fresh(keys);
    if (!tls ||
        gnutls_init(&tls->session, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0) {
        free(tls);
        return NULL;
    }
    tls->keys = keys;
    tls->set = set_join(keys);
    set_up(tls, fd, h2);
    return tls;
}

void tls_close(struct tls *tls)
{
    if (!tls)
        return;
    gnutls_deinit(tls->session);
    set_leave(tls->keys, tls->set);
    free(tls);
}

enum tls_greeted tls_greet(struct tls *tls)
{
    for (int warnings = 0; warnings < WARNINGS_MOST; warnings++) {
        int code = gnutls_handshake(tls->session);

        if (code == GNUTLS_E_SUCCESS) {
            tls->greeted = true;
            return TLS_GREETED;
        }
        if (code == GNUTLS_E_AGAIN)
            return TLS_WAITS;
        if (gnutls_error_is_fatal(code)) {
            gnutls_alert_send_appropriate(tls->session, code);
            break;
        }
    }
    tls->broken = true;
    return TLS_FAILED;
}

bool tls_speaks_h2(const struct tls *tls)
{
    gnutls_datum_t name;

    return gnutls_alpn_get_selected_protocol(tls->session, &name) == 0 && name.size == 2 &&
           memcmp(name.data, "h2", 2) == 0;
}

/* A client that wants to be greeted again (which TLS 1.3 has not) is not served. */
ptrdiff_t tls_receive(struct tls *tls, char *into, size_t size)
{
    ssize_t n;

    do
        n = gnutls_record_recv(tls->session, into, size);
    while (n == GNUTLS_E_INTERRUPTED);
    if (n >= 0)
        return n;
    if (n == GNUTLS_E_AGAIN)
        return TLS_NOTHING;
    tls->broken = true;
    return TLS_BROKEN;
}

/* One record, or the rest of one: its bytes, 0 when it has to wait, or TLS_BROKEN. */
static ptrdiff_t send_record(struct tls *tls, const char *p, size_t len)
{
    ssize_t n;

    do
        n = gnutls_record_send(tls->session, tls->pending ? NULL : p, tls->pending ? 0 : len);
    while (n == GNUTLS_E_INTERRUPTED);
    tls->pending = n == GNUTLS_E_AGAIN;
    if (tls->pending)
        return 0;
    tls->broken |= n < 0;
    return n < 0 ? TLS_BROKEN : n;
}

/* The bytes of `parts` from `from` on, as many as make a record: in one piece. */
static str gather(const struct iovec *parts, int count, size_t from)
{
    size_t len = 0;

    for (int i = 0; i < count && len < RECORD; i++) {
        str part = str_n(parts[i].iov_base, parts[i].iov_len);
        size_t skip = from < part.len ? from : part.len;

        from -= skip;
        part = str_slice(part, skip, skip + RECORD - len);
        if (len == 0 && (i == count - 1 || part.len == RECORD))
            return part; /* it lies in one piece already */
        memcpy(room + len, part.p, part.len);
        len += part.len;
    }
    return str_n(room, len);
}

ptrdiff_t tls_send(struct tls *tls, const struct iovec *parts, int count)
{
    size_t taken = 0;

    for (;;) {
        str record = gather(parts, count, taken);

        if (record.len == 0)
            return (ptrdiff_t)taken;
        ptrdiff_t n = send_record(tls, record.p, record.len);
        if (n < 0)
            return n;
        if (n == 0)
            return (ptrdiff_t)taken;
        taken += (size_t)n;
    }
}

ptrdiff_t tls_send_file(struct tls *tls, int fd, uint64_t from, size_t length)
{
    size_t taken = 0;

    while (taken < length) {
        size_t most = length - taken < RECORD ? length - taken : RECORD;
        ssize_t got = tls->pending ? 0 : pread(fd, room, most, (off_t)(from + taken));

        if (!tls->pending && got <= 0) /* it is shorter than it was */
            return TLS_BROKEN;
        ptrdiff_t n = send_record(tls, room, (size_t)got);
        if (n < 0)
            return n;
        if (n == 0)
            break;
        taken += (size_t)n;
    }
    return (ptrdiff_t)taken;
}

void tls_end(struct tls *tls)
{
    if (tls->greeted && !tls->broken && !tls->pending)
        gnutls_bye(tls->session, GNUTLS_SHUT_WR);
}
