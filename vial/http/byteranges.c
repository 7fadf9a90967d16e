/*
 * byteranges.c - several parts of a text or a file, one after the other
 *
 *   comes in:  a response, and which parts of it are wanted
 *   goes out:  the same as multipart/byteranges, its length told
 *
 * A part is a head ("--boundary", type, place) and bytes; the heads are made at once and the bytes
 * are taken from the file as they are sent, so a large file in two parts takes no memory. The
 * boundary is drawn by lot: nobody can put it into a file beforehand.
 */
#include "vial/http/byteranges.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

struct piece {
    str text;              /* of a head, or of a body that is a text */
    uint64_t from, length; /* of the file, when there is no text */
};

struct pieces {
    struct stream stream; /* first */
    struct piece *list;
    size_t count, at;
    uint64_t sent; /* of the piece */
    int fd;        /* -1: none */
};

static ptrdiff_t pull(struct stream *stream, char *into, size_t room)
{
    struct pieces *p = (struct pieces *)stream;
    size_t done = 0;

    while (done < room && p->at < p->count) {
        const struct piece *piece = &p->list[p->at];
        uint64_t left = piece->length - p->sent;
        size_t most = left < room - done ? (size_t)left : room - done;

        if (piece->text.p) {
            memcpy(into + done, piece->text.p + p->sent, most);
        } else {
            ssize_t n = pread(p->fd, into + done, most, (off_t)(piece->from + p->sent));

            if (n <= 0 && most) /* it is shorter than it was */
                return STREAM_ABORT;
            most = (size_t)n;
        }
        done += most;
        p->sent += most;
        if (p->sent == piece->length) {
            p->at++;
            p->sent = 0;
        }
    }
    return (ptrdiff_t)done; /* 0 is the end */
}

static void done(struct stream *stream, bool aborted)
{
    struct pieces *p = (struct pieces *)stream;

    (void)aborted;
    if (p->fd >= 0)
        close(p->fd);
    p->fd = -1;
}

/* What the response handed on open, or what its name opens, if that is still as large. */
static int file_of(struct response *res, struct arena *a)
{
    struct stat st;

    if (res->body != BODY_FILE || res->fd > 0)
        return res->fd > 0 ? res->fd : -1;
    int fd = open(str_cstr(a, res->file), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
        res->from + res->length <= (uint64_t)st.st_size)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static str make_boundary(struct arena *a)
{
    uint64_t lots[2] = { 0, 0 };

    while (getrandom(lots, sizeof lots, 0) != (ssize_t)sizeof lots)
        ;
    return str_fmt(a, "%016llx%016llx", (unsigned long long)lots[0], (unsigned long long)lots[1]);
}

static uint64_t add_text(struct pieces *p, str text)
{
    p->list[p->count++] = (struct piece){ .text = text, .length = text.len };
    return text.len;
}

bool byteranges_apply(struct response *res, const struct byterange *parts, size_t count,
                      uint64_t size, struct arena *a)
{
    struct pieces *p = arena_make(a, struct pieces);
    str boundary = make_boundary(a), type = headers_get(&res->headers, S("Content-Type"));
    uint64_t length = 0;

    p->stream = (struct stream){ .pull = pull, .done = done };
    p->list = arena_array(a, struct piece, 2 * count + 1);
    p->fd = file_of(res, a);
    if (res->body == BODY_FILE && p->fd < 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        uint64_t from = parts[i].from, end = from + parts[i].length;
        struct buf head = buf_in(a);

        buf_addf(&head, "%s--%.*s\r\n", i ? "\r\n" : "", STR(boundary));
        if (type.len)
            buf_addf(&head, "Content-Type: %.*s\r\n", STR(type));
        buf_addf(&head, "Content-Range: bytes %llu-%llu/%llu\r\n\r\n", (unsigned long long)from,
                 (unsigned long long)(end - 1), (unsigned long long)size);
        length += add_text(p, buf_str(&head));
        if (res->body == BODY_TEXT)
            add_text(p, str_slice(res->text, (size_t)from, (size_t)end));
        else
            p->list[p->count++] = (struct piece){ .from = res->from + from, .length = end - from };
        length += end - from;
    }
    length += add_text(p, str_fmt(a, "\r\n--%.*s--\r\n", STR(boundary)));
    headers_set(&res->headers, S("Content-Type"),
                str_fmt(a, "multipart/byteranges; boundary=%.*s", STR(boundary)));
    res->status = 206;
    res->body = BODY_PULL;
    res->stream = &p->stream;
    res->fd = 0;
    res->length = length;
    return true;
}
