/*
 * Reads: the keys of everything a response was made from.
 *
 *     file:content/a.md   template:page.html   page:blog/hello.md#title   section:blog config:title
 *
 * Objects note them while templates run; the manifest and the preview find by them which outputs a
 * change touches. A set: noting twice is noting once.
 */
#pragma once
#include "vial/base/map.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reads {
    struct map keys; /* in the order first noted */
};

struct reads *reads_new(struct arena *a);
void reads_note(struct reads *reads, str key); /* copies the key; NULL reads: does nothing */
bool reads_has(const struct reads *reads, str key);

#ifdef __cplusplus
}
#endif
