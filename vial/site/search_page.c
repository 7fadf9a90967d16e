/*
 * search_page.c - /search?q=, for sites that ask for it and are served
 *
 *   comes in:  a question; the page of answers that is wanted
 *   goes out:  search.html, or JSON for who likes that better
 *
 * Nothing of it is built or kept: there are as many questions as strangers think of, and the index
 * answers each in a moment.
 */
#include "vial/site/search.h"

#include "vial/app/json.h"
#include "vial/http/http.h"
#include "vial/site/visit.h"

enum { PER_PAGE = 20, PAGES_MOST = 50, PATH_MOST = 200 };

struct asked {
    struct site *site;
    unsigned language;
    str rule; /* "/search", or "/de/search" */
};

/* ---- what vial.yaml says ---- */

struct search_keys {
    str path;
    bool index, code;
};

static const struct key keys[] = {
    { "path", KEY_TEXT, offsetof(struct search_keys, path), NULL },
    { "index", KEY_BOOL, offsetof(struct search_keys, index), NULL },
    { "code", KEY_BOOL, offsetof(struct search_keys, code), NULL },
    { 0 },
};

static bool check_path(const struct yaml_node *node, str path, struct error *err)
{
    if (str_starts(path, S("/")) && path.len > 1 && path.len < PATH_MOST && !str_has(path, '<') &&
        !str_has(path, '?') && !str_has(path, ' '))
        return true;
    error_at(err, yaml_place(node), "'%.*s' is no address for the search", STR(path));
    return error_hint(err, "it begins with a slash: /search");
}

bool config_search(struct config *config, struct arena *a, struct errors *errors)
{
    const struct yaml_node *node = yaml_get(config->top, S("search"));
    struct search_keys read = { .index = true };
    struct error err = { 0 };

    if (!node || node->kind == YAML_NULL || (node->kind == YAML_BOOL && !node->as.truth))
        return true;
    if (node->kind == YAML_MAP) {
        if (!keys_read(node, keys, UNKNOWN_REFUSED, "'search'", &read, a, errors))
            return false;
    } else if (node->kind != YAML_BOOL) {
        error_at(&err, yaml_place(node),
                 "'search' is true, or a map of 'path', 'index' and 'code'");
    }
    if (!err.sentence.len && read.path.len && !search_is_here())
        error_at(&err, yaml_place(node), "this vial was compiled without search where it serves");
    if (!read.path.len && search_is_here())
        read.path = S("/search");
    if (!err.sentence.len && read.path.len)
        check_path(node, read.path, &err);
    if (err.sentence.len) {
        errors_add(errors, &err);
        return false;
    }
    config->search = read.path;
    config->search_index = read.index;
    config->search_code = read.code;
    return true;
}

/* ---- what is asked ---- */

struct wanted {
    str words;
    size_t number; /* of the page of answers, from 1 */
    bool json;
};

static struct wanted wanted_from(vial_req *r)
{
    int64_t number = vial_query_i(r, "page", 1);

    return (struct wanted){
        .words = str_trim(str_of(vial_query(r, "q", ""))),
        .number = number < 1            ? 1
                  : number > PAGES_MOST ? PAGES_MOST
                                        : (size_t)number,
        .json =
            str_eq(str_of(vial_accepts(r, "text/html application/json")), S("application/json")),
    };
}

/* ---- what is answered ---- */

static str page_of_answers(struct visit *v, str url, const struct wanted *wanted, size_t number)
{
    struct buf out = buf_in(v->arena);

    buf_add(&out, url);
    buf_addc(&out, '?');
    query_add(&out, S("q"), wanted->words);
    if (number > 1)
        buf_addf(&out, "&page=%zu", number);
    return buf_str(&out);
}

static value hits_value(struct visit *v, const struct search_answer *answer, bool json)
{
    value list = list_new(v->arena, answer->count);

    for (size_t i = 0; i < answer->count; i++) {
        const struct search_hit *hit = &answer->hits[i];
        value one = dict_new(v->arena, 5);

        dict_set(one, S("title"), value_str(hit->title));
        dict_set(one, S("url"), value_str(local_url(v, hit->url)));
        dict_set(one, S("permalink"), value_str(permalink(v, hit->url)));
        dict_set(one, S("snippet"), json ? value_str(hit->snippet) : value_safe(hit->snippet));
        list_push(list, one);
    }
    return list;
}

