/*
 * What a client may send and what the answer is, byte by byte.
 *
 * `answers` are the statuses in their order; "!" after one says that it closes the connection
 * (Connection: close), and nothing at all that the server waits for more. The tests run the table
 * over every transport, whole and cut in pieces at every place.
 */
#pragma once
#include "vial/base/str.h"

struct http_case {
    const char *name; /* a sentence, with the section of RFC 9112 (or 9110) that asks for it */
    str bytes;
    const char *answers;
};

extern const struct http_case http_cases[];
extern const size_t http_case_count;
