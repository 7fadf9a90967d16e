/*
 * operation.c - from options to how a server is run
 *
 *   comes in:  the options of OPERATION_OPTIONS, as text and numbers
 *   goes out:  the server's options, checked; or a complaint
 */
#include "cli/operation.h"

#include "cli/cli.h"
#include "vial/base/log.h"
#include "vial/base/path.h"
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>

static int complain(struct error *err)
{
    log_failure(err);
    error_free(err);
    return EXIT_USAGE;
}

/* Where there are certificates, an address is https unless it says otherwise. */
static bool take_places(struct operation *o, struct error *err)
{
    bool tls = o->certs.count > 0;

    for (size_t i = 0; i < o->places.count; i++)
        if (!listen_parse(&o->listen, o->places.items[i], tls, err))
            return false;
    if (o->places.count == 0) {
        struct listen_at *at = &o->listen.at[o->listen.count++];

        if (o->address.len >= sizeof at->name)
            return error_set(err, "'%.*s' is no address", STR(str_slice(o->address, 0, 80)));
        memcpy(at->name, o->address.p, o->address.len);
        at->port = (uint16_t)o->port;
        at->tls = tls;
    }
    for (size_t i = 0; i < o->listen.count; i++)
        o->listen.at[i].proxy |= o->proxy;
    return !o->status.len || listen_parse(&o->status_at, o->status, false, err);
}

/* --- headers ---------------------------------------------------------------------------------- */

static bool is_named(const struct operation *o, str name)
{
    for (size_t i = 0; i < o->fields.count; i++) {
        str rest = o->fields.items[i];

        if (str_ieq(str_trim(str_cut(&rest, ':')), name))
            return true;
    }
    return false;
}

