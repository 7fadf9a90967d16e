/*
 * hugo_text.c - Hugo's shortcodes
 *
 *   comes in:  {{< name args >}} and {{% name args %}}
 *   goes out:  what they stand for: code, links, values, calls of vial's own shortcodes
 *
 * One that is not known stays as it is, and is told: its template, layouts/shortcodes/NAME.html, is
 * to be written anew as templates/shortcodes/NAME.html.
 */
#include "vial/import/hugo.h"

struct tag {
    size_t len; /* with its braces */
    str name, args;
    bool closes;
};

static bool opens(str rest)
{
    return str_starts(rest, S("{{<")) || str_starts(rest, S("{{%"));
}

/* {{</ * x * />}}, without the blanks, shows {{< x >}}. */
static bool convert_shown(struct converting *c)
{
    str rest = str_from(c->text, c->at);
    bool markdown = str_starts(rest, S("{{%/*"));
    ptrdiff_t end = str_find(rest, markdown ? S("*/%}}") : S("*/>}}"));

    if ((!markdown && !str_starts(rest, S("{{</*"))) || end == STR_NONE)
        return false;
    buf_addf(c->out, "{{%c%.*s%c}}", rest.p[2], STR(str_slice(rest, 5, (size_t)end)),
             markdown ? '%' : '>');
    c->at += (size_t)end + 5;
    return true;
}

static bool read_tag(str rest, struct tag *tag)
{
    char sign = rest.p[2] == '<' ? '>' : '%', quote = 0;
    size_t at = 3;

    for (; at + 2 < rest.len; at++) {
        char c = rest.p[at];

        if (quote) {
            at += quote != '`' && c == '\\';
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '`') {
            quote = c;
        } else if (c == sign && rest.p[at + 1] == '}' && rest.p[at + 2] == '}') {
            break;
        }
    }
    if (at + 2 >= rest.len)
        return false;
    str inside = str_trim(str_slice(rest, 3, at));
    tag->len = at + 3;
    tag->closes = str_starts(inside, S("/"));
    if (tag->closes)
        inside = str_trim(str_from(inside, 1));
    if (str_ends(inside, S("/")) && inside.len > 1 && is_space(inside.p[inside.len - 2]))
        inside = str_trim(str_slice(inside, 0, inside.len - 1));
    size_t end = 0;
    while (end < inside.len && !is_space(inside.p[end]))
        end++;
    tag->name = str_slice(inside, 0, end);
    tag->args = str_trim(str_from(inside, end));
    return true;
}

/* ---- those that are known ---- */

static void convert_ref(struct converting *c, const struct tag *tag, const struct tag_args *args)
{
    str ref = tag_placed(args, 0), more = S("");
    struct item *item;

    if (!ref.len)
        ref = tag_named(args, "path");
    ptrdiff_t hash = str_find_char(ref, '#');
    if (hash != STR_NONE) {
        more = str_from(ref, (size_t)hash);
        ref = str_slice(ref, 0, (size_t)hash);
    }
    item = ref.len ? hugo_find(c->im, c->item, ref) : c->item;
    if (!item) {
        left_here(c, tag->len, "there is no page '%.*s' to refer to", STR(ref));
        if (!c->in_target) {
            keep_here(c, tag->len);
            return;
        }
        buf_addf(c->out, "%.*s%.*s", STR(ref), STR(more));
        c->settled = true;
    } else if (c->in_target) {
        buf_add(c->out, link_to(c, item, more));
        c->settled = true;
    } else {
        buf_lit(c->out, "{{ ");
        write_call(c->out, "ref", (const str[]){ S("path"), link_to(c, item, more), { 0 } });
        buf_lit(c->out, " }}");
    }
    c->at += tag->len;
}

