/*
 * routes.c - the site's own routes, registered on an app like anybody's
 *
 *   comes in:  requests for pages, files and the routes of vial.yaml
 *   goes out:  responses
 *
 * Pages come and go while the site is watched, and an app's rules do not: so one rule takes every
 * path, and the index says what is there. Rules that vial.yaml or C code add are tried before it.
 */
#include "vial/base/path.h"
#include "vial/http/http.h"
#include "vial/site/feeds.h"
#include "vial/site/outputs.h"
#include "vial/site/pictures.h"
#include "vial/site/search_index.h"
#include "vial/site/slug.h"
#include "vial/site/visit.h"

/* ---- which template ---- */

static void note_template(struct visit *v, const char *name)
{
    visit_note_key(v, "template", str_of(name));
}

/* Its own, or of a page in a section the one it inherits; empty: by its kind. */
static str template_of(const struct page *page)
{
    if (page->template.len || (page->kind != PAGE_PLAIN && page->kind != PAGE_BUNDLE))
        return page->template;
    return value_text(dict_get(page->cascade, S("template")));
}

/* The first that is there; each that was looked for may come or go. */
static str template_for(struct visit *v, const struct page *page)
{
    const struct templates_there *there = &v->site->templates;

    if (template_of(page).len)
        return template_of(page);
    if (page->kind == PAGE_NOT_FOUND)
        return S("404.html");
    if (page->kind == PAGE_TERM || page->kind == PAGE_TAXONOMY) {
        bool term = page->kind == PAGE_TERM;

        note_template(v, term ? "term.html" : "taxonomy.html");
        note_template(v, "section.html");
        if (term ? there->term : there->taxonomy)
            return term ? S("term.html") : S("taxonomy.html");
        return there->section || !there->page ? S("section.html") : S("page.html");
    }
    if (page->kind != PAGE_SECTION)
        return S("page.html");
    if (page->section && !page->section->parent) {
        note_template(v, "home.html");
        if (there->home)
            return S("home.html");
    }
    note_template(v, "section.html");
    return there->section || !there->page ? S("section.html") : S("page.html");
}

static bool has_template(const struct site *site, const struct page *page, str name)
{
    const struct templates_there *there = &site->templates;

    if (template_of(page).len || page->kind == PAGE_NOT_FOUND)
        return theme_has_template(&site->theme, name);
    return str_eq(name, S("page.html"))       ? there->page
           : str_eq(name, S("section.html"))  ? there->section
           : str_eq(name, S("term.html"))     ? there->term
           : str_eq(name, S("taxonomy.html")) ? there->taxonomy
                                              : there->home;
}

/* A template that is missing is the fault of whoever asked for it. */
static struct place asked_by(struct visit *v, const struct page *page, const struct target *target)
{
    if (target && target->route)
        return target->route->place;
    if (page->template.len && page->has_file)
        return page_place(v->site->content, page, S("template"), v->arena);
    return (struct place){ .file = v->site->config->text.file };
}

#define NO_THEME "'theme: plain' in vial.yaml wears a theme that has templates"

static vial_res *no_template(struct visit *v, const struct page *page, const struct target *target,
                             str name)
{
    struct error err = { 0 };

    note_template(v, str_cstr(v->arena, name));
    error_at(&err, asked_by(v, page, target), "there is no template '%.*s'", STR(name));
    error_kind(&err, "TemplateNotFound");
    str near = env_nearest_template(vial_env(v->site->app), name, v->arena);
    if (!v->site->theme.name.len)
        error_hint(&err, NO_THEME "; templates/%.*s would be one of your own", STR(name));
    else
        error_meant(&err, near);
    return vial_abort_error(v->req, &err);
}

/* ---- answers ---- */

/* A term is the section of its page, so that a theme that knows of none shows its pages. */
static void show_terms(struct visit *v, const struct page *page, value context)
{
    const struct index *index = v->site->index;

    if (page->kind == PAGE_TERM) {
        const struct term *term = term_of_file(index, page);
        value shown = term_value(v, term);

        dict_set(context, S("term"), shown);
        dict_set(context, S("section"), shown);
        dict_set(context, S("taxonomy"), taxonomy_value(v, term ? term->taxonomy : NULL));
    } else if (page->kind == PAGE_TAXONOMY) {
        value shown = taxonomy_value(v, taxonomy_of(index, v->site->config, page));

        dict_set(context, S("taxonomy"), shown);
        dict_set(context, S("section"), shown);
    }
}

