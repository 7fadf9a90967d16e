/*
 * Emoji by GitHub's names: ":tada:".
 */
#pragma once
#include "vial/markdown/rendering.h"

/* What the name (without colons) stands for; empty: nothing. */
str emoji_named(str name);

/* Puts them into the texts of the tree. */
void emoji_put(struct rendering *r);

/* The words of a heading as they were, names and all: by them GitHub makes its id. False: as they
 * are. */
bool emoji_heading(const struct rendering *r, const cmark_node *heading, str *words);

/* Made by emoji.py: "name\0text\0" again and again, in the order of names; where each begins. */
extern const char emoji_texts[];
extern const uint16_t emoji_starts[];
extern const size_t emoji_count;
