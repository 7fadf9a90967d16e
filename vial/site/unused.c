/*
 * unused.c - templates of the site that nothing leads to, and blocks that fill nothing
 *
 *   comes in:  the site's own templates, those of its theme, and all who may name one
 *   goes out:  a warning for each that is never looked at, with the name that was probably meant
 *
 * A file called templates/partials/nav.html where the theme has partials/navigation.html is no
 * mistake to Jinja, and shows nothing: so is a block whose name the theme does not have. What is
 * used is found from the tags, not from what a build happened to render: an include whose condition
 * holds for no page is used all the same, and every build says the same, whatever it made anew.
 *
 * The beginning are the names that vial itself asks for, and those in vial.yaml, in front matter
 * and in the site's own code. A theme's own files are not the site's fault, and shortcodes and
 * hooks are for writers to call: of hooks only those that no Markdown could ever call are told.
 */
#include "vial/base/nearest.h"
#include "vial/base/path.h"
#include "vial/site/inside.h"
#include "vial/site/outputs.h"
#include "vial/site/template_tags.h"

enum { CODE_SIZE = 16 << 20 };

/* What vial asks for by itself. */
static const char *const own_names[] = {
    "page.html",     "section.html",    "home.html",         "taxonomy.html",
    "term.html",     "404.html",        "search.html",       "feeds/atom.xml",
    "feeds/rss.xml", "feeds/feed.json", "shortcodes/*.html",
};

static const char *const hook_names[] = { "link",  "image",      "heading",    "codeblock",
                                          "table", "blockquote", "codeblock-*" };

struct reading {
    str name; /* also "!theme/page.html" */
    str file, text;
    struct template_tags tags;
    bool there;
};

struct looking {
    const struct site *site;
    struct errors *errors;
    struct arena arena;
    struct file_walk own;
    struct map readings; /* struct reading, by name: what is reached */
    str *patterns;       /* with a star, of those that are reached   */
    size_t npatterns, cap;
};

/* ---- what is reached ---- */

static struct reading *reach(struct looking *l, str name);

static void add_pattern(struct looking *l, str pattern)
{
    if (l->npatterns == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 32;

        l->patterns = arena_grow(&l->arena, l->patterns, l->cap * sizeof *l->patterns,
                                 cap * sizeof *l->patterns);
        l->cap = cap;
    }
    l->patterns[l->npatterns++] = pattern;
}

/* Of names that are only known while a page is made, all that fit are reached. */
static void reach_fitting(struct looking *l, str pattern)
{
    const struct builtin_file *file = l->site->theme.builtin;
    struct file_walk theme = { 0 };
    str folder = S("templates/");

    for (size_t i = 0; i < l->npatterns; i++)
        if (str_eq(l->patterns[i], pattern))
            return;
    add_pattern(l, pattern);
    for (size_t i = 0; i < l->own.count; i++)
        if (str_like(l->own.entries[i].path, pattern))
            reach(l, l->own.entries[i].path);
    if (l->site->theme.templates.len)
        file_walk(&theme, l->site->theme.templates, S(""), &l->arena, NULL);
    for (size_t i = 0; i < theme.count; i++)
        if (str_like(theme.entries[i].path, pattern))
            reach(l, theme.entries[i].path);
    for (; file && file->path; file++) {
        str path = str_of(file->path);

        if (str_starts(path, folder) && str_like(str_from(path, folder.len), pattern))
            reach(l, str_from(path, folder.len));
    }
}

static void reach_use(struct looking *l, str pattern)
{
    if (str_has(pattern, '*'))
        reach_fitting(l, pattern);
    else
        reach(l, pattern);
}

static struct reading *reach(struct looking *l, str name)
{
    struct map_entry *entry = map_find(&l->readings, name);
    struct source source = { 0 };

    if (entry)
        return entry->data;
    struct reading *reading = arena_make(&l->arena, struct reading);
    map_put(&l->readings, name)->data = reading;
    reading->name = name;
    reading->there = theme_load_template((void *)(uintptr_t)&l->site->theme, name, &source,
                                         &l->arena, NULL) == LOAD_FOUND;
    if (!reading->there)
        return reading;
    reading->file = source.file;
    reading->text = source.text;
    template_tags_read(&reading->tags, source.text, &l->arena);
    for (size_t i = 0; i < reading->tags.nuses; i++)
        reach_use(l, reading->tags.uses[i].pattern);
    return reading;
}