static vial_res *show_page(struct visit *v, const struct page *page, const struct target *target)
{
    value context = dict_new(v->arena, 4);
    str name = template_for(v, page);

    visit_show(v, page);
    visit_note(v, page, "template");
    visit_note(v, page, "kind");
    if (!has_template(v->site, page, name))
        return no_template(v, page, target, name);
    dict_set(context, S("page"), page_value(v, page));
    dict_set(context, S("section"), section_value(v, page->section));
    show_terms(v, page, context);
    if (target && target->paged)
        dict_set(context, S("paginator"), paginator_value(v, target->paged, target->number));
    if (target && target->route && target->route->as.len) {
        str rest = target->route->list;

        visit_note_key(v, "data", str_cut(&rest, '.'));
        dict_set(context, target->route->as, target->item);
    }
    return vial_render_value(v->req, name, context);
}

/* The first of the templates for a format that is there; each may come or go. Empty: none is. */
static str output_template(struct visit *v, const struct page *page, str format)
{
    str names[OUTPUT_TEMPLATES];
    size_t count = output_templates(page, template_of(page), format, names, v->arena);

    for (size_t i = 0; i < count; i++) {
        note_template(v, str_cstr(v->arena, names[i]));
        if (theme_has_template(&v->site->theme, names[i]))
            return names[i];
    }
    return S("");
}

static vial_res *no_output(struct visit *v, const struct target *target)
{
    const struct page *page = target->page;
    str names[OUTPUT_TEMPLATES];
    size_t count = output_templates(page, template_of(page), target->format, names, v->arena);
    struct place place = v->site->config->text;
    struct error err = { 0 };

    if (page->has_file && !value_is_undefined(page_own(page, S("outputs"))))
        place = page_place(v->site->content, page, S("outputs"), v->arena);
    error_at(&err, place, "there is no template '%.*s' for the output '%.*s' of %.*s",
             STR(names[count - 1]), STR(target->format), STR(page->path));
    error_kind(&err, "TemplateNotFound");
    return vial_abort_error(v->req, &err);
}

/* A page in another format: its template sees what that of HTML does, and `output`. */
static vial_res *show_output(struct visit *v, const struct target *target)
{
    const struct page *page = target->page;
    value context = dict_new(v->arena, 5);
    str name = output_template(v, page, target->format);

    visit_show(v, page);
    visit_note(v, page, "template");
    visit_note(v, page, "kind");
    if (!name.len)
        return no_output(v, target);
    dict_set(context, S("page"), page_value(v, page));
    dict_set(context, S("section"), section_value(v, page->section));
    dict_set(context, S("output"), output_value(v, page, target->format, target->url));
    show_terms(v, page, context);
    return vial_render_value(v->req, name, context);
}

static vial_res *show_asset(struct visit *v, const struct asset *asset)
{
    if (asset->in_memory)
        return vial_reply(v->req, 200, media_type(asset->path), asset->text);
    visit_note_path(v, asset->path);
    return vial_send_file(v->req, path_cstr(v->arena, path_dir(asset->file)),
                          path_cstr(v->arena, path_name(asset->file)));
}

static vial_res *redirect(struct visit *v, int status, str url)
{
    vial_asked(v->req, "query");
    str query = vial_http(v->req)->query;
    str to = local_url(v, url);

    if (query.len)
        to = str_fmt(v->arena, "%.*s?%.*s", STR(to), STR(query));
    return vial_status(vial_redirect(v->req, str_cstr(v->arena, to)), status);
}

static vial_res *show_feed(struct visit *v, const struct target *target)
{
    value context = dict_new(v->arena, 4);

    visit_speak(v, target->page->language);
    dict_set(context, S("feed"), feed_value(v, target->feed, target->number));
    dict_set(context, S("page"), page_value(v, target->page));
    dict_set(context, S("section"), section_value(v, target->page->section));
    show_terms(v, target->page, context);
    return vial_render_value(v->req, str_of(feed_formats[target->number].template), context);
}