static value search_value(struct visit *v, str url, const struct wanted *wanted,
                          const struct search_answer *answer)
{
    size_t pages = (answer->total + PER_PAGE - 1) / PER_PAGE, number = wanted->number;
    value search = dict_new(v->arena, 10), none = value_none();

    if (pages > PAGES_MOST)
        pages = PAGES_MOST;
    dict_set(search, S("query"), value_str(wanted->words));
    dict_set(search, S("url"), value_str(url));
    dict_set(search, S("total"), value_int((int64_t)answer->total));
    dict_set(search, S("number"), value_int((int64_t)number));
    dict_set(search, S("pages"), value_int((int64_t)pages));
    dict_set(search, S("previous"),
             number > 1 ? value_str(page_of_answers(v, url, wanted, number - 1)) : none);
    dict_set(search, S("next"),
             number < pages ? value_str(page_of_answers(v, url, wanted, number + 1)) : none);
    dict_set(search, S("cut"), value_bool(answer->cut));
    dict_set(search, S("results"), hits_value(v, answer, wanted->json));
    return search;
}

static vial_res *show_html(struct visit *v, const struct asked *asked, value search)
{
    const struct language *language = visit_language(v);
    struct page *page = arena_make(v->arena, struct page);
    value context = dict_new(v->arena, 4);

    page->path = str_fmt(v->arena, "route:%.*s", STR(asked->rule));
    page->kind = PAGE_ROUTE;
    page->title = S("Search");
    page->title_from = TITLE_NAME;
    page->language = (uint8_t)asked->language;
    page->section = language->root;
    page->url = asked->rule;
    visit_show(v, page);
    dict_set(context, S("page"), page_value(v, page));
    dict_set(context, S("section"), section_value(v, page->section));
    dict_set(context, S("search"), search);
    return vial_render_value(v->req, S("search.html"), context);
}

static vial_res *show_json(struct visit *v, value search)
{
    struct buf out = buf_in(v->arena);

    if (!json_print(search, &out))
        return vial_abort(v->req, 500, "the answers cannot be said in JSON");
    buf_addc(&out, '\n');
    return vial_reply(v->req, 200, S("application/json"), buf_str(&out));
}

/* Whoever likes JSON better gets it at the same address, so the two must not be mixed up. */
static vial_res *show(vial_req *r)
{
    const struct asked *asked = vial_route_data(r);
    struct visit *v = visit_of(asked->site, r);
    struct wanted wanted = wanted_from(r);
    struct search_question question = { wanted.words, asked->language,
                                        (wanted.number - 1) * PER_PAGE, PER_PAGE };
    struct search_answer answer = { 0 };
    struct error err = { 0 };

    visit_speak(v, asked->language);
    if (wanted.words.len &&
        !search_ask(asked->site->options.search ? asked->site->options.search : asked->site->search,
                    asked->site, &question, &answer, v->arena, &err)) {
        if (err.sentence.len)
            return vial_abort_error(r, &err);
        vial_res *res = vial_reply(r, 503, S("text/plain; charset=utf-8"),
                                   S("The site is read for the search; ask again in a moment.\n"));
        return vial_set(vial_status(res, 503), "Retry-After", "1");
    }
    value search = search_value(v, local_url(v, asked->rule), &wanted, &answer);
    vial_res *res = wanted.json ? show_json(v, search) : show_html(v, asked, search);
    return vial_add(res, "Vary", "Accept");
}

str site_search_path(const struct site *site, unsigned language, struct arena *a)
{
    str prefix = site->config->languages[language].prefix;

    if (!site->config->search.len)
        return S("");
    return prefix.len ? str_fmt(a, "/%.*s%.*s", STR(prefix), STR(site->config->search))
                      : site->config->search;
}

bool site_register_search(struct site *site, struct errors *errors)
{
    if (!site->config->search.len)
        return true;
    if (!site->options.search && !site->search)
        site->search = search_new();
    for (unsigned i = 0; i < site->config->nlanguages; i++) {
        struct asked *asked = arena_make(&site->arena, struct asked);
        struct rule rule = { .endpoint =
                                 i ? str_fmt(&site->arena, "site.search.%u", i) : S("site.search"),
                             .handler = show,
                             .data = asked,
                             .no_freeze = true };
        struct error err = { 0 };

        *asked = (struct asked){ site, i, site_search_path(site, i, &site->arena) };
        rule.rule = asked->rule;
        if (vial_route_add(site->app, &rule, &err))
            continue;
        errors_add(errors, &err);
        return false;
    }
    return true;
}
