/*
 * headers.c - names and values, in their order
 *
 *   comes in:  what a transport read, or what a handler sets
 *   goes out:  the list, as it will be written
 *
 * A list and no map: a message has a dozen of them, order matters for some, and names may repeat.
 */
#include "vial/http/http.h"

str headers_get(const struct headers *h, str name)
{
    for (size_t i = 0; i < h->count; i++)
        if (str_ieq(h->list[i].name, name))
            return h->list[i].value;
    return (str){ NULL, 0 };
}

void headers_add(struct headers *h, str name, str value)
{
    if (h->count == h->cap) {
        size_t cap = h->cap ? h->cap * 2 : 8;

        h->list = arena_grow(h->arena, h->list, h->cap * sizeof *h->list, cap * sizeof *h->list);
        h->cap = cap;
    }
    h->list[h->count++] = (struct header){ name, value };
}

void headers_set(struct headers *h, str name, str value)
{
    headers_remove(h, name);
    headers_add(h, name, value);
}

void headers_remove(struct headers *h, str name)
{
    size_t kept = 0;

    for (size_t i = 0; i < h->count; i++)
        if (!str_ieq(h->list[i].name, name))
            h->list[kept++] = h->list[i];
    h->count = kept;
}

void headers_vary(struct headers *h, str by)
{
    str there = headers_get(h, S("Vary")), rest = there;

    while (rest.len)
        if (str_ieq(str_trim(str_cut(&rest, ',')), by))
            return;
    headers_set(h, S("Vary"),
                there.len ? str_fmt(h->arena, "%.*s, %.*s", STR(there), STR(by)) : by);
}

/* RFC 9110 §5.6.2 */
static bool is_token_char(int c)
{
    return is_alnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

bool header_is_legal(str name, str value)
{
    if (!name.len)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!is_token_char((unsigned char)name.p[i]))
            return false;
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.p[i];

        if ((c < ' ' && c != '\t') || c == 0x7F)
            return false;
    }
    return true;
}
