/*
 * Making an asset, between the files that do it (assets.c, assets_make.c).
 */
#pragma once
#include "vial/site/assets.h"

/* An asset that is being made, and for whose sake. What it is made of is gathered here. */
struct making {
    const struct making *up; /* NULL: a template asked for it */
    struct visit *visit;
    const struct asset *source;
    struct arena *arena; /* in which what is made is kept */
    struct reads *reads; /* what it is made from, and where its text leads to */
    struct input *inputs;
    size_t ninputs, inputs_cap;
    const struct config_command *command; /* that makes it; NULL: none */
    str ending;                           /* of what is made, ".css" */
    bool report;                          /* what its text names and is not there is told now */
    bool misses;                          /* it names something that is not there */
};

/* A file that it is made of, as it was when it was read. */
struct input {
    str file;
    struct file_info info;
    bool folder; /* all files in it and below count */
    struct digest listing;
};

/* What is known of an asset, in its own arena, until nobody has it. */
struct made_kept {
    atomic_uint holders;
    struct arena arena;
    struct made made;
    str text; /* unless it is as it is */
    struct reads *reads;
    struct input *inputs;
    size_t ninputs;
    bool settled; /* its inputs were old enough that another change shows in their times */
    bool misses;
};

/* Notes that `m` is made of this file, and whether it is there; before it is read. */
void making_input(struct making *m, str file);
/* The same of all files in a folder and below. */
void making_folder(struct making *m, str folder);
/* The text of an asset that `m` is made of. */
bool making_read(struct making *m, const struct asset *asset, str *text, struct error *err);
/* Another asset that this one's text names: made for its sake. False: `err` says why not. */
bool making_other(struct making *m, const struct asset *other, struct made *made,
                  struct error *err);

/* What is made of m->source: *text; or nothing is, then *text has no .p. (assets_make.c) */
bool asset_make(struct making *m, str *text, struct error *err);

/* The text of a sheet, as `assets:` wants it; a sheet put behind others. (assets_sheet.c) */
bool sheet_make(struct making *m, str *text, struct error *err);
bool sheet_add(struct making *m, const struct asset *part, bool first, struct buf *out,
               struct error *err);

/* The program that makes assets of this kind; NULL: none does. (assets_command.c) */
const struct config_command *command_for(const struct site *site, const struct asset *asset);
bool command_make(struct making *m, const struct config_command *config, str *text,
                  struct error *err);

/* ---- assets_cache.c: what is made of `key`, in .vial/assets ---- */

str asset_cache_file(const struct site *site, struct digest key, str ending, struct arena *a);
bool asset_cache_find(const struct site *site, struct digest key, str ending, str *text,
                      struct arena *a);
void asset_cache_keep(struct site *site, struct digest key, str ending, str text, struct arena *a);
bool assets_were_swept(struct assets *assets); /* true from the second call on */

/* As much of a digest in hexadecimal as an address has of it. */
str asset_fingerprint(struct arena *a, str hex);

/* "sha384-..." of a text, or of a file, which is read in pieces. (integrity.c) */
struct sha384 {
    unsigned char bytes[48];
};
struct sha384 sha384_of(str text);
bool sha384_of_file(struct sha384 *sum, str file, struct error *err);
str sha384_integrity(struct arena *a, const struct sha384 *sum);
str sha384_hex(struct arena *a, const struct sha384 *sum);
