/*
 * logic_says.c - what a C compiler says, as vial's own errors
 *
 *   comes in:  lines such as "logic/a.c:3:5: error: expected ';'", of gcc, clang and the linker
 *   goes out:  errors and warnings with their places; notes below the one they belong to
 *
 * The excerpt and the caret are ours, of the file itself, so the compiler's own drawing is left
 * out, as is every line that names no place.
 */
#include "vial/base/path.h"
#include "vial/site/logic_inside.h"
#include <stdlib.h>

enum { MOST = 100, SOURCE_SIZE = 16 << 20 };

enum severity { NOT_SAID, SAID_ERROR, SAID_WARNING, SAID_NOTE };

struct line {
    str file;
    int64_t line, col; /* col 0: the whole line */
    enum severity severity;
    str text;
};

struct hearing {
    const struct logic_work *w;
    struct errors *errors, *warnings;
    struct error *last;  /* that notes belong to; NULL: none */
    struct map texts;    /* str *, by file                   */
    struct line from[8]; /* "In file included from" */
    size_t nfrom;
};

/* ---- a line in its parts ---- */

static bool cut_number(str *rest, int64_t *number)
{
    size_t n = 0;

    while (n < rest->len && is_digit(rest->p[n]))
        n++;
    if (!n || n > 9 || n == rest->len || (rest->p[n] != ':' && rest->p[n] != ','))
        return false;
    str_int(str_slice(*rest, 0, n), number);
    *rest = str_from(*rest, n + 1);
    return true;
}

/* "FILE:LINE:COL:", or without a column: up to what is said there. */
static bool cut_place(str *rest, struct line *line)
{
    for (size_t i = 0; i + 1 < rest->len; i++) {
        str after = str_from(*rest, i + 1);

        if (rest->p[i] != ':' || !cut_number(&after, &line->line))
            continue;
        line->file = str_slice(*rest, 0, i);
        line->col = 0;
        cut_number(&after, &line->col);
        *rest = after;
        return line->file.len > 0;
    }
    return false;
}

static enum severity cut_severity(str *rest)
{
    static const struct {
        const char *word;
        enum severity severity;
    } words[] = {
        { "fatal error: ", SAID_ERROR },
        { "error: ", SAID_ERROR },
        { "warning: ", SAID_WARNING },
        { "note: ", SAID_NOTE },
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_starts(*rest, str_of(words[i].word))) {
            *rest = str_from(*rest, strlen(words[i].word));
            return words[i].severity;
        }
    return NOT_SAID;
}

/* The linker knows no severities, only that it cannot go on. */
static bool is_the_linkers(str text)
{
    return str_find(text, S("multiple definition of")) != STR_NONE ||
           str_find(text, S("undefined reference to")) != STR_NONE ||
           str_find(text, S("cannot find -l")) != STR_NONE;
}

/* "cc1: fatal error: no such option", "/usr/bin/ld: cannot find -lx": who says it matters to none.
 */
static enum severity cut_speaker(str *rest)
{
    ptrdiff_t colon = str_find(*rest, S(": "));

    if (colon != STR_NONE)
        *rest = str_from(*rest, (size_t)colon + 2);
    enum severity severity = cut_severity(rest);
    return severity == NOT_SAID && is_the_linkers(*rest) ? SAID_ERROR : severity;
}

/* Files of the site are called as the site's reader calls them. */
static str own_name(const struct logic_work *w, str file)
{
    struct arena *a = w->a;

    if (!str_starts(file, S("/")))
        return logic_path(w, path_normal(a, file));
    char *real = realpath(str_cstr(a, w->folder), NULL);
    str root = real ? str_fmt(a, "%s/", real) : S("");
    free(real);
    return root.len && str_starts(file, root) ? logic_path(w, str_from(file, root.len)) : file;
}

/* "... [-Werror=x]": which option made an error of it is ours to know; of warnings it is said. */
static str without_option(str text)
{
    ptrdiff_t at = str_find(text, S(" [-Werror="));

    return at == STR_NONE ? text : str_slice(text, 0, (size_t)at);
}

