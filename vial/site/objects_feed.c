/*
 * objects_feed.c - feeds and formats, as templates see them: the one that is made, and those to be
 *                  linked
 *
 *   comes in:  `feed.pages` in feeds/atom.xml; `page.feeds` and `page.outputs` in a page's head
 *   goes out:  pages and addresses, and notes of what was read
 */
#include "vial/http/http.h"
#include "vial/site/feeds.h"
#include "vial/site/outputs.h"
#include "vial/site/visit.h"

struct feed_object {
    struct object object;
    struct visit *visit;
    const struct feed *feed;
    size_t format;
};

static str title_of(struct visit *v, const struct feed *feed)
{
    const struct language *language = visit_language(v);
    const struct page *home = language->root->page;
    str own = language->config->title.len ? language->config->title : v->site->config->title;
    str site = own.len ? own : home->title;

    visit_note_key(v, "config", S("title"));
    visit_note(v, home, "title");
    if (feed->page == home)
        return site;
    visit_note(v, feed->page, "title");
    return str_fmt(v->arena, "%.*s · %.*s", STR(feed->page->title), STR(site));
}

static bool is_later(const struct maybe_date *a, const struct maybe_date *b)
{
    return a->there && (!b->there || a->date.unix_time > b->date.unix_time);
}

/* When the newest of its pages was written or updated. */
static value updated(struct visit *v, const struct feed *feed)
{
    struct maybe_date latest = { 0 };

    for (size_t i = 0; i < feed->npages; i++) {
        const struct page *page = feed->pages[i];

        visit_note(v, page, "date");
        visit_note(v, page, "updated");
        if (is_later(&page->date, &latest))
            latest = page->date;
        if (is_later(&page->updated, &latest))
            latest = page->updated;
    }
    return latest.there ? date_value(v->arena, latest.date) : value_none();
}

static bool feed_attr(struct rendering *r, const struct object *object, str name, value *out)
{
    const struct feed_object *o = (const struct feed_object *)object;
    const struct feed *feed = o->feed;
    struct visit *v = o->visit;

    (void)r;
    if (str_eq(name, S("pages"))) {
        visit_note_key(v, "feed", feed->key);
        *out = pages_value(v, feed->pages, feed->npages);
    } else if (str_eq(name, S("title"))) {
        *out = value_str(title_of(v, feed));
    } else if (str_eq(name, S("url"))) {
        *out = value_str(local_url(v, feed->urls[o->format]));
    } else if (str_eq(name, S("permalink"))) {
        *out = value_str(permalink(v, feed->urls[o->format]));
    } else if (str_eq(name, S("home"))) {
        visit_note(v, feed->page, "url");
        *out = value_str(permalink(v, feed->page->url));
    } else if (str_eq(name, S("type"))) {
        *out = value_str(str_of(feed_formats[o->format].type));
    } else if (str_eq(name, S("format"))) {
        *out = value_str(str_of(feed_formats[o->format].name));
    } else if (str_eq(name, S("full"))) {
        *out = value_bool(v->site->config->feeds.full);
    } else if (str_eq(name, S("updated"))) {
        visit_note_key(v, "feed", feed->key);
        *out = updated(v, feed);
    } else {
        return false;
    }
    return true;
}

static bool feed_item(struct rendering *r, const struct object *o, value key, value *out)
{
    return key.type == VIAL_STR && feed_attr(r, o, value_text(key), out);
}

static const struct object_type feed_type = {
    .name = "feed",
    .attr = feed_attr,
    .item = feed_item,
};

value feed_value(struct visit *v, const struct feed *feed, size_t format)
{
    struct feed_object *object = arena_make(v->arena, struct feed_object);

    *object = (struct feed_object){ { &feed_type }, v, feed, format };
    return value_object(&object->object);
}

/* Whether there is one is asked of its address: so a new page in it does not touch this page. */
static void add_feeds(struct visit *v, str key, value list)
{
    const struct config_feeds *config = &v->site->config->feeds;
    const struct feed *feed = map_get(&v->site->index->feeds, key);

    for (size_t i = 0; i < FEED_FORMATS; i++) {
        if (!config->formats[i])
            continue;
        visit_note_key(v, "url", str_fmt(v->arena, "%.*s%s", STR(key), feed_formats[i].file));
        if (feed && feed->urls[i].p)
            list_push(list, feed_value(v, feed, i));
    }
}

value page_feeds(struct visit *v, const struct page *page)
{
    value list = list_new(v->arena, 2);

    visit_note(v, page, "url");
    visit_note(v, page, "section");
    if (page->section && page->section->parent)
        add_feeds(v, page->section->page->url, list);
    else if (page->kind == PAGE_TERM)
        add_feeds(v, page->url, list);
    add_feeds(v, v->site->index->languages[page->language].root->url, list);
    return list;
}

/* ---- outputs ---- */

/* A page is what is at its own address; all else is an alternate of it. */
value output_value(struct visit *v, const struct page *page, str format, str url)
{
    value output = dict_new(v->arena, 5);
    str name = str_fmt(v->arena, "x.%.*s", STR(format)), type = media_type(name);

    dict_set(output, S("name"), value_str(format));
    dict_set(output, S("type"), value_str(str_cut(&type, ';')));
    dict_set(output, S("url"), value_str(local_url(v, url)));
    dict_set(output, S("permalink"), value_str(permalink(v, url)));
    dict_set(output, S("rel"), value_str(str_eq(url, page->url) ? S("canonical") : S("alternate")));
    return output;
}

/* What decides them are fields of the page; of a list that is cut, they are of all of it. */
value page_outputs(struct visit *v, const struct page *page)
{
    const struct page_outputs *outputs = page->outputs;
    value list = list_new(v->arena, outputs ? outputs->count : 1);

    visit_note(v, page, "url");
    visit_note(v, page, "kind");
    for (size_t i = 0; outputs && i < outputs->count; i++)
        list_push(list, output_value(v, page, outputs->list[i].format, outputs->list[i].url));
    if (!outputs && page->url.len)
        list_push(list, output_value(v, page, S("html"), page->url));
    return list;
}
