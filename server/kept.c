/*
 * kept.c - an answer that may be kept, as one piece of memory
 *
 *   comes in:  a response and its reads
 *   goes out:  may it be kept, and by what does it differ; a copy; that copy as a response again
 *
 * What was asked of the request is among the reads, so nothing is guessed from the URL. Headers of
 * the response count as well: Set-Cookie, a Vary by what we do not tell apart, and the word of
 * whoever made it that it be private.
 */
#include "server/kept.h"

#include "vial/base/date.h"
#include "vial/base/hash.h"
#include <stdlib.h>

/* ---- judging ---- */

static unsigned varies_of(const struct reads *reads)
{
    static const struct {
        const char *key;
        unsigned varies;
    } parts[] = {
        { "request:query", VARIES_QUERY },
        { "request:host", VARIES_HOST },
        { "request:method", VARIES_METHOD },
        { "request:accept", VARIES_ACCEPT },
        { "now", VARIES_SECOND },
        { "request:language", VARIES_LANGUAGE },
    };
    unsigned varies = 0;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (reads_has(reads, str_of(parts[i].key)))
            varies |= parts[i].varies;
    return varies;
}

static bool is_personal(const struct reads *reads)
{
    static const char *const parts[] = { "request:headers", "request:cookies", "request:session",
                                         "request:peer",    "request:body",    "request:code",
                                         "again:text",      "again:code",      "told:code" };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (reads_has(reads, str_of(parts[i])))
            return true;
    return false;
}

/* A Vary that says more than what we look at. */
static bool varies_otherwise(str vary)
{
    while (vary.len) {
        str name = str_trim(str_cut(&vary, ','));

        if (name.len && !str_ieq(name, S("Accept-Encoding")) && !str_ieq(name, S("Accept")) &&
            !str_ieq(name, S("Accept-Language")))
            return true;
    }
    return false;
}

static bool says_never(const struct headers *headers)
{
    for (size_t i = 0; i < headers->count; i++) {
        const struct header *field = &headers->list[i];

        if (str_ieq(field->name, S("Set-Cookie")) || str_ieq(field->name, S("X-Request-Id")))
            return true;
        if (str_ieq(field->name, S("Vary")) && varies_otherwise(field->value))
            return true;
        if (str_ieq(field->name, S("Cache-Control")) &&
            (str_find(field->value, S("private")) >= 0 ||
             str_find(field->value, S("no-store")) >= 0))
            return true;
    }
    return false;
}

static bool is_lasting(int status)
{
    return status == 200 || status == 301 || status == 302 || status == 303 || status == 307 ||
           status == 308 || status == 404 || status == 410;
}

struct judgement kept_judge(const struct response *res)
{
    bool never = !res->reads || !is_lasting(res->status) ||
                 (res->body != BODY_TEXT && res->body != BODY_NONE) || is_personal(res->reads) ||
                 says_never(&res->headers);

    return (struct judgement){ .never = never, .varies = never ? 0 : varies_of(res->reads) };
}

/* ---- keys ---- */

struct key {
    char *p;
    size_t len, most;
    bool full;
};

static void add(struct key *key, str s)
{
    if (key->full || s.len + 1 > key->most - key->len) {
        key->full = true;
        return;
    }
    if (s.len)
        memcpy(key->p + key->len, s.p, s.len);
    key->len += s.len;
    key->p[key->len++] = '\0'; /* in none of the parts: so these two are never those three */
}

bool kept_key(char *text, size_t *len, size_t most, unsigned varies, const struct request *req)
{
    struct key key = { text, *len, most, false };
    char bits = (char)('@' + varies);

    if (!varies)
        return true;
    add(&key, S("")); /* after the path */
    add(&key, str_n(&bits, 1));
    if (varies & VARIES_QUERY)
        add(&key, req->query);
    if (varies & VARIES_HOST) {
        add(&key, req->scheme);
        add(&key, req->host);
    }
    if (varies & VARIES_METHOD)
        add(&key, req->method);
    if (varies & VARIES_ACCEPT)
        add(&key, headers_get(&req->headers, S("Accept")));
    if (varies & VARIES_LANGUAGE)
        add(&key, headers_get(&req->headers, S("Accept-Language")));
    if (varies & VARIES_SECOND) {
        int64_t now = now_unix();

        add(&key, str_n((const char *)&now, sizeof now));
    }
    *len = key.len;
    return !key.full;
}

/* ---- copies ---- */

static str put(char **at, str s)
{
    char *here = *at;

    if (s.len)
        memcpy(here, s.p, s.len);
    *at += s.len;
    return str_n(here, s.len);
}

/* `"` and the digest's digits and `"`: what vial_handle() gives to pages. */
static str tag_for(const struct response *res, struct arena *a)
{
    str tag = headers_get(&res->headers, S("ETag"));

    return tag.len
               ? tag
               : str_fmt(
                     a, "\"%.*s\"",
                     STR(digest_text(a, digest_of(res->body == BODY_TEXT ? res->text : S("")))));
}

struct kept *kept_of(const struct response *res)
{
    struct arena scratch = { 0 };
    str tag = tag_for(res, &scratch), text = res->body == BODY_TEXT ? res->text : S("");
    size_t fields = res->headers.count * sizeof(struct header);
    size_t bytes = sizeof(struct kept) + fields + tag.len + text.len;

    for (size_t i = 0; i < res->headers.count; i++)
        bytes += res->headers.list[i].name.len + res->headers.list[i].value.len;
    struct kept *kept = malloc(bytes);
    if (!kept)
        out_of_memory(bytes);

    struct header *list = (struct header *)(kept + 1);
    char *at = (char *)list + fields;
    *kept = (struct kept){ .holders = 1,
                           .status = res->status,
                           .fields = list,
                           .count = res->headers.count,
                           .bytes = bytes };
    for (size_t i = 0; i < kept->count; i++) {
        list[i].name = put(&at, res->headers.list[i].name);
        list[i].value = put(&at, res->headers.list[i].value);
    }
    kept->tag = put(&at, tag);
    kept->text = put(&at, text);
    arena_free(&scratch);
    return kept;
}

struct kept *kept_of_text(str text)
{
    struct response res = { .body = BODY_TEXT, .text = text };
    struct header tag = { S("ETag"), S("-") };

    res.headers = (struct headers){ .list = &tag, .count = 1 };
    return kept_of(&res);
}

void kept_hold(struct kept *kept)
{
    __atomic_add_fetch(&kept->holders, 1, __ATOMIC_RELAXED);
}

void kept_release(void *self)
{
    struct kept *kept = self;

    if (kept && __atomic_sub_fetch(&kept->holders, 1, __ATOMIC_ACQ_REL) == 0)
        free(kept);
}

void kept_show(struct kept *kept, struct response *res, struct arena *a)
{
    enum { ROOM = 6 }; /* for headers that the way out adds */
    struct header *list = arena_alloc(a, (kept->count + ROOM) * sizeof *list);

    memcpy(list, kept->fields, kept->count * sizeof *list);
    *res = (struct response){
        .status = kept->status,
        .headers = { list, kept->count, kept->count + ROOM, a },
        .body = BODY_TEXT,
        .text = kept->text,
    };
    response_borrow(res, kept_release, kept, a);
}
