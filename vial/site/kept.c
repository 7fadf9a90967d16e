/*
 * kept.c - where a site keeps what took long to make
 *
 *   comes in:  a name
 *   goes out:  the folder .vial/NAME of the site; made, where it may be
 */
#include "vial/base/file.h"
#include "vial/base/path.h"
#include "vial/site/inside.h"

str site_kept(const struct site *site, str name, struct arena *a)
{
    return path_join(a, path_join(a, site->folder, S(".vial")), name);
}

/* What is remembered is this machine's own. */
bool site_make_kept(str folder, struct arena *a)
{
    str ignore = path_join(a, path_dir(folder), S(".gitignore"));

    if (file_is_folder(folder))
        return true;
    if (!file_make_folders(folder, NULL))
        return false;
    if (!file_exists(ignore))
        file_replace(ignore, S("*\n"), NULL, NULL);
    return true;
}
