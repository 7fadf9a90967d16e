/*
 * external.c - links to other sites, and what is told of them
 *
 *   comes in:  links with their places
 *   goes out:  an error for each that leads nowhere, a warning for each that would not say, and a
 *              hint for each that has moved for good
 *
 * An address is asked for once, however many links lead to it and whatever part of its page they
 * mean. What is left alone: what a pattern names, and, unless it is wished, names that are reserved
 * for examples and this machine's own, which texts are full of and nobody serves.
 */
#include "cli/external.h"
#include "vial/http/http.h"
#include <stdlib.h>

struct checking {
    const struct external_options *options;
    struct arena arena;
    struct map questions; /* struct question, by address without its part */
    struct map known;     /* struct known_link                            */
    struct external_sum *sum;
};

/* ---- which addresses ---- */

static str host_of(str url)
{
    ptrdiff_t colon = str_find(url, S("://"));
    str rest = colon == STR_NONE ? url : str_from(url, (size_t)colon + 3);
    size_t n = 0;

    while (n < rest.len && !strchr("/?#", rest.p[n]))
        n++;
    rest.len = n;
    ptrdiff_t at = str_rfind_char(rest, '@');
    if (at != STR_NONE)
        rest = str_from(rest, (size_t)at + 1);
    if (str_starts(rest, S("[")))
        return rest;
    return str_cut(&rest, ':');
}

/* RFC 2606 and 6761: names that are nobody's; and this machine. */
static bool is_nobodys(str url)
{
    static const char *const hosts[] = { "localhost", "example.com", "example.org", "example.net",
                                         "example",   "invalid",     "test",        "local" };
    str host = host_of(url);

    if (str_starts(host, S("127.")) || str_starts(host, S("[::1]")) || str_eq(host, S("0.0.0.0")))
        return true;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        str name = str_of(hosts[i]);
        size_t before = host.len - name.len;

        if (str_ieq(host, name) || (host.len > name.len && host.p[before - 1] == '.' &&
                                    str_ieq(str_from(host, before), name)))
            return true;
    }
    return false;
}

static bool is_skipped(const struct checking *c, str url)
{
    for (size_t i = 0; i < c->options->nskip; i++)
        if (str_like(url, c->options->skip[i]))
            return true;
    return !c->options->local && is_nobodys(url);
}

/* A part that a script makes, or a text to be shown, is no id. */
static bool is_id(str part)
{
    return part.len && part.p[0] != '/' && part.p[0] != '!' && !str_starts(part, S(":~:")) &&
           str_find(part, S(":~:text=")) == STR_NONE;
}

static struct question *ask_for(struct checking *c, str url)
{
    str rest = url, bare = str_cut(&rest, '#'), id = rest;
    struct map_entry *entry = map_put(&c->questions, bare);
    struct question *question = entry->data;

    if (!question) {
        question = entry->data = arena_make(&c->arena, struct question);
        question->url = bare;
    }
    if (!c->options->anchors || !is_id(rest) || !url_decode(&id, rest, &c->arena))
        return question;
    for (const struct question_part *part = question->parts; part; part = part->next)
        if (str_eq(part->id, id))
            return question;
    struct question_part *part = arena_make(&c->arena, struct question_part);
    *part = (struct question_part){ question->parts, id, false };
    question->parts = part;
    return question;
}

/* "//host/x" is asked as browsers would from a page of https. */
static str whole_address(struct checking *c, str url)
{
    if (str_starts(url, S("//")))
        return str_fmt(&c->arena, "https:%.*s", STR(url));
    return str_copy(&c->arena, url);
}

/* ---- what is known already ---- */

static str part_key(struct checking *c, const struct question *question, str id)
{
    return str_fmt(&c->arena, "%.*s#%.*s", STR(question->url), STR(id));
}

static bool is_known(struct checking *c, struct question *question)
{
    const struct known_link *link = map_get(&c->known, question->url);

    if (!link)
        return false;
    for (const struct question_part *part = question->parts; part; part = part->next)
        if (!map_find(&c->known, part_key(c, question, part->id)))
            return false;
    question->verdict = VERDICT_FINE;
    question->status = link->status;
    question->moved = link->moved;
    for (struct question_part *part = question->parts; part; part = part->next)
        part->there = true;
    return true;
}

