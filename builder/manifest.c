/*
 * manifest.c - which files of an output folder are vial's
 *
 *   comes in:  names
 *   goes out:  .vial/output-DIGEST.manifest in the site's folder
 *
 *     vial manifest 1
 *     about/index.html
 *     blog/index.html
 *     end 2
 *
 * A line break or a backslash in a name is written \n or \\.
 */
#include "builder/manifest.h"

#include "vial/base/file.h"
#include "vial/base/path.h"
#include <stdlib.h>

#define FIRST_LINE "vial manifest 1"
#define LAST_LINE  "end "

static str unquoted(struct arena *a, str name)
{
    struct buf out = buf_in(a);

    for (size_t i = 0; i < name.len; i++) {
        bool escape = name.p[i] == '\\' && i + 1 < name.len;

        if (escape)
            i++;
        buf_addc(&out, escape && name.p[i] == 'n' ? '\n' : name.p[i]);
    }
    return buf_str(&out);
}

static void add_quoted(struct buf *out, str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.p[i];

        if (c == '\n' || c == '\\')
            buf_addc(out, '\\');
        buf_addc(out, c == '\n' ? 'n' : c);
    }
}

/* The last line counts the others. A name that looks like it is followed by another line. */
static bool is_end(str line, str rest, size_t names)
{
    int64_t count;

    return !rest.len && str_starts(line, S(LAST_LINE)) &&
           str_int(str_from(line, sizeof LAST_LINE - 1), &count) && (size_t)count == names;
}

/* False when the text is not a whole manifest. */
static bool read_all(struct manifest *m, str text)
{
    str line;

    if (!str_line(&text, &line) || !str_eq(line, S(FIRST_LINE)))
        return false;
    while (str_line(&text, &line)) {
        if (is_end(line, text, m->names.count))
            return true;
        manifest_add(m, str_has(line, '\\') ? unquoted(m->arena, line) : line);
    }
    return false;
}

bool manifest_load(struct manifest *m, str folder, str output, struct arena *a, struct error *err)
{
    str digest = str_slice(digest_text(a, digest_of(output)), 0, 12), text;

    *m = (struct manifest){ .arena = a, .names = map_in(a) };
    m->path = path_join(a, folder, str_fmt(a, ".vial/output-%.*s.manifest", STR(digest)));
    if (!file_exists(m->path))
        return true;
    if (!file_read(&text, m->path, 0, NULL, a, err))
        return false;
    if (!read_all(m, text))
        m->names = map_in(a);
    return true;
}

bool manifest_has(const struct manifest *m, str name)
{
    return map_find(&m->names, name) != NULL;
}

void manifest_add(struct manifest *m, str name)
{
    map_put(&m->names, name);
}

static int by_name(const void *left, const void *right)
{
    const str *a = left, *b = right;

    return str_cmp(*a, *b);
}

bool manifest_save(const struct manifest *m, struct error *err)
{
    struct arena a = { 0 };
    struct buf out = buf_in(&a);
    size_t count = m->names.count;
    str *sorted = arena_array(&a, str, count);

    for (size_t i = 0; i < count; i++)
        sorted[i] = m->names.entries[i].key;
    if (count)
        qsort(sorted, count, sizeof *sorted, by_name);

    buf_lit(&out, FIRST_LINE "\n");
    for (size_t i = 0; i < count; i++) {
        add_quoted(&out, sorted[i]);
        buf_addc(&out, '\n');
    }
    buf_addf(&out, LAST_LINE "%zu\n", count);

    bool good = file_replace(m->path, buf_str(&out), NULL, err);
    arena_free(&a);
    return good;
}