/* ---- who names templates, beside templates ---- */

static void reach_own_names(struct looking *l)
{
    for (size_t i = 0; i < sizeof own_names / sizeof *own_names; i++)
        reach_use(l, str_of(own_names[i]));
    for (size_t i = 0; i < sizeof hook_names / sizeof *hook_names; i++)
        reach_use(l, str_fmt(&l->arena, "hooks/%s.html", hook_names[i]));
}

/* "event.html" in each other format that pages have: "event.ics". */
static void reach_formats(struct looking *l, const struct map *formats, str name)
{
    str ext = path_ext(path_name(name)), stem = str_slice(name, 0, name.len - ext.len);

    for (size_t i = 0; i < formats->count; i++)
        reach(l, str_fmt(&l->arena, "%.*s.%.*s", STR(stem), STR(formats->entries[i].key)));
}

static void reach_outputs(struct looking *l)
{
    const struct site *site = l->site;
    struct map formats = outputs_in_use(site->index, &l->arena);

    if (!formats.count)
        return;
    reach_use(l, S("outputs/*"));
    for (size_t i = 0; i < sizeof own_names / sizeof *own_names; i++)
        if (!strchr(own_names[i], '/'))
            reach_formats(l, &formats, str_of(own_names[i]));
    for (size_t i = 0; i < site->npages; i++) {
        str template = site->pages[i]->template;

        if (!template.len)
            template = value_text(dict_get(site->pages[i]->cascade, S("template")));
        if (template.len)
            reach_formats(l, &formats, template);
    }
}

static void reach_of_site(struct looking *l)
{
    const struct site *site = l->site;

    for (size_t i = 0; i < site->config->nroutes; i++)
        reach(l, site->config->routes[i].template);
    for (size_t i = 0; i < site->npages; i++) {
        const struct page *page = site->pages[i];
        str given = value_text(dict_get(dict_get(page->more, S("cascade")), S("template")));
        str usual = value_text(dict_get(page->cascade, S("template")));

        if (page->template.len)
            reach(l, page->template);
        if (given.len)
            reach(l, given);
        if (usual.len)
            reach(l, usual);
    }
}

/* C code names a template in quotes; one that it puts together is there by its folder. */
static void reach_of_code(struct looking *l, str text)
{
    for (size_t i = 0; i < l->own.count; i++) {
        str name = l->own.entries[i].path, folder = path_dir(name);
        str quoted = str_fmt(&l->arena, "\"%.*s\"", STR(name));
        str begun = str_fmt(&l->arena, "\"%.*s/", STR(folder));

        if (str_find(text, quoted) != STR_NONE || (folder.len && str_find(text, begun) != STR_NONE))
            reach(l, name);
    }
}

static void read_code(struct looking *l, str path)
{
    struct arena a = { 0 };
    struct file_walk walk = { 0 };
    str text;

    if (file_is_folder(path))
        file_walk(&walk, path, S(""), &a, NULL);
    else if (file_read(&text, path, CODE_SIZE, NULL, &a, NULL))
        reach_of_code(l, text);
    for (size_t i = 0; i < walk.count; i++)
        if (file_read(&text, path_join(&a, path, walk.entries[i].path), CODE_SIZE, NULL, &a, NULL))
            reach_of_code(l, text);
    arena_free(&a);
}

/* ---- templates that nothing leads to ---- */

/* A name with another ending was hardly meant. */
static void try_name(struct nearest *nearest, str name)
{
    if (str_eq(path_ext(name), path_ext(nearest->word)))
        nearest_try(nearest, name);
}

static void try_names(struct looking *l, struct nearest *nearest)
{
    const struct builtin_file *file = l->site->theme.builtin;
    struct file_walk theme = { 0 };

    for (size_t i = 0; i < sizeof own_names / sizeof *own_names; i++)
        try_name(nearest, str_of(own_names[i]));
    for (size_t i = 0; i < sizeof hook_names / sizeof *hook_names; i++)
        try_name(nearest, str_fmt(&l->arena, "hooks/%s.html", hook_names[i]));
    for (size_t i = 0; i < l->readings.count; i++) {
        str name = l->readings.entries[i].key;

        if (!str_starts(name, S("!theme/")) && !str_has(name, '*'))
            try_name(nearest, name);
    }
    for (; file && file->path; file++)
        if (str_starts(str_of(file->path), S("templates/")))
            try_name(nearest, str_from(str_of(file->path), S("templates/").len));
    if (l->site->theme.templates.len)
        file_walk(&theme, l->site->theme.templates, S(""), &l->arena, NULL);
    for (size_t i = 0; i < theme.count; i++)
        try_name(nearest, theme.entries[i].path);
}

