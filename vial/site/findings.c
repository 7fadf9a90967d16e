/*
 * findings.c - what is said of links that lead nowhere
 *
 *   comes in:  a link, and what is wrong with it
 *   goes out:  an error or a warning with the link's place, as the site wishes; the nearest match
 *
 * The nearest match is for a writer who mistyped: a name of the same folder with another letter, or
 * a folder with one; or who moved a file, so that it is elsewhere by the same name.
 */
#include "vial/base/nearest.h"
#include "vial/base/path.h"
#include "vial/http/http.h"
#include "vial/site/links.h"

enum {
    SEARCHES_MAX = 20, /* per page: a search looks at the names of the whole site */
    FOLDER_SLIPS = 2,  /* letters; with more, any name of the same length would be near */
};

static struct place place_of(const struct link_scope *scope, const struct markdown_link *link)
{
    const struct rendered *rendered = scope->rendered;

    if (rendered->pinned.source.p)
        return rendered->pinned;
    return rendered_place(rendered, rendered->body + link->offset, 0);
}

static void report(struct link_scope *scope, struct error *err)
{
    struct site *site = scope->visit->site;
    bool warn = site->config->links == LINKS_WARN;

    reads_note(scope->visit->reads, S("again:links")); /* so that it is told each time */

    pthread_mutex_lock(&site->findings->lock);
    errors_add(warn ? &site->findings->warnings : &site->findings->errors, err);
    pthread_mutex_unlock(&site->findings->lock);
}

/* What may have been meant: a slip in the name, or in a folder's; or the file was moved. */
struct guess {
    str wanted; /* path below content/ */
    struct nearest name, path;
    str same_name;
};

static void guess_from(struct guess *guess, const struct map *paths, str self)
{
    for (size_t i = 0; i < paths->count; i++) {
        str path = paths->entries[i].key;
        size_t apart = path.len > guess->wanted.len ? path.len - guess->wanted.len
                                                    : guess->wanted.len - path.len;

        if (str_eq(path, self))
            continue;
        if (!guess->same_name.len && str_ieq(path_name(path), path_name(guess->wanted)))
            guess->same_name = path;
        if (str_eq(path_dir(path), path_dir(guess->wanted)))
            nearest_try(&guess->name, path_name(path));
        else if (apart <= FOLDER_SLIPS)
            nearest_try(&guess->path, path);
    }
}

/* "/map.png", which other tools take from static/, and which is "/static/map.png" here. */
static str static_file(struct visit *v, str wanted)
{
    str address = str_fmt(v->arena, "/static/%.*s", STR(wanted));

    return map_get(&v->site->index->targets, address) ? address : S("");
}

static str nearest_file(struct link_scope *scope, str path)
{
    struct visit *v = scope->visit;
    struct arena *a = v->arena;
    str from = path_dir(scope->page->path);

    if (str_starts(path, S("@/"))) /* as Zola has it */
        path = str_from(path, 1);
    bool rooted = str_starts(path, S("/"));
    if (scope->told++ >= SEARCHES_MAX)
        return S("");
    str wanted = path_normal(a, rooted ? str_from(path, 1) : path_join(a, from, path));
    str best = static_file(v, wanted);
    if (best.len)
        return best;
    struct guess guess = {
        .wanted = wanted,
        .name = nearest_to(path_name(wanted)),
        .path = nearest_to(wanted),
    };
    guess_from(&guess, &v->site->index->pages, scope->page->path);
    guess_from(&guess, &v->site->index->assets, scope->page->path);
    if (guess.name.best.len)
        best = path_join(a, path_dir(wanted), guess.name.best);
    else if (guess.same_name.len)
        best = guess.same_name;
    else
        best = guess.path.distance <= FOLDER_SLIPS ? guess.path.best : S("");
    if (!best.len)
        return best;
    return rooted ? str_fmt(a, "/%.*s", STR(best)) : path_relative(a, from, best);
}

static bool is_picture(str path)
{
    str type = media_type(path);

    return str_starts(type, S("image/"));
}

