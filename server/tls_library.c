/*
 * tls_library.c - GnuTLS, when it is wanted
 *
 *   comes in:  the word that somebody wants TLS
 *   goes out:  its functions
 *
 * GnuTLS and what it stands on are a dozen libraries and 2 MB of a process, a tenth of a small
 * server; most servers speak in the clear to a proxy in front of them. It has to be loaded before
 * the process locks itself in.
 */
#include "server/tls_library.h"

struct tls_library tls_library;

#define lib tls_library
static const struct late_name names[] = { TLS_FUNCTIONS(LATE_NAME){ 0 } };

bool tls_library_load(struct error *err)
{
    static const char library[] = "libgnutls.so.30"; /* of all GnuTLS 3 */
    static bool loaded;

    loaded = loaded || late_load(library, names);
    if (loaded)
        return true;
    error_set(err, "TLS needs GnuTLS, and %s is not installed", library);
    return error_hint(err, "on Debian, 'apt install libgnutls30'");
}