static void know(struct checking *c, str key, const struct question *question)
{
    struct known_link *link = arena_make(&c->arena, struct known_link);

    /* a tab or a line end would tear the file */
    if (str_has(key, '\t') || str_has(key, '\n') || str_has(question->moved, '\t') ||
        str_has(question->moved, '\n'))
        return;
    *link = (struct known_link){ external_now(), question->status, question->moved };
    map_put(&c->known, key)->data = link;
}

static void learn(struct checking *c, const struct question *question)
{
    if (question->verdict != VERDICT_FINE)
        return;
    know(c, question->url, question);
    for (const struct question_part *part = question->parts; part; part = part->next)
        if (part->there)
            know(c, part_key(c, question, part->id), question);
}

static bool ask_all(struct checking *c, struct error *err)
{
    struct question **open = arena_array(&c->arena, struct question *, c->questions.count + 1);
    size_t count = 0;

    for (size_t i = 0; i < c->questions.count; i++) {
        struct question *question = c->questions.entries[i].data;

        if (!is_known(c, question))
            open[count++] = question;
    }
    c->sum->addresses = c->questions.count;
    c->sum->asked = count;
    c->sum->cached = c->questions.count - count;
    if (count && !external_ask(open, count, c->options, &c->arena, err))
        return false;
    for (size_t i = 0; i < count; i++)
        learn(c, open[i]);
    return !count || external_cache_save(c->options->cache, &c->known, err);
}

/* ---- what is told ---- */

static const struct question_part *part_of(const struct question *question, str url,
                                           struct arena *a)
{
    str rest = url, id;

    str_cut(&rest, '#');
    if (!rest.len || !url_decode(&id, rest, a))
        return NULL;
    for (const struct question_part *part = question->parts; part; part = part->next)
        if (str_eq(part->id, id))
            return part;
    return NULL;
}

static void say(struct error *link, str sentence, struct errors *into)
{
    link->sentence = str_copy(&link->own, sentence);
    errors_add(into, link);
}

static void tell(struct checking *c, struct error *link, const struct question *question, str url,
                 struct errors *errors, struct errors *warnings, struct errors *hints)
{
    const struct question_part *part = part_of(question, url, &c->arena);
    str bare = question->url;

    if (question->verdict == VERDICT_GONE) {
        say(link, str_fmt(&c->arena, "%.*s %.*s", STR(bare), STR(question->why)), errors);
    } else if (question->verdict == VERDICT_REFUSED) {
        link->hint = str_copy(&link->own, S("look yourself; --skip, or 'skip' of 'checks' in "
                                            "vial.yaml, leaves it out"));
        say(link, str_fmt(&c->arena, "%.*s %.*s, so nobody knows", STR(bare), STR(question->why)),
            warnings);
    } else if (part && !part->there) {
        say(link, str_fmt(&c->arena, "%.*s has no '#%.*s'", STR(bare), STR(part->id)), errors);
    } else if (question->moved.len) {
        say(link,
            str_fmt(&c->arena, "%.*s has moved for good to %.*s", STR(bare), STR(question->moved)),
            hints);
    } else {
        error_free(link);
    }
}

bool external_check(struct errors *links, const struct external_options *options,
                    struct errors *errors, struct errors *warnings, struct errors *hints,
                    struct external_sum *sum, struct error *err)
{
    struct checking c = { .options = options, .sum = sum };
    bool good;

    c.questions = map_in(&c.arena);
    c.known = external_cache_load(options->cache, options->max_age, &c.arena);
    *sum = (struct external_sum){ .links = links->count };
    struct question **of = arena_array(&c.arena, struct question *, links->count + 1);
    str *urls = arena_array(&c.arena, str, links->count + 1);
    for (size_t i = 0; i < links->count; i++) {
        urls[i] = whole_address(&c, links->list[i].sentence);
        if (is_skipped(&c, urls[i]))
            sum->skipped++;
        else
            of[i] = ask_for(&c, urls[i]);
    }
    good = ask_all(&c, err);
    for (size_t i = 0; good && i < links->count; i++)
        if (of[i])
            tell(&c, &links->list[i], of[i], urls[i], errors, warnings, hints);
        else
            error_free(&links->list[i]);
    if (good)
        links->count = 0;
    errors_free(links);
    errors_sort(errors);
    errors_sort(warnings);
    errors_sort(hints);
    arena_free(&c.arena);
    return good;
}
