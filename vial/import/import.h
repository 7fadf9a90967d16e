/*
 * The importer: the way in for sites that were written for other programs.
 *
 *     struct import_report report = { 0 };
 *     if (!import_site(S("hugo"), S("../old"), S("new"), &report, &err))
 *         log_failure(&err);
 *
 * What it makes of MkDocs', mdBook's, Hugo's, Jekyll's, Zola's and Pelican's sites is one of vial's
 * that can be built at once: their texts and front matter, their configuration, shortcodes and
 * links as far as they are known, and the addresses that their pages had. What is not known stays
 * in the text as it was written and is told with its file and line. The old site is only read, and
 * nothing that is there is written over.
 */
#pragma once
#include "vial/base/error.h"

struct import_report {
    size_t pages, files; /* that were taken over                                               */
    size_t moved;        /* pages whose old address had to be written into their front matter  */
    /* The old site's files, hidden ones aside: all; those that became pages; were copied; were
     * read for what they say; are left out, each told; are no part of it, told by folder */
    size_t there, as_pages, as_files, read, told, apart;
    struct errors left;  /* what could not be, each with its place: in the new site's files
                            where it is of a text, else in the old one's                       */
};

/* The names of the programs, ended by NULL. */
extern const char *const import_names[];

/*
 * Makes a site in `to`, a folder that is not there or is empty, of the one in `from`. False: there
 * is no such site in `from`, or it could not be written; what was written before stays.
 */
bool import_site(str name, str from, str to, struct import_report *report, struct error *err);

void import_report_free(struct import_report *report);
