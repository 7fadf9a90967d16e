/*
 * guard.c - forms that another site's page makes a browser send
 *
 *   comes in:  a request that changes something
 *   goes out:  true, or a request that has failed
 *
 * Browsers say where a request comes from: Sec-Fetch-Site in all of today's, Origin in older ones.
 * So what comes from another site is refused without anybody having to think of it, and whoever
 * wants to be asked sets .no_csrf. What is no browser says neither, and has no cookies to be
 * abused. A rule with .csrf wants the session's token as well, for browsers that say nothing.
 */
#include "vial/app/inside.h"

static bool is_safe_method(str method)
{
    return str_eq(method, S("GET")) || str_eq(method, S("HEAD")) || str_eq(method, S("OPTIONS")) ||
           str_eq(method, S("TRACE"));
}

/* "https://example.com" is this host. Its scheme is not compared: a proxy may have changed it. */
static bool is_own_origin(const vial_req *r, str origin)
{
    ptrdiff_t colon = str_find(origin, S("://"));

    return colon > 0 && str_ieq(str_from(origin, (size_t)colon + 3), r->binding.host);
}

bool comes_from_elsewhere(const vial_req *r)
{
    str site = headers_get(&r->http->headers, S("Sec-Fetch-Site"));
    str origin = headers_get(&r->http->headers, S("Origin"));

    if (site.p)
        return !str_eq(site, S("same-origin")) && !str_eq(site, S("none"));
    return origin.p && !is_own_origin(r, origin);
}

bool request_is_allowed(vial_req *r)
{
    if (is_safe_method(r->http->method) || (r->duty && r->duty->no_csrf))
        return true;
    if (comes_from_elsewhere(r))
        return vial_abort(r, 403, "This form was sent by a page of another site."), false;
    if (!r->duty || !r->duty->csrf || vial_csrf_ok(r))
        return true;
    return vial_abort(r, 400, "The form is too old, or was not ours: load it again and resend it."),
           false;
}
