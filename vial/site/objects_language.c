/*
 * objects_language.c - the languages of a site, as templates see them
 *
 *   comes in:  `site.languages`, `page.translations`, {{ page.date|dateformat('long') }}
 *   goes out:  lists to switch by; dates as the reader's language writes them
 */
#include "vial/site/locale.h"
#include "vial/site/visit.h"

static value language_value(struct visit *v, unsigned number)
{
    const struct language *language = &v->site->index->languages[number];
    const struct config_language *config = language->config;
    value dict = dict_new(v->arena, 6);

    visit_note(v, language->root->page, "url");
    dict_set(dict, S("code"), value_str(config->code));
    dict_set(dict, S("name"), value_str(config->name.len ? config->name : config->code));
    dict_set(dict, S("dir"), value_str(config->rtl ? S("rtl") : S("ltr")));
    dict_set(dict, S("url"), value_str(local_url(v, language->root->url)));
    dict_set(dict, S("permalink"), value_str(permalink(v, language->root->url)));
    dict_set(dict, S("current"), value_bool(number == v->language));
    return dict;
}

value languages_value(struct visit *v)
{
    size_t count = v->site->index->nlanguages;
    value list = list_new(v->arena, count);

    visit_note_key(v, "config", S("languages"));
    for (unsigned i = 0; i < count; i++)
        list_push(list, language_value(v, i));
    return list;
}

/* What the page is in the other languages, in their order. */
value translations_value(struct visit *v, const struct page *page)
{
    size_t count = page->translations ? v->site->index->nlanguages : 0;
    value list = list_new(v->arena, count);

    for (size_t i = 0; i < count; i++)
        if (page->translations[i] && i != page->language)
            list_push(list, page_value(v, page->translations[i]));
    return list;
}

/* ---- dates ---- */

static value format(struct rendering *r, struct visit *v, value input, const struct call *call,
                    bool with_time)
{
    struct error err = { 0 };
    struct date date;
    str style = S("medium"), out;

    if (!date_from_value(input, &date))
        return fail(r, "TypeError", "this filter is for dates, such as page.date");
    if (call->nargs > 1 || call->nnamed || (call->nargs && call->args[0].type != VIAL_STR))
        return fail(r, "TypeError",
                    "a date's format is short, medium, long or full, or letters as in 'd. MMMM y'");
    if (call->nargs)
        style = value_text(call->args[0]);
    struct locale *locale = site_locale(v->site, v->language, &err);
    if (!locale) {
        vial_abort_error(v->req, &err);
        return fail(r, "ContentError", "dates need ICU");
    }
    if (!locale_date(locale, date, style, with_time, rendering_arena(r), &out))
        return fail(r, "ValueError", "'%.*s' is no format of dates", STR(style));
    return value_str(out);
}

value filter_dateformat(struct rendering *r, value input, const struct call *call, void *self)
{
    return format(r, visit_from(self, r), input, call, false);
}

value filter_datetimeformat(struct rendering *r, value input, const struct call *call, void *self)
{
    return format(r, visit_from(self, r), input, call, true);
}
