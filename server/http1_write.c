/*
 * http1_write.c - from a reply to the bytes of its head
 *
 *   comes in:  a status, the answerer's fields, and how the body will be framed
 *   goes out:  the head, appended to a buffer
 *
 * What frames the message is written here and nowhere else, so an answerer's field of such a name
 * is left out, and so is one that would break the line it stands on. One without a value is not
 * sent either, but keeps the usual one of its name away.
 */
#include "server/http1.h"
#include <stdio.h>

enum { LINE_MOST = 64 };

/* Status lines are asked for again and again: each is put together once per thread. */
static str status_line(int status)
{
    static _Thread_local struct {
        int status, len;
        char text[LINE_MOST];
    } lines[16];
    unsigned slot = (unsigned)status % 16;

    if (lines[slot].status != status) {
        lines[slot].status = status;
        lines[slot].len = snprintf(lines[slot].text, LINE_MOST, "HTTP/1.1 %d %.40s\r\n", status,
                                   http_reason(status));
    }
    return str_n(lines[slot].text, (size_t)lines[slot].len);
}

bool http1_is_framing(str name)
{
    switch (name.len) {
    case 4:
        return str_ieq(name, S("Date"));
    case 7:
        return str_ieq(name, S("Upgrade")) || str_ieq(name, S("Trailer"));
    case 10:
        return str_ieq(name, S("Connection")) || str_ieq(name, S("Keep-Alive"));
    case 14:
        return str_ieq(name, S("Content-Length"));
    case 17:
        return str_ieq(name, S("Transfer-Encoding"));
    default:
        return false;
    }
}

static void write_field(struct buf *out, str name, str value)
{
    buf_reserve(out, name.len + value.len + 4);
    buf_add(out, name);
    buf_lit(out, ": ");
    buf_add(out, value);
    buf_lit(out, "\r\n");
}

static bool is_set(const struct http1_reply *reply, str name)
{
    for (size_t i = 0; i < reply->count; i++)
        if (str_ieq(reply->fields[i].name, name))
            return true;
    return false;
}

static void write_framing(struct buf *out, const struct http1_reply *reply)
{
    if (reply->framing == FRAMED_LENGTH) {
        buf_lit(out, "Content-Length: ");
        buf_add_int(out, (int64_t)reply->length);
        buf_lit(out, "\r\n");
    } else if (reply->framing == FRAMED_CHUNKED) {
        buf_lit(out, "Transfer-Encoding: chunked\r\n");
    }
    if (reply->close)
        buf_lit(out, "Connection: close\r\n");
    else if (reply->keep_alive)
        buf_lit(out, "Connection: keep-alive\r\n");
}

void http1_write_head(struct buf *out, const struct http1_reply *reply)
{
    buf_reserve(out, 512);
    buf_add(out, status_line(reply->status));
    buf_lit(out, "Date: ");
    buf_add(out, reply->date);
    buf_lit(out, "\r\n");
    for (size_t i = 0; i < reply->count; i++) {
        const struct header *field = &reply->fields[i];

        if (field->value.len && !http1_is_framing(field->name) &&
            header_is_legal(field->name, field->value))
            write_field(out, field->name, field->value);
    }
    for (const struct header *field = reply->always; field && field->name.len; field++)
        if (!is_set(reply, field->name))
            write_field(out, field->name, field->value);
    write_framing(out, reply);
    buf_lit(out, "\r\n");
}
