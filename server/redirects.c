/*
 * redirects.c - the lines of _redirects
 *
 *   comes in:  the file's text, once; then requests
 *   goes out:  what is wrong in it, by line and column; then where each request is sent, if
 * anywhere
 *
 * Lines of one path are found by a map, however many there are: a site that has moved has
 * thousands of them. The others are tried one after the other, so there may be only so many. Which
 * line comes first is decided by their numbers.
 */
#include "server/redirects.h"

#include "vial/base/map.h"

enum { LINE_LONGEST = 8192, TRIED_MOST = 1000, WORDS_MOST = 24, PARAMS_MOST = 64 };

struct redirect {
    struct pattern from;
    struct param *query; /* what the query has to have; a value ":name" is anything */
    size_t nquery;
    str to;
    int status;
    bool forced;
    unsigned number;            /* its place among all */
    struct redirect *same_path; /* the next line of this path */
};

struct redirects {
    struct map exact; /* struct redirect, by a path without its last slash */
    struct redirect **tried;
    size_t ntried, cap;
    unsigned count;
    struct arena *arena;
};

/* --- reading ---------------------------------------------------------------------------------- */

struct line {
    struct place place; /* `file` and `source` of it */
    str words[WORDS_MOST];
    size_t count;
};

static struct place place_of(const struct line *line, str word)
{
    struct place place = line->place;

    place.offset = (size_t)(word.p - place.source.p);
    place.len = word.len;
    return place;
}

static bool cut_words(struct line *line, str text, struct error *err)
{
    line->count = 0;
    if (text.len > LINE_LONGEST)
        return error_at(err, place_of(line, str_slice(text, 0, 1)),
                        "a line has at most %d characters", LINE_LONGEST);
    for (;;) {
        size_t len = 0;

        text = str_ltrim(text);
        if (!text.len || text.p[0] == '#')
            return true;
        while (len < text.len && !is_space(text.p[len]))
            len++;
        if (line->count == WORDS_MOST)
            return error_at(err, place_of(line, str_slice(text, 0, len)),
                            "a line has at most %d words", WORDS_MOST);
        line->words[line->count++] = str_slice(text, 0, len);
        text = str_from(text, len);
    }
}

static bool is_target(str word)
{
    return str_starts(word, S("/")) || str_starts(word, S("http://")) ||
           str_starts(word, S("https://"));
}

static bool read_status(struct redirect *r, const struct line *line, str word, struct error *err)
{
    static const int known[] = { 200, 301, 302, 303, 307, 308, 404, 410 };
    str digits = word;
    int64_t status;

    r->forced = str_ends(word, S("!"));
    if (r->forced)
        digits.len--;
    if (str_int(digits, &status))
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (known[i] == status) {
                r->status = known[i];
                return true;
            }
    if (str_has(word, '=')) {
        error_at(err, place_of(line, word),
                 "conditions of country, language or role are not known here");
        return error_hint(err, "what has to be in the query stands before the target");
    }
    error_at(err, place_of(line, word), "this is no status of a redirect");
    return error_hint(
        err, "there are 301, 302, 303, 307 and 308, 200 to show another file, 404 and 410");
}

static bool read_query(struct redirect *r, const struct line *line, size_t to, struct arena *a,
                       struct error *err)
{
    if (to == 1)
        return true;
    r->query = arena_array(a, struct param, to - 1);
    for (size_t i = 1; i < to; i++) {
        str value = line->words[i], name = str_cut(&value, '=');

        if (name.len == line->words[i].len || !name.len)
            return error_at(
                err, place_of(line, line->words[i]),
                "between a path and its target stands what the query has to have: name=value");
        r->query[r->nquery++] = (struct param){ name, value };
    }
    return true;
}

static bool is_captured(const struct redirect *r, str name)
{
    for (size_t i = 0; i < r->from.count; i++)
        if (r->from.parts[i].kind != PATTERN_TEXT && str_eq(r->from.parts[i].text, name))
            return true;
    for (size_t i = 0; i < r->nquery; i++)
        if (pattern_name(r->query[i].value) && str_eq(str_from(r->query[i].value, 1), name))
            return true;
    return false;
}

