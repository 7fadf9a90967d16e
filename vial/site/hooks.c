/*
 * hooks.c - templates in the place of Markdown's own HTML
 *
 *   comes in:  a link, an image, a heading, ... in its parts (markdown.h)
 *   goes out:  what the site's template of that kind makes of it
 *
 * The names of the templates' variables are those that Hugo has, in small letters and with "_": so
 * its render hooks are carried over line by line. `html` is what stands there without the hook: one
 * that only adds something need not write the rest again.
 */
#include "vial/site/hooks.h"

#include "vial/base/hash.h"
#include "vial/base/path.h"
#include "vial/site/links.h"
#include <dirent.h>

static const struct {
    const char *name;
    unsigned kind;
} kinds[] = {
    { "link", MARKDOWN_HOOK_LINK },        { "image", MARKDOWN_HOOK_IMAGE },
    { "heading", MARKDOWN_HOOK_HEADING },  { "codeblock", MARKDOWN_HOOK_CODE },
    { "blockquote", MARKDOWN_HOOK_QUOTE }, { "table", MARKDOWN_HOOK_TABLE },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* ---- which there are ---- */

/* "codeblock-mermaid" is one of code as well; the name is kept. */
static void add_name(struct site *site, str file)
{
    str name = path_stem(file);

    if (!str_eq(path_ext(file), S(".html")))
        return;
    for (size_t i = 0; i < KINDS; i++)
        if (str_eq(name, str_of(kinds[i].name)))
            site->hooks.kinds |= kinds[i].kind;
    if (str_starts(name, S("codeblock-")))
        site->hooks.kinds |= MARKDOWN_HOOK_CODE;
    if (!map_find(&site->hooks.names, name)) {
        map_put(&site->hooks.names, str_copy(&site->arena, name));
        site->templates.hooks += hash_bytes(name);
    }
}

static void look_in(struct site *site, str templates)
{
    struct arena a = { 0 };
    DIR *dir = templates.len ? opendir(path_cstr(&a, path_join(&a, templates, S("hooks")))) : NULL;
    const struct dirent *entry;

    while (dir && (entry = readdir(dir)))
        add_name(site, str_of(entry->d_name));
    if (dir)
        closedir(dir);
    arena_free(&a);
}

void hooks_look(struct site *site)
{
    const struct builtin_file *file = site->theme.builtin;
    str folder = S("templates/hooks/");

    site->templates.hooks = 0;
    site->hooks = (struct hooks_there){ .names = map_in(&site->arena) };
    look_in(site, site->theme.own_templates);
    look_in(site, site->theme.templates);
    for (; file && file->path; file++)
        if (str_starts(str_of(file->path), folder))
            add_name(site, str_from(str_of(file->path), folder.len));
}

/* ---- what a template sees ---- */

static void set_text(value in, const char *name, str text)
{
    dict_set(in, str_of(name), value_str(text));
}

static void set_html(value in, const char *name, str html)
{
    dict_set(in, str_of(name), value_safe(html));
}

static value attributes_of(const struct markdown_hooked *what, struct arena *a)
{
    value all = dict_new(a, 2);

    for (const struct markdown_attribute *at = what->attributes; at; at = at->next)
        dict_set(all, at->name, value_str(at->value));
    return all;
}

/* The head's rows or the body's: lists of cells. */
static value rows_of(const struct markdown_hooked *what, bool head, struct arena *a)
{
    value rows = list_new(a, 4), row = { 0 };
    size_t last = SIZE_MAX;

    for (size_t i = 0; i < what->ncells; i++) {
        const struct markdown_cell *cell = &what->cells[i];
        value one = dict_new(a, 2);

        if (cell->head != head)
            continue;
        if (cell->row != last)
            list_push(rows, row = list_new(a, 4));
        last = cell->row;
        set_html(one, "text", cell->html);
        set_text(one, "alignment", cell->alignment);
        list_push(row, one);
    }
    return rows;
}

static void set_link(value in, const struct markdown_hooked *what)
{
    set_text(in, "destination", what->url);
    set_text(in, "title", what->title);
    set_text(in, "plain_text", what->text);
    if (what->kind == MARKDOWN_HOOK_IMAGE) {
        set_text(in, "text", what->text);
        dict_set(in, S("is_block"), value_bool(what->alone));
        dict_set(in, S("width"), what->width ? value_int(what->width) : value_none());
        dict_set(in, S("height"), what->height ? value_int(what->height) : value_none());
    }
}

static void set_heading(value in, const struct markdown_hooked *what)
{
    dict_set(in, S("level"), value_int(what->level));
    set_text(in, "anchor", what->id);
    set_text(in, "plain_text", what->text);
}

static void set_code(value in, const struct markdown_hooked *what)
{
    set_text(in, "type", what->language);
    set_text(in, "info", what->info);
    set_text(in, "inner", what->code);
}

static void set_quote(value in, const struct markdown_hooked *what)
{
    set_text(in, "type", what->alert.len ? S("alert") : S("regular"));
    set_text(in, "alert_type", what->alert);
}

static value context_of(struct link_scope *scope, const struct markdown_hooked *what, size_t kind)
{
    struct arena *a = scope->visit->arena;
    value in = dict_new(a, 12);

    set_html(in, "html", what->html);
    set_html(in, "text", what->inside);
    dict_set(in, S("attributes"), attributes_of(what, a));
    dict_set(in, S("ordinal"), value_int(scope->hooked[kind]++));
    dict_set(in, S("page"), page_value(scope->visit, scope->page));
    switch (what->kind) {
    case MARKDOWN_HOOK_LINK:
    case MARKDOWN_HOOK_IMAGE:
        set_link(in, what);
        break;
    case MARKDOWN_HOOK_HEADING:
        set_heading(in, what);
        break;
    case MARKDOWN_HOOK_CODE:
        set_code(in, what);
        break;
    case MARKDOWN_HOOK_QUOTE:
        set_quote(in, what);
        break;
    case MARKDOWN_HOOK_TABLE:
        dict_set(in, S("head"), rows_of(what, true, a));
        dict_set(in, S("body"), rows_of(what, false, a));
        break;
    }
    return in;
}

/* ---- calling it ---- */

static void template_read(void *req, str name, bool found)
{
    (void)found;
    struct reads *reads = vial_reads(req);
    reads_note(reads, str_fmt(reads->things.arena, "template:%.*s", STR(name)));
}

/* Where line `number` of the page's file begins. */
static struct place place_of(const struct link_scope *scope, unsigned number)
{
    str text = scope->rendered->text, line, rest = text;
    size_t offset = 0;

    for (unsigned i = 1; str_line(&rest, &line) && i < number; i++)
        offset = text.len - rest.len;
    return rendered_place(scope->rendered, offset, line.len);
}

/* The template that writes it; .p is NULL: none does. */
static str template_for(const struct site *site, const struct markdown_hooked *what, size_t kind,
                        struct arena *a)
{
    str name = str_fmt(a, "codeblock-%.*s", STR(what->language));

    if (what->kind == MARKDOWN_HOOK_CODE && map_find(&site->hooks.names, name))
        return str_fmt(a, "hooks/%.*s.html", STR(name));
    name = str_of(kinds[kind].name);
    return map_find(&site->hooks.names, name) ? str_fmt(a, "hooks/%.*s.html", STR(name))
                                              : (str){ 0 };
}

bool hook_render(void *self, const struct markdown_hooked *what, str *html, struct error *err)
{
    struct link_scope *scope = self;
    struct visit *v = scope->visit;
    struct render_options options = { .arena = v->arena,
                                      .user = v->req,
                                      .template_read = template_read };
    struct buf out = buf_in(v->arena);
    size_t kind = 0;

    while (kinds[kind].kind != what->kind)
        kind++;
    str name = template_for(v->site, what, kind, v->arena);
    if (!name.p)
        return true;
    visit_note_key(v, "template", name);
    const struct jinja *template = env_template(vial_env(v->site->app), name, err);
    if (!template || !template_render(template, context_of(scope, what, kind), &options, &out, err))
        return error_note(err, place_of(scope, what->line), "called here");
    *html = str_trim(buf_str(&out));
    if (!html->p)
        *html = S("");
    return true;
}
