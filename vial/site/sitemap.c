/*
 * sitemap.c - every page there is, for search engines
 *
 *   comes in:  what answers at which address
 *   goes out:  /sitemap.xml by the protocol of sitemaps.org, in files of 50,000 and a list of these
 *              where there are more; /robots.txt, which tells where it is
 *
 * `sitemap: false` in the front matter leaves a page out. It is no template: all it says is
 * addresses and dates, and of a large site there are many.
 */
#include "vial/site/address.h"
#include "vial/site/feeds.h"

static bool is_listed(const struct target *target)
{
    if (target->kind != TARGET_PAGE && target->kind != TARGET_ROUTE)
        return false;
    const struct page *page = target->page;
    value said = page_key(page, S("sitemap"));
    return page->kind != PAGE_NOT_FOUND && !page->source &&
           !(said.type == VIAL_BOOL && !said.as.b) &&
           (str_ends(target->url, S("/")) || str_ends(target->url, S(".html")));
}

/* Those that are translated: not what stands in for them. */
static const str *others_of(struct giving *g, const struct page *page)
{
    str *urls = arena_array(&g->index->arena, str, g->index->nlanguages);

    for (size_t i = 0; i < g->index->nlanguages; i++)
        if (page->translations[i] && !page->translations[i]->source)
            urls[i] = page->translations[i]->url;
    return urls;
}

static void collect(struct giving *g, struct sitemap *sitemap)
{
    const struct map *targets = &g->index->targets;

    sitemap->list = arena_array(&g->index->arena, struct sitemap_entry, targets->count);
    for (size_t i = 0; i < targets->count; i++) {
        const struct target *target = targets->entries[i].data;

        if (!is_listed(target))
            continue;
        const struct page *page = target->page;
        sitemap->list[sitemap->count++] = (struct sitemap_entry){
            .url = target->url,
            .date = page->updated.there ? page->updated : page->date,
            .others =
                page->translations && str_eq(target->url, page->url) ? others_of(g, page) : NULL,
        };
    }
}

static void give(struct giving *g, str address, enum target_kind kind, size_t number)
{
    address_give(g, address, (struct target){ .kind = kind, .url = address, .number = number });
}

void address_sitemap(struct giving *g)
{
    struct arena *a = &g->index->arena;

    if (!g->in->config->sitemap)
        return;
    struct sitemap *sitemap = arena_make(a, struct sitemap);
    collect(g, sitemap);
    g->index->sitemap = sitemap;
    give(g, S("/sitemap.xml"), TARGET_SITEMAP, 0);
    for (size_t i = 1; sitemap->count > SITEMAP_MOST && (i - 1) * SITEMAP_MOST < sitemap->count;
         i++)
        give(g, str_fmt(a, "/sitemap-%zu.xml", i), TARGET_SITEMAP, i);
    if (!map_find(&g->index->targets,
                  S("/robots.txt"))) /* content/robots.txt is the writer's own */
        give(g, S("/robots.txt"), TARGET_ROBOTS, 0);
}

/* ---- texts ---- */

static void add_address(struct buf *out, str base_url, str url)
{
    buf_lit(out, "<loc>");
    buf_add_html(out, base_url);
    buf_add_html(out, str_from(url, 1));
    buf_lit(out, "</loc>");
}

/* Itself among them, as the search engines ask. */
static void add_translations(struct buf *out, const struct config *config, const str *others)
{
    for (size_t i = 0; others && i < config->nlanguages; i++) {
        if (!others[i].p)
            continue;
        buf_addf(out, "<xhtml:link rel=\"alternate\" hreflang=\"%.*s\" href=\"",
                 STR(config->languages[i].code));
        buf_add_html(out, config->base_url);
        buf_add_html(out, str_from(others[i], 1));
        buf_lit(out, "\"/>");
    }
}

static str list_of_files(const struct sitemap *sitemap, str base_url, struct arena *a)
{
    struct buf out = buf_in(a);

    buf_lit(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (size_t i = 0; i * SITEMAP_MOST < sitemap->count; i++) {
        buf_lit(&out, "<sitemap>");
        add_address(&out, base_url, str_fmt(a, "/sitemap-%zu.xml", i + 1));
        buf_lit(&out, "</sitemap>\n");
    }
    buf_lit(&out, "</sitemapindex>\n");
    return buf_str(&out);
}

str sitemap_text(const struct sitemap *sitemap, size_t number, const struct config *config,
                 struct arena *a)
{
    str base_url = config->base_url;
    struct buf out = buf_in(a);
    size_t from = number ? (number - 1) * SITEMAP_MOST : 0;

    if (!number && sitemap->count > SITEMAP_MOST)
        return list_of_files(sitemap, base_url, a);
    buf_lit(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"");
    if (config->nlanguages > 1)
        buf_lit(&out, " xmlns:xhtml=\"http://www.w3.org/1999/xhtml\"");
    buf_lit(&out, ">\n");
    for (size_t i = from; i < sitemap->count && i < from + SITEMAP_MOST; i++) {
        const struct sitemap_entry *entry = &sitemap->list[i];

        buf_lit(&out, "<url>");
        add_address(&out, base_url, entry->url);
        if (entry->date.there)
            buf_addf(&out, "<lastmod>%.*s</lastmod>", STR(date_rfc3339(a, entry->date.date)));
        add_translations(&out, config, entry->others);
        buf_lit(&out, "</url>\n");
    }
    buf_lit(&out, "</urlset>\n");
    return buf_str(&out);
}

str robots_text(str base_url, struct arena *a)
{
    return str_fmt(a, "User-agent: *\nDisallow:\n\nSitemap: %.*ssitemap.xml\n", STR(base_url));
}
