/*
 * dead.c - what leads nowhere on the new site
 *
 *   comes in:  the new site, written
 *   goes out:  the links of it that the first build would refuse, told; and `links: warn`, so that
 *              the site can be built with them
 *
 * Most have led nowhere before: other programs do not look.
 */
#include "vial/import/inside.h"
#include "vial/site/site.h"
#include "vial/vial.h"

enum { AT_ONCE = 100 }; /* answers that are kept until the client ends */

struct asking {
    struct site *site;
    vial_client *client;
    size_t asked;
    struct arena *a;
};

static bool ask(void *self, const struct site_url *url)
{
    struct asking *asking = self;

    if (asking->asked++ % AT_ONCE == 0) {
        if (asking->client)
            vial_client_free(asking->client);
        asking->client = vial_client_new(site_app(asking->site));
    }
    vial_send(asking->client, "GET", path_cstr(asking->a, url->url));
    return true;
}

static bool write_config(struct importing *im, const char *links, struct error *err)
{
    struct buf yaml = buf_in(im->a);

    config_set(im, "links", value_str(str_of(links)));
    yaml_write(links[0] ? im->config : dict_without(im->a, im->config, S("links")), &yaml);
    return file_replace(path_join(im->a, im->to, S("vial.yaml")), buf_str(&yaml), NULL, err);
}

/* Of many warnings those of links; the rest the first build tells as well. Frees them. */
static size_t take(struct importing *im, struct errors *errors, bool all)
{
    size_t taken = 0;

    for (size_t i = 0; i < errors->count; i++) {
        struct error *one = &errors->list[i];

        if (all || str_starts(one->sentence, S("there is no "))) {
            errors_add(&im->report->left, one);
            taken++;
        } else {
            error_free(one);
        }
    }
    errors->count = 0;
    errors_free(errors);
    return taken;
}

bool dead_links_tell(struct importing *im, struct error *err)
{
    struct errors opened = { 0 }, errors = { 0 }, warnings = { 0 };
    struct site *site;
    size_t dead = 0;

    if (!write_config(im, "warn", err))
        return false;
    site = site_open(im->to, &(struct site_options){ .drafts = true, .future = true }, &opened);
    if (site) {
        struct asking asking = { .site = site, .a = im->a };

        site_each_url(site, ask, &asking);
        if (asking.client)
            vial_client_free(asking.client);
        site_findings(site, &errors, &warnings);
        site_close(site);
    }
    take(im, &opened, true);
    take(im, &errors, true);
    dead = take(im, &warnings, false);
    return dead ? true : write_config(im, "", err);
}
