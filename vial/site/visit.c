/*
 * visit.c - one request, as the objects of the site see it
 *
 *   comes in:  a request; pages that somebody wants to read
 *   goes out:  their text as HTML, each rendered once; the keys of what was read
 */
#include "vial/site/visit.h"
#include "vial/base/path.h"
#include "vial/base/profile.h"
#include "vial/site/assets.h"
#include "vial/site/hooks.h"
#include "vial/site/links.h"
#include "vial/site/renderings.h"
#include "vial/site/shortcodes.h"
#include "vial/site/snippets.h"
#include <stdlib.h>

static const struct object_type visit_type = { .name = "visit" };
static const char slot[] = " site"; /* in `g`: no name a template can write */

/* What no page says, the address does: "/de/404.html". */
static unsigned language_of_path(const struct config *config, str path)
{
    str rest = str_from(path, str_starts(path, S("/"))), first = str_cut(&rest, '/');

    for (unsigned i = 1; first.len && i < config->nlanguages; i++)
        if (str_eq(first, config->languages[i].prefix))
            return i;
    return 0;
}

void visit_speak(struct visit *v, unsigned language)
{
    v->language = language;
    vial_kin(v->req, language);
}

void visit_show(struct visit *v, const struct page *page)
{
    v->self = page;
    visit_speak(v, page->language);
}

const struct language *visit_language(const struct visit *v)
{
    return &v->site->index->languages[v->language];
}

struct visit *visit_of(struct site *site, vial_req *req)
{
    value known = vial_g(req, slot);

    if (known.type == VIAL_OBJECT)
        return known.as.object;

    struct arena *a = vial_arena(req);
    struct visit *v = arena_make(a, struct visit);
    v->object.type = &visit_type;
    v->site = site;
    v->req = req;
    v->arena = a;
    v->reads = vial_reads(req);
    v->rendered = map_in(a);
    visit_speak(v, language_of_path(site->config, str_of(vial_path(req))));
    vial_g_set(req, slot, value_object(&v->object));
    reads_note(v->reads, S("site"));
    return v;
}

struct visit *visit_from(struct site *site, struct rendering *r)
{
    return visit_of(site, rendering_user(r));
}

const struct page *visit_self(struct visit *v)
{
    vial_glance(v->req);
    return v->self;
}

const struct page *visit_needs(struct visit *v)
{
    return v->needed ? v->needed->page : visit_self(v);
}

bool visit_tells(const struct visit *v, const struct page *page)
{
    return page == v->self && !page->source && !v->site->options.quiet;
}

/* Keys are short and most of them are known already, so they are put together on the stack. */
static struct read *thing(struct visit *v, str kind, str name)
{
    char key[512];
    size_t len = kind.len + 1 + name.len;
    char *p = len <= sizeof key ? key : arena_alloc(v->arena, len);

    memcpy(p, kind.p, kind.len);
    p[kind.len] = ':';
    if (name.len)
        memcpy(p + kind.len + 1, name.p, name.len);
    return reads_of(v->reads, str_n(p, len));
}

struct read *visit_page(struct visit *v, const struct page *page)
{
    return thing(v, S("page"), page->path);
}

void visit_note(struct visit *v, const struct page *page, const char *field)
{
    visit_page(v, page)->fields |= reads_field(str_of(field));
}

void visit_note_path(struct visit *v, str path)
{
    thing(v, S("page"), path)->fields |= reads_field(S("url"));
}

void visit_note_key(struct visit *v, const char *kind, str name)
{
    thing(v, str_of(kind), name)->fields |= READ_ITSELF;
}

void visit_note_file(struct visit *v, str file)
{
    visit_note_key(v, "static", site_relative(v->site, file));
}

/* ---- rendering ---- */

static bool read_body(struct visit *v, const struct page *page, struct rendered *rendered,
                      unsigned *first_line, struct error *err)
{
    struct front_span span;

    rendered->file = path_join(v->arena, v->site->content, page_text(page));
    if (!page->has_file) {
        rendered->text = S("");
        return true;
    }
    visit_note_key(v, "file", path_join(v->arena, v->site->config->content, page_text(page)));
    if (!file_read(&rendered->text, rendered->file, PAGE_SIZE, NULL, v->arena, err) ||
        !front_matter_find(&span, rendered->file, rendered->text, err))
        return false;
    if (!digest_eq(digest_of(rendered->text), page->digest))
        reads_note(v->reads, S("again:text")); /* somebody is writing it: this was not the last */
    rendered->body = span.body;
    *first_line = span.first_line;
    return true;
}

