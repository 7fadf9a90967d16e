/*
 * coded.c - from a whole response to one in another coding
 *
 *   comes in:  a response, the request's Accept-Encoding
 *   goes out:  the same, or a copy with Content-Encoding and a tag of its own; Vary for both
 *
 * Only what is the same for all is coded: a page that was made for one person may have a secret in
 * it beside words of a stranger, and then its size would tell the secret (BREACH). Who asks for a
 * part gets a part of the bytes as they are.
 */
#include "server/coded.h"

#include "server/kept.h"
#include "vial/http/coding.h"
#include "vial/http/fresh.h"
#include <sys/stat.h>
#include <unistd.h>

enum {
    MADE_MOST = 8 << 20,  /* a larger file waits for a copy beside it    */
    KEPT_MOST = 1 << 20,  /* a larger copy is sent from its file          */
    KIND_OF_COPIES = 'c', /* and the coding: what no path begins with      */
};

/* ---- whether ---- */

static bool may_be_coded(const struct request *req, const struct response *res)
{
    str rule = headers_get(&res->headers, S("Cache-Control"));

    return !headers_get(&res->headers, S("Content-Encoding")).p &&
           !headers_get(&req->headers, S("Range")).p && str_find(rule, S("no-transform")) < 0 &&
           str_find(rule, S("private")) < 0;
}

static uint64_t size_of(const struct response *res)
{
    return res->body == BODY_TEXT ? res->text.len : res->body == BODY_FILE ? res->length : 0;
}

/* ---- copies beside files ---- */