static vial_res *show_search(struct visit *v, const struct target *target)
{
    str text;

    search_built_file(v, target->page->language, target->number, &text);
    return vial_reply(v->req, 200, media_type(target->url), text);
}

static vial_res *show_target(struct visit *v, const struct target *target)
{
    switch (target->kind) {
    case TARGET_PAGE:
    case TARGET_ROUTE:
        return show_page(v, target->page, target);
    case TARGET_ASSET:
    case TARGET_STATIC:
        return show_asset(v, target->asset);
    case TARGET_OUTPUT:
        return show_output(v, target);
    case TARGET_FEED:
        return show_feed(v, target);
    case TARGET_SITEMAP:
        visit_note_key(v, "sitemap", S(""));
        return vial_reply(
            v->req, 200, media_type(target->url),
            sitemap_text(v->site->index->sitemap, target->number, v->site->config, v->arena));
    case TARGET_ROBOTS:
        return vial_reply(v->req, 200, media_type(target->url),
                          robots_text(v->site->config->base_url, v->arena));
    case TARGET_SEARCH:
        return show_search(v, target);
    case TARGET_ALIAS:
        visit_note(v, target->page, "url");
        return redirect(v, 301, target->page->url);
    }
    return NULL;
}

/* What a rule of ours answers for: all pages, or one route of vial.yaml. */
struct answer {
    struct site *site;
    const struct config_route *route; /* NULL: pages */
};

/* A route whose pages only the router knows. */
static vial_res *show_dynamic(struct visit *v, const struct config_route *route)
{
    struct page *page = arena_make(v->arena, struct page);
    str name = path_stem(route->template);

    page->path = str_fmt(v->arena, "route:%.*s", STR(route->rule));
    page->kind = PAGE_ROUTE;
    page->title = route->title.len ? route->title : slug_title(v->arena, name);
    page->template = route->template;
    page->more = route->more;
    page->place = page->path;
    page->language = (uint8_t)route->language;
    page->section = v->site->index->languages[route->language].root;
    page->url = url_encode(v->arena, str_of(vial_path(v->req)), "/!$&'()*+,;=:@");
    return show_page(v, page, NULL);
}

/* An address that tells the content of a file; NULL: this is none. */
static vial_res *show_made(struct visit *v, str path)
{
    struct error err = { 0 };
    struct made made;
    const struct asset *source = asset_behind(v, path, &made, &err);
    vial_res *res = source             ? asset_show(v, source, &made, &err)
                    : err.sentence.len ? NULL
                                       : picture_show(v, path, &err);

    if (res || !err.sentence.len)
        return res;
    return vial_abort_error(v->req, &err);
}

static const struct target *target_at(struct visit *v, str path)
{
    visit_note_key(v, "url", path);
    return map_get(&v->site->index->targets, path);
}

static vial_res *show(vial_req *r)
{
    const struct answer *answer = vial_route_data(r);
    struct visit *v = visit_of(answer->site, r);
    str path = str_of(vial_path(r));

    if (answer->route && answer->route->dynamic)
        return show_dynamic(v, answer->route);
    const struct target *target = target_at(v, path);
    if (target && target->kind == TARGET_PAGE && target->page->kind == PAGE_NOT_FOUND)
        return vial_abort(r, 404, NULL);
    if (target)
        return show_target(v, target);
    if (!str_ends(path, S("/"))) {
        target = target_at(v, str_fmt(v->arena, "%.*s/", STR(path)));
        if (target)
            return redirect(v, 308, target->url);
        vial_res *res = show_made(v, path);
        if (res || vial_failed(r))
            return res;
    }
    return vial_abort(r, 404, NULL);
}

/* The site that an app was made for: every path of it is answered by a rule that knows. */
static struct site *site_behind(vial *app)
{
    const struct routes *routes = vial_routes(app);

    for (size_t i = routes_count(routes); i > 0; i--) {
        const struct rule *rule = &routes_at(routes, i - 1)->rule;

        if (rule->handler == show)
            return ((const struct answer *)rule->data)->site;
    }
    return NULL;
}

