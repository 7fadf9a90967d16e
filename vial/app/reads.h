/*
 * Reads: the keys of everything a response was made from.
 *
 *     file:content/a.md   template:page.html   page:blog/hello.md#title   section:blog config:title
 *
 * Objects note them while templates run; the manifest and the preview find by them which outputs a
 * change touches. A set: noting twice is noting once.
 *
 * Beside them stand the URLs that url_for() built meanwhile: by these the builder finds pages that
 * no rule and no list names.
 */
#pragma once
#include "vial/base/map.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reads {
    struct map keys; /* in the order first noted */
    struct map urls; /* likewise: "/blog/hello/", "/search?q=x", or absolute */
};

struct reads *reads_new(struct arena *a);
void reads_note(struct reads *reads, str key); /* copies the key; NULL reads: does nothing */
void reads_note_url(struct reads *reads, str url);
bool reads_has(const struct reads *reads, str key);

#ifdef __cplusplus
}
#endif