static bool read_whole(str *text, int fd, uint64_t size, struct arena *a)
{
    char *into = arena_alloc(a, (size_t)size);

    *text = str_n(into, (size_t)size);
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(fd, into + done, (size_t)size - done, (off_t)done);

        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

/*
 * gzip ends with the size of what is in it, so one that was made of another file is mostly seen
 * (RFC 1952 §2.3.1).
 */
static bool is_of_size(int fd, enum coding coding, const struct stat *copy, uint64_t size)
{
    unsigned char last[4];

    if (coding != CODING_GZIP)
        return true;
    if (copy->st_size < (off_t)sizeof last ||
        pread(fd, last, sizeof last, copy->st_size - (off_t)sizeof last) != sizeof last)
        return false;
    uint32_t told = (uint32_t)last[0] | (uint32_t)last[1] << 8 | (uint32_t)last[2] << 16 |
                    (uint32_t)last[3] << 24;
    return told == (uint32_t)size;
}

static bool is_older(const struct stat *copy, const struct stat *file)
{
    return copy->st_mtim.tv_sec < file->st_mtim.tv_sec ||
           (copy->st_mtim.tv_sec == file->st_mtim.tv_sec &&
            copy->st_mtim.tv_nsec < file->st_mtim.tv_nsec);
}

/* Of the file that is sent, also when its bytes were at hand and it was not opened. */
static bool stat_original(const struct coded *coded, const struct response *res, struct stat *st,
                          struct arena *a)
{
    if (res->body == BODY_FILE)
        return res->fd > 0 && fstat(res->fd, st) == 0;
    int fd = coded->files->open(coded->files->self, res->file, a);
    if (fd < 0)
        return false;
    bool ok = fstat(fd, st) == 0;
    close(fd);
    return ok;
}

/* Below 0: there is none that is of this very file. */
static int open_copy(const struct coded *coded, const struct response *res, enum coding coding,
                     uint64_t *size, struct arena *a)
{
    struct stat file, copy;

    if (!coded->files || !res->file.len)
        return -1;
    str name = str_fmt(a, "%.*s%.*s", STR(res->file), STR(coding_ending(coding)));
    int fd = coded->files->open(coded->files->self, name, a);
    if (fd < 0)
        return -1;
    *size = fstat(fd, &copy) == 0 && S_ISREG(copy.st_mode) ? (uint64_t)copy.st_size : 0;
    if (*size && *size < size_of(res) && stat_original(coded, res, &file, a) &&
        !is_older(&copy, &file) && is_of_size(fd, coding, &copy, size_of(res)))
        return fd;
    close(fd);
    return -1;
}

/* ---- making ---- */

static void make(struct buf *out, const struct response *res, enum coding coding)
{
    struct arena scratch = { 0 };
    str text = res->text;

    if (res->body == BODY_TEXT ||
        (res->length <= MADE_MOST && read_whole(&text, res->fd, res->length, &scratch)))
        coding_make(out, coding, CODING_NOW, text);
    arena_free(&scratch);
}

/* A copy as it lies beside its file, if that is small enough to be kept; else it is made. */
static str copy_of(struct buf *out, const struct response *res, enum coding coding, int copy,
                   uint64_t size, struct arena *a)
{
    str text;

    if (copy >= 0 && read_whole(&text, copy, size, a))
        return text;
    make(out, res, coding);
    return buf_str(out);
}

static struct kept *find_or_make(const struct coded *coded, struct response *res,
                                 enum coding coding, str name, int copy, uint64_t size,
                                 struct arena *a)
{
    struct asking asking;
    struct kept *kept = NULL;
    struct buf out = { 0 };

    switch (cache_ask_thing(coded->cache, &asking, KIND_OF_COPIES, name)) {
    case CACHE_HAS:
        return asking.kept;
    case CACHE_MAKE:
        kept = cache_keep_thing(coded->cache, &asking, copy_of(&out, res, coding, copy, size, a));
        buf_free(&out);
        return kept;
    case CACHE_PASS:
        break;
    }
    return NULL;
}

/* ---- the response ---- */

static void tell(struct response *res, enum coding coding, struct arena *a)
{
    str tag = headers_get(&res->headers, S("ETag"));

    headers_set(&res->headers, S("Content-Encoding"), coding_name(coding));
    if (tag.len)
        headers_set(&res->headers, S("ETag"), coding_tag(tag, coding, a));
    headers_remove(&res->headers, S("Accept-Ranges")); /* of these bytes no part is sent */
}

static void send_kept(struct response *res, struct kept *kept, enum coding coding, struct arena *a)
{
    response_borrow(res, kept_release, kept, a);
    if (!kept->text.len) /* it would not be smaller */
        return;
    response_end(res);
    res->body = BODY_TEXT;
    res->text = kept->text;
    tell(res, coding, a);
}

static void send_file(struct response *res, int copy, uint64_t size, enum coding coding,
                      struct arena *a)
{
    response_end(res);
    res->body = BODY_FILE;
    res->fd = copy;
    res->from = 0;
    res->length = size;
    tell(res, coding, a);
}

static str name_of(str tag, enum coding coding, const struct request *req, struct arena *a)
{
    return str_fmt(a, "%c%.*s%.*s", 'a' + (int)coding, STR(tag), STR(req->path));
}

bool coded_apply(const struct coded *coded, const struct request *req, struct response *res,
                 str tag, bool quick, struct arena *a)
{
    uint64_t size = size_of(res), copied = 0;

    if (!coding_suits(headers_get(&res->headers, S("Content-Type")), size))
        return true;
    headers_vary(&res->headers, S("Accept-Encoding"));
    enum coding coding = may_be_coded(req, res) ? coding_choose(req) : CODING_NONE;
    if (coding == CODING_NONE)
        return true;
    if (!tag.len)
        tag = headers_get(&res->headers, S("ETag"));

    str name = name_of(tag, coding, req, a);
    struct kept *kept =
        coded->cache && tag.len ? cache_look_thing(coded->cache, KIND_OF_COPIES, name) : NULL;
    if (kept) {
        send_kept(res, kept, coding, a);
        return true;
    }
    if (quick)
        return false;
    int copy = open_copy(coded, res, coding, &copied, a);
    if (copy >= 0 && (copied > KEPT_MOST || !coded->cache)) {
        send_file(res, copy, copied, coding, a);
        return true;
    }
    if (coded->cache && tag.len)
        kept = find_or_make(coded, res, coding, name, copy, copied, a);
    if (copy >= 0)
        close(copy);
    if (kept)
        send_kept(res, kept, coding, a);
    return true;
}

/* ---- around a handler of files ---- */

void coded_answer(void *self, const struct request *req, struct response *res, struct arena *a)
{
    struct coded_handler *around = self;
    struct request whole = *req;

    whole.whole = true;
    around->handler(around->self, &whole, res, a);
    fresh_rule(req, res);
    coded_apply(&around->coded, req, res, S(""), false, a);
    fresh_condition(req, res);
}
