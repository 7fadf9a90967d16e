/*
 * headers.c - names and values, in their order
 *
 *   comes in:  what a transport read, or what a handler sets
 *   goes out:  the list, as it will be written
 *
 * A list and no map: a message has a dozen of them, order matters for some, and names may repeat.
 */
#include "vial/http/http.h"

#include "vial/base/eight.h"

/* Most names are of another length. */
static bool is_called(const struct header *header, str name)
{
    return header->name.len == name.len && str_ieq(header->name, name);
}

str headers_get(const struct headers *h, str name)
{
    for (size_t i = 0; i < h->count; i++)
        if (is_called(&h->list[i], name))
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
        if (!is_called(&h->list[i], name))
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

/* RFC 9110 §5.6.2 and §5.5: what may stand in a name, and in a value. */
enum { TOKEN = 1, VALUE = 2 };
static const uint8_t classes[256] = {
    ['\t'] = VALUE,
    [' '] = VALUE,
    ['!'] = TOKEN | VALUE,
    ['"'] = VALUE,
    ['#' ... '\''] = TOKEN | VALUE,
    ['(' ... ')'] = VALUE,
    ['*' ... '+'] = TOKEN | VALUE,
    [','] = VALUE,
    ['-' ... '.'] = TOKEN | VALUE,
    ['/'] = VALUE,
    ['0' ... '9'] = TOKEN | VALUE,
    [':' ... '@'] = VALUE,
    ['A' ... 'Z'] = TOKEN | VALUE,
    ['[' ... ']'] = VALUE,
    ['^' ... 'z'] = TOKEN | VALUE,
    ['{'] = VALUE,
    ['|'] = TOKEN | VALUE,
    ['}'] = VALUE,
    ['~'] = TOKEN | VALUE,
    [0x80 ... 0xff] = VALUE,
};

static bool all_are(str s, unsigned class)
{
    for (size_t i = 0; i < s.len; i++)
        class &= classes[(unsigned char)s.p[i]];
    return class != 0;
}

static bool is_value(str s)
{
    size_t at = 0;

    while (s.len - at >= 8 && !controls_in(eight_at(s.p + at)))
        at += 8;
    return all_are(str_n(s.p + at, s.len - at), VALUE);
}

bool header_is_legal(str name, str value)
{
    return name.len && all_are(name, TOKEN) && is_value(value);
}
