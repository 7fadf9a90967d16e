/*
 * Libraries that are loaded when they are needed first: a server without TLS has no use for GnuTLS,
 * and a build none for libcurl, but each costs a process its memory and a start its time.
 *
 *     #define FUNCTIONS(X) X(gnutls_init) X(gnutls_deinit)
 *     static struct { FUNCTIONS(LATE_MEMBER) } lib;                          // pointers to them
 *     static const struct late_name names[] = { FUNCTIONS(LATE_NAME){ 0 } };
 *     #define gnutls_init (*lib.gnutls_init_)                                // called as ever
 *
 *     if (!late_load("libgnutls.so.30", names))                              // not installed
 */
#pragma once
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct late_name {
    const char *name;
    void *at; /* of a pointer to the function, or to the variable */
};

#define LATE_MEMBER(name) __typeof__(name) *name##_;
#define LATE_NAME(name)   { #name, &lib.name##_ },

/* Until a name of NULL; false when the library or one of them is not there. It stays loaded. */
bool late_load(const char *library, const struct late_name *names);

#ifdef __cplusplus
}
#endif
