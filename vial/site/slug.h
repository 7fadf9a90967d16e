/*
 * Slugs: names of files and titles as parts of an address.
 *
 * "Über uns!.md" is at /über-uns/: letters and digits of every script stay and are folded ("Ü" and
 * "ü" are one address, and so are its composed and decomposed spellings), everything between them
 * is one hyphen. "." and "_" stay within a word, so that /release-1.2/ keeps its name; apostrophes
 * leave no trace. Nothing is transliterated: browsers show the real letters, and two words that
 * differ stay two addresses.
 */
#pragma once
#include "vial/base/str.h"

/* Empty when `name` has no letter and no digit. */
str slug_of(struct arena *a, str name);

/* "my-first_page" as a title: "My first page". */
str slug_title(struct arena *a, str name);
