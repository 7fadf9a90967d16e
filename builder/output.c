/*
 * output.c - files put into the output folder if they differ
 *
 *   comes in:  a name and its bytes
 *   goes out:  the file
 *
 * A file that is not there is written straight: it cannot be mistaken for an old one, the manifest
 * names it already, and a rename over nothing gains nothing. One that is there and differs is
 * replaced by a rename.
 */
#include "builder/output.h"

#include "vial/base/file.h"
#include "vial/base/path.h"
#include <stdlib.h>

/* True when `inner` is `outer` or lies in it; both absolute and normal. */
static bool lies_in(str inner, str outer)
{
    return str_starts(inner, outer) && (inner.len == outer.len || inner.p[outer.len] == '/');
}

static str absolute(struct arena *a, str base, str path)
{
    return path_normal(a, path_join(a, base, path));
}

bool output_find(str *folder, str site, str wanted, const str *sources, size_t nsources,
                 struct arena *a, struct error *err)
{
    struct place place = { .file = wanted };
    char *here = realpath(".", NULL);
    str base = str_copy(a, str_of(here));

    free(here);
    site = absolute(a, base, site);
    *folder = absolute(a, base, wanted);
    if (lies_in(site, *folder))
        return error_at(err, place, "cannot be the output: the site itself lies in it");
    for (size_t i = 0; i < nsources; i++) {
        str source = absolute(a, site, sources[i]);

        if (lies_in(*folder, source))
            return error_at(err, place, "cannot be the output: the site is made of what is in %.*s",
                            STR(sources[i]));
    }
    struct file_info info = file_info(*folder);
    if (info.kind != FILE_NONE && info.kind != FILE_FOLDER)
        return error_at(err, place, "is a file, and the output is a folder");
    return true;
}

static bool refuse_foreign(str path, struct error *err)
{
    error_at(err, (struct place){ .file = path }, "is in the way: vial did not write it");
    return error_hint(
        err, "move it away, build into another folder with -o, or take it over with --force");
}

static bool may_replace(const struct output *out, str name)
{
    return out->force || manifest_has(out->ours, name);
}

bool output_put_text(const struct output *out, str name, str text, bool *written, struct error *err)
{
    struct arena a = { 0 };
    str path = path_join(&a, out->folder, name);
    enum file_kind kind = file_info(path).kind;
    bool good = true;

    *written = false;
    if (kind == FILE_NONE)
        good = *written = file_create(path, text, err);
    else if (kind == FILE_REGULAR && file_holds(path, text))
        ;
    else if (may_replace(out, name))
        good = file_replace(path, text, written, err);
    else
        good = refuse_foreign(path, err);
    arena_free(&a);
    return good;
}

bool output_put_file(const struct output *out, str name, str source, bool *written,
                     struct error *err)
{
    struct arena a = { 0 };
    str path = path_join(&a, out->folder, name);
    bool good = true;

    *written = false;
    if (!file_same(source, path)) {
        if (file_exists(path) && !may_replace(out, name))
            good = refuse_foreign(path, err);
        else
            good = *written = file_copy(source, path, err);
    }
    arena_free(&a);
    return good;
}

bool output_remove(const struct output *out, str name, struct error *err)
{
    struct arena a = { 0 };
    str path = path_join(&a, out->folder, name);
    bool good = file_remove(path, err);

    file_prune(path_dir(path), out->folder);
    arena_free(&a);
    return good;
}
