/*
 * Assets: files whose address tells their content.
 *
 *     /static/css/site.css   is as well   /static/css/site.3f9a1c0b2d4e.css
 *
 * Under the second address they never change, so browsers need not ask again, and whoever has its
 * digest can tell that nobody changed them on the way. A template names one with
 * asset('css/site.css') (objects_asset.c), and what is made of it on its way is said by `assets:`
 * in vial.yaml.
 *
 * Nothing remembers such an address: it is the file's own with a piece of the digest of what is
 * made of it, so whoever gets it asked for makes the same again and compares. What was made is kept
 * while the files it was made of are as they were.
 */
#pragma once
#include "vial/site/visit.h"

struct assets;
struct assets *assets_new(void);
void assets_delete(struct assets *assets);
void assets_clear(struct assets *assets); /* other rules hold: nothing that was made counts */

struct made {
    str url;       /* encoded, with the piece of the digest */
    str integrity; /* "sha384-" and the digest in Base64    */
    size_t size;
    bool as_it_is; /* it is its source, byte for byte */
};

/*
 * What is made of `source`; its texts are in the visit's arena. What that was made from is noted,
 * and the addresses its text leads to. False: `err` says why not.
 */
bool asset_made(struct visit *v, const struct asset *source, struct made *made, struct error *err);
/* The same, with its text. */
bool asset_text(struct visit *v, const struct asset *source, struct made *made, str *text,
                struct error *err);

/* A file's name below the site's folder, wherever the program was called from. (site.c) */
str site_relative(const struct site *site, str file);

/* The file at this (decoded) address, which is noted. NULL: none. */
const struct asset *asset_at(struct visit *v, str address);
/* What a template names: a file of static/, or else of content/. NULL: neither has it. */
const struct asset *asset_named(struct visit *v, str name);
str asset_nearest(struct visit *v, str name); /* what was probably meant; may be empty */

/* The source of this address, if it is one that tells a content, and it is that. */
const struct asset *asset_behind(struct visit *v, str address, struct made *made,
                                 struct error *err);
vial_res *asset_show(struct visit *v, const struct asset *source, const struct made *made,
                     struct error *err); /* NULL: `err` says why not */
