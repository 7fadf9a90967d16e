/*
 * jekyll_text.c - Liquid in texts
 *
 *   comes in:  {% tags %}, {{ values }}, and kramdown's {:toc}
 *   goes out:  what they stand for, where that is fixed: code, links, values of the site and the
 *              page, files that are included
 *
 * Loops and conditions are programs. They stay as they are, and are told.
 */
#include "vial/import/jekyll.h"

struct tag {
    size_t len;
    bool value; /* {{ }}, not {% %} */
    str name, args;
};

static bool read_tag(str rest, struct tag *tag)
{
    bool print = str_starts(rest, S("{{"));
    ptrdiff_t end = str_find(rest, print ? S("}}") : S("%}"));

    if ((!print && !str_starts(rest, S("{%"))) || end == STR_NONE)
        return false;
    str inside = str_slice(rest, 2, (size_t)end);
    if (str_starts(inside, S("-")))
        inside = str_from(inside, 1);
    if (str_ends(inside, S("-")))
        inside = str_slice(inside, 0, inside.len - 1);
    inside = str_trim(inside);
    tag->len = (size_t)end + 2;
    tag->value = print;
    if (print) {
        tag->name = S("");
        tag->args = inside;
        return true;
    }
    size_t at = 0;
    while (at < inside.len && !is_space(inside.p[at]))
        at++;
    tag->name = str_slice(inside, 0, at);
    tag->args = str_trim(str_from(inside, at));
    return true;
}

/* Where {% name %} is from `rest` on; false: nowhere. */
static bool find_tag(str rest, const char *name, size_t *at, size_t *len)
{
    struct tag tag;

    for (size_t from = 0;;) {
        ptrdiff_t next = str_find(str_from(rest, from), S("{%"));

        if (next == STR_NONE)
            return false;
        from += (size_t)next;
        if (read_tag(str_from(rest, from), &tag) && str_eq(tag.name, str_of(name))) {
            *at = from;
            *len = tag.len;
            return true;
        }
        from += 2;
    }
}

/* ---- tags ---- */

/* {% highlight ruby linenos %} */
static bool convert_highlight(struct converting *c, const struct tag *tag)
{
    str body = str_from(c->text, c->at + tag->len), rest = tag->args, language;
    size_t end, len;

    if (c->in_code || !find_tag(body, "endhighlight", &end, &len))
        return false;
    language = str_cut(&rest, ' ');
    str code = str_slice(body, 0, end);
    while (str_starts(code, S("\n")) || str_starts(code, S("\r")))
        code = str_from(code, 1);
    if (str_starts(str_ltrim(code), S("{% raw %}"))) {
        code = str_from(str_ltrim(code), sizeof "{% raw %}" - 1);
        code = str_starts(code, S("\n")) ? str_from(code, 1) : code;
        code = str_rtrim(code);
        if (str_ends(code, S("{% endraw %}")))
            code = str_slice(code, 0, code.len - sizeof "{% endraw %}" + 1);
    }
    if (c->out->len && c->out->p[c->out->len - 1] != '\n')
        buf_lit(c->out, "\n");
    buf_addf(c->out, "````%.*s%s\n%.*s\n````", STR(language),
             str_find(rest, S("linenos")) == STR_NONE ? "" : " linenos", STR(str_rtrim(code)));
    c->at += tag->len + end + len;
    return true;
}

static bool convert_raw(struct converting *c, const struct tag *tag)
{
    str body = str_from(c->text, c->at + tag->len);
    size_t end, len;

    if (!find_tag(body, "endraw", &end, &len))
        return false;
    bool was = c->in_code;

    /* what is fenced in it is code, where vial looks for no calls either */
    c->in_code = was || str_find(str_slice(body, 0, end), S("```")) != STR_NONE;
    c->at += tag->len;
    keep_here(c, end);
    c->at += len;
    c->in_code = was;
    return true;
}

