/*
 * route_pages.c - the pages that routes in vial.yaml stand for
 *
 *   comes in:  routes of the configuration, the site's data
 *   goes out:  an address for each page of theirs, and a page object so that a theme can wear it
 *
 * "/archive/" is one page. "/authors/<author>/" with `for: data.authors` is one for each author:
 * what stands for <author> is the key in a map, else the item's slug, id, name or title, else the
 * item itself. A dynamic route is left to the router.
 */
#include "vial/http/http.h"
#include "vial/site/address.h"
#include "vial/site/slug.h"

static str text_of(value v)
{
    return v.type == VIAL_STR ? value_text(v) : S("");
}

static str first_text(value item, const char *const *names)
{
    for (; *names; names++) {
        str text = text_of(dict_get(item, str_of(*names)));

        if (text.len)
            return text;
    }
    return text_of(item);
}

static str item_title(value item)
{
    static const char *const names[] = { "title", "name", "id", "slug", NULL };

    return first_text(item, names);
}

static str item_name(value item, struct arena *a)
{
    static const char *const names[] = { "slug", "id", "name", "title", NULL };

    if (item.type == VIAL_INT)
        return str_fmt(a, "%lld", (long long)item.as.i);
    return slug_of(a, first_text(item, names));
}

/* The last part of an address that says something: "/api/posts.json" gives "posts.json". */
static str last_name(str url)
{
    while (str_ends(url, S("/")))
        url.len--;
    return str_from(url, (size_t)(str_rfind_char(url, '/') + 1));
}

static void add(struct giving *g, const struct config_route *route, str address, str title,
                value item)
{
    struct index *index = g->index;
    struct arena *a = &index->arena;
    struct page *page = arena_make(a, struct page);

    page->path = page->place = str_fmt(a, "route:%.*s", STR(address));
    page->kind = PAGE_ROUTE;
    page->title = title.len ? title : slug_title(a, last_name(address));
    page->title_from = title.len ? TITLE_WRITTEN : TITLE_NAME;
    page->template = route->template;
    page->more = route->more;
    page->language = (uint8_t)route->language;
    page->section = index->languages[route->language].root;
    page->url = url_encode(a, address, "/!$&'()*+,;=:@");
    page->sort_by = -1;

    struct target target = {
        .kind = TARGET_ROUTE, .url = page->url, .page = page, .route = route, .item = item
    };
    if (route->paging)
        address_give_pieces(g, address, target, route->paging, NULL);
    else
        address_give(g, address, target);
}

/* Cuts "/authors/<string:author>/" into what stands before and after its argument. */
static bool cut_rule(str rule, str *before, str *after)
{
    ptrdiff_t open = str_find_char(rule, '<'), close = str_find_char(rule, '>');

    if (open == STR_NONE || close < open)
        return false;
    *before = str_slice(rule, 0, (size_t)open);
    *after = str_from(rule, (size_t)close + 1);
    return !str_has(*after, '<');
}

static void add_item(struct giving *g, const struct config_route *route, str name, value item)
{
    str before = S(""), after = S("");
    struct error err = { 0 };

    if (!name.len) {
        error_at(&err, route->place, "an item of data.%.*s has no slug, id, name or title",
                 STR(route->list));
        errors_add(g->errors, &err);
        return;
    }
    cut_rule(route->rule, &before, &after);
    str address = str_fmt(&g->index->arena, "%.*s%.*s%.*s", STR(before), STR(name), STR(after));
    str title = item_title(item);
    add(g, route, address, route->title.len ? route->title : title.len ? title : name, item);
}

/* "authors", or "people.authors" for a list inside of a file. */
static value find_list(value data, str path)
{
    while (path.len)
        data = dict_get(data, str_cut(&path, '.'));
    return data;
}

static bool add_items(struct giving *g, const struct config_route *route, struct error *err)
{
    value list = find_list(g->in->data, route->list), key, item;
    str before, after;

    if (!cut_rule(route->rule, &before, &after))
        return error_at(err, route->place, "a route with 'for' has one <argument>");
    if (value_is_undefined(list))
        return error_at(err, route->place, "there is no data.%.*s", STR(route->list));
    for (size_t i = 0; i < list_len(list); i++)
        add_item(g, route, item_name(list_at(list, i), &g->index->arena), list_at(list, i));
    for (size_t i = 0; dict_entry(list, i, &key, &item); i++)
        add_item(g, route, slug_of(&g->index->arena, value_text(key)), item);
    return true;
}

void index_routes(struct giving *g)
{
    struct error err = { 0 };

    for (size_t i = 0; i < g->in->config->nroutes; i++) {
        const struct config_route *route = &g->in->config->routes[i];

        if (route->list.len) {
            if (!add_items(g, route, &err))
                errors_add(g->errors, &err);
        } else if (!route->dynamic) {
            add(g, route, route->rule, route->title, value_undefined());
        }
    }
}
