/*
 * listed.c - the pages there are files for, and why some of them are not shown
 *
 *   comes in:  a site as it is now
 *   goes out:  each page with its reason: until when, since when, or for the sake of which other
 *
 * A page lies in folders, and a folder whose own page is not shown hides what is in it: then that
 * page's reason is the reason, and its file is named.
 */
#include "vial/base/date.h"
#include "vial/base/path.h"
#include "vial/site/inside.h"
#include "vial/site/locale.h"

/* The page whose front matter decides: itself, or that of the nearest folder that is not shown. */
static const struct page *decider(const struct site *site, const struct page *page)
{
    if (page_shown_at(page, site->indexed_at) == page->shown)
        return page;
    for (str folder = path_dir(page->place);; folder = path_dir(folder)) {
        const struct page *found = map_get(&site->index->hidden, folder);

        if (found || !folder.len)
            return found ? found : page;
    }
}

/* A moment on the clock of the site. */
static str on_the_clock(const struct site *site, int64_t moment, struct arena *a)
{
    const struct config *config = site->config;
    struct date date = { .unix_time = moment, .has_time = true, .has_zone = true };

    if (config->zone)
        date.offset = zone_offset(config->zone, moment);
    return date_rfc3339(a, date);
}

static void tell_why(const struct site *site, const struct page *page, struct site_listed *listed,
                     struct arena *a)
{
    const struct page *by = decider(site, page);
    int64_t moment = page->shown == PAGE_FUTURE    ? by->publish
                     : page->shown == PAGE_EXPIRED ? by->expiry
                                                   : 0;

    if (by != page)
        listed->because = path_join(a, site->config->content, page_text(by));
    if (!moment)
        return;
    listed->when = on_the_clock(site, moment, a);
    listed->away = moment - site->indexed_at;
}

/* The languages that a page of the site's own language is not translated to: "de ar". */
static str missing_in(const struct site *site, const struct page *page, struct arena *a)
{
    struct buf out = buf_in(a);

    for (size_t i = 1; i < site->config->nlanguages; i++) {
        const struct page *other = page->translations ? page->translations[i] : NULL;

        if (!page->language && page->kind != PAGE_NOT_FOUND &&
            (!other || !other->has_file || other->source))
            buf_addf(&out, "%s%.*s", out.len ? " " : "", STR(site->config->languages[i].code));
    }
    return buf_str(&out);
}

bool site_each_page(struct site *site, bool (*each)(void *self, const struct site_listed *page),
                    void *self)
{
    for (size_t i = 0; i < site->npages; i++) {
        const struct page *page = site->pages[i];
        struct arena a = { 0 };
        struct site_listed listed = {
            .file = path_join(&a, site->config->content, page->path),
            .url = page->url,
            .title = page->title,
            .language = site->config->languages[page->language].code,
            .date = page->date.there ? date_rfc3339(&a, page->date.date) : S(""),
            .shown = (enum site_shown)page->shown,
        };

        if (page->shown)
            tell_why(site, page, &listed, &a);
        else
            listed.missing = missing_in(site, page, &a);
        bool go_on = each(self, &listed);

        arena_free(&a);
        if (!go_on)
            return false;
    }
    return true;
}

void site_count(const struct site *site, size_t counts[4])
{
    memset(counts, 0, 4 * sizeof *counts);
    for (size_t i = 0; i < site->npages; i++)
        counts[site->pages[i]->shown]++;
}

str site_locate(str folder, str path, str *language, struct arena *a)
{
    struct errors errors = { 0 };
    const struct config *config =
        config_load(path_join(a, folder, S("vial.yaml")), S(""), a, &errors);

    errors_free(&errors);
    *language = config ? config->language : S("en");
    if (!config)
        return path;
    struct located found = config_locate(config, path, a);
    *language = config->languages[found.language].code;
    return found.logical;
}
