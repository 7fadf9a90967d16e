/*
 * update.c - files changed: what is different now?
 *
 *   comes in:  paths that changed, were made or went away
 *   goes out:  the site as it is now, and the keys that are not what they were
 *
 * For now everything is looked at.
 */
#include "vial/site/inside.h"
struct reads *site_update(struct site *site, const str *paths, size_t count, struct arena *a,
                          struct errors *errors)
{
    (void)site;
    (void)paths;
    (void)count;
    (void)errors;
    return reads_new(a);
}
