/*
 * templates.c - the templates of the old site, which are not converted
 *
 *   comes in:  "_default/single.html", a template for Hugo
 *   goes out:  that it is not converted, and what plays its part here: templates/page.html
 *
 * Each program has its own language and its own names for a few parts that all of them know: the
 * frame, a page, a list, a term. A table by program says which is which; the first line that fits
 * counts. "*" is any text within a name or a path, and stands for itself on the right.
 */
#include "vial/import/inside.h"

struct part {
    const char *theirs, *ours; /* `ours` without "templates/"; in "(...)" it is a sentence */
};

static const struct part hugo[] = {
    { "_default/baseof.html", "base.html" },
    { "baseof.html", "base.html" },
    { "_default/_markup/render-codeblock-*.html", "hooks/codeblock-*.html" },
    { "_default/_markup/render-*.html", "hooks/*.html" },
    { "_markup/render-codeblock-*.html", "hooks/codeblock-*.html" },
    { "_markup/render-*.html", "hooks/*.html" },
    { "shortcodes/*", "shortcodes/*" },
    { "_shortcodes/*", "shortcodes/*" },
    { "partials/*", "partials/*" },
    { "_partials/*", "partials/*" },
    { "index.html", "home.html" },
    { "home.html", "home.html" },
    { "_default/index.html", "home.html" },
    { "_default/home.html", "home.html" },
    { "404.html", "404.html" },
    { "_default/single.html", "page.html" },
    { "single.html", "page.html" },
    { "page.html", "page.html" },
    { "_default/list.html", "section.html" },
    { "_default/section.html", "section.html" },
    { "list.html", "section.html" },
    { "section.html", "section.html" },
    { "_default/terms.html", "taxonomy.html" },
    { "taxonomy/list.html", "taxonomy.html" },
    { "terms.html", "taxonomy.html" },
    { "_default/taxonomy.html", "term.html" },
    { "_default/term.html", "term.html" },
    { "taxonomy.html", "term.html" },
    { "term.html", "term.html" },
    { "*robots.txt", "(robots.txt is a file in static/ or content/ here)" },
    { "*sitemap*.xml", "('sitemap: true' in vial.yaml makes it here)" },
    { "*.xml", "('feeds:' in vial.yaml makes feeds here)" },
    { "*single.html", "*page.html, by 'template:' in the cascade of its section" },
    { "*list.html", "*section.html, by 'template:' in its section" },
    { "_default/*", "*, by 'template:' in the front matter" },
    { NULL, NULL },
};

static const struct part zola[] = {
    { "index.html", "home.html" },
    { "shortcodes/*", "shortcodes/*" },
    { "macros/*", "macros/*, which Jinja imports" },
    { "partials/*", "partials/*" },
    { "anchor-link.html", "hooks/heading.html" },
    { "*taxonomy_list.html", "taxonomy.html" },
    { "*taxonomy_single.html", "term.html" },
    { "*tags/list.html", "taxonomy.html" },
    { "*categories/list.html", "taxonomy.html" },
    { "*tags/single.html", "term.html" },
    { "*categories/single.html", "term.html" },
    { "*list.html", "taxonomy.html" },
    { "*single.html", "term.html" },
    { "robots.txt", "(robots.txt is a file in static/ or content/ here)" },
    { "*sitemap*.xml", "('sitemap: true' in vial.yaml makes it here)" },
    { "*.xml", "('feeds:' in vial.yaml makes feeds here)" },
    { NULL, NULL },
};

static const struct part jekyll[] = {
    { "_layouts/default.html", "base.html" },
    { "_layouts/base.html", "base.html" },
    { "_layouts/post.html", "page.html" },
    { "_layouts/page.html", "page.html" },
    { "_layouts/home.html", "home.html" },
    { "_layouts/index.html", "home.html" },
    { "_layouts/archive*.html", "section.html" },
    { "_layouts/tag*.html", "term.html" },
    { "_layouts/categor*.html", "term.html" },
    { "_layouts/*", "*, by 'template:' in the front matter" },
    { "_includes/*", "partials/*" },
    { NULL, NULL },
};

