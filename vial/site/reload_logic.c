/*
 * reload_logic.c - new code for a site that is open
 *
 *   comes in:  C files that were saved
 *   goes out:  an app with the new code in place of the old one; or errors, and the old one stays
 *
 * The compiler takes its time, so site_prepare() runs it while the site still answers. What is left
 * is a new app: its pages, the index and all that was read stay. The old app goes, and the old
 * module after it, when the last stream that it answers with has ended.
 */
#include "vial/base/log.h"
#include "vial/site/inside.h"
#include <stdlib.h>

struct prepared {
    struct logic *logic; /* NULL: errors say why */
    struct errors errors, warnings;
};

static struct prepared *prepare(const struct site *site)
{
    struct prepared *p = calloc(1, sizeof *p);

    if (!p)
        abort();
    p->logic = logic_open(&site->config->logic, site->folder, &p->errors, &p->warnings);
    return p;
}

void prepared_free(struct prepared *p)
{
    if (!p)
        return;
    logic_close(p->logic);
    errors_free(&p->errors);
    errors_free(&p->warnings);
    free(p);
}

static void take_all(struct errors *to, struct errors *from)
{
    for (size_t i = 0; i < from->count; i++)
        errors_add(to, &from->list[i]);
    errors_free(from);
}

/* Hands over the module; what was said of it goes where such things go. */
static struct logic *take(struct site *site, struct prepared *p, struct errors *errors)
{
    struct logic *logic = p->logic;

    pthread_mutex_lock(&site->findings->lock);
    take_all(&site->findings->warnings, &p->warnings);
    pthread_mutex_unlock(&site->findings->lock);
    take_all(errors, &p->errors);
    free(p);
    return logic;
}

bool site_load_logic(struct site *site, struct errors *errors)
{
    if (!site->config->logic.npaths)
        return true;
    site->logic = take(site, prepare(site), errors);
    return site->logic != NULL;
}

static bool is_touched(const struct site *site, const str *paths, size_t count)
{
    const struct config_logic *config = &site->config->logic;

    for (size_t i = 0; i < count; i++)
        if (logic_is_made_of(site->logic, config, paths[i]))
            return true;
    return site->logic_bad;
}

void site_prepare(struct site *site, const str *paths, size_t count)
{
    prepared_free(site->prepared);
    site->prepared = NULL;
    if (site->config->logic.npaths && is_touched(site, paths, count))
        site->prepared = prepare(site);
    for (size_t i = 0; site->prepared && i < site->prepared->warnings.count; i++)
        log_caution(&site->prepared->warnings.list[i]);
}

static bool is_new(const struct site *site, const struct logic *logic)
{
    return !str_eq(logic_key(logic), logic_key(site->logic));
}

void site_reload_logic(struct site *site, struct reads *keys, struct errors *errors)
{
    vial *app = site->app;
    struct logic *was = site->logic;
    struct prepared *p = site->prepared ? site->prepared : prepare(site);

    site->prepared = NULL;
    struct logic *logic = take(site, p, errors);
    site->logic_bad = !logic;
    if (!logic || !is_new(site, logic)) {
        logic_close(logic);
        return;
    }
    site->logic = logic;
    if (!site_register(site, errors)) {
        vial_free(site->app);
        site->app = app;
        site->logic = was;
        site->logic_bad = true;
        return;
    }
    reads_note(keys, S("logic:"));
    if (!digest_eq(vial_shape(site->app), vial_shape(app)))
        reads_note(keys, S("site"));
    vial_free(app);
}
