/*
 * frozen.c - the app of frozen.py: notes in files, rows of a table, and what nobody told of
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vial/vial.h>

enum { MANY = 64 };

/* What is in a file, or "-". */
static const char *text_of(vial_req *r, const char *path)
{
    enum { SIZE = 4096 };
    char *text = vial_alloc(r, SIZE);
    FILE *file = fopen(path, "r");
    size_t n = file ? fread(text, 1, SIZE - 1, file) : 0;

    if (!file)
        return "-";
    fclose(file);
    text[n] = '\0';
    return text;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t note_names(vial_req *r, const char **names)
{
    DIR *folder = opendir("notes");
    struct dirent *entry;
    size_t n = 0;

    while (folder && n < MANY && (entry = readdir(folder)))
        if (entry->d_name[0] != '.')
            names[n++] = vial_fmt(r, "%s", entry->d_name);
    if (folder)
        closedir(folder);
    qsort(names, n, sizeof *names, by_name);
    return n;
}

/* ---- notes: files, which the handler names ---- */

static vial_res *list_notes(vial_req *r)
{
    const char *names[MANY];
    vial_val notes[MANY];

    vial_depends(r, "notes");
    size_t n = note_names(r, names);
    for (size_t i = 0; i < n; i++)
        notes[i] = vial_map(r, KV({ "name", V(names[i]) },
                                  { "text", V(text_of(r, vial_fmt(r, "notes/%s", names[i]))) }));
    return vial_render(r, "list.html", KV({ "notes", vial_list(r, n, notes) }));
}

static vial_res *show_note(vial_req *r)
{
    const char *path = vial_fmt(r, "notes/%s", vial_arg(r, "name"));

    vial_depends(r, path);
    const char *text = text_of(r, path), *next = strstr(text, "next:");
    if (strcmp(text, "-") == 0)
        return vial_abort(r, 404, NULL);
    return vial_render(r, "note.html",
                       KV({ "text", V(text) }, { "next", V(next ? next + 5 : "") }));
}

static void every_note(vial_req *r, vial_urls *urls)
{
    const char *names[MANY];
    size_t n = note_names(r, names);

    for (size_t i = 0; i < n; i++)
        vial_urls_add(urls, KV({ "name", V(names[i]) }));
}

static vial_res *raw_note(vial_req *r)
{
    const char *path = vial_fmt(r, "notes/%s", vial_arg(r, "name"));

    vial_depends(r, path);
    return vial_text(r, text_of(r, path));
}

/* ---- rows: "id version text" in rows.txt; of each it is known which version it is ---- */

static bool find_row(const char *id, char *version, char *text)
{
    FILE *file = fopen("rows.txt", "r");
    char line[256], this[32];
    bool found = false;

    while (file && !found && fgets(line, sizeof line, file))
        found = sscanf(line, "%31s %31s %63s", this, version, text) == 3 && strcmp(this, id) == 0;
    if (file)
        fclose(file);
    return found;
}

static const char *row_version(vial_req *r, const char *id)
{
    char version[32], text[64];

    return find_row(id, version, text) ? vial_fmt(r, "%s", version) : NULL;
}

static vial_res *show_row(vial_req *r)
{
    const char *id = vial_fmt(r, "%d", (int)vial_arg_i(r, "id"));
    char version[32], text[64];

    vial_depends_on(r, "row", id);
    if (!find_row(id, version, text))
        strcpy(text, "none");
    return vial_render(r, "row.html", KV({ "text", V(vial_fmt(r, "%s", text)) }));
}

static void every_row(vial_req *r, vial_urls *urls)
{
    (void)r;
    for (int id = 1; id <= 6; id++)
        vial_urls_add(urls, KV({ "id", V(id) }));
}

/* ---- what is not told of ---- */

static vial_res *show_untold(vial_req *r)
{
    return vial_text(r, text_of(r, "untold.txt"));
}

static vial_res *about(vial_req *r)
{
    return vial_render(r, "about.html", NULL);
}

static vial_val shout(vial_req *r, vial_val input, const vial_val *args, size_t n)
{
    (void)args, (void)n;
    vial_depends(r, "shout.txt");
    return V(vial_fmt(r, "%s%s", vial_cstr(r, input, ""), text_of(r, "shout.txt")));
}

int main(int argc, char **argv)
{
    vial *app = vial_new("frozen", .templates = "templates", .static_dir = "static");

    vial_config(app, "app.yaml");
    vial_global(app, "motto", V(vial_cfg_s(app, "motto", "none")));
    vial_filter(app, "shout", shout);
    vial_versions(app, "row", row_version);
    vial_route(app, "/", list_notes, .tells_all = true);
    vial_route(app, "/note/<name>/", show_note, .tells_all = true);
    vial_route(app, "/raw/<name>.txt", raw_note, .tells_all = true);
    vial_route(app, "/row/<int:id>/", show_row, .tells_all = true);
    vial_route(app, "/about/", about, .tells_all = true);
    vial_route(app, "/untold.txt", show_untold);
    vial_freeze_each(app, "show_note", every_note);
    vial_freeze_each(app, "show_row", every_row);
    return vial_main(app, argc, argv);
}
