/*
 * Why: what something was made from, and why it was made again, in sentences for its writer.
 */
#pragma once
#include "vial/base/buf.h"

/* record->why as a sentence: "the title of blog/hello.md is another". */
str why_sentence(str why, struct arena *a);

/* The same for one key that changed: "page:blog/hello.md#title". */
str why_key(str key, struct arena *a);

/* What it is to have read a key: "the title of blog/hello.md". */
str what_was_read(str thing, uint64_t fields, struct arena *a);