str site_not_found(const struct site *site, unsigned language, struct arena *a)
{
    str prefix = site->config->languages[language].prefix;

    return language ? str_fmt(a, "/%.*s/404.html", STR(prefix)) : S("/404.html");
}

/* As the theme or the site calls it in this language. */
static str not_found_title(const struct visit *v)
{
    value said = dict_get(v->site->strings[v->language], S("not_found"));

    return said.type == VIAL_STR ? value_text(said) : S("Not found");
}

/* The page for what is not there: 404.html, around the text of content/404.md if there is one. */
static vial_res *show_not_found(vial_req *r)
{
    struct site *site = site_behind(vial_app(r));
    struct visit *v = visit_of(site, r);
    struct page *page = visit_language(v)->not_found;

    note_template(v, "404.html");
    if (!site->templates.not_found && !(page && page->template.len))
        return NULL;
    if (!page) {
        page = arena_make(v->arena, struct page);
        page->path = page->place =
            config_in_language(site->config, v->language, S("404.md"), v->arena);
        page->language = (uint8_t)v->language;
        page->kind = PAGE_NOT_FOUND;
        page->title = not_found_title(v);
        page->url = site_not_found(site, v->language, v->arena);
        page->section = visit_language(v)->root;
        page->sort_by = -1;
    }
    return show_page(v, page, NULL);
}

/* ---- registering ---- */

static bool add_rule(struct site *site, str rule, str endpoint, const struct config_route *route,
                     struct errors *errors)
{
    struct answer *answer = arena_make(&site->arena, struct answer);
    struct rule added = {
        .rule = rule,
        .endpoint = endpoint,
        .handler = show,
        .data = answer,
        .no_freeze = route && route->dynamic,
    };
    struct error err = { 0 }, placed = { 0 };

    *answer = (struct answer){ site, route };
    if (vial_route_add(site->app, &added, &err))
        return true;
    error_at(&placed, route ? route->place : site->config->text, "%.*s", STR(err.sentence));
    if (err.hint.len)
        error_hint(&placed, "%.*s", STR(err.hint));
    errors_add(errors, &placed);
    error_free(&err);
    return false;
}

/* A route is called by its template: url_for('archive') leads to where archive.html is shown. */
static bool add_routes(struct site *site, struct errors *errors)
{
    bool good = true;

    for (size_t i = 0; i < site->config->nroutes; i++) {
        const struct config_route *route = &site->config->routes[i];

        good = add_rule(site, route->rule, path_stem(route->template), route, errors) && good;
    }
    return good;
}

static void add_statics(struct site *site)
{
    vial_static(site->app, "/static", path_cstr(&site->arena, site->statics_folder));
    if (site->theme.static_files.len)
        vial_static(site->app, "/static", path_cstr(&site->arena, site->theme.static_files));
}

bool site_register(struct site *site, struct errors *errors)
{
    /* what an installation has of its own lies in the site's folder: vial_instance() */
    site->app = vial_new_with(&(vial_opts){ .name = "site",
                                            .instance = path_cstr(&site->arena, site->folder),
                                            .env_prefix = "VIAL" },
                              &(struct env_options){ .autoescape = AUTOESCAPE_BY_NAME });
    vial_base_url(site->app, site->config->base_url);
    vial_home(site->app, site->folder);
    env_add_loader(vial_env(site->app), theme_load_template, &site->theme);
    env_on_missing(vial_env(site->app), theme_template_names, &site->theme,
                   site->theme.name.len ? S("") : S(NO_THEME));
    add_statics(site);
    site_globals(site);
    vial_reuse_partials(site->app);
    site_filters(site);
    vial_error(site->app, 404, show_not_found);
    vial_tells_reads(site->app, show);
    vial_tells_reads(site->app, show_not_found);
    if (site->logic)
        vial_at_end(site->app, logic_close, site->logic);
    return (!site->logic || logic_start(site->logic, site->app, errors)) &&
           add_routes(site, errors) && site_register_search(site, errors) &&
           add_rule(site, S("/"), S("site.home"), NULL, errors) &&
           add_rule(site, S("/<path:path>"), S("site.page"), NULL, errors);
}
