/*
 * jar.c - cookies that were set, and where they go
 *
 *   comes in:  Set-Cookie, and the host and path it came from
 *   goes out:  Cookie, for another host and path
 */
#include "vial/app/jar.h"
#include "vial/base/date.h"

struct jar_cookie {
    struct jar_cookie *next;
    str name, value;
    str domain, path;
    bool below;  /* also for hosts below the domain */
    bool secure; /* for https alone */
};

/* "example.com:8000" without its port: cookies do not know ports. */
static str host_name(str host)
{
    ptrdiff_t colon = str_rfind_char(host, ':');

    return colon > 0 && str_rfind_char(host, ']') < colon ? str_slice(host, 0, (size_t)colon)
                                                          : host;
}

static bool domain_fits(str host, str domain, bool below)
{
    return str_ieq(host, domain) || (below && host.len > domain.len &&
                                     str_ieq(str_from(host, host.len - domain.len), domain) &&
                                     host.p[host.len - domain.len - 1] == '.');
}

static bool path_fits(str path, str of)
{
    return str_starts(path, of) &&
           (path.len == of.len || str_ends(of, S("/")) || path.p[of.len] == '/');
}

/* The path's folder: what a cookie is for that does not say. */
static str default_path(str path)
{
    ptrdiff_t slash = str_rfind_char(path, '/');

    return slash > 0 ? str_slice(path, 0, (size_t)slash) : S("/");
}

static void forget(struct jar *jar, const struct jar_cookie *same)
{
    for (struct jar_cookie **at = &jar->cookies; *at;) {
        const struct jar_cookie *there = *at;

        if (str_eq(there->name, same->name) && str_ieq(there->domain, same->domain) &&
            str_eq(there->path, same->path))
            *at = there->next;
        else
            at = &(*at)->next;
    }
}

static void add(struct jar *jar, const struct jar_cookie *cookie)
{
    struct jar_cookie *kept = arena_make(jar->arena, struct jar_cookie), **last = &jar->cookies;

    *kept = *cookie;
    kept->name = str_copy(jar->arena, cookie->name);
    kept->value = str_copy(jar->arena, cookie->value);
    kept->domain = str_copy(jar->arena, cookie->domain);
    kept->path = str_copy(jar->arena, cookie->path);
    while (*last)
        last = &(*last)->next;
    *last = kept;
}

/* Takes one "name=value" of a Set-Cookie into account; false when it says that the time is over. */
static void read_attribute(struct jar_cookie *cookie, str name, str value, bool *over, bool *aged)
{
    int64_t number;

    if (str_ieq(name, S("Domain")) && value.len) {
        cookie->domain = str_starts(value, S(".")) ? str_from(value, 1) : value;
        cookie->below = true;
    } else if (str_ieq(name, S("Path")) && str_starts(value, S("/"))) {
        cookie->path = value;
    } else if (str_ieq(name, S("Secure"))) {
        cookie->secure = true;
    } else if (str_ieq(name, S("Max-Age")) && str_int(value, &number)) {
        *over = number <= 0;
        *aged = true;
    } else if (str_ieq(name, S("Expires")) && !*aged && date_http_parse(value, &number)) {
        *over = number <= now_unix();
    }
}

void jar_keep(struct jar *jar, str set_cookie, str host, str path, bool secure)
{
    str rest = set_cookie, value = str_cut(&rest, ';'), name = str_trim(str_cut(&value, '='));
    struct jar_cookie cookie = { .name = name,
                                 .value = str_trim(value),
                                 .domain = host_name(host),
                                 .path = default_path(path) };
    bool over = false, aged = false;

    while (rest.len) {
        str content = str_cut(&rest, ';'), attribute = str_trim(str_cut(&content, '='));

        read_attribute(&cookie, attribute, str_trim(content), &over, &aged);
    }
    if (!domain_fits(host_name(host), cookie.domain, true) || (cookie.secure && !secure))
        return; /* it is for somebody else */
    forget(jar, &cookie);
    if (!over)
        add(jar, &cookie);
}

void jar_put(struct jar *jar, str name, str value, str host)
{
    struct jar_cookie cookie = {
        .name = name, .value = value, .domain = host_name(host), .path = S("/")
    };

    forget(jar, &cookie);
    if (value.p)
        add(jar, &cookie);
}

str jar_get(const struct jar *jar, str name, str host)
{
    for (const struct jar_cookie *c = jar->cookies; c; c = c->next)
        if (str_eq(c->name, name) && domain_fits(host_name(host), c->domain, c->below))
            return c->value;
    return (str){ NULL, 0 };
}

str jar_send(const struct jar *jar, str host, str path, bool secure, struct arena *a)
{
    struct buf header = buf_in(a);

    for (const struct jar_cookie *c = jar->cookies; c; c = c->next) {
        if (!domain_fits(host_name(host), c->domain, c->below) || !path_fits(path, c->path) ||
            (c->secure && !secure))
            continue;
        buf_addf(&header, "%s%.*s=%.*s", header.len ? "; " : "", STR(c->name), STR(c->value));
    }
    return buf_str(&header);
}
