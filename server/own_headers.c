/*
 * own_headers.c - the lines of _headers
 *
 *   comes in:  the file's text, once; then requests with the responses to them
 *   goes out:  what is wrong in it, by line and column; then the responses with these headers
 *
 * What would be a lie if it could be told here (how a message is framed, which version a file is)
 * is an error and not passed over, so that nobody believes that it is sent.
 */
#include "server/own_headers.h"

enum { LINE_LONGEST = 8192, RULES_MOST = 1000, ENTRIES_MOST = 64 };

struct entry {
    str name, value;
    bool removes;
};

struct rule {
    struct rule *next;
    struct pattern pattern;
    struct entry entries[ENTRIES_MOST];
    size_t count;
};

struct own_headers {
    struct rule *first, **end;
    size_t count;
};

static bool is_among(str name, const char *const *names)
{
    for (; *names; names++)
        if (str_ieq(name, str_of(*names)))
            return true;
    return false;
}

/* --- reading ---------------------------------------------------------------------------------- */

static const char *const servers[] = {
    "Accept-Ranges",
    "Age",
    "Allow",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Date",
    "ETag",
    "Keep-Alive",
    "Last-Modified",
    "Location",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    NULL,
};

static struct place place_of(str file, str source, str span)
{
    return (struct place){ file, source, (size_t)(span.p - source.p), span.len };
}

static bool check_entry(const struct entry *e, str line, struct place place, struct error *err)
{
    if (str_ieq(e->name, S("Basic-Auth"))) {
        error_at(err, place, "'Basic-Auth' would be sent to everybody: it is no header");
        return error_hint(err,
                          "vial knows no passwords for files; let a proxy in front ask for them");
    }
    if (is_among(e->name, servers))
        return error_at(err, place, "'%.*s' is told by the server, which alone knows it",
                        STR(e->name));
    if (!str_has(line, ':') || !header_is_legal(e->name, e->value)) {
        error_at(err, place, "this is no header");
        return error_hint(err, str_has(line, ':') ? "a name is of letters, digits and dashes"
                                                  : "write 'Name: value'");
    }
    return true;
}

static bool read_entry(struct rule *rule, str line, struct place place, struct error *err)
{
    struct entry e = { .removes = line.p[0] == '!' };

    if (rule->count == ENTRIES_MOST)
        return error_at(err, place, "a path has at most %d headers", ENTRIES_MOST);
    if (e.removes) {
        e.name = str_trim(str_from(line, 1));
        if (header_is_legal(e.name, S(""))) {
            rule->entries[rule->count++] = e;
            return true;
        }
        error_at(err, place, "this is no header's name");
        return error_hint(err, "'! Name' takes a header away");
    }
    e.value = line;
    e.name = str_trim(str_cut(&e.value, ':'));
    e.value = str_trim(e.value);
    if (!check_entry(&e, line, place, err))
        return false;
    if (!e.value.len) {
        error_at(err, place, "'%.*s' has no value", STR(e.name));
        return error_hint(err, "to take it away write '! %.*s'", STR(e.name));
    }
    rule->entries[rule->count++] = e;
    return true;
}

static bool read_rule(struct own_headers *own, struct place place, struct rule **made,
                      struct arena *a, struct error *err)
{
    struct rule *rule = arena_make(a, struct rule);

    *made = rule; /* also a wrong one, so that what belongs to it is read */
    if (!pattern_read(&rule->pattern, place, a, err))
        return false;
    if (own->count++ == RULES_MOST)
        return error_at(err, place, "there are more than %d paths", RULES_MOST);
    *own->end = rule;
    own->end = &rule->next;
    return true;
}

static bool read_line(struct own_headers *own, struct rule **rule, str line, str file, str source,
                      struct arena *a, struct error *err)
{
    str words = str_trim(line);
    struct place place = place_of(file, source, words);

    if (!words.len || words.p[0] == '#')
        return true;
    if (line.len > LINE_LONGEST)
        return error_at(err, place_of(file, source, str_slice(words, 0, 1)),
                        "a line has at most %d characters", LINE_LONGEST);
    if (!is_space(line.p[0]) && (words.p[0] == '/' || str_starts(words, S("http"))))
        return read_rule(own, place, rule, a, err);
    if (!is_space(line.p[0])) {
        error_at(err, place, "a path begins with a slash");
        return error_hint(err, "headers stand below their path, with spaces before them");
    }
    if (!*rule)
        return error_at(err, place, "this header stands below no path");
    return read_entry(*rule, words, place, err);
}

struct own_headers *own_headers_read(str file, str text, struct arena *a, struct errors *errors)
{
    struct own_headers *own = arena_make(a, struct own_headers);
    struct rule *rule = NULL;
    str rest = text, line;

    own->end = &own->first;
    while (str_line(&rest, &line)) {
        struct error err = { 0 };

        if (!read_line(own, &rule, line, file, text, a, &err))
            errors_add(errors, &err);
    }
    return own;
}

/* --- applying --------------------------------------------------------------------------------- */

/* Of the file and not of the answer: a page that is not there is not kept for a year. */
static const char *const of_files[] = {
    "Cache-Control", "Content-Type", "Content-Disposition", "Content-Language", "Expires", NULL,
};

/* Told before by this file, in this response: from `first` on. */
static struct header *told(struct headers *headers, size_t first, str name)
{
    for (size_t i = first; i < headers->count; i++)
        if (str_ieq(headers->list[i].name, name))
            return &headers->list[i];
    return NULL;
}

static void take_away(struct headers *headers, size_t *own, str name)
{
    size_t kept = 0, first = *own;

    for (size_t i = 0; i < headers->count; i++) {
        if (str_ieq(headers->list[i].name, name)) {
            *own -= i < first;
            continue;
        }
        headers->list[kept++] = headers->list[i];
    }
    headers->count = kept;
}

static void apply_entry(const struct entry *e, const struct captures *captures,
                        struct headers *headers, size_t *own, struct arena *a)
{
    str name = str_copy(a, e->name), value = str_copy(a, captures_fill(captures, e->value, a));
    struct header *before = told(headers, *own, e->name);

    if (e->removes) {
        take_away(headers, own, e->name);
        headers_add(headers, name, S("")); /* nor is it sent when all answers have it */
    } else if (before && before->value.len && !str_ieq(e->name, S("Set-Cookie"))) {
        before->value = str_fmt(a, "%.*s, %.*s", STR(before->value), STR(value));
    } else if (str_ieq(e->name, S("Vary")) || (before && before->value.len)) {
        headers_add(headers, name, value);
    } else {
        take_away(headers, own, e->name);
        headers_add(headers, name, value);
    }
}

void own_headers_apply(const struct own_headers *all, const struct request *req,
                       struct response *res, struct arena *a)
{
    bool is_file = res->status == 200 || res->status == 304;
    size_t own = res->headers.count; /* from here on they are those of the file */

    for (const struct rule *rule = all->first; rule; rule = rule->next) {
        struct captures captures = { .count = 0 };

        if (!pattern_matches(&rule->pattern, req, false, &captures))
            continue;
        for (size_t i = 0; i < rule->count; i++)
            if (is_file || !is_among(rule->entries[i].name, of_files))
                apply_entry(&rule->entries[i], &captures, &res->headers, &own, a);
    }
}
