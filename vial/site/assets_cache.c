/*
 * assets_cache.c - what took long to make, kept on disk
 *
 *   comes in:  a key that tells all it is made of; what was made
 *   goes out:  the same, also in the next run
 *
 * The files lie in .vial/assets of the site's folder, each under its key, so none is ever out of
 * date; what nobody asked for in a month goes when something new comes. Where nothing may be
 * written, nothing is kept, and all works as before but for the time it takes.
 */
#include "vial/base/path.h"
#include "vial/site/assets_inside.h"
#include <dirent.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 24 * 60 * 60, KEPT = 30 * DAY, KEPT_SIZE = 256 << 20 };

static str folder_of(const struct site *site, struct arena *a)
{
    return site_kept(site, S("assets"), a);
}

str asset_cache_file(const struct site *site, struct digest key, str ending, struct arena *a)
{
    return str_fmt(a, "%.*s/%.*s%.*s", STR(folder_of(site, a)), STR(digest_text(a, key)),
                   STR(ending));
}

bool asset_cache_find(const struct site *site, struct digest key, str ending, str *text,
                      struct arena *a)
{
    str file = asset_cache_file(site, key, ending, a);
    struct file_info info = file_info(file);

    if (info.kind != FILE_REGULAR || !file_read(text, file, KEPT_SIZE, NULL, a, NULL))
        return false;
    if (info.mtime / 1000000000 < time(NULL) - DAY)
        file_touch(file);
    return true;
}

static void sweep(str folder, struct arena *a)
{
    DIR *dir = opendir(path_cstr(a, folder));
    const struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        str file = str_copy(a, path_join(a, folder, str_of(entry->d_name)));

        if (entry->d_name[0] != '.' && file_info(file).mtime / 1000000000 < time(NULL) - KEPT)
            unlink(file.p);
    }
    if (dir)
        closedir(dir);
}

void asset_cache_keep(struct site *site, struct digest key, str ending, str text, struct arena *a)
{
    str folder = folder_of(site, a);

    if (!site_make_kept(folder, a))
        return;
    if (!assets_were_swept(site->made))
        sweep(folder, a);
    file_replace(asset_cache_file(site, key, ending, a), text, NULL, NULL);
}
