/*
 * external_ask.c - other sites are asked, many at once and each gently
 *
 *   comes in:  addresses
 *   goes out:  of each whether it is there, and where it has moved
 *
 * HEAD is asked first, which costs the other side least. Where that is refused or fails, GET is,
 * since some servers know no HEAD; its body is not read unless a part of the page is looked for.
 * Redirects are followed here and not by libcurl: each hop may lead to another host, whose limits
 * are its own, and whether all of them are for good is only seen hop by hop. What may pass (no
 * answer, 5xx, 429) is asked again, each time after twice as long, or when the host says.
 */
#include "cli/external.h"
#include "cli/external_library.h"

#include "vial/base/date.h"
#include "vial/http/http.h"
#include "vial/site/html_tags.h"
#include <stdlib.h>

enum { HOPS_MOST = 10, BODY_MOST = 4 << 20, WAIT_LONGEST = 60000 /* milliseconds */ };

struct host {
    int64_t running;
    int64_t not_before; /* milliseconds */
};

/* A question on its way. */
struct asking {
    struct question *question;
    struct host *host; /* of `at` */
    str at;            /* where it is asked now: after redirects, another address */
    CURL *easy;        /* NULL: it waits */
    bool get, for_good, done;
    int64_t hops, tries, not_before;
    bool enough; /* of the body */
    struct buf body;
    char why[CURL_ERROR_SIZE];
};

struct round {
    const struct external_options *options;
    struct arena *arena;
    struct asking *all;
    size_t count, first; /* those before are done */
    struct map hosts;
    CURLM *multi;
    int64_t running;
    int64_t next; /* when the first that waits may be asked; milliseconds */
};

static int64_t now_ms(void)
{
    return now_ns() / 1000000;
}

/* ---- one request ---- */

/* Without a part to look for, the first bytes of a body are proof enough. */
static size_t take_body(char *bytes, size_t size, size_t count, void *self)
{
    struct asking *asking = self;
    size_t len = size * count;

    if (!asking->question->parts || asking->body.len + len > BODY_MOST) {
        asking->enough = true;
        return 0;
    }
    buf_add(&asking->body, str_n(bytes, len));
    return len;
}

/* "example.org:443"; NULL: this is no address. */
static struct host *host_for(struct round *r, str url)
{
    CURLU *parts = curl_url();
    char *host = NULL, *port = NULL, *scheme = NULL;
    struct host *found = NULL;
    struct arena a = { 0 };

    if (!curl_url_set(parts, CURLUPART_URL, str_cstr(&a, url), 0) &&
        !curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) &&
        (str_eq(str_of(scheme), S("http")) || str_eq(str_of(scheme), S("https"))) &&
        !curl_url_get(parts, CURLUPART_HOST, &host, 0) &&
        !curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT)) {
        struct map_entry *entry = map_put(&r->hosts, str_fmt(r->arena, "%s:%s", host, port));

        if (!entry->data)
            entry->data = arena_make(r->arena, struct host);
        found = entry->data;
    }
    curl_free(host);
    curl_free(port);
    curl_free(scheme);
    curl_url_cleanup(parts);
    arena_free(&a);
    return found;
}

static void start(struct round *r, struct asking *asking)
{
    CURL *easy = asking->easy = curl_easy_init();
    struct arena a = { 0 };

    if (!easy)
        abort();
    buf_clear(&asking->body);
    asking->enough = false;
    asking->why[0] = '\0';
    curl_easy_setopt(easy, CURLOPT_URL, str_cstr(&a, asking->at)); /* copied */
    curl_easy_setopt(easy, CURLOPT_PRIVATE, asking);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, asking->why);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOBODY, asking->get ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)r->options->timeout);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "vial/" VIAL_VERSION " (checks links)");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, asking);
    curl_multi_add_handle(r->multi, easy);
    asking->host->running++;
    r->running++;
    arena_free(&a);
}

static void stop(struct round *r, struct asking *asking)
{
    curl_multi_remove_handle(r->multi, asking->easy);
    curl_easy_cleanup(asking->easy);
    asking->easy = NULL;
    asking->host->running--;
    r->running--;
}

/* ---- what an answer means ---- */

static void finish(struct asking *asking, enum verdict verdict, str why)
{
    asking->done = true;
    asking->question->verdict = verdict;
    asking->question->why = why;
    buf_free(&asking->body);
}

/* Twice as long as the last time, and not before the host wants it. False: that was the last. */
static bool again_later(struct round *r, struct asking *asking, int64_t wish)
{
    int64_t wait = r->options->wait << (asking->tries < 8 ? asking->tries : 8);

    if (asking->tries >= r->options->retries)
        return false;
    asking->tries++;
    if (wish > wait)
        wait = wish;
    if (wait > WAIT_LONGEST)
        wait = WAIT_LONGEST;
    asking->not_before = now_ms() + wait;
    return true;
}

static void no_answer(struct round *r, struct asking *asking, CURLcode code)
{
    bool unreachable = code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT;
    bool for_ever = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_URL_MALFORMAT ||
                    code == CURLE_UNSUPPORTED_PROTOCOL;
    str said = str_trim(str_of(asking->why[0] ? asking->why : curl_easy_strerror(code)));

    if (!asking->get && !unreachable && !for_ever && code != CURLE_OPERATION_TIMEDOUT) {
        asking->get = true; /* some servers hang up on HEAD */
        return;
    }
    if (!for_ever && again_later(r, asking, 0))
        return;
    finish(asking, VERDICT_GONE, str_fmt(r->arena, "cannot be reached: %.*s", STR(said)));
}

