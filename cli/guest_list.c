/*
 * guest_list.c - by which names a server that only this machine should reach may be asked
 *
 *   comes in:  requests
 *   goes out:  those that name this machine, to the handler; 403 to the others
 *
 * Any page on the Web can give its own name the address 127.0.0.1 and then read what is served
 * there as if it were its own (DNS rebinding). Its requests have that name in Host, so a preview,
 * which may show drafts, answers by the names of this machine alone.
 */
#include "cli/guest_list.h"

bool is_loopback(const char *address)
{
    str name = str_of(address);

    return str_starts(name, S("127.")) || str_eq(name, S("::1")) || str_ieq(name, S("localhost"));
}

/* "localhost:8000" without the port, "[::1]:8000" without the brackets as well. */
static str name_of(str host)
{
    if (str_starts(host, S("["))) {
        ptrdiff_t end = str_find(host, S("]"));

        return end == STR_NONE ? S("") : str_slice(host, 1, (size_t)end);
    }
    return str_cut(&host, ':');
}

/* 127.0.0.0/8 in numbers. An address does not lie as a name may. */
static bool is_local_number(str name)
{
    if (!str_starts(name, S("127.")))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.p[i] != '.' && (name.p[i] < '0' || name.p[i] > '9'))
            return false;
    return true;
}

static bool is_this_machine(str name)
{
    return str_ieq(name, S("localhost")) || str_eq(name, S("::1")) || is_local_number(name) ||
           (name.len > 10 && str_ieq(str_from(name, name.len - 10), S(".localhost")));
}

static bool is_guest(const struct guest_list *list, str host)
{
    str name = name_of(host);

    if (list->open || is_this_machine(name))
        return true;
    for (size_t i = 0; list->others && i < list->others->count; i++)
        if (str_ieq(name, list->others->items[i]))
            return true;
    return false;
}

void guest_list_answer(void *self, const struct request *req, struct response *res, struct arena *a)
{
    const struct guest_list *list = self;

    if (is_guest(list, req->host)) {
        list->handler(list->self, req, res, a);
        return;
    }
    res->status = 403;
    res->headers.arena = a;
    headers_set(&res->headers, S("Content-Type"), S("text/plain; charset=utf-8"));
    res->body = BODY_TEXT;
    res->text = str_fmt(a,
                        "This preview answers on this machine alone, and not by the name %.*s.\n"
                        "If the name is yours, a proxy's in front of it, start vial preview with "
                        "--host %.*s\n",
                        STR(req->host), STR(name_of(req->host)));
}