/* Names in a target are those of the line; and none says which host it is. */
static bool check_target(const struct redirect *r, const struct line *line, str word,
                         struct error *err)
{
    ptrdiff_t scheme = str_find(word, S("://"));
    size_t path = 0;

    if (scheme >= 0 && word.p[0] != '/') {
        str rest = str_from(word, (size_t)scheme + 3);
        ptrdiff_t slash = str_find_char(rest, '/');

        path = slash < 0 ? word.len : (size_t)scheme + 3 + (size_t)slash;
        if (!rest.len || slash == 0)
            return error_at(err, place_of(line, word), "the target has no host");
        if (r->status < 300 || r->status > 399) {
            error_at(err, place_of(line, word),
                     "what is shown with status %d is a file of this folder", r->status);
            return error_hint(err, "vial is no proxy; send the browser there with 302");
        }
        ptrdiff_t colon = str_find_char(rest, ':');
        if (colon >= 0 && (size_t)colon < (slash < 0 ? rest.len : (size_t)slash) &&
            pattern_name(str_from(rest, (size_t)colon)))
            return error_at(err, place_of(line, str_from(rest, (size_t)colon)),
                            "the host of a target is no name of the pattern");
    } else if (str_starts(word, S("//"))) {
        return error_at(err, place_of(line, word), "a path begins with one slash");
    }
    for (size_t at = path; at < word.len; at++) {
        size_t len = pattern_name(str_from(word, at));
        bool begins = at > 0 && (word.p[at - 1] == '/' || word.p[at - 1] == '=');

        if (len && begins && !is_captured(r, str_slice(word, at + 1, at + len))) {
            error_at(err, place_of(line, str_slice(word, at, at + len)),
                     "nothing on this line is named so");
            return error_hint(err, "':splat' is what the star stood for");
        }
    }
    return true;
}

static str without_slash(str path)
{
    return path.len > 1 && str_ends(path, S("/")) ? str_slice(path, 0, path.len - 1) : path;
}

static bool add(struct redirects *all, struct redirect *r, const struct line *line,
                struct error *err)
{
    r->number = all->count++;
    if (r->from.exact && !r->from.host.len) {
        struct map_entry *entry = map_put(&all->exact, without_slash(r->from.path));
        struct redirect **at = (struct redirect **)&entry->data;

        while (*at)
            at = &(*at)->same_path;
        *at = r;
        return true;
    }
    if (all->ntried == TRIED_MOST) {
        error_at(err, place_of(line, line->words[0]),
                 "there are more than %d lines with names or stars", TRIED_MOST);
        return error_hint(err, "lines of one path may be any number");
    }
    if (all->ntried == all->cap) {
        size_t cap = all->cap ? all->cap * 2 : 16;

        all->tried = arena_grow(all->arena, all->tried, all->cap * sizeof *all->tried,
                                cap * sizeof *all->tried);
        all->cap = cap;
    }
    all->tried[all->ntried++] = r;
    return true;
}

static bool read_line(struct redirects *all, struct line *line, struct error *err)
{
    struct redirect *r = arena_make(all->arena, struct redirect);
    size_t to = 1;

    if (!pattern_read(&r->from, place_of(line, line->words[0]), all->arena, err))
        return false;
    while (to < line->count && !is_target(line->words[to]))
        to++;
    if (to == line->count) {
        str last = line->words[line->count - 1];

        error_at(err, place_of(line, last), "this line has no target");
        return error_hint(err, "a target begins with '/', 'http://' or 'https://'");
    }
    r->status = 301;
    r->to = url_encode(all->arena, line->words[to], "/?#[]@!$&'()*+,;=:%");
    if (line->count > to + 2)
        return error_at(err, place_of(line, line->words[to + 2]),
                        "conditions of country, language or role are not known here");
    if (line->count > to + 1 && !read_status(r, line, line->words[to + 1], err))
        return false;
    return read_query(r, line, to, all->arena, err) &&
           check_target(r, line, line->words[to], err) && add(all, r, line, err);
}