static bool convert_comment(struct converting *c, const struct tag *tag)
{
    str body = str_from(c->text, c->at + tag->len);
    size_t end, len;

    if (c->in_code || !find_tag(body, "endcomment", &end, &len) ||
        str_find(str_slice(body, 0, end), S("-->")) != STR_NONE)
        return false;
    buf_lit(c->out, "<!--");
    c->at += tag->len;
    keep_here(c, end);
    buf_lit(c->out, "-->");
    c->at += len;
    return true;
}

static void write_link(struct converting *c, struct item *item, size_t len)
{
    buf_add(c->out, link_to(c, item, S("")));
    c->settled = true;
    c->at += len;
}

/* {% link _posts/2016-07-26-name.md %}, {% post_url 2016-07-26-name %} */
static bool convert_link(struct converting *c, const struct tag *tag)
{
    const struct importing *im = c->im;
    str wanted = tag->args;

    while (str_starts(wanted, S("/")))
        wanted = str_from(wanted, 1);
    if (str_eq(tag->name, S("link"))) {
        struct item *item = item_of(im, wanted);

        if (item)
            write_link(c, item, tag->len);
        return item != NULL;
    }
    for (size_t i = 0; i < im->count; i++) {
        struct item *item = im->items[i];
        str name = item->source.len
                       ? path_join(im->a, path_dir(item->source), path_stem(item->source))
                       : S("");

        if (!item->page || !str_eq(item->hint, S("posts")) ||
            !str_ends(name, str_fmt(im->a, "/%.*s", STR(wanted))))
            continue;
        write_link(c, item, tag->len);
        return true;
    }
    return false;
}

/* {% include note.html %}, where the file says the same wherever it is included. */
static bool convert_include(struct converting *c, const struct tag *tag)
{
    str args = tag->args, name = str_cut(&args, ' '), text;
    str source = path_join(c->im->a, S("_includes"), name);

    if (c->in_code || c->in_target || str_trim(args).len || !path_inside(source) ||
        !file_exists(path_join(c->im->a, c->im->from, source)) || !read_old(c->im, source, &text) ||
        str_find(text, S("{%")) != STR_NONE || str_find(text, S("{{")) != STR_NONE)
        return false;
    buf_add(c->out, text);
    c->at += tag->len;
    return true;
}

/* ---- values ---- */

static value named_value(struct converting *c, str name)
{
    value v = value_undefined();
    str rest = name, first = str_cut(&rest, '.');

    if (str_eq(first, S("site"))) {
        const struct yaml_node *node = c->im->old;

        while (rest.len && node)
            node = yaml_get(node, str_cut(&rest, '.'));
        return node ? yaml_value(node, c->im->a) : v;
    }
    if (!str_eq(first, S("page")))
        return v;
    v = c->item->front;
    first = rest;
    if (str_eq(first, S("url")))
        return value_str(c->item->url);
    value of_page = v;
    while (rest.len && of_page.type == VIAL_DICT)
        of_page = dict_get(of_page, str_cut(&rest, '.'));
    if (value_is_null(of_page))
        of_page = dict_get(dict_get(v, S("params")), first);
    return of_page;
}

