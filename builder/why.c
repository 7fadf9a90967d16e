/*
 * why.c - what something was made from, and why it was made again
 *
 *   comes in:  a key, as reads have it
 *   goes out:  words that a writer knows: files, titles, lists, and no keys
 */
#include "builder/why.h"

#include "vial/app/reads.h"

/* ---- fields of pages ---- */

static const struct {
    const char *field;
    const char *part;  /* in a list of several: "a.md: text, address" */
    const char *words; /* alone; NULL: "the PART of a.md" */
} fields[] = {
    { "content", "text", NULL },
    { "raw", "text", NULL },
    { "summary", "beginning", NULL },
    { "toc", "headings", NULL },
    { "ids", "headings", NULL },
    { "word_count", "number of words", NULL },
    { "reading_time", "number of words", NULL },
    { "url", "address", NULL },
    { "permalink", "address", NULL },
    { "kind", "kind", "what kind of page %s is" },
    { "path", "being there", "whether there is %s" },
    { "prev", "page before", "which page is before %s" },
    { "next", "page after", "which page is after %s" },
    { "section", "section", NULL },
    { "ancestors", "sections above", NULL },
    { "feeds", "feeds", NULL },
    { "lang", "language", NULL },
    { "translations", "translations", NULL },
    { "fallback", "fallback", "whether %s stands in for a translation" },
    { "backlinks", "backlinks", "which pages lead to %s" },
    { "title_from", "origin of the title", "where the title of %s comes from" },
};

static str around(const char *words, str name, struct arena *a)
{
    str all = str_of(words);
    size_t at = (size_t)str_find(all, S("%s"));

    return str_fmt(a, "%.*s%.*s%.*s", (int)at, all.p, STR(name), STR(str_from(all, at + 2)));
}

/* What a writer calls it; keys of front matter by their own names. */
static str part_of(str field, struct arena *a)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (str_eq(field, str_of(fields[i].field)))
            return str_of(fields[i].part);
    return str_fmt(a, "'%.*s'", STR(field));
}

static str words_of_field(str field, str page, struct arena *a)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (str_eq(field, str_of(fields[i].field)) && fields[i].words)
            return around(fields[i].words, page, a);
    str part = part_of(field, a);
    struct buf out = buf_in(a);
    buf_add(&out, str_starts(part, S("'")) ? S("") : S("the "));
    buf_add(&out, part);
    buf_addf(&out, " of %.*s", STR(page));
    return buf_str(&out);
}

static str folder_name(str path, struct arena *a)
{
    return around("%s/", path.len ? path : S("content"), a);
}

/* ---- things ---- */

struct kind {
    const char *prefix;
    const char *words; /* around the name */
};

static const struct kind kinds[] = {
    { "file:", "the text of %s" },
    { "template:", "the template %s" },
    { "static:", "the file %s" },
    { "asset:", "the file %s" },
    { "assets:", "which files lie beside the pages in %s" },
    { "data:", "data.%s" },
    { "config:", "'%s' in vial.yaml" },
    { "url:", "what is at %s" },
    { "term:", "which pages are filed under %s" },
    { "taxonomy:", "the words of '%s'" },
    { "paged:", "the list at %s, cut in pieces" },
    { "word:", "what the word %s is filed as" },
    { "request:", "the request's %s" },
    { "feed:", "which pages are in the feed of %s" },
    { "site.pages:", "the list of all pages in the language '%s'" },
    { "site.nav:", "the navigation of the language '%s'" },
    { "site.menus:", "the menus of the language '%s'" },
    { "section:", "which pages are in %s, and their order" },
    { "page:", "whether there is %s" },
    { "depends:", "%s" },
    { "thing:", "%s" },
};

static str words_of_thing(str thing, struct arena *a)
{
    if (str_eq(thing, S("site")))
        return S("the configuration, the theme and the program");
    if (str_eq(thing, S("site.pages")))
        return S("the list of all pages");
    if (str_eq(thing, S("site.nav")))
        return S("the navigation");
    if (str_eq(thing, S("site.menus")))
        return S("the menus");
    if (str_eq(thing, S("sitemap:")))
        return S("which pages are in the sitemap");
    if (str_eq(thing, S("search:")))
        return S("the words of all pages");
    if (str_eq(thing, S("now")))
        return S("the time of day");
    if (str_eq(thing, S("again:links")))
        return S("a fault on it that was told");
    if (str_eq(thing, S("again:text")))
        return S("a file that changed while it was read");
    if (str_eq(thing, S("hooks")))
        return S("which hooks there are in templates/hooks");
    if (str_eq(thing, S("again:code")))
        return S("what the site's own code read");
    if (str_eq(thing, S("told:code")))
        return S("what the site's own code says");
    if (str_eq(thing, S("logic:")))
        return S("the site's own code");
    if (str_eq(thing, S("taxonomy:")))
        return S("which taxonomies there are");
    if (str_eq(thing, S("data:")) || str_eq(thing, S("config:")))
        return str_eq(thing, S("data:")) ? S("which data there is") : S("all of vial.yaml");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        str prefix = str_of(kinds[i].prefix), name = str_from(thing, prefix.len);

        if (!str_starts(thing, prefix))
            continue;
        if (str_eq(prefix, S("section:")) || str_eq(prefix, S("assets:")))
            name = folder_name(name, a);
        return around(kinds[i].words, name, a);
    }
    return thing;
}

