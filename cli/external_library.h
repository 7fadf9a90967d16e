/*
 * libcurl, loaded when other sites are asked: with what it stands on it is a dozen libraries that
 * no other command needs. Its functions are called by their own names, after
 * external_library_load(). For external_ask.c.
 */
#pragma once
#include "vial/base/error.h"
#include "vial/base/late.h"
#include <curl/curl.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CURL_FUNCTIONS(X)                                                                          \
    X(curl_easy_cleanup)                                                                           \
    X(curl_easy_getinfo)                                                                           \
    X(curl_easy_init)                                                                              \
    X(curl_easy_setopt)                                                                            \
    X(curl_easy_strerror)                                                                          \
    X(curl_free)                                                                                   \
    X(curl_global_cleanup)                                                                         \
    X(curl_global_init)                                                                            \
    X(curl_multi_add_handle)                                                                       \
    X(curl_multi_cleanup)                                                                          \
    X(curl_multi_info_read)                                                                        \
    X(curl_multi_init)                                                                             \
    X(curl_multi_perform)                                                                          \
    X(curl_multi_poll)                                                                             \
    X(curl_multi_remove_handle)                                                                    \
    X(curl_url)                                                                                    \
    X(curl_url_cleanup)                                                                            \
    X(curl_url_get)                                                                                \
    X(curl_url_set)

#undef curl_easy_getinfo /* they are macros as well, which count their arguments */
#undef curl_easy_setopt

struct curl_library {
    CURL_FUNCTIONS(LATE_MEMBER)
};
extern struct curl_library curl_library;

/* False, and `err` says so, when it is not installed. Not by two threads at once. */
bool external_library_load(struct error *err);

#ifdef __cplusplus
}
#endif

#define curl_easy_cleanup        (*curl_library.curl_easy_cleanup_)
#define curl_easy_getinfo        (*curl_library.curl_easy_getinfo_)
#define curl_easy_init           (*curl_library.curl_easy_init_)
#define curl_easy_setopt         (*curl_library.curl_easy_setopt_)
#define curl_easy_strerror       (*curl_library.curl_easy_strerror_)
#define curl_free                (*curl_library.curl_free_)
#define curl_global_cleanup      (*curl_library.curl_global_cleanup_)
#define curl_global_init         (*curl_library.curl_global_init_)
#define curl_multi_add_handle    (*curl_library.curl_multi_add_handle_)
#define curl_multi_cleanup       (*curl_library.curl_multi_cleanup_)
#define curl_multi_info_read     (*curl_library.curl_multi_info_read_)
#define curl_multi_init          (*curl_library.curl_multi_init_)
#define curl_multi_perform       (*curl_library.curl_multi_perform_)
#define curl_multi_poll          (*curl_library.curl_multi_poll_)
#define curl_multi_remove_handle (*curl_library.curl_multi_remove_handle_)
#define curl_url                 (*curl_library.curl_url_)
#define curl_url_cleanup         (*curl_library.curl_url_cleanup_)
#define curl_url_get             (*curl_library.curl_url_get_)
#define curl_url_set             (*curl_library.curl_url_set_)
