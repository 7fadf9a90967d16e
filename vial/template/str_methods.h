/*
 * The methods of text, where several files have a part in them.
 */
#pragma once
#include "vial/template/methods.h"

/* The text of `v`; false, "... must be str, not int". */
bool text_argument(struct rendering *r, value v, const char *whose, str *text);
/* `limit` below 0: all of them. */
value text_replace(struct rendering *r, value self, str old, str with, int64_t limit);

value method_upper(struct rendering *r, value self, const value *args);
value method_lower(struct rendering *r, value self, const value *args);
value method_capitalize(struct rendering *r, value self, const value *args);
value method_center(struct rendering *r, value self, const value *args); /* width, fill */
value method_strip(struct rendering *r, value self, const value *args);  /* chars or none */

/* str_split.c */
value method_split(struct rendering *r, value self, const value *args); /* sep or none, maxsplit */
value method_rsplit(struct rendering *r, value self, const value *args);
value method_splitlines(struct rendering *r, value self, const value *args); /* keepends */
value method_partition(struct rendering *r, value self, const value *args);
value method_rpartition(struct rendering *r, value self, const value *args);
value method_translate(struct rendering *r, value self, const value *args);
value method_maketrans(struct rendering *r, value self, const value *args);

/* str_tests.c */
value method_isalnum(struct rendering *r, value self, const value *args);
value method_isalpha(struct rendering *r, value self, const value *args);
value method_isascii(struct rendering *r, value self, const value *args);
value method_isdecimal(struct rendering *r, value self, const value *args);
value method_isdigit(struct rendering *r, value self, const value *args);
value method_isidentifier(struct rendering *r, value self, const value *args);
value method_islower(struct rendering *r, value self, const value *args);
value method_isnumeric(struct rendering *r, value self, const value *args);
value method_isprintable(struct rendering *r, value self, const value *args);
value method_isspace(struct rendering *r, value self, const value *args);
value method_istitle(struct rendering *r, value self, const value *args);
value method_isupper(struct rendering *r, value self, const value *args);

/* format_braces.c */
value method_format(struct rendering *r, value self, const struct call *call);
value method_format_map(struct rendering *r, value self, const value *args);
