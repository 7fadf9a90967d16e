/*
 * anchors.c - what a link's "#end" can lead to
 *
 *   comes in:  links to headings, the HTML of the pages they are on
 *   goes out:  a finding for each that is not there
 *
 * A page's ids (and the names of its <a name>) are kept as sorted hashes: four bytes for each
 * heading are enough to say that it is there. They come with the page's own rendering, or the page
 * is rendered for their sake by whoever links there first. Only when one is missing are the ids
 * themselves looked at, for the nearest.
 */
#include "vial/base/nearest.h"
#include "vial/base/path.h"
#include "vial/http/http.h"
#include "vial/site/links.h"
#include <stdlib.h>

/* ---- ids ---- */

/* The next `id="..."` or `name="..."` of a tag; false at the end. */
static bool next_id(str *rest, str *id)
{
    while (rest->len) {
        const char *equal = memchr(rest->p, '=', rest->len);

        if (!equal)
            return false;
        str before = str_n(rest->p, (size_t)(equal - rest->p));
        *rest = str_from(*rest, before.len + 1);
        bool is_id = str_ends(before, S(" id")) || str_ends(before, S("\nid")) ||
                     str_ends(before, S(" name")) || str_ends(before, S("\nname"));
        if (!is_id || rest->len < 2)
            continue;
        char quote = rest->p[0];
        if (quote != '"' && quote != '\'') {
            size_t n = 0;

            while (n < rest->len && !is_space(rest->p[n]) && rest->p[n] != '>')
                n++;
            *id = str_slice(*rest, 0, n);
            return true;
        }
        *rest = str_from(*rest, 1);
        *id = str_cut(rest, quote);
        return true;
    }
    return false;
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

static uint32_t hash_of(str id)
{
    return (uint32_t)hash_bytes(id);
}

struct page_ids *ids_of_html(str html, struct arena *a)
{
    str rest = html, id;
    size_t count = 0;

    while (next_id(&rest, &id))
        count++;
    size_t size = sizeof(struct page_ids) + count * sizeof(uint32_t);
    struct page_ids *ids = a ? arena_alloc(a, size) : malloc(size);
    if (!ids)
        abort();
    ids->count = 0;
    for (rest = html; ids->count < count && next_id(&rest, &id);)
        ids->hashes[ids->count++] = hash_of(id);
    qsort(ids->hashes, ids->count, sizeof *ids->hashes, by_number);
    return ids;
}

static bool ids_have(const struct page_ids *ids, str id)
{
    uint32_t hash = hash_of(id);

    return ids->count && bsearch(&hash, ids->hashes, ids->count, sizeof hash, by_number);
}

/* The id nearest to `id`, for "did you mean"; empty when none is near. */
static str ids_nearest(str html, str id, struct arena *a)
{
    struct nearest nearest = nearest_to(id);
    str other;

    while (next_id(&html, &other))
        nearest_try(&nearest, other);
    return str_copy(a, nearest.best);
}

struct page_ids *ids_read(const struct site *site, const struct page *page, str wanted,
                          str *nearest, struct arena *a)
{
    struct arena scratch = { 0 };
    struct page_ids *ids = NULL;
    struct front_span span;
    struct markdown out;
    str text, file = path_join(&scratch, site->content, page_text(page));

    if (file_read(&text, file, PAGE_SIZE, NULL, &scratch, NULL) &&
        front_matter_find(&span, file, text, NULL) &&
        markdown_render(&out, file, str_from(text, span.body),
                        &(struct markdown_options){
                            .max_size = PAGE_SIZE,
                            .escape_raw_html = site->config->html == HTML_ESCAPE,
                            .drop_raw_html = site->config->html == HTML_REMOVE,
                            .with = site->config->markdown & ~(unsigned)MARKDOWN_HIGHLIGHT,
                            .profile = (enum markdown_profile)site->config->profile },
                        &scratch, NULL)) {
        ids = ids_of_html(out.html, NULL);
        if (nearest)
            *nearest = ids_nearest(out.html, wanted, a);
    }
    arena_free(&scratch);
    return ids;
}

/*
 * What was kept of them, else they are read, once. Those of a page that templates have a say in
 * are nobody's to keep: the page is rendered, and what it reads is read by this response too.
 */
static const struct page_ids *ids_of(struct visit *v, const struct page *page)
{
    struct page *keeper = (struct page *)page;
    struct page_ids *none = NULL, *ids = atomic_load(&keeper->ids);

    if (page_is_made(v->site, page)) {
        const struct rendered *made = visit_render(v, page, NULL);

        return made ? rendered_ids(v, (struct rendered *)(uintptr_t)made) : NULL;
    }
    if (ids)
        return ids;
    ids = ids_read(v->site, page, S(""), NULL, NULL);
    if (ids && !atomic_compare_exchange_strong(&keeper->ids, &none, ids)) {
        free(ids); /* another thread was faster */
        ids = none;
    }
    return ids;
}

static bool always_there(str anchor)
{
    return !anchor.len || str_ieq(anchor, S("top")) || str_starts(anchor, S(":~:"));
}

void anchor_check(struct link_scope *scope, const struct markdown_link *link,
                  const struct page *page, str anchor)
{
    struct visit *v = scope->visit;
    str id, nearest = S("");

    if (page->source)
        page = page->source;
    if (always_there(anchor) || !page->has_file || !url_decode(&id, anchor, v->arena))
        return;
    visit_note(v, page, "ids");
    const struct page_ids *ids = ids_of(v, page);
    if (!ids || ids_have(ids, id))
        return;
    if (page_is_made(v->site, page))
        nearest = ids_nearest(visit_render(v, page, NULL)->out.html, id, v->arena);
    else
        free(ids_read(v->site, page, id, &nearest, v->arena));
    finding_anchor(scope, link, page, id, nearest);
}

void anchor_defer(struct link_scope *scope, const struct markdown_link *link, str anchor)
{
    struct deferred *deferred = arena_make(scope->visit->arena, struct deferred);

    if (always_there(anchor) || !url_decode(&deferred->id, anchor, scope->visit->arena))
        return;
    deferred->link = *link;
    deferred->next = scope->deferred;
    scope->deferred = deferred;
}

void links_finish(struct link_scope *scope, str html)
{
    struct page_ids *ids = scope->deferred ? ids_of_html(html, scope->visit->arena) : NULL;

    for (const struct deferred *d = scope->deferred; d; d = d->next)
        if (!ids_have(ids, d->id))
            finding_anchor(scope, &d->link, scope->page, d->id,
                           ids_nearest(html, d->id, scope->visit->arena));
}