struct redirects *redirects_read(str file, str text, struct arena *a, struct errors *errors)
{
    struct redirects *all = arena_make(a, struct redirects);
    struct line line = { .place = { .file = file, .source = text } };
    str rest = text, words;

    all->arena = a;
    all->exact = map_in(a);
    while (str_line(&rest, &words)) {
        struct error err = { 0 };

        if (!cut_words(&line, words, &err) || (line.count && !read_line(all, &line, &err)))
            errors_add(errors, &err);
    }
    return all;
}

/* --- finding ---------------------------------------------------------------------------------- */

static bool is_before_files(const struct redirect *r)
{
    return r->forced || (r->from.exact && r->status >= 300 && r->status <= 399);
}

static bool query_matches(const struct redirect *r, const struct request *req,
                          struct captures *captures, struct arena *a)
{
    struct params params = { 0 };

    if (!r->nquery)
        return true;
    params_parse(&params, req->query, PARAMS_MOST, a);
    for (size_t i = 0; i < r->nquery; i++) {
        str wanted = r->query[i].value, value = params_get(&params, r->query[i].name);

        if (!value.p)
            return false;
        if (wanted.len && pattern_name(wanted) == wanted.len) {
            if (!captures_add(captures, str_from(wanted, 1), value))
                return false;
        } else if (!str_eq(wanted, value)) {
            return false;
        }
    }
    return true;
}

/* Where the line leads. False: to where the request is already, but for a slash perhaps. */
static bool fill(const struct redirect *r, const struct request *req,
                 const struct captures *captures, struct redirection *found, struct arena *a)
{
    str to = captures_fill(captures, r->to, a), path, rest = to;

    found->status = r->status;
    while (str_starts(to, S("//"))) /* "/:splat" is never another host */
        rest = to = str_from(to, 1);
    if (str_starts(to, S("/"))) {
        str plain = str_cut(&(str){ rest.p, rest.len }, '#');

        plain = str_cut(&plain, '?');
        if (!url_decode(&path, plain, a))
            return false;
        if (found->status < 300 || found->status > 399) {
            found->to = path;
            return true;
        }
        if (str_eq(without_slash(path), without_slash(req->path)) && !str_has(to, '?'))
            return false;
    }
    found->to = to;
    if (req->query.len && !r->nquery && !str_has(to, '?')) {
        str fragment = to, base = str_cut(&fragment, '#');
        str query = url_encode(a, req->query, "/?:@!$&'()*+,;=%[]");

        found->to = str_fmt(a, "%.*s?%.*s%s%.*s", STR(base), STR(query), fragment.len ? "#" : "",
                            STR(fragment));
    }
    return true;
}

static bool applies(const struct redirect *r, const struct request *req, enum redirect_when when,
                    struct redirection *found, struct arena *a)
{
    struct captures captures = { .count = 0 };

    return (when == REDIRECT_BEFORE_FILES) == is_before_files(r) &&
           pattern_matches(&r->from, req, true, &captures) && query_matches(r, req, &captures, a) &&
           fill(r, req, &captures, found, a);
}

bool redirects_find(const struct redirects *all, const struct request *req, enum redirect_when when,
                    struct redirection *found, struct arena *a)
{
    const struct redirect *r = map_get(&all->exact, without_slash(req->path));

    for (size_t i = 0; i < all->ntried; i++) {
        for (; r && r->number < all->tried[i]->number; r = r->same_path)
            if (applies(r, req, when, found, a))
                return true;
        if (applies(all->tried[i], req, when, found, a))
            return true;
    }
    for (; r; r = r->same_path)
        if (applies(r, req, when, found, a))
            return true;
    return false;
}
