/*
 * filters.c - what a site's templates can do with HTML beside Jinja's filters
 *
 *   comes in:  {{ page.content|absolute(page.permalink)|xml }}
 *   goes out:  HTML whose addresses are whole, for readers elsewhere; text that any XML can hold
 */
#include "vial/base/utf8.h"
#include "vial/site/html_tags.h"
#include "vial/site/visit.h"
#include "vial/template/ops.h"

static bool is_address(const struct html_attribute *attribute)
{
    static const char *const names[] = { "href", "src", "poster", "data", "action", "cite" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_ieq(attribute->name, str_of(names[i])))
            return attribute->value.len;
    return false;
}

/* Every address in `html` as it is from elsewhere, read from the page at `base`. */
static str make_absolute(str html, str base, struct arena *a)
{
    struct html_tags tags = { .html = html };
    struct buf out = buf_in(a);
    size_t copied = 0;

    while (html_next_tag(&tags))
        for (size_t i = 0; i < tags.count; i++) {
            str url = tags.attributes[i].value;

            if (!is_address(&tags.attributes[i]))
                continue;
            buf_add(&out, str_slice(html, copied, (size_t)(url.p - html.p)));
            buf_add_html(&out, url_join(a, base, html_address(url, a)));
            copied = (size_t)(url.p + url.len - html.p);
        }
    if (!copied)
        return html;
    buf_add(&out, str_from(html, copied));
    return buf_str(&out);
}

static value filter_absolute(struct rendering *r, value input, const struct call *call, void *self)
{
    struct visit *v = visit_from(self, r);
    str base = v->site->config->base_url;

    if (call->nargs > 1 || call->nnamed || (call->nargs && call->args[0].type != VIAL_STR))
        return fail(r, "TypeError", "absolute() takes the address that links are read from");
    if (call->nargs)
        base = value_text(call->args[0]);
    str html = value_text(value_to_str(r, input));
    return value_safe(make_absolute(html, base, rendering_arena(r)));
}

static value filter_absolute_url(struct rendering *r, value input, const struct call *call,
                                 void *self)
{
    struct visit *v = visit_from(self, r);
    str base = v->site->config->base_url;

    if (call->nargs > 1 || call->nnamed || (call->nargs && call->args[0].type != VIAL_STR))
        return fail(r, "TypeError", "absolute_url() takes the address that a link is read from");
    if (call->nargs)
        base = value_text(call->args[0]);
    return value_str(url_join(rendering_arena(r), base, value_text(value_to_str(r, input))));
}

/* XML 1.0 has no signs below U+0020 but three, and not the last two of each plane's first. */
static bool is_xml(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c != 0xFFFE && c != 0xFFFF);
}

static value filter_xml(struct rendering *r, value input, const struct call *call, void *self)
{
    str text = value_text(value_to_str(r, input));
    struct buf out = buf_in(rendering_arena(r));

    (void)self;
    if (call->nargs || call->nnamed)
        return fail(r, "TypeError", "xml() takes no arguments");
    while (text.len) {
        str rest = text;
        uint32_t c = utf8_next(&rest);

        if (is_xml(c))
            buf_add_html(&out, str_slice(text, 0, text.len - rest.len));
        text = rest;
    }
    return value_safe(buf_str(&out));
}

void site_filters(struct site *site)
{
    struct env *env = vial_env(site->app);

    env_filter(env, S("absolute"), filter_absolute, site);
    env_filter(env, S("absolute_url"), filter_absolute_url, site);
    env_filter(env, S("xml"), filter_xml, site);
    env_filter(env, S("dateformat"), filter_dateformat, site);
    env_filter(env, S("datetimeformat"), filter_datetimeformat, site);
}
