/*
 * late.c - a library, loaded
 *
 *   comes in:  its name, and the names that are wanted of it
 *   goes out:  where they are
 */
#include "vial/base/late.h"

#include <dlfcn.h>
#include <string.h>

bool late_load(const char *library, const struct late_name *names)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);

    if (!handle)
        return false;
    for (; names->name; names++) {
        void *found = dlsym(handle, names->name);

        if (!found)
            return false;
        memcpy(names->at, &found, sizeof found);
    }
    return true;
}