static void tell_unused(struct looking *l, str name)
{
    struct nearest nearest = nearest_to(name);
    struct error err = { 0 };

    try_names(l, &nearest);
    error_at(&err,
             (struct place){ .file = path_join(&l->arena, l->site->theme.own_templates, name) },
             "no page, route or template uses this template");
    if (nearest.best.len && !str_eq(nearest.best, name))
        error_meant(&err, nearest.best);
    else
        error_hint(&err,
                   "take it away, or name it: 'template:' in front matter, a route, an include");
    errors_add(l->errors, &err);
}

/* Notes that lie beside templates are no templates. */
static bool is_template(str path)
{
    str ext = path_ext(path);

    return ext.len && !str_eq(ext, S(".md"));
}

/* ---- blocks that fill nothing ---- */

/* The names of the blocks above, up to a template that extends none. False: nobody can tell. */
static bool blocks_above(struct looking *l, const struct reading *reading, struct map *names,
                         int depth)
{
    const struct reading *above = NULL;

    for (size_t i = 0; i < reading->tags.nuses; i++) {
        const struct template_use *use = &reading->tags.uses[i];

        if (!use->extends)
            continue;
        if (above || str_has(use->pattern, '*'))
            return false;
        above = reach(l, use->pattern);
    }
    if (!above)
        return true;
    for (size_t i = 0; i < above->tags.nblocks; i++)
        map_put(names, above->tags.blocks[i].name);
    return above->there && depth < 32 && blocks_above(l, above, names, depth + 1);
}

static bool extends_any(const struct reading *reading)
{
    for (size_t i = 0; i < reading->tags.nuses; i++)
        if (reading->tags.uses[i].extends)
            return true;
    return false;
}

/* `self.name()` puts it out by hand. */
static bool is_called(const struct reading *reading, str name, struct arena *a)
{
    return str_find(reading->text, str_fmt(a, "self.%.*s", STR(name))) != STR_NONE;
}

static void check_blocks(struct looking *l, const struct reading *reading)
{
    struct map names = map_in(&l->arena);

    if (!extends_any(reading) || !blocks_above(l, reading, &names, 0))
        return;
    for (size_t i = 0; i < reading->tags.nblocks; i++) {
        const struct template_block *block = &reading->tags.blocks[i];
        struct place place = { reading->file, reading->text, block->at, block->name.len };
        struct nearest nearest = nearest_to(block->name);
        struct error err = { 0 };

        if (block->nested || map_find(&names, block->name) ||
            is_called(reading, block->name, &l->arena))
            continue;
        for (size_t k = 0; k < names.count; k++)
            nearest_try(&nearest, names.entries[k].key);
        error_at(&err, place, "no template above has a block '%.*s', so this one is shown nowhere",
                 STR(block->name));
        error_meant(&err, nearest.best);
        errors_add(l->errors, &err);
    }
}

void site_check_templates(const struct site *site, struct errors *errors, struct errors *warnings)
{
    int policy = site->config->checks.templates;
    struct looking l = { .site = site, .errors = policy == LINKS_WARN ? warnings : errors };

    l.readings = map_in(&l.arena);
    if (policy != LINKS_IGNORE &&
        file_walk(&l.own, site->theme.own_templates, S(""), &l.arena, NULL) && l.own.count) {
        reach_own_names(&l);
        reach_of_site(&l);
        reach_outputs(&l);
        for (size_t i = 0; i < site->config->logic.npaths; i++)
            read_code(&l, path_join(&l.arena, site->folder, site->config->logic.paths[i]));
        for (size_t i = 0; i < l.own.count; i++) {
            str name = l.own.entries[i].path;
            const struct map_entry *entry = map_find(&l.readings, name);

            if (entry)
                check_blocks(&l, entry->data);
            else if (is_template(name))
                tell_unused(&l, name);
        }
    }
    arena_free(&l.arena);
}