void finding_missing(struct link_scope *scope, const struct markdown_link *link, str path)
{
    struct error err = { 0 };
    str ext = path_ext(path_name(path));
    bool page =
        !ext.len || str_eq(ext, S(".md")) || str_eq(ext, S(".html")) || str_ends(path, S("/"));
    const char *what = link->image || is_picture(path) ? "picture" : page ? "page" : "file";

    error_at(&err, place_of(scope, link), "there is no %s '%.*s'", what, STR(link->url));
    error_meant(&err, nearest_file(scope, path));
    report(scope, &err);
}

void finding_hidden(struct link_scope *scope, const struct markdown_link *link,
                    const struct page *page)
{
    static const char *const why[] = { "", "a draft", "not published yet", "expired" };
    struct error err = { 0 };

    error_at(&err, place_of(scope, link), "the page '%.*s' is %s, so nobody will find it",
             STR(page->path), why[page->shown]);
    report(scope, &err);
}

void finding_anchor(struct link_scope *scope, const struct markdown_link *link,
                    const struct page *page, str id, str nearest)
{
    struct error err = { 0 };

    error_at(&err, place_of(scope, link), "there is no heading '#%.*s' in %.*s", STR(id),
             STR(page->path));
    if (nearest.len)
        error_meant(&err, str_fmt(scope->visit->arena, "#%.*s", STR(nearest)));
    report(scope, &err);
}

/* In the HTML, a link of Markdown is seen again: it has been told with its place. */
void finding_outside(struct link_scope *scope, const struct markdown_link *link)
{
    struct site *site = scope->visit->site;
    str url = link->url, own = site->config->base_url;
    struct error err = { 0 };

    if (!site->options.outside || !scope->report || (scope->raw && !link->offset) ||
        (!str_istarts(url, S("http://")) && !str_istarts(url, S("https://")) &&
         !str_starts(url, S("//"))) ||
        (own.len > 1 && str_starts(url, own)))
        return;
    error_at(&err, place_of(scope, link), "%.*s", STR(url));
    pthread_mutex_lock(&site->findings->lock);
    errors_add(&site->findings->outside, &err);
    pthread_mutex_unlock(&site->findings->lock);
}

static bool is_earlier(const struct error *a, const struct error *b)
{
    int order = str_cmp(a->file, b->file);

    return order < 0 || (order == 0 && a->line < b->line);
}

/* Of all threads' pages the first is named, whichever of them came first. */
static void add_once(struct errors *errors, struct error *err)
{
    for (size_t i = 0; i < errors->count; i++) {
        struct error *same = &errors->list[i];

        if (!str_eq(same->sentence, err->sentence))
            continue;
        if (is_earlier(err, same)) {
            error_free(same);
            error_move(same, err);
        }
        error_free(err);
        return;
    }
    errors_add(errors, err);
}

/* Where the line begins that has this number; lines count from 1. */
static size_t line_start(str text, unsigned line)
{
    str rest = text, passed;

    for (; line > 1 && str_line(&rest, &passed); line--)
        ;
    return text.len - rest.len;
}

void finding_language(struct link_scope *scope, const struct markdown_language *language)
{
    const struct rendered *rendered = scope->rendered;
    struct findings *findings = scope->visit->site->findings;
    size_t from = line_start(rendered->text, language->line);
    ptrdiff_t at = str_find(str_from(rendered->text, from), language->name);
    struct place place =
        rendered_place(rendered, from + (at == STR_NONE ? 0 : (size_t)at), language->name.len);
    struct error err = { 0 };

    reads_note(scope->visit->reads, S("again:links")); /* so that it is told each time */
    error_at(&err, place, "no lexer knows the language '%.*s', so its code has no colours",
             STR(language->name));
    error_hint(&err, "write 'text' where there is nothing to colour");
    pthread_mutex_lock(&findings->lock);
    add_once(&findings->languages, &err);
    pthread_mutex_unlock(&findings->lock);
}