static bool read_line(struct hearing *h, str said, struct line *line)
{
    *line = (struct line){ 0 };
    str rest = said;
    if (!cut_place(&rest, line)) {
        rest = said;
        line->severity = cut_severity(&rest);
        if (line->severity == NOT_SAID)
            line->severity = cut_speaker(&rest);
        line->text = rest;
        return line->severity == SAID_ERROR;
    }
    rest = str_ltrim(rest);
    line->severity = cut_severity(&rest);
    if (line->severity == NOT_SAID && is_the_linkers(rest))
        line->severity = SAID_ERROR;
    line->text = line->severity == SAID_ERROR ? without_option(rest) : rest;
    line->file = own_name(h->w, line->file);
    return line->severity != NOT_SAID;
}

/* ---- its place ---- */

static str text_of(struct hearing *h, str file)
{
    str *text = map_get(&h->texts, file);

    if (text)
        return *text;
    text = arena_make(h->w->a, str);
    if (!file_read(text, file, SOURCE_SIZE, NULL, h->w->a, NULL))
        *text = S("");
    map_set(&h->texts, file, text);
    return *text;
}

/* gcc counts characters, clang bytes: where no character is longer than a byte both are one. */
static size_t column(const struct logic_work *w, str line, int64_t col)
{
    bool bytes = str_find(path_name(w->compiler_file), S("clang")) != STR_NONE;
    size_t at = 0;

    for (int64_t n = 1; n < col && at < line.len; n++) {
        at++;
        while (!bytes && at < line.len && ((unsigned char)line.p[at] & 0xC0) == 0x80)
            at++;
    }
    return at;
}

static size_t word_at(str line, size_t at)
{
    size_t end = at;

    while (end < line.len && (is_alnum(line.p[end]) || line.p[end] == '_'))
        end++;
    return end > at ? end - at : 1;
}

static struct place place_of(struct hearing *h, const struct line *said)
{
    struct place place = { .file = said->file, .source = text_of(h, said->file) };
    str rest = place.source, line = S("");

    for (int64_t n = 0; n < said->line; n++)
        if (!str_line(&rest, &line))
            return (struct place){ .file = said->file };
    size_t at = 0;
    if (said->col)
        at = column(h->w, line, said->col);
    else
        while (at < line.len && is_space(line.p[at]))
            at++;
    place.offset = (size_t)(line.p - place.source.p) + at;
    place.len = said->col ? word_at(line, at) : line.len - at;
    return place;
}

/* ---- hearing it out ---- */

static void take_note(struct hearing *h, const struct line *line)
{
    if (!h->last || str_find(line->text, S("reported only once")) != STR_NONE)
        return;
    error_note(h->last, place_of(h, line), "%.*s:", STR(line->text));
}

static void take(struct hearing *h, const struct line *line)
{
    bool is_error = line->severity == SAID_ERROR;
    struct errors *to = is_error ? h->errors : h->warnings;
    struct error err = { 0 };

    h->last = NULL;
    if (to->count >= MOST)
        return;
    if (line->file.len)
        error_at(&err, place_of(h, line), "%.*s", STR(line->text));
    else
        error_at(&err, h->w->config->place, "%.*s", STR(line->text));
    for (size_t i = 0; i < h->nfrom; i++)
        error_note(&err, place_of(h, &h->from[i]), "included from");
    errors_add(to, &err);
    h->last = &to->list[to->count - 1];
}

/* "In file included from b.h:1," or "                 from a.c:2:" */
static bool take_from(struct hearing *h, str said)
{
    str rest = str_ltrim(said);
    struct line line = { 0 };

    if (str_starts(rest, S("In file included from "))) {
        h->nfrom = 0;
        rest = str_from(rest, S("In file included from ").len);
    } else if (h->nfrom && rest.len < said.len && str_starts(rest, S("from "))) {
        rest = str_from(rest, S("from ").len);
    } else {
        return false;
    }
    if (h->nfrom < sizeof h->from / sizeof *h->from && cut_place(&rest, &line)) {
        line.file = own_name(h->w, line.file);
        h->from[h->nfrom++] = line;
    }
    return true;
}

void logic_says(const struct logic_work *w, str said, struct errors *errors,
                struct errors *warnings)
{
    struct hearing h = { w, errors, warnings, .texts = map_in(w->a) };
    str one;

    while (str_line(&said, &one)) {
        struct line line;

        if (str_starts(one, S("collect2: ")) || take_from(&h, one) || !read_line(&h, one, &line))
            continue;
        if (line.severity == SAID_NOTE)
            take_note(&h, &line);
        else
            take(&h, &line);
        h.nfrom = 0;
    }
}
