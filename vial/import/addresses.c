/*
 * addresses.c - the addresses that pages had
 *
 *   comes in:  the new site, written
 *   goes out:  `url` in the front matter of pages that would be elsewhere; who follows an old link
 *              finds them
 *
 * Not our idea of vial's rules is asked but vial. What it finds wrong with the new site is for the
 * first build to tell, with its places.
 */
#include "vial/http/http.h"
#include "vial/import/inside.h"
#include "vial/site/site.h"

struct looking {
    struct importing *im;
    struct map files; /* struct item, by their file in the new site */
    bool good;
    struct error *err;
};

static bool compare(void *self, const struct site_listed *page)
{
    struct looking *look = self;
    struct importing *im = look->im;
    struct item *item = map_get(&look->files, page->file);
    str there;

    if (!item || !item->page || !item->url.len)
        return true;
    if (!url_decode(&there, page->url, im->a))
        there = page->url;
    if (str_eq(there, item->url))
        return true;
    value params = dict_get(item->front, S("params"));
    item->front = dict_without(im->a, item->front, S("params"));
    front_set(item, "url", value_str(item->url));
    if (!value_is_undefined(params)) /* they stay the last */
        front_set(item, "params", params);
    im->report->moved++;
    look->good = file_replace(path_join(im->a, im->to, item->file),
                              front_write(im, item, item->written), NULL, look->err);
    return look->good;
}

bool addresses_keep(struct importing *im, struct error *err)
{
    struct looking look = { .im = im, .files = map_in(im->a), .good = true, .err = err };
    struct site_options options = { .drafts = true, .future = true };
    struct errors errors = { 0 };
    struct site *site = site_open(im->to, &options, &errors);

    for (size_t i = 0; i < im->count; i++)
        map_put(&look.files, im->items[i]->file)->data = im->items[i];
    if (site) {
        site_each_page(site, compare, &look);
        site_close(site);
    }
    errors_free(&errors);
    return look.good;
}