static bool is_redirect(long status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static void go_on(struct round *r, struct asking *asking, long status, const char *to)
{
    struct host *host = to ? host_for(r, str_of(to)) : NULL;

    if (!host) {
        finish(asking, VERDICT_GONE,
               str_fmt(r->arena, "answers %ld (%s) and leads nowhere", status,
                       http_reason((int)status)));
        return;
    }
    if (++asking->hops > HOPS_MOST) {
        finish(asking, VERDICT_GONE, str_fmt(r->arena, "redirects more than %d times", HOPS_MOST));
        return;
    }
    asking->for_good = asking->for_good && (status == 301 || status == 308);
    asking->at = str_copy(r->arena, str_of(to));
    asking->host = host;
    if (asking->for_good)
        asking->question->moved = asking->at;
}

/* GitHub and others say "user-content-part" where links say "part". */
static bool is_named(str value, str id)
{
    str before = S("user-content-");

    return str_eq(value, id) ||
           (str_starts(value, before) && str_eq(str_from(value, before.len), id));
}

static void look_for_parts(struct asking *asking, const char *type)
{
    struct html_tags tags = { .html = buf_str(&asking->body) };
    bool html = type && str_istarts(str_of(type), S("text/html"));

    /* what is no HTML, or longer than is read, may have any part */
    for (struct question_part *part = asking->question->parts; part; part = part->next)
        part->there = !html || asking->enough;
    while (html && html_next_tag(&tags)) {
        const struct html_attribute *id = html_attribute(&tags, "id");
        const struct html_attribute *name = html_attribute(&tags, "name");

        for (struct question_part *part = asking->question->parts; part; part = part->next)
            part->there = part->there || (id && is_named(id->value, part->id)) ||
                          (name && is_named(name->value, part->id)) || str_ieq(part->id, S("top"));
    }
}

static void answered(struct round *r, struct asking *asking)
{
    long status = 0;
    curl_off_t wish = 0;
    char *to = NULL, *type = NULL;

    curl_easy_getinfo(asking->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(asking->easy, CURLINFO_RETRY_AFTER, &wish);
    curl_easy_getinfo(asking->easy, CURLINFO_REDIRECT_URL, &to);
    curl_easy_getinfo(asking->easy, CURLINFO_CONTENT_TYPE, &type);
    asking->question->status = status;
    if (wish > 0 || status == 429) {
        int64_t until = now_ms() + (wish < 60 ? (int64_t)wish * 1000 : WAIT_LONGEST);

        if (until > asking->host->not_before)
            asking->host->not_before = until;
    }
    str says = str_fmt(r->arena, "answers %ld (%s)", status, http_reason((int)status));
    if (status >= 200 && status < 300) {
        look_for_parts(asking, type);
        finish(asking, VERDICT_FINE, S(""));
    } else if (is_redirect(status)) {
        go_on(r, asking, status, to);
    } else if (status == 429 || status >= 500) {
        if (!asking->get && status != 429)
            asking->get = true;
        else if (!again_later(r, asking, (int64_t)wish * 1000))
            finish(asking, status == 429 ? VERDICT_REFUSED : VERDICT_GONE, says);
    } else if (!asking->get) {
        asking->get = true; /* 405, and what means it */
    } else {
        bool refused =
            status == 401 || status == 403 || status == 407 || status == 451 || status == 999;
        finish(asking, refused ? VERDICT_REFUSED : VERDICT_GONE, says);
    }
}

static void take_answers(struct round *r)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(r->multi, &left))) {
        CURLcode code = message->data.result;
        struct asking *asking = NULL;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&asking);
        struct host *host = asking->host;
        if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && asking->enough))
            answered(r, asking);
        else
            no_answer(r, asking, code);
        struct host *next = asking->host;
        asking->host = host; /* where it ran: a redirect may have led elsewhere */
        stop(r, asking);
        asking->host = next;
    }
}

/* ---- all of them ---- */

/* Those whose time has come, as far as there is room. */
static void start_some(struct round *r)
{
    int64_t now = now_ms();

    r->next = now + 1000;
    while (r->first < r->count && r->all[r->first].done)
        r->first++;
    for (size_t i = r->first; i < r->count && r->running < r->options->at_once; i++) {
        struct asking *asking = &r->all[i];

        if (asking->done || asking->easy || asking->host->running >= r->options->at_once_host)
            continue;
        int64_t when = asking->not_before > asking->host->not_before ? asking->not_before
                                                                     : asking->host->not_before;
        if (when <= now)
            start(r, asking);
        else if (when < r->next)
            r->next = when;
    }
}

static void begin(struct round *r, struct question **questions)
{
    for (size_t i = 0; i < r->count; i++) {
        struct asking *asking = &r->all[i];

        *asking = (struct asking){ .question = questions[i], .at = questions[i]->url };
        asking->for_good = true;
        asking->get = questions[i]->parts != NULL;
        asking->host = host_for(r, asking->at);
        if (!asking->host)
            finish(asking, VERDICT_GONE, S("is no address"));
    }
}

bool external_ask(struct question **questions, size_t count, const struct external_options *options,
                  struct arena *a, struct error *err)
{
    struct round r = { .options = options, .arena = a, .count = count };
    int running;

    if (!external_library_load(err))
        return false;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) || !(r.multi = curl_multi_init()))
        return error_set(err, "libcurl cannot begin");
    r.hosts = map_in(a);
    r.all = arena_array(a, struct asking, count);
    begin(&r, questions);
    for (start_some(&r); r.first < r.count; start_some(&r)) {
        int64_t wait = r.next - now_ms();

        curl_multi_perform(r.multi, &running);
        take_answers(&r);
        if (running || wait > 0)
            curl_multi_poll(r.multi, NULL, 0, (int)(wait > 0 && wait < 1000 ? wait : 50), NULL);
    }
    curl_multi_cleanup(r.multi);
    curl_global_cleanup();
    return true;
}
