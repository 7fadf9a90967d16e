/*
 * locales.c - what ICU knows of the site's languages
 *
 *   comes in:  a language of the site
 *   goes out:  its locale, opened by whoever needs it first
 *
 * A site whose vial.yaml names its language sorts titles and terms as that language does, so its
 * locales are open before anything is shown, and before a server locks itself in.
 */
#include "vial/site/inside.h"
#include "vial/site/locale.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct locale *site_locale(struct site *site, unsigned language, struct error *err)
{
    struct locale *locale = NULL;

    pthread_mutex_lock(&lock);
    if (locale_start(err)) {
        if (!site->locales[language])
            site->locales[language] = locale_open(site->config->languages[language].code);
        locale = site->locales[language];
    }
    pthread_mutex_unlock(&lock);
    return locale;
}

bool site_open_locales(struct site *site, struct errors *errors)
{
    struct error err = { 0 };

    if (!site->config->names_language)
        return false;
    for (unsigned i = 0; i < site->config->nlanguages; i++)
        if (!site_locale(site, i, &err)) {
            errors_add(errors, &err);
            return false;
        }
    return true;
}

void site_close_locales(struct site *site)
{
    for (size_t i = 0; site->locales && i < site->config->nlanguages; i++)
        locale_close(site->locales[i]);
    site->locales = NULL;
}