/* {{< highlight go "linenos=table" >}} ... {{< /highlight >}} */
static bool convert_highlight(struct converting *c, const struct tag *tag,
                              const struct tag_args *args)
{
    str rest = str_from(c->text, c->at + tag->len);
    struct tag close = { 0 };
    size_t at = 0;

    for (;; at++) {
        ptrdiff_t next = str_find(str_from(rest, at), S("{{"));

        if (next == STR_NONE)
            return false;
        at += (size_t)next;
        if (opens(str_from(rest, at)) && read_tag(str_from(rest, at), &close) && close.closes &&
            str_eq(close.name, S("highlight")))
            break;
    }
    str code = str_slice(rest, 0, at), options = tag_placed(args, 1);
    size_t fence = 3;
    for (size_t i = 0, run = 0; i < code.len; i++) {
        run = code.p[i] == '`' ? run + 1 : 0;
        fence = run >= fence ? run + 1 : fence;
    }
    while (code.len && (code.p[0] == '\n' || code.p[0] == '\r'))
        code = str_from(code, 1);
    if (c->out->len && c->out->p[c->out->len - 1] != '\n')
        buf_lit(c->out, "\n");
    for (size_t i = 0; i < fence; i++)
        buf_lit(c->out, "`");
    buf_add(c->out, tag_placed(args, 0));
    if (options.len)
        buf_addf(c->out, " {%.*s}", STR(options));
    buf_addf(c->out, "\n%.*s\n", STR(str_rtrim(code)));
    for (size_t i = 0; i < fence; i++)
        buf_lit(c->out, "`");
    buf_lit(c->out, "\n");
    c->at += tag->len + at + close.len;
    if (c->at < c->text.len && c->text.p[c->at] == '\n')
        c->at++;
    return true;
}

/* {{< param "a.b" >}}: of the page, else of the site. */
static bool convert_param(struct converting *c, const struct tag *tag, const struct tag_args *args)
{
    value roots[] = { dict_get(c->item->front, S("params")), c->item->front,
                      dict_get(c->im->config, S("params")) };

    for (size_t i = 0; i < 3; i++) {
        value v = roots[i];
        str rest = tag_placed(args, 0);

        while (rest.len && v.type == VIAL_DICT)
            v = dict_get(v, str_cut(&rest, '.'));
        if (!text_of(c->im->a, v).len)
            continue;
        buf_add(c->out, text_of(c->im->a, v));
        c->at += tag->len;
        return true;
    }
    return false;
}

static bool convert_details(struct converting *c, const struct tag *tag,
                            const struct tag_args *args)
{
    if (tag->closes) {
        buf_lit(c->out, "{% end %}");
    } else {
        str summary = tag_named(args, "summary");

        buf_lit(c->out, "{% ");
        write_call(c->out, "details",
                   (const str[]){ S("summary"),
                                  summary.len ? summary : S("Details"),
                                  S("open"),
                                  str_eq(tag_named(args, "open"), S("true")) ? S("true") : S(""),
                                  { 0 } });
        buf_lit(c->out, " %}");
    }
    c->at += tag->len;
    return true;
}

static bool convert_post(struct converting *c, const struct tag *tag, const struct tag_args *args)
{
    str user = tag_named(args, "user"), id = tag_named(args, "id");

    if (!id.len)
        id = tag_placed(args, 0);
    if (!id.len)
        return false;
    if (str_eq(tag->name, S("instagram")))
        buf_addf(c->out, "<https://www.instagram.com/p/%.*s/>", STR(id));
    else
        buf_addf(c->out, "<https://twitter.com/%.*s/status/%.*s>", STR(user.len ? user : S("i")),
                 STR(id));
    c->at += tag->len;
    return true;
}

static bool convert_known(struct converting *c, const struct tag *tag)
{
    struct tag_args args;

    tag_read(tag->args, &args, c->im->a);
    if (str_eq(tag->name, S("details")))
        return convert_details(c, tag, &args);
    if (tag->closes)
        return false;
    if (str_eq(tag->name, S("ref")) || str_eq(tag->name, S("relref"))) {
        convert_ref(c, tag, &args);
        return true;
    }
    if (str_eq(tag->name, S("highlight")))
        return convert_highlight(c, tag, &args);
    if (str_eq(tag->name, S("param")))
        return convert_param(c, tag, &args);
    if (str_eq(tag->name, S("tweet")) || str_eq(tag->name, S("x")) ||
        str_eq(tag->name, S("twitter")) || str_eq(tag->name, S("instagram")))
        return convert_post(c, tag, &args);
    if (!tag_call(c, tag->name, &args))
        return false;
    c->at += tag->len;
    return true;
}

bool hugo_tag(struct converting *c)
{
    str rest = str_from(c->text, c->at);
    struct tag tag;

    if (!opens(rest))
        return false;
    if (convert_shown(c))
        return true;
    if (!read_tag(rest, &tag))
        return false;
    if (convert_known(c, &tag))
        return true;
    if (!tag.closes)
        left_here(c, tag.len, "the shortcode '%.*s' is not known here", STR(tag.name));
    keep_here(c, tag.len);
    return true;
}

bool hugo_tag_in_code(struct converting *c)
{
    return opens(str_from(c->text, c->at)) && convert_shown(c);
}
