/*
 * site.c - a little site for tests of transports, and a reader of what they answer
 *
 *   comes in:  requests; and the bytes of their answers
 *   goes out:  responses of every kind; and their statuses
 */
#include "tests/http/site.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- the site --------------------------------------------------------------------------------- */

static void make_file(const struct little_site *site, const char *name, size_t size)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", site->folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, site->big, size) != (ssize_t)size)
        abort();
    close(fd);
}

void site_make(struct little_site *site)
{
    *site = (struct little_site){ .folder = "/tmp/vial-http-XXXXXX" };
    site->big = malloc(SITE_BIG);
    if (!site->big || !mkdtemp(site->folder))
        abort();
    for (size_t i = 0; i < SITE_BIG; i++)
        site->big[i] = (char)('a' + i % 23);
    make_file(site, "file", SITE_FILE);
    make_file(site, "small", SITE_SMALL);
}

void site_remove(struct little_site *site)
{
    char path[128];

    snprintf(path, sizeof path, "%s/file", site->folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/small", site->folder);
    unlink(path);
    rmdir(site->folder);
    free(site->big);
}

struct two_words {
    struct stream stream; /* first */
    struct little_site *site;
    int said;
};

static ptrdiff_t pull_word(struct stream *stream, char *into, size_t room)
{
    struct two_words *words = (struct two_words *)stream;

    switch (words->said++) {
    case 0:
        memcpy(into, "one", 3);
        return 3;
    case 1:
        stream_wake(stream);
        return STREAM_WAIT;
    case 2:
        memcpy(into, "two", 3);
        return 3;
    default:
        (void)room;
        return STREAM_END;
    }
}

static void words_done(struct stream *stream, bool aborted)
{
    struct two_words *words = (struct two_words *)stream;

    (void)aborted;
    __atomic_fetch_sub(&words->site->streams, 1, __ATOMIC_RELAXED);
}

static void text(struct response *res, int status, str s)
{
    res->status = status;
    res->body = BODY_TEXT;
    res->text = s;
}

static ptrdiff_t pull_nothing(struct stream *stream, char *into, size_t room)
{
    (void)stream;
    (void)into;
    (void)room;
    return STREAM_WAIT;
}

static void wait_for_ever(struct little_site *site, struct response *res, struct arena *a)
{
    struct two_words *words = arena_make(a, struct two_words);

    words->stream = (struct stream){ .pull = pull_nothing, .done = words_done };
    words->site = site;
    __atomic_fetch_add(&site->streams, 1, __ATOMIC_RELAXED);
    res->status = 200;
    res->body = BODY_PULL;
    res->stream = &words->stream;
}

/* What the handler was told, a line for each thing. */
static void show_fields(const struct request *req, struct response *res, struct arena *a)
{
    struct buf out = buf_in(a);

    buf_addf(&out, "%.*s %.*s %.*s ?%.*s\n", STR(req->method), STR(req->host), STR(req->path),
             STR(req->query));
    for (size_t i = 0; i < req->headers.count; i++)
        buf_addf(&out, "%.*s: %.*s\n", STR(req->headers.list[i].name),
                 STR(req->headers.list[i].value));
    text(res, 200, buf_str(&out));
}

static void stream_words(struct little_site *site, struct response *res, struct arena *a)
{
    struct two_words *words = arena_make(a, struct two_words);

    words->stream = (struct stream){ .pull = pull_word, .done = words_done };
    words->site = site;
    __atomic_fetch_add(&site->streams, 1, __ATOMIC_RELAXED);
    res->status = 200;
    res->body = BODY_PULL;
    res->stream = &words->stream;
}

static void send_file(struct response *res, struct arena *a, const char *folder, str name,
                      uint64_t too_much)
{
    struct stat st = { 0 };

    res->status = 200;
    res->body = BODY_FILE;
    res->file = str_fmt(a, "%s%.*s", folder, STR(name));
    stat(res->file.p, &st);
    res->length = (uint64_t)st.st_size + too_much;
}

void site_answer(void *self, const struct request *req, struct response *res, struct arena *a)
{
    struct little_site *site = self;
    str path = req->path;

    __atomic_fetch_add(&site->asked, 1, __ATOMIC_RELAXED);
    headers_add(&res->headers, S("X-Method"), req->method);
    headers_add(&res->headers, S("X-Host"), req->host);
    headers_add(&res->headers, S("Content-Length"), S("7")); /* the transport knows better */
    headers_add(&res->headers, S("X-Bad"), S("a\r\nSet-Cookie: b"));
    if (!str_eq(req->method, S("GET")) && !str_eq(req->method, S("HEAD")) &&
        !str_eq(req->method, S("POST")))
        text(res, 405, S("no\n"));
    else if (str_eq(path, S("/")))
        text(res, 200, S("hello\n"));
    else if (str_eq(path, S("/echo")))
        text(res, 200, req->body);
    else if (str_eq(path, S("/fields")))
        show_fields(req, res, a);
    else if (str_eq(path, S("/wait")))
        wait_for_ever(site, res, a);
    else if (str_eq(path, S("/204")))
        text(res, 204, S("never seen"));
    else if (str_eq(path, S("/304")))
        text(res, 304, S("never seen"));
    else if (str_eq(path, S("/file")))
        send_file(res, a, site->folder, path, 0);
    else if (str_eq(path, S("/small")))
        send_file(res, a, site->folder, path, 0);
    else if (str_eq(path, S("/shrunk")))
        send_file(res, a, site->folder, S("/small"), 1);
    else if (str_eq(path, S("/pull")))
        stream_words(site, res, a);
    else if (str_eq(path, S("/big")))
        text(res, 200, str_n(site->big, SITE_BIG));
    else if (str_eq(path, S("/slow")))
        text(res, (usleep(20000), 200), S("at last\n"));
    else
        text(res, 404, S("not here\n"));
}

/* --- the reader ------------------------------------------------------------------------------- */

str answer_header(const struct answer *answer, str name)
{
    str rest = answer->head, line;

    str_line(&rest, &line);
    while (str_line(&rest, &line)) {
        str key = str_cut(&line, ':');

        if (str_ieq(key, name))
            return str_trim(line);
    }
    return (str){ NULL, 0 };
}

/* The size of a chunked body, with all that frames it; 0 when it is not all there. */
static size_t chunked_size(str bytes)
{
    str rest = bytes;

    for (;;) {
        ptrdiff_t end = str_find(rest, S("\r\n"));
        size_t size = 0;

        if (end <= 0)
            return 0;
        for (ptrdiff_t i = 0; i < end; i++)
            size = size * 16 + (size_t)hex_digit(rest.p[i]);
        rest = str_from(rest, (size_t)end + 2);
        if (rest.len < size + 2 || !str_starts(str_from(rest, size), S("\r\n")))
            return 0;
        rest = str_from(rest, size + 2);
        if (size == 0)
            return bytes.len - rest.len;
    }
}

struct answer answer_read(str bytes, bool ended)
{
    struct answer a = { 0 };
    ptrdiff_t end = str_find(bytes, S("\r\n\r\n"));
    int64_t status, length;

    if (end < 0 || !str_starts(bytes, S("HTTP/1.1 ")))
        return a;
    a.head = str_slice(bytes, 0, (size_t)end + 2);
    if (str_int(str_slice(bytes, 9, 12), &status))
        a.status = (int)status;
    a.closes = str_ieq(answer_header(&a, S("Connection")), S("close"));

    str rest = str_from(bytes, (size_t)end + 4);
    str declared = answer_header(&a, S("Content-Length"));
    if (a.status < 200 || a.status == 204 || a.status == 304 ||
        str_eq(answer_header(&a, S("X-Method")), S("HEAD"))) {
        a.body = str_slice(rest, 0, 0);
    } else if (declared.p) {
        if (!str_int(declared, &length) || rest.len < (size_t)length)
            return a;
        a.body = str_slice(rest, 0, (size_t)length);
    } else if (str_eq(answer_header(&a, S("Transfer-Encoding")), S("chunked"))) {
        a.body = str_slice(rest, 0, chunked_size(rest));
        if (!a.body.len)
            return a;
    } else {
        if (!ended)
            return a;
        a.body = rest;
    }
    a.size = (size_t)end + 4 + a.body.len;
    return a;
}

void answers_read(str bytes, struct buf *statuses)
{
    buf_clear(statuses);
    while (bytes.len) {
        struct answer a = answer_read(bytes, true);

        if (statuses->len)
            buf_addc(statuses, ' ');
        if (!a.size) {
            buf_addc(statuses, '?');
            return;
        }
        buf_addf(statuses, "%d%s", a.status, a.closes ? "!" : "");
        bytes = str_from(bytes, a.size);
    }
}