bool page_is_made(const struct site *site, const struct page *page)
{
    return page->calls || site->hooks.kinds;
}

/* Kept for those that link here, so that this page need not be rendered for their sake. */
static const struct page_ids *keep_ids(const struct page *page, str html)
{
    struct page *keeper = (struct page *)(page->source ? page->source : page);
    struct page_ids *known = atomic_load(&keeper->ids);

    if (known)
        return known;
    struct page_ids *ids = ids_of_html(html, NULL);
    if (atomic_compare_exchange_strong(&keeper->ids, &known, ids))
        return ids;
    free(ids);
    return known;
}

static bool put_shortcodes(struct shortcodes *shortcodes, struct markdown *out, struct error *err)
{
    if (!shortcodes->count)
        return true;
    for (size_t i = 0; i < out->nheadings; i++) {
        struct markdown_heading *heading = (struct markdown_heading *)(uintptr_t)&out->headings[i];

        heading->html = shortcodes_strip(shortcodes, heading->html);
        heading->text = shortcodes_strip(shortcodes, heading->text);
    }
    out->html = shortcodes_put(shortcodes, out->html, err);
    if (out->html.p)
        out->summary = shortcodes_put(shortcodes, out->summary, err);
    return out->html.p && out->summary.p;
}

/* As i18n/ has it, in the language of the text: `title_warning`. */
static str note_title(void *self, str kind)
{
    const struct link_scope *scope = self;
    const struct visit *v = scope->visit;
    const struct page *page = scope->page->source ? scope->page->source : scope->page;
    str name = str_fmt(v->arena, "title_%.*s", STR(kind));
    value said = dict_get(v->site->strings[page->language], name);

    return said.type == VIAL_STR ? value_text(said) : S("");
}

static bool render_body(struct link_scope *scope, struct rendered *rendered, unsigned first_line,
                        struct error *err)
{
    struct visit *v = scope->visit;
    const struct config *config = v->site->config;
    struct markdown_options options = {
        .first_line = first_line,
        .resolve = link_resolve,
        .self = scope,
        .max_size = PAGE_SIZE,
        .with = config->markdown,
        .profile = (enum markdown_profile)config->profile,
        .external_rel = config->external_rel,
        .external_target = config->external_target,
        .own_url = config->base_url,
        .escape_raw_html = config->html == HTML_ESCAPE,
        .drop_raw_html = config->html == HTML_REMOVE,
        .hooks = v->site->hooks.kinds,
        .hook = hook_render,
        .verbatim = shortcodes_verbatim,
        .note_title = note_title,
    };
    struct shortcodes shortcodes = { v, scope->page, rendered, &options, NULL, 0, 0, 0 };
    str text;

    if (config->snippets && !snippets_expand(v, scope->page, rendered, err))
        return false;
    text = str_from(rendered->text, rendered->body);
    if (config->shortcodes)
        text = shortcodes_mark(&shortcodes, text, rendered->body, err);
    scope->shortcodes = &shortcodes;
    scope->err = err;
    int64_t begun = profile_begin();
    bool done =
        text.p && markdown_render(&rendered->out, rendered->file, text, &options, v->arena, err);
    profile_end(begun, "work", S("Markdown, with its code"), false);
    done = done && !scope->failed && put_shortcodes(&shortcodes, &rendered->out, err);
    scope->shortcodes = NULL; /* they end here */
    return done;
}

const struct page_ids *rendered_ids(const struct visit *v, struct rendered *rendered)
{
    if (!rendered->ids)
        rendered->ids = ids_of_html(rendered->out.html, v->arena);
    return rendered->ids;
}