static const struct part mkdocs[] = {
    { "main.html", "base.html" },
    { "base.html", "base.html" },
    { "content.html", "page.html" },
    { "home.html", "home.html" },
    { "index.html", "home.html" },
    { "404.html", "404.html" },
    { "partials/*", "partials/*" },
    { "*.html", "*.html, by 'template:' in the front matter" },
    { NULL, NULL },
};

static const struct part mdbook[] = {
    { "index.hbs", "base.html" },
    { "head.hbs", "base.html, in its block 'head'" },
    { "header.hbs", "base.html, in its block 'main'" },
    { NULL, NULL },
};

static const struct part pelican[] = {
    { "base.html", "base.html" },        { "article.html", "page.html" },
    { "page.html", "page.html" },        { "index.html", "home.html" },
    { "archives.html", "section.html" }, { "tag.html", "term.html" },
    { "category.html", "term.html" },    { "author.html", "term.html" },
    { "tags.html", "taxonomy.html" },    { "categories.html", "taxonomy.html" },
    { "authors.html", "taxonomy.html" }, { "includes/*", "partials/*" },
    { "_includes/*", "partials/*" },     { NULL, NULL },
};

static const struct {
    const char *program;
    const struct part *parts;
} programs[] = {
    { "hugo", hugo },     { "zola", zola },     { "jekyll", jekyll },
    { "mkdocs", mkdocs }, { "mdbook", mdbook }, { "pelican", pelican },
};

/* Whether `name` is of the form; `star` is what its "*" stands for. */
static bool fits(str form, str name, str *star)
{
    ptrdiff_t at = str_find_char(form, '*');

    *star = S("");
    if (at == STR_NONE)
        return str_eq(form, name);
    str before = str_slice(form, 0, (size_t)at), behind = str_from(form, (size_t)at + 1);
    ptrdiff_t again = str_find_char(behind, '*');
    if (again != STR_NONE) { /* "*sitemap*.xml": what is between only has to be there */
        str middle = str_slice(behind, 0, (size_t)again), end = str_from(behind, (size_t)again + 1);

        return str_starts(name, before) && str_find(name, middle) != STR_NONE &&
               str_ends(name, end);
    }
    if (name.len < before.len + behind.len || !str_starts(name, before) || !str_ends(name, behind))
        return false;
    *star = str_slice(name, before.len, name.len - behind.len);
    return true;
}

static str filled(struct arena *a, str ours, str star)
{
    ptrdiff_t at = str_find_char(ours, '*');

    if (at == STR_NONE)
        return ours;
    return str_fmt(a, "%.*s%.*s%.*s", STR(str_slice(ours, 0, (size_t)at)), STR(star),
                   STR(str_from(ours, (size_t)at + 1)));
}

/* What plays the part of `name`, a path below the folder of templates; itself where none does. */
static str part_of(struct importing *im, str name)
{
    const struct part *parts = hugo;
    str star;

    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (str_eq(str_of(programs[i].program), str_of(im->origin->name)))
            parts = programs[i].parts;
    for (; parts->theirs; parts++)
        if (fits(str_of(parts->theirs), name, &star))
            return filled(im->a, str_of(parts->ours), star);
    return name;
}

void left_template(struct importing *im, str source, str name, const char *language)
{
    str ours = part_of(im, name);

    if (str_starts(ours, S("(")))
        left_file(im, source, "is a template in %s, not converted: %.*s", language,
                  STR(str_slice(ours, 1, ours.len - 1)));
    else
        left_file(im, source, "is a template in %s, not converted: here that is templates/%.*s",
                  language, STR(ours));
}

void left_templates(struct importing *im, str folder, const char *language)
{
    struct file_walk walk;

    if (!path_inside(folder) || !file_is_folder(path_join(im->a, im->from, folder)) ||
        !file_walk(&walk, path_join(im->a, im->from, folder), S(""), im->a, NULL))
        return;
    for (size_t i = 0; i < walk.count; i++) {
        str path = walk.entries[i].path, ext = path_ext(path);

        if (str_eq(ext, S(".html")) || str_eq(ext, S(".xml")) || str_eq(ext, S(".txt")) ||
            str_eq(ext, S(".hbs")) || str_eq(ext, S(".json")) || str_eq(ext, S(".md")))
            left_template(im, path_join(im->a, folder, path), path, language);
        else
            left_file(im, path_join(im->a, folder, path), "lies among templates: it is left out");
    }
}
