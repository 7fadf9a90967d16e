/*
 * What is known of a site from the last time: how it is written down and read again.
 */
#pragma once
#include "vial/base/pack.h"
#include "vial/site/inside.h"
#include "vial/site/tree.h"

/* How to come by the page of a file the next time. */
enum known_page {
    KNOWN_NONE,  /* it made none: it is read again                            */
    KNOWN_WHOLE, /* as it was packed                                          */
    KNOWN_LOUD,  /* likewise; and read again, since it has something to say   */
    KNOWN_READ,  /* not to be packed: it is read, if nobody changed it since  */
};

struct site_past {
    struct tree was, now;
    bool used;                   /* all that follows holds                                 */
    bool same;                   /* nothing changed at all                                 */
    struct tree_changes changed; /* paths                                                  */
    struct reads *keys;          /* of vial.yaml that are not what they were               */
    int64_t indexed_at;
    struct templates_there templates;
    struct summary *summaries; /* for each language */
    bool logic_same;           /* the site's own code is what it was */
    struct digest shape;
    bool backlinks;      /* were asked for */
    struct unpack pages; /* what was packed of each page, in the order of the files */
};

/* (known_page.c) */
enum known_page page_pack(const struct page *page, struct buf *out);
bool page_unpack(struct page *page, str path, struct file_info info, const struct config *config,
                 struct unpack *from, struct arena *a);

/* The files of content/ that are pages, and the others, as the tree has them. */
void known_list_files(struct site *site, const struct tree *tree);
