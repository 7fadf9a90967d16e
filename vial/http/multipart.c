/*
 * multipart.c - a body in parts
 *
 *   comes in:  a body and the boundary between its parts
 *   goes out:  each part's headers and content, where they lie
 *
 * A delimiter is the boundary behind "\r\n--"; before the first part the line's end may be missing,
 * for there the body begins. Everything else is a search for the next delimiter, and no byte is
 * looked at twice.
 */
#include "vial/http/multipart.h"

enum { BOUNDARY_MAX = 200, PART_HEADERS_MAX = 8192 };

/* The offset of the next delimiter in `s`, or -1. */
static ptrdiff_t find_delimiter(const struct multipart *m, str s)
{
    const char *at = s.len ? memmem(s.p, s.len, m->delimiter.p, m->delimiter.len) : NULL;

    return at ? at - s.p : -1;
}

static bool give_up(struct multipart *m)
{
    m->broken = true;
    m->rest = S("");
    return false;
}

bool multipart_begin(struct multipart *m, str boundary, str body, struct arena *a)
{
    *m = (struct multipart){ .rest = body, .arena = a };
    if (!boundary.len || boundary.len > BOUNDARY_MAX || str_ends(boundary, S(" ")))
        return give_up(m);
    m->delimiter = str_fmt(a, "\r\n--%.*s", STR(boundary));

    str first = str_from(m->delimiter, 2);
    if (str_starts(body, first)) {
        m->rest = str_from(body, first.len);
        return true;
    }
    ptrdiff_t at = find_delimiter(m, body);
    if (at < 0)
        return give_up(m);
    m->rest = str_from(body, (size_t)at + m->delimiter.len);
    return true;
}

static void read_header(struct part *part, str line)
{
    str value = line, name = str_trim(str_cut(&value, ':'));

    if (str_ieq(name, S("Content-Disposition")))
        part->disposition = str_trim(value);
    else if (str_ieq(name, S("Content-Type")))
        part->type = str_trim(value);
}

/* The headers at the front of `rest`, with the empty line behind them. */
static bool read_headers(struct multipart *m, struct part *part)
{
    size_t room = m->rest.len < PART_HEADERS_MAX ? m->rest.len : PART_HEADERS_MAX;
    str head = str_slice(m->rest, 0, room);

    if (str_starts(head, S("\r\n"))) {
        m->rest = str_from(m->rest, 2);
        return true;
    }
    ptrdiff_t end = str_find(head, S("\r\n\r\n"));
    if (end < 0)
        return false;
    head = str_slice(head, 0, (size_t)end + 2);
    m->rest = str_from(m->rest, (size_t)end + 4);
    for (str line; str_line(&head, &line);)
        read_header(part, line);
    return true;
}

bool multipart_next(struct multipart *m, struct part *part)
{
    *part = (struct part){ 0 };
    if (m->broken || str_starts(m->rest, S("--"))) /* behind the last one; an epilogue is nothing */
        return false;
    while (str_starts(m->rest, S(" ")) || str_starts(m->rest, S("\t")))
        m->rest = str_from(m->rest, 1);
    if (!str_starts(m->rest, S("\r\n")))
        return give_up(m);
    m->rest = str_from(m->rest, 2);
    if (!read_headers(m, part))
        return give_up(m);

    /* an empty part may end with the line's end that ended its headers */
    str from = str_n(m->rest.p - 2, m->rest.len + 2);
    ptrdiff_t end = find_delimiter(m, from);
    if (end < 0)
        return give_up(m);
    part->content = str_slice(m->rest, 0, end > 2 ? (size_t)end - 2 : 0);
    m->rest = str_from(from, (size_t)end + m->delimiter.len);
    return true;
}
