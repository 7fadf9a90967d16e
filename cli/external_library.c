/*
 * external_library.c - libcurl, when other sites are asked
 *
 *   comes in:  the word that they are
 *   goes out:  its functions
 *
 * Which of Debian's variants is there makes no difference: what they call TLS by is their own.
 */
#include "cli/external_library.h"

struct curl_library curl_library;

#define lib curl_library
static const struct late_name names[] = { CURL_FUNCTIONS(LATE_NAME){ 0 } };

bool external_library_load(struct error *err)
{
    static const char *const libraries[] = { "libcurl-gnutls.so.4", "libcurl.so.4" };

    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
        if (late_load(libraries[i], names))
            return true;
    error_set(err, "other sites are asked by libcurl, and %s is not installed", libraries[0]);
    return error_hint(err, "on Debian, 'apt install libcurl3-gnutls'");
}
