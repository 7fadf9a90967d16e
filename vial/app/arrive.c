/*
 * arrive.c - who asks, and for whom
 *
 *   comes in:  a request as a transport gave it, and what proxies wrote on it
 *   goes out:  its path below the app, its host and scheme, the other side's address
 *
 * X-Forwarded-For and its kin can be written by anybody. Each trusted proxy adds one value at the
 * end: so with two of them the second from the right is the first that a proxy of ours has written,
 * and all to its left is what a stranger says.
 */
#include "vial/app/inside.h"

/* All fields of that name are one list: some proxies add a field and not a value (HAProxy). */
static str whole_list(const vial_req *r, str name)
{
    const struct headers *headers = &r->http->headers;
    str list = { NULL, 0 };

    for (size_t i = 0; i < headers->count; i++)
        if (str_ieq(headers->list[i].name, name))
            list = list.p ? str_fmt(r->arena, "%.*s,%.*s", STR(list), STR(headers->list[i].value))
                          : headers->list[i].value;
    return list;
}

/* The value that the outermost trusted proxy wrote; empty when there are fewer values. */
static str forwarded(const vial_req *r, const char *name, int trusted)
{
    size_t count = 0, seen = 0;
    str header = trusted > 0 ? whole_list(r, str_of(name)) : S(""), rest = header;

    if (!header.len)
        return S("");
    for (; rest.len; count++)
        str_cut(&rest, ',');
    if (count < (size_t)trusted)
        return S("");
    for (rest = header; rest.len;) {
        str one = str_trim(str_cut(&rest, ','));

        if (seen++ == count - (size_t)trusted)
            return one;
    }
    return S("");
}

/* A host and a port as they may stand in a URL; what a proxy says is not believed blindly. */
static bool is_host(str host)
{
    for (size_t i = 0; i < host.len; i++)
        if (!is_alnum((unsigned char)host.p[i]) && !strchr("-._:[]", host.p[i]))
            return false;
    return host.len > 0;
}

static bool is_scheme(str scheme)
{
    return str_eq(scheme, S("http")) || str_eq(scheme, S("https"));
}

static str without_port(str host)
{
    ptrdiff_t colon = str_rfind_char(host, ':');

    return colon >= 0 && str_rfind_char(host, ']') < colon ? str_slice(host, 0, (size_t)colon)
                                                           : host;
}

static void believe_proxies(vial_req *r, str *prefix)
{
    const vial_proxies *p = &r->app->proxies;
    str by = forwarded(r, "X-Forwarded-For", p->x_for);
    str scheme = forwarded(r, "X-Forwarded-Proto", p->x_proto);
    str host = forwarded(r, "X-Forwarded-Host", p->x_host);
    str port = forwarded(r, "X-Forwarded-Port", p->x_port);
    int64_t number;

    if (by.len || scheme.len || host.len || port.len)
        vial_asked(r, "headers");
    *prefix = forwarded(r, "X-Forwarded-Prefix", p->x_prefix);
    while (str_ends(*prefix, S("/")))
        prefix->len--;
    if (prefix->len)
        vial_asked(r, "headers");
    if (!str_starts(*prefix, S("/")) || str_starts(*prefix, S("//")))
        *prefix = S("");
    if (by.len)
        r->peer = by;
    if (is_scheme(scheme))
        r->binding.scheme = scheme;
    if (is_host(host))
        r->binding.host = host;
    if (str_int(port, &number) && number > 0 && number < 65536)
        r->binding.host =
            str_fmt(r->arena, "%.*s:%d", STR(without_port(r->binding.host)), (int)number);
}

void bind_request(vial_req *r)
{
    const vial *app = r->app;
    str path = r->http->path, base = app->base_path, prefix = S("");
    bool below =
        base.len && str_starts(path, base) && (path.len == base.len || path.p[base.len] == '/');

    r->path = below ? str_from(path, base.len) : path;
    r->peer = r->http->peer;
    r->binding = (struct binding){
        .scheme = r->http->scheme,
        .host = r->http->host,
        .query = r->http->query,
    };
    believe_proxies(r, &prefix);
    r->binding.script_name = base.len ? base : prefix;
    if (app->base_scheme.len)
        r->binding.scheme = app->base_scheme;
    if (app->base_host.len)
        r->binding.host = app->base_host;
    r->binding.host_lower = is_lower_case(r->binding.host);
}

/* "example.com" is that host alone, ".example.com" it and all below. Ports do not matter. */
bool host_is_trusted(const vial_req *r)
{
    str trusted = r->app->trusted_hosts, host = without_port(r->binding.host);

    if (!trusted.len || r->app->base_host.len)
        return true;
    while (trusted.len) {
        str name = str_trim(str_cut(&trusted, ' '));

        if (!name.len)
            continue;
        if (str_ieq(without_port(name), host))
            return true;
        str below = str_from(name, 1);
        if (str_starts(name, S(".")) &&
            (str_ieq(below, host) ||
             (host.len > name.len && str_ieq(str_from(host, host.len - name.len), name))))
            return true;
    }
    return false;
}
