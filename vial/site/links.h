/*
 * Links: where those of a page lead, and what is said of those that lead nowhere.
 *
 *     struct link_scope scope = { .visit = v, .page = page, .rendered = rendered, .report = true };
 *     markdown_render(..., &(struct markdown_options){ .resolve = link_resolve, .self = &scope });
 *     html = links_in_html(&scope, html);
 *     links_finish(&scope, html);
 */
#pragma once
#include "vial/site/visit.h"

/* An anchor on the page itself, to be looked at when the page is whole. */
struct deferred {
    struct deferred *next;
    struct markdown_link link;
    str id;
};

/* The links of one page while it is rendered. */
struct link_scope {
    struct visit *visit;
    const struct page *page;
    struct rendered *rendered;
    struct shortcodes *shortcodes; /* that stand in the text as marks           */
    struct error *err;             /* of a call within a link ...               */
    bool failed;                   /* ... when it failed                        */
    bool report;                   /* what leads nowhere is a finding       */
    bool raw;                      /* it is raw HTML that is looked through */
    unsigned told;                 /* searches for the nearest name, so far */
    struct map missing;            /* paths that lead nowhere, made by map_in() */
    struct deferred *deferred;
    size_t pictures_at; /* in the source: where the last picture was told of */
    int hooked[6];      /* of each kind of hook: how many were called, on the page so far */
};

/* markdown_options.resolve; its `self` is the scope. (links.c) */
bool link_resolve(void *scope, const struct markdown_link *link, struct markdown_target *to);
/* The page that `url` leads to from the text of `page`; NULL: none that is shown. (links.c) */
const struct page *link_page(struct visit *v, const struct page *page, str url);
/* `html` with href and src of raw HTML tags resolved as well. (raw_links.c) */
str links_in_html(struct link_scope *scope, str html);
/* When the page is whole: anchors that lead into it itself. (anchors.c) */
void links_finish(struct link_scope *scope, str html);

/* ---- checks.c ---- */

struct html_tags;
void check_picture(struct link_scope *scope, const struct html_tags *tag);
/* `ids` are those of `html`. */
void check_ids(struct link_scope *scope, const struct page_ids *ids, str html);

/* ---- anchors.c ---- */

/* The ids in HTML, hashed and sorted, in `a`; on the heap where that is NULL. */
struct page_ids *ids_of_html(str html, struct arena *a);
/*
 * The ids of a page that is read and rendered for their sake, on the heap. Where `nearest` is asked
 * for, it is the one nearest to `wanted`, in `a`. NULL: that page has an error of its own, which is
 * told elsewhere.
 */
struct page_ids *ids_read(const struct site *site, const struct page *page, str wanted,
                          str *nearest, struct arena *a);

/* A link to `anchor` (as written, without "#") of another page: is that there? */
void anchor_check(struct link_scope *scope, const struct markdown_link *link,
                  const struct page *page, str anchor);
/* The same of the page that is being rendered: looked at by links_finish(). */
void anchor_defer(struct link_scope *scope, const struct markdown_link *link, str anchor);

/* ---- findings.c ---- */

/* There is nothing at `path`, as the link has it, decoded. */
void finding_missing(struct link_scope *scope, const struct markdown_link *link, str path);
void finding_hidden(struct link_scope *scope, const struct markdown_link *link,
                    const struct page *page);
/* `nearest` may be empty. */
void finding_anchor(struct link_scope *scope, const struct markdown_link *link,
                    const struct page *page, str id, str nearest);
/* It leaves the site: told to who gathers such links. */
void finding_outside(struct link_scope *scope, const struct markdown_link *link);
/* Nobody knows this language of a block of code: told once for the site, not for each block. */
void finding_language(struct link_scope *scope, const struct markdown_language *language);
