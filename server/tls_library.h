/*
 * GnuTLS, loaded when somebody wants TLS. Its functions are called by their own names, after
 * tls_library_load(). For tls.c.
 */
#pragma once
#include "vial/base/error.h"
#include "vial/base/late.h"
#include <gnutls/gnutls.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TLS_FUNCTIONS(X)                                                                           \
    X(gnutls_alert_send_appropriate)                                                               \
    X(gnutls_alpn_get_selected_protocol)                                                           \
    X(gnutls_alpn_set_protocols)                                                                   \
    X(gnutls_bye)                                                                                  \
    X(gnutls_certificate_allocate_credentials)                                                     \
    X(gnutls_certificate_free_credentials)                                                         \
    X(gnutls_certificate_set_x509_key_file)                                                        \
    X(gnutls_credentials_set)                                                                      \
    X(gnutls_deinit)                                                                               \
    X(gnutls_error_is_fatal)                                                                       \
    X(gnutls_free)                                                                                 \
    X(gnutls_handshake)                                                                            \
    X(gnutls_handshake_set_timeout)                                                                \
    X(gnutls_init)                                                                                 \
    X(gnutls_memset)                                                                               \
    X(gnutls_priority_deinit)                                                                      \
    X(gnutls_priority_init)                                                                        \
    X(gnutls_priority_set)                                                                         \
    X(gnutls_record_recv)                                                                          \
    X(gnutls_record_send)                                                                          \
    X(gnutls_session_ticket_enable_server)                                                         \
    X(gnutls_session_ticket_key_generate)                                                          \
    X(gnutls_strerror)                                                                             \
    X(gnutls_transport_set_int2)

struct tls_library {
    TLS_FUNCTIONS(LATE_MEMBER)
};
extern struct tls_library tls_library;

/* False, and `err` says so, when GnuTLS is not installed. Not by two threads at once. */
bool tls_library_load(struct error *err);

#ifdef __cplusplus
}
#endif

#undef gnutls_free /* it is a macro as well */
#define gnutls_alert_send_appropriate     (*tls_library.gnutls_alert_send_appropriate_)
#define gnutls_alpn_get_selected_protocol (*tls_library.gnutls_alpn_get_selected_protocol_)
#define gnutls_alpn_set_protocols         (*tls_library.gnutls_alpn_set_protocols_)
#define gnutls_bye                        (*tls_library.gnutls_bye_)
#define gnutls_certificate_allocate_credentials                                                    \
    (*tls_library.gnutls_certificate_allocate_credentials_)
#define gnutls_certificate_free_credentials  (*tls_library.gnutls_certificate_free_credentials_)
#define gnutls_certificate_set_x509_key_file (*tls_library.gnutls_certificate_set_x509_key_file_)
#define gnutls_credentials_set               (*tls_library.gnutls_credentials_set_)
#define gnutls_deinit                        (*tls_library.gnutls_deinit_)
#define gnutls_error_is_fatal                (*tls_library.gnutls_error_is_fatal_)
#define gnutls_free                          (*tls_library.gnutls_free_)
#define gnutls_handshake                     (*tls_library.gnutls_handshake_)
#define gnutls_handshake_set_timeout         (*tls_library.gnutls_handshake_set_timeout_)
#define gnutls_init                          (*tls_library.gnutls_init_)
#define gnutls_memset                        (*tls_library.gnutls_memset_)
#define gnutls_priority_deinit               (*tls_library.gnutls_priority_deinit_)
#define gnutls_priority_init                 (*tls_library.gnutls_priority_init_)
#define gnutls_priority_set                  (*tls_library.gnutls_priority_set_)
#define gnutls_record_recv                   (*tls_library.gnutls_record_recv_)
#define gnutls_record_send                   (*tls_library.gnutls_record_send_)
#define gnutls_session_ticket_enable_server  (*tls_library.gnutls_session_ticket_enable_server_)
#define gnutls_session_ticket_key_generate   (*tls_library.gnutls_session_ticket_key_generate_)
#define gnutls_strerror                      (*tls_library.gnutls_strerror_)
#define gnutls_transport_set_int2            (*tls_library.gnutls_transport_set_int2_)
