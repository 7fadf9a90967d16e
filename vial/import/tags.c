/*
 * tags.c - the arguments of tags, and the tags that many programs have
 *
 *   comes in:  "src=a.png caption='A map'" or "dQw4 w=3", as Hugo, Zola and Jekyll write them
 *   goes out:  names and values; of what vial knows, a call of its own
 */
#include "vial/import/inside.h"

static str take_value(str text, size_t *at, struct arena *a)
{
    struct buf out = buf_in(a);
    char quote = 0;

    if (*at < text.len && strchr("\"'`", text.p[*at]))
        quote = text.p[(*at)++];
    while (*at < text.len) {
        char sign = text.p[*at];

        if (quote ? sign == quote : is_space(sign) || sign == ',')
            break;
        if (quote && quote != '`' && sign == '\\' && *at + 1 < text.len)
            sign = text.p[++*at];
        buf_addc(&out, sign);
        (*at)++;
    }
    *at += quote && *at < text.len;
    return buf_str(&out);
}

void tag_read(str text, struct tag_args *args, struct arena *a)
{
    size_t at = 0;

    args->count = 0;
    while (args->count < TAG_ARGS) {
        while (at < text.len && (is_space(text.p[at]) || text.p[at] == ','))
            at++;
        if (at == text.len)
            return;
        size_t end = at;
        while (end < text.len && (is_alnum(text.p[end]) || strchr("_-", text.p[end])))
            end++;
        size_t sign = end;
        while (sign < text.len && strchr(" \t", text.p[sign]))
            sign++;
        struct tag_arg *arg = &args->list[args->count++];
        *arg = (struct tag_arg){ S(""), S("") };
        if (end > at && sign < text.len && text.p[sign] == '=') {
            arg->name = str_slice(text, at, end);
            at = sign + 1;
            while (at < text.len && strchr(" \t", text.p[at]))
                at++;
        }
        size_t before = at;
        arg->value = take_value(text, &at, a);
        if (at == before)
            at++;
    }
}

str tag_named(const struct tag_args *args, const char *name)
{
    for (size_t i = 0; i < args->count; i++)
        if (str_eq(args->list[i].name, str_of(name)))
            return args->list[i].value;
    return S("");
}

str tag_placed(const struct tag_args *args, size_t place)
{
    for (size_t i = 0; i < args->count; i++)
        if (!args->list[i].name.len && place-- == 0)
            return args->list[i].value;
    return S("");
}

static str one_of(const struct tag_args *args, const char *name, size_t place)
{
    str said = tag_named(args, name);

    return said.len ? said : tag_placed(args, place);
}

static str seconds(struct converting *c, str text)
{
    int64_t number;

    return str_int(text, &number) ? str_fmt(c->im->a, "%lld", (long long)number) : S("");
}

static void figure(struct converting *c, const struct tag_args *args)
{
    str link = tag_named(args, "link"), src = link_convert(c, one_of(args, "src", 0)),
        title = tag_named(args, "title"), caption = tag_named(args, "caption");

    if (title.len && caption.len)
        caption = str_fmt(c->im->a, "%.*s. %.*s", STR(title), STR(caption));
    else if (title.len)
        caption = title;
    if (link.len)
        buf_lit(c->out, "[");
    buf_lit(c->out, "{{ ");
    write_call(c->out, "figure",
               (const str[]){ S("src"),
                              src,
                              S("alt"),
                              tag_named(args, "alt"),
                              S("caption"),
                              caption,
                              S("width"),
                              tag_named(args, "width"),
                              S("height"),
                              tag_named(args, "height"),
                              S("class"),
                              tag_named(args, "class"),
                              { 0 } });
    buf_lit(c->out, " }}");
    if (link.len)
        buf_addf(c->out, "](%.*s)", STR(link_convert(c, link)));
}

bool tag_call(struct converting *c, str name, const struct tag_args *args)
{
    if (str_eq(name, S("figure"))) {
        figure(c, args);
        return true;
    }
    if (str_eq(name, S("youtube")) || str_eq(name, S("vimeo"))) {
        bool youtube = str_eq(name, S("youtube"));

        if (!one_of(args, "id", 0).len)
            return false;
        buf_lit(c->out, "{{ ");
        write_call(c->out, youtube ? "youtube" : "vimeo",
                   (const str[]){ S("id"),
                                  one_of(args, "id", 0),
                                  S("title"),
                                  tag_named(args, "title"),
                                  youtube ? S("start") : S("id"),
                                  youtube ? seconds(c, tag_named(args, "start")) : S(""),
                                  { 0 } });
        buf_lit(c->out, " }}");
        return true;
    }
    if (str_eq(name, S("gist"))) {
        str url = tag_named(args, "url"), file = tag_named(args, "file");

        if (!url.len && tag_placed(args, 1).len) {
            url = str_fmt(c->im->a, "https://gist.github.com/%.*s/%.*s", STR(tag_placed(args, 0)),
                          STR(tag_placed(args, 1)));
            file = tag_placed(args, 2);
        }
        if (!url.len)
            return false;
        buf_addf(c->out, "[%.*s](%.*s)", STR(file.len ? file : url), STR(url));
        return true;
    }
    return false;
}