/* Whose fields these are: a page's, or those of any page of a list. */
static str owner_of(str thing, struct arena *a)
{
    if (str_starts(thing, S("page:")))
        return str_from(thing, sizeof "page:" - 1);
    if (str_eq(thing, S("site.pages")))
        return S("any page");
    if (str_starts(thing, S("site.pages:")))
        return str_fmt(a, "any page in the language '%.*s'",
                       STR(str_from(thing, sizeof "site.pages:" - 1)));
    return str_fmt(a, "any page in %.*s",
                   STR(folder_name(str_from(thing, sizeof "section:" - 1), a)));
}

static str words_of_key(str thing, str field, struct arena *a)
{
    return field.len ? words_of_field(field, owner_of(thing, a), a) : words_of_thing(thing, a);
}

enum { NAMED = 62 }; /* fields that have a bit of their own */

/* "a.md: 'title', text, address": each once, whatever fields they are told by. */
static str words_of_fields(str thing, uint64_t read, struct arena *a)
{
    struct buf out = buf_in(a);
    struct map parts = map_in(a);
    str only = S("");

    for (unsigned bit = 0; bit < NAMED; bit++)
        if (read >> bit & 1) {
            only = reads_field_name(bit);
            map_put(&parts, part_of(only, a));
        }
    if (read & READ_OTHERS)
        map_put(&parts, S("other keys"));
    if (parts.count == 1 && !(read & READ_OTHERS))
        return words_of_field(only, owner_of(thing, a), a);
    for (size_t i = 0; i < parts.count; i++)
        buf_addf(&out, "%s%.*s",
                 !i                     ? ""
                 : i + 1 == parts.count ? " and "
                                        : ", ",
                 STR(parts.entries[i].key));
    buf_addf(&out, " of %.*s", STR(owner_of(thing, a)));
    return buf_str(&out);
}

str what_was_read(str thing, uint64_t read, struct arena *a)
{
    str itself = read & READ_ITSELF ? words_of_thing(thing, a) : S("");
    str of = read & ~READ_ITSELF ? words_of_fields(thing, read & ~READ_ITSELF, a) : S("");

    return str_fmt(a, "%.*s%s%.*s", STR(itself), itself.len && of.len ? "; " : "", STR(of));
}

/* ---- why ---- */

str why_key(str key, struct arena *a)
{
    ptrdiff_t sign = str_starts(key, S("page:")) || str_starts(key, S("section:")) ||
                             str_starts(key, S("site.pages"))
                         ? str_rfind_char(key, '#')
                         : STR_NONE;
    str field = sign == STR_NONE ? S("") : str_from(key, (size_t)sign + 1);
    str thing = sign == STR_NONE ? key : str_slice(key, 0, (size_t)sign);

    if (str_eq(key, S("now")))
        return S("it tells the time of day");
    if (str_eq(key, S("again:links")))
        return S("something on it is complained of, and that is told each time");
    if (str_eq(key, S("again:text")))
        return S("its file changed while it was read the last time");
    if (str_eq(key, S("again:code")))
        return S("the site's own code answered, which may read anything");
    return str_fmt(a, "it was made from %.*s, and that changed",
                   STR(words_of_key(thing, field, a)));
}

static const struct {
    const char *why, *sentence;
} whole[] = {
    { "new", "it is new" },
    { "untold", "its handler does not tell what it reads (.tells_all)" },
    { "file", "its file in the output was missing, or not as vial left it" },
    { "all:force", "all is made again with --force" },
    { "all:program", "all is made: nothing is known of an earlier build" },
    { "all:unknown", "all is made again: the last build was by another vial, or had errors" },
    { "all:settings", "all is made again: vial.yaml, the theme or an option is another" },
};

str why_sentence(str why, struct arena *a)
{
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (str_eq(why, str_of(whole[i].why)))
            return str_of(whole[i].sentence);
    if (str_starts(why, S("key:")))
        return why_key(str_from(why, sizeof "key:" - 1), a);
    return why;
}