/* {{ site.title }}, {{ "/a.png" | relative_url }}, {{ site.baseurl }}. False: it is more. */
static bool convert_value(struct converting *c, const struct tag *tag)
{
    str rest = tag->args, what = str_trim(str_cut(&rest, '|'));
    bool quoted = what.len > 1 && strchr("\"'", what.p[0]) && what.p[what.len - 1] == what.p[0];
    str text;

    if (quoted) {
        text = str_slice(what, 1, what.len - 1);
    } else if (str_eq(what, S("site.baseurl")) || str_eq(what, S("site.url"))) {
        text = S("");
        /* the link behind it is one from the site's root */
        if (!c->in_target && !(c->at && strchr("(\"'=", c->text.p[c->at - 1])))
            text = text_of(c->im->a, named_value(c, what));
    } else {
        value v = named_value(c, what);

        text = text_of(c->im->a, v);
        if (value_is_null(v) || v.type == VIAL_DICT || v.type == VIAL_LIST)
            return false;
    }
    while (rest.len) {
        str filter = str_trim(str_cut(&rest, '|')), after = filter;
        str name = str_trim(str_cut(&after, ':'));

        if (str_eq(name, S("relative_url")) || str_eq(name, S("absolute_url"))) {
            if (!str_starts(text, S("/")))
                text = str_fmt(c->im->a, "/%.*s", STR(text));
        } else if (str_eq(name, S("escape")) || str_eq(name, S("xml_escape")) ||
                   str_eq(name, S("strip")) || str_eq(name, S("uri_escape"))) {
            continue;
        } else if (str_eq(name, S("prepend")) && str_find(after, S("site.baseurl")) != STR_NONE) {
            continue;
        } else if (str_eq(name, S("prepend")) && str_find(after, S("site.url")) != STR_NONE) {
            continue;
        } else {
            return false;
        }
    }
    buf_add(c->out, text);
    c->at += tag->len;
    return true;
}

/* ---- kramdown ---- */

/* "* TOC" and "{:toc}" below it, or "{:toc}" alone. */
static bool convert_toc(struct converting *c)
{
    str rest = str_from(c->text, c->at), line = rest, second;
    bool item = str_starts(rest, S("* "));

    if (c->in_code || (c->at && c->text.p[c->at - 1] != '\n'))
        return false;
    str after = rest;
    str_line(&after, &line);
    if (item) {
        second = after;
        if (!str_line(&after, &second) || !str_starts(second, S("{:")) ||
            str_find(second, S("toc")) == STR_NONE)
            return false;
    } else if (!str_starts(line, S("{:")) || str_find(line, S("toc")) == STR_NONE ||
               str_find(line, S("no_toc")) != STR_NONE) {
        return false;
    }
    buf_lit(c->out, "[TOC]\n");
    c->at = c->text.len - after.len;
    return true;
}

/* "{: #id .class}" on a line below a heading belongs to it: here it stands behind its words. */
static bool convert_attributes(struct converting *c)
{
    str rest = str_from(c->text, c->at), line = rest, out = buf_str(c->out);

    if (c->in_code || !str_starts(rest, S("{:")) || !c->at || c->text.p[c->at - 1] != '\n' ||
        !str_ends(out, S("\n")))
        return false;
    str_line(&rest, &line);
    line = str_trim(line);
    ptrdiff_t end = str_rfind_char(str_slice(out, 0, out.len - 1), '\n');
    if (!str_starts(str_from(out, (size_t)(end + 1)), S("#")) || !str_ends(line, S("}")) ||
        str_starts(line, S("{::")))
        return false;
    c->out->len--;
    buf_addf(c->out, " {%.*s}\n", STR(str_trim(str_slice(line, 2, line.len - 1))));
    c->at = c->text.len - rest.len;
    return true;
}

bool jekyll_tag(struct converting *c)
{
    str rest = str_from(c->text, c->at);
    struct tag tag;

    if (convert_toc(c) || convert_attributes(c))
        return true;
    if (!read_tag(rest, &tag))
        return false;
    if (tag.value                          ? convert_value(c, &tag)
        : str_eq(tag.name, S("highlight")) ? convert_highlight(c, &tag)
        : str_eq(tag.name, S("raw"))       ? convert_raw(c, &tag)
        : str_eq(tag.name, S("comment"))   ? convert_comment(c, &tag)
        : str_eq(tag.name, S("link")) || str_eq(tag.name, S("post_url"))
            ? convert_link(c, &tag)
            : (str_eq(tag.name, S("include")) || str_eq(tag.name, S("include_relative"))) &&
                  convert_include(c, &tag))
        return true;
    if (c->in_code && tag.value)
        return false;
    if (!str_starts(tag.name, S("end")))
        left_here(c, tag.len, "Liquid that is not known here: '%.*s'",
                  STR(tag.value ? tag.args : tag.name));
    keep_here(c, tag.len);
    return true;
}
