/*
 * links.c - where a link of the old site leads on the new one
 *
 *   comes in:  the target of a link, as the old program read it: mostly an address
 *   goes out:  the way to the file that was at that address, which is what vial wants
 *
 * An address that nothing was at stays an address: it may be a list that vial makes too, or has
 * led nowhere before.
 */
#include "vial/http/http.h"
#include "vial/import/inside.h"

struct item *item_of(const struct importing *im, str source)
{
    return map_get(&im->by_source, source);
}

str url_key(struct arena *a, str url)
{
    str decoded;

    if (!url_decode(&decoded, url, a))
        decoded = url;
    if (str_ends(decoded, S("/index.html")))
        decoded = str_slice(decoded, 0, decoded.len - sizeof "index.html" + 1);
    while (decoded.len > 1 && str_ends(decoded, S("/")))
        decoded = str_slice(decoded, 0, decoded.len - 1);
    return str_copy(a, decoded);
}

struct item *item_at(const struct importing *im, str url)
{
    str key = url_key(im->a, url);
    struct item *item = map_get(&im->by_url, key);

    if (!item) /* servers find /about.html for /about */
        item = map_get(&im->by_url, str_fmt(im->a, "%.*s.html", STR(key)));
    if (!item) /* programs that make addresses small do not mind how links are written */
        item = map_get(&im->by_url, str_lower(im->a, key));
    return item;
}

str url_joined(struct arena *a, str base, str rel)
{
    ptrdiff_t slash = str_rfind_char(base, '/');
    str folder = str_slice(base, 0, (size_t)(slash + 1));
    str whole = str_starts(rel, S("/")) ? rel : str_fmt(a, "%.*s%.*s", STR(folder), STR(rel));
    str normal = path_normal(a, whole);

    while (str_starts(normal, S("/..")))
        normal = str_eq(normal, S("/..")) ? S("/") : str_from(normal, 3);
    if ((str_ends(rel, S("/")) || str_ends(rel, S("/.")) || str_ends(rel, S("..")) || !rel.len) &&
        !str_ends(normal, S("/")))
        normal = str_fmt(a, "%.*s/", STR(normal));
    return normal;
}

str link_to(struct converting *c, struct item *item, str more)
{
    struct arena *a = c->im->a;
    str from = path_dir(c->item->file);

    more = anchor_convert(c->im, item, more);
    if (item == c->item && str_starts(more, S("#")))
        return more;
    return str_fmt(a, "%.*s%.*s",
                   STR(url_encode(a, path_relative(a, from, item->file), "/!$&'*+,;=:@")),
                   STR(more));
}

/* "mailto:x", "https://x", "//x" */
static bool leaves(str target)
{
    size_t at = 0;

    if (str_starts(target, S("//")))
        return true;
    while (at < target.len && (is_alnum(target.p[at]) || strchr("+-.", target.p[at])))
        at++;
    return at > 1 && at < target.len && target.p[at] == ':';
}

/* "https://old.org/docs/a/" leads to "/docs/a/" when that is the site itself. */
static bool come_home(const struct importing *im, str *target)
{
    str home = value_text(dict_get(im->config, S("base_url")));

    while (str_ends(home, S("/")))
        home = str_slice(home, 0, home.len - 1);
    if (!home.len || !str_starts(*target, home) ||
        (target->len > home.len && !strchr("/#?", target->p[home.len])))
        return false;
    *target = str_fmt(im->a, "%.*s%.*s", STR(im->base), STR(str_from(*target, home.len)));
    return true;
}

/* The part before "?" or "#", and all behind it. */
static str cut_more(str *target)
{
    size_t at = 0;

    while (at < target->len && !strchr("?#", target->p[at]))
        at++;
    str more = str_from(*target, at);
    *target = str_slice(*target, 0, at);
    return more;
}

static struct item *by_path(const struct converting *c, str path)
{
    struct importing *im = c->im;
    str decoded, folder = path_dir(c->item->source);

    if (!url_decode(&decoded, path, im->a))
        decoded = path;
    str there = path_normal(im->a, path_join(im->a, folder, decoded));
    struct item *item = item_of(im, there);
    static const char *const indexes[] = { "index.md", "README.md", "_index.md" };

    for (size_t i = 0; !item && i < sizeof indexes / sizeof *indexes; i++)
        item = item_of(im, path_join(im->a, there, str_of(indexes[i])));
    return item;
}

static str without_base(const struct importing *im, str path)
{
    if (im->base.len && str_starts(path, im->base) &&
        (path.len == im->base.len || path.p[im->base.len] == '/')) {
        str rest = str_from(path, im->base.len);
        return rest.len ? rest : S("/");
    }
    return path;
}

str link_convert(struct converting *c, str target)
{
    struct importing *im = c->im;
    struct item *item = NULL;
    str address = { 0 }, written = target;

    if (!target.len || target.p[0] == '#')
        return anchor_convert(im, c->item, target);
    if (im->origin->target && im->origin->target(c, target, &item, &address)) {
        if (!item)
            return address;
        return link_to(c, item, address);
    }
    if (leaves(target) && !come_home(im, &target))
        return target;

    str more = cut_more(&target);
    if (!target.len)
        return written;
    if (target.p[0] != '/' && (im->origin->paths || is_markdown(target)))
        item = by_path(c, target);
    str url =
        target.p[0] == '/' ? without_base(im, target) : url_joined(im->a, c->item->url, target);
    if (!item && (target.p[0] == '/' || c->item->url.len))
        item = item_at(im, url);
    if (!item && target.p[0] != '/')
        item = by_path(c, target);
    if (item)
        return link_to(c, item, more);
    if (target.p[0] == '/' || (c->item->url.len && !im->origin->paths && !is_markdown(target)))
        return str_fmt(im->a, "%.*s%.*s", STR(url), STR(more));
    return written;
}