/* When it is whole: raw links, and all that is to be said of it. */
static void finish(struct link_scope *scope, struct rendered *rendered)
{
    struct visit *v = scope->visit;
    const struct page *page = scope->page;

    for (size_t i = 0; i < rendered->out.nunknown && visit_tells(v, page); i++)
        finding_language(scope, &rendered->out.unknown[i]);
    rendered->out.html = links_in_html(scope, rendered->out.html);
    links_finish(scope, rendered->out.html);
    if (!page->has_file)
        return;
    if (!page_is_made(v->site, page))
        rendered->ids = keep_ids(page, rendered->out.html);
    check_ids(scope, rendered_ids(v, rendered), rendered->out.html);
}

static struct rendered *render_text(struct visit *v, const struct page *page, struct error *err)
{
    struct rendered *rendered = arena_make(v->arena, struct rendered);
    unsigned first_line = 1;
    struct link_scope scope = {
        .visit = v,
        .page = page,
        .rendered = rendered,
        .report = visit_tells(v, page) && v->site->config->links != LINKS_IGNORE,
        .missing = map_in(v->arena),
    };

    reads_note(v->reads, S("hooks"));
    if (!read_body(v, page, rendered, &first_line, err) ||
        !render_body(&scope, rendered, first_line, err))
        return NULL;
    finish(&scope, rendered);
    map_put(&v->rendered, page->path)->data = rendered;
    return rendered;
}

/* A text speaks its own language, whoever shows it. */
static struct rendered *render(struct visit *v, const struct page *page, struct error *err)
{
    unsigned reader = v->language;

    visit_speak(v, page->language);
    struct rendered *rendered = render_text(v, page, err);
    visit_speak(v, reader);
    return rendered;
}

/* "a.md needs b.md, which needs a.md": a page whose text cannot be made before it is made. */
static bool is_circle(const struct visit *v, const struct page *page, struct error *err)
{
    const struct needed *first = v->needed, *n;
    struct buf names = buf_in(v->arena);

    while (first && first->page != page)
        first = first->by;
    if (!first)
        return false;
    for (n = v->needed; n != first; n = n->by) {
        str rest = str_copy(v->arena, buf_str(&names));

        buf_clear(&names);
        buf_addf(&names, "%.*s, which needs %.*s", STR(n->page->path), STR(rest));
    }
    error_at(err, (struct place){ .file = path_join(v->arena, v->site->content, page->path) },
             "the text of this page needs itself: %.*s needs %.*s%.*s", STR(page->path),
             STR(buf_str(&names)), STR(page->path));
    error_hint(err, "let one of them link to the other instead of showing its text");
    return true;
}

/* Of a page that tells nothing now: rendered once for all who show something of it. */
static struct rendered *render_for_all(struct visit *v, const struct page *page, struct error *err)
{
    struct renderings *renderings = v->site->renderings;
    struct reads *notes, before;
    struct rendered *rendered = renderings_find(renderings, page, &notes, v->arena);

    if (rendered) {
        reads_repeat(v->reads, notes);
        rendered->notes = notes;
        map_put(&v->rendered, page->path)->data = rendered;
        return rendered;
    }
    uint64_t glances = vial_glances(v->req);
    before = reads_begin(v->reads);
    rendered = render(v, page, err);
    if (rendered)
        rendered->notes = reads_copy(v->arena, v->reads);
    if (rendered && reads_may_be_kept(v->reads) && glances == vial_glances(v->req))
        renderings_keep(renderings, page, rendered, rendered->notes);
    reads_end(v->reads, &before);
    return rendered;
}

/* What it read was noted, but elsewhere if that was in another part of the reads. */
static void read_again(struct visit *v, const struct rendered *rendered)
{
    if (rendered->part == v->reads->part)
        return;
    if (rendered->notes)
        reads_repeat(v->reads, rendered->notes);
    else
        vial_glance(v->req);
}

const struct rendered *visit_render(struct visit *v, const struct page *page, struct error *err)
{
    struct rendered *rendered = map_get(&v->rendered, page->path);
    struct needed needed = { page, v->needed };

    if (rendered)
        read_again(v, rendered);
    if (rendered || is_circle(v, page, err))
        return rendered;
    v->needed = &needed;
    rendered = page == v->self && !v->site->options.quiet ? render(v, page, err)
                                                          : render_for_all(v, page, err);
    if (rendered)
        rendered->part = v->reads->part;
    v->needed = needed.by;
    return rendered;
}