static bool take_headers(struct operation *o, struct error *err)
{
    size_t count = 0;

    for (const struct header *usual = server_usual_headers; usual->name.len; usual++)
        if (!is_named(o, usual->name))
            o->headers[count++] = *usual;
    for (size_t i = 0; i < o->fields.count; i++) {
        str value = o->fields.items[i], name = str_trim(str_cut(&value, ':'));
        bool colon = name.len < o->fields.items[i].len;

        value = str_trim(value);
        if (!colon || !header_is_legal(name, value)) {
            error_set(err, "'%.*s' is no header", STR(o->fields.items[i]));
            return error_hint(err, "--header 'X-Frame-Options: DENY'");
        }
        if (value.len)
            o->headers[count++] = (struct header){ name, value };
    }
    o->headers[count] = (struct header){ 0 };
    return true;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static bool take_rate(const struct operation *o, struct rate_rule *rule, struct error *err)
{
    str burst = o->rate, number = str_cut(&burst, '/');
    int64_t n = 0, b = 0;

    if (!o->rate.len)
        return true;
    if (!str_int(number, &n) || n < 1 || n > 100000 ||
        (burst.len && (!str_int(burst, &b) || b < 1 || b > 1000000))) {
        error_set(err, "'%.*s' is no rate", STR(o->rate));
        return error_hint(err, "--rate 20/200: twenty requests a second, two hundred at once");
    }
    *rule = (struct rate_rule){ (unsigned)n, b ? (unsigned)b : (unsigned)n * 10 };
    return true;
}

static bool take_trust(struct operation *o, struct error *err)
{
    for (size_t i = 0; i < o->trusted.count; i++)
        if (!nets_add(&o->trust, o->trusted.items[i], err))
            return false;
    return true;
}

static bool take_keys(struct operation *o, struct error *err)
{
    if (o->certs.count != o->keys.count) {
        error_set(err, "each --tls-cert needs its --tls-key");
        return error_hint(err, "--tls-cert fullchain.pem --tls-key privkey.pem");
    }
    for (size_t i = 0; i < o->certs.count; i++)
        o->tls[i] = (struct tls_file){ o->certs.items[i].p, o->keys.items[i].p };
    return true;
}

int operation_take(struct operation *o, struct server_options *options, const char *usage)
{
    struct error err = { 0 };

    if (o->port > 65535)
        return usage_error(usage, "a port is at most 65535");
    if (o->workers > 256 || o->threads > 1024)
        return usage_error(usage, "--workers is at most 256, --threads 1024");
    if (o->connections > 1000000 || o->drain > 3600)
        return usage_error(usage, "--connections is at most 1000000, --drain 3600");
    if (o->log_format.len && !str_eq(o->log_format, S("json")) &&
        !str_eq(o->log_format, S("combined")))
        return usage_error(usage, "--log-format is combined or json");
    if (!take_places(o, &err) || !take_headers(o, &err) || !take_rate(o, &options->rate, &err) ||
        !take_trust(o, &err) || !take_keys(o, &err))
        return complain(&err);
    options->listen = &o->listen;
    options->status = o->status.len ? &o->status_at : NULL;
    options->tls = o->tls;
    options->tls_count = o->certs.count;
    o->sandbox.user = o->user.len ? o->user.p : NULL;
    options->workers = (unsigned)o->workers;
    options->threads = (unsigned)o->threads;
    options->limits.connections = (unsigned)o->connections;
    options->limits.drain_ms = (unsigned)o->drain * 1000;
    options->access_log = o->log.len ? o->log.p : NULL;
    options->log_form = str_eq(o->log_format, S("json")) ? LOG_JSON : LOG_COMBINED;
    options->headers = o->headers;
    options->trust = o->trust.count ? &o->trust : NULL;
    return -1;
}

/* --- confined --------------------------------------------------------------------------------- */

enum { LINK_DEPTH = 16 };

static _Thread_local struct sandbox *walked; /* nftw() hands nothing on */

static int see_link(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    if (kind == FTW_SL)
        sandbox_allow(walked, path, SANDBOX_READ);
    return at->level > LINK_DEPTH ? FTW_SKIP_SIBLINGS : FTW_CONTINUE;
}

/*
 * What lies around a folder as well: `vial build --atomic`, or whoever brings a new release, puts
 * another in its place. But not all there is, which lies around a folder at the top.
 */
static void allow_around(struct sandbox *sandbox, str folder, struct arena *a)
{
    char *real = realpath(path_cstr(a, folder), NULL);

    if (!real)
        return; /* it cannot be served, and that will be said */
    str around = path_dir(str_of(real));
    sandbox_allow(sandbox, around.len > 1 ? str_cstr(a, around) : real, SANDBOX_READ);
    free(real);
}

static bool is_link(str path, struct arena *a)
{
    struct stat st;

    return lstat(path_cstr(a, path), &st) == 0 && S_ISLNK(st.st_mode);
}

/* "/srv/current/public", where "current" leads to one release now, and to another later. */
static void allow_root(struct sandbox *sandbox, str folder)
{
    struct arena a = { 0 };

    allow_around(sandbox, folder, &a);
    for (str above = path_dir(path_normal(&a, folder)); above.len > 1; above = path_dir(above))
        if (is_link(above, &a))
            allow_around(sandbox, above, &a);
    arena_free(&a);
}

/* What the site's links lead to. */
static void allow_site(struct sandbox *sandbox, str folder)
{
    sandbox_allow(sandbox, folder.p, SANDBOX_READ);
    walked = sandbox;
    nftw(folder.p, see_link, 64, FTW_PHYS | FTW_ACTIONRETVAL);
}

/* The system's libraries are read as well: some are loaded when they are first needed. */
void operation_confine(struct operation *o, struct server_options *options, str folder, bool links)
{
    static const char *const shared[] = {
        "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", "/dev/null"
    };

    if (o->open)
        return;
    if (links)
        allow_site(&o->sandbox, folder);
    else
        allow_root(&o->sandbox, folder);
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        sandbox_allow(&o->sandbox, shared[i], SANDBOX_READ);
    options->sandbox = &o->sandbox;
}
