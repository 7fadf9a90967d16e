/*
 * CSS in pieces, as CSS Syntax Level 3 cuts it.
 *
 *     struct css_scan scan = { text, 0 };
 *     struct css_token token;
 *     while (css_next(&scan, &token)) ...
 *
 * Tokens are slices of the text and lie side by side: put together again they are the text, byte
 * for byte, whatever it is. Nothing is an error here, as in browsers.
 */
#pragma once
#include "vial/base/buf.h"
#include "vial/base/error.h"

enum css_kind {
    CSS_SPACE,
    CSS_COMMENT,
    CSS_STRING,
    CSS_BAD_STRING, /* a line ended within it */
    CSS_URL,        /* url(x), without quotes */
    CSS_BAD_URL,
    CSS_FUNCTION, /* a name and its "(" */
    CSS_IDENT,
    CSS_AT, /* @media */
    CSS_HASH,
    CSS_NUMBER,
    CSS_PERCENTAGE,
    CSS_DIMENSION,
    CSS_CDO, /* "<!--", which means nothing at the top */
    CSS_CDC,
    CSS_DELIM, /* one character: also of ":;,[](){}" */
};

struct css_token {
    enum css_kind kind;
    size_t at;
    str text;
};

struct css_scan {
    str text;
    size_t at;
};

bool css_next(struct css_scan *scan, struct css_token *token); /* false: at the end */

static inline bool css_is(const struct css_token *token, char c)
{
    return token->kind == CSS_DELIM && token->text.p[0] == c;
}

/* Whether two tokens side by side would be read as others, so that something has to part them. */
bool css_would_join(const struct css_token *left, const struct css_token *right);

/* What a string or the inside of url() says, its escapes resolved; and how it is written as one. */
str css_unescape(struct arena *a, str text);
void css_add_string(struct buf *out, str text);

/*
 * The addresses that a sheet names: url(), @import "x", image-set("x" 1x).
 *
 * css_urls() writes `text` to `out` with each address as `resolve` wants it: it returns what is to
 * stand there, or .p == NULL to leave it as it is. `at` and `len` are the token's, for messages.
 */
typedef str css_resolve_fn(void *self, str url, size_t at, size_t len);
void css_urls(str text, css_resolve_fn *resolve, void *self, struct buf *out, struct arena *a);

/*
 * The sheet in fewer bytes, and nothing else: comments go but those that begin with "!", and white
 * space where it means nothing. Strings, custom properties and whatever browsers do not understand
 * stay as they are. False: it is broken (a string or bracket is not closed), and stays whole.
 */
bool css_minify(str text, struct buf *out);

/* The @import rules at the head of a sheet, where alone browsers heed them. */
struct css_import {
    size_t at, len; /* of the whole rule, with its ";"                             */
    size_t url_at, url_len;
    str url;             /* its escapes resolved                                        */
    str layer;           /* of layer(x); empty: of layer alone; .p is NULL: not in one  */
    str supports, media; /* the condition within supports(), the rest; may be empty     */
};
struct css_head {
    struct css_import *imports;
    size_t count;
    size_t charset; /* where the @charset rule at its beginning ends; 0: there is none */
    size_t rest;    /* where its rules begin                                           */
};
struct css_head css_head(str text, struct arena *a);

/* Whether every bracket and string of the sheet is closed; *at is where one is not. */
bool css_is_whole(str text, size_t *at);
bool css_has_rule(str text, str name); /* "@namespace" somewhere in it */
