/*
 * snippets.c - files that a page includes
 *
 *   comes in:  a page's text
 *   goes out:  the same with the lines of other files in the place of those that name them
 *
 * All this is done before Markdown sees the text: so what is included may be anything, code within
 * a fence or a section with headings of its own. What came from where is kept line by line, and
 * every error is told at its place in the file that it stands in.
 *
 * A path is relative to the page's file, as mdBook has it, or to the site's folder, as MkDocs has
 * it; nothing outside of that is read. Indentation that all lines have goes, and that of the line
 * that includes them comes; lines that only mark regions are not shown.
 */
#include "vial/site/snippets.h"

#include "vial/base/nearest.h"
#include "vial/base/path.h"
#include "vial/base/utf8.h"
#include <stdlib.h>

enum { SNIPPET_SIZE = 4 << 20, DEEPEST = 8, RANGES = 16 };

/* What of a file is wanted; all of it where nothing is said. */
struct selection {
    str path, region;
    struct range {
        size_t from, to;
    } ranges[RANGES];
    size_t count;
};

struct expanding {
    struct visit *v;
    const struct page *page;
    struct buf out;
    struct piece *pieces;
    size_t npieces, cap;
    str files[DEEPEST + 1];
    size_t deep;
    struct error *err;
};

/* ---- the line that includes ---- */

static size_t take_number(str *rest)
{
    size_t number = 0, len = 0;

    while (len < rest->len && is_digit(rest->p[len]) && number < SIZE_MAX / 100)
        number = number * 10 + (size_t)(rest->p[len++] - '0');
    *rest = str_from(*rest, len);
    return number;
}

/* "3:7", "3:", ":7"; a lone "3" is that line for mdBook, and all from there on for MkDocs. */
static bool take_range(struct selection *selection, str *rest, bool one)
{
    struct range range = { 1, SIZE_MAX };
    bool first = rest->len && is_digit(rest->p[0]);

    if (selection->count == RANGES || !rest->len || (!first && rest->p[0] != ':'))
        return false;
    if (first)
        range.from = take_number(rest);
    if (first && one)
        range.to = range.from;
    if (str_starts(*rest, S(":"))) {
        *rest = str_from(*rest, 1);
        range.to = rest->len && is_digit(rest->p[0]) ? take_number(rest) : SIZE_MAX;
    }
    selection->ranges[selection->count++] = range;
    return range.from <= range.to;
}

/* "main" and "1st" name a region; "3:7" and "1,4:" are lines. */
static bool is_region(str rest)
{
    for (size_t i = 0; i < rest.len; i++)
        if (!is_digit(rest.p[i]) && !strchr(":, ", rest.p[i]))
            return true;
    return !rest.len;
}

static bool read_selection(struct selection *selection, str spec, bool one)
{
    str rest = spec;

    *selection = (struct selection){ .path = str_trim(str_cut(&rest, ':')) };
    rest = str_trim(rest);
    if (is_region(rest)) {
        selection->region = rest;
        return selection->path.len;
    }
    while (take_range(selection, &rest, one) && str_starts(rest, S(",")))
        rest = str_from(rest, 1);
    return selection->path.len && !rest.len && selection->count;
}

/* What the line includes, as it says it; .p is NULL: it is a line like others. */
static str spec_of(str line, bool *one)
{
    str text = str_trim(line);

    *one = str_starts(text, S("{{#include ")) && str_ends(text, S("}}"));
    if (*one)
        return str_trim(str_slice(text, S("{{#include ").len, text.len - 2));
    if (!str_starts(text, S("--8<--")))
        return (str){ 0 };
    text = str_ltrim(str_from(text, S("--8<--").len));
    if (text.len < 3 || (text.p[0] != '"' && text.p[0] != '\'') ||
        text.p[text.len - 1] != text.p[0])
        return (str){ 0 };
    return str_slice(text, 1, text.len - 1);
}

/* "# --8<-- [start:name]", "// ANCHOR: name", and their ends. */
static bool is_marker(str line, str *name, bool *begins)
{
    static const struct {
        str word;
        char close;
        bool begins;
    } markers[] = {
        { S("--8<-- [start:"), ']', true },
        { S("--8<-- [end:"), ']', false },
        { S("ANCHOR: "), ' ', true },
        { S("ANCHOR_END: "), ' ', false },
    };

    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++) {
        ptrdiff_t at = str_find(line, markers[i].word);

        if (at == STR_NONE)
            continue;
        str rest = str_ltrim(str_from(line, (size_t)at + markers[i].word.len));
        *name = str_trim(str_cut(&rest, markers[i].close));
        *begins = markers[i].begins;
        return name->len;
    }
    return false;
}

/* ---- the file ---- */

static bool stays_inside(const struct site *site, str path)
{
    struct arena a = { 0 };
    char *root = realpath(path_cstr(&a, site->folder), NULL);
    char *file = realpath(path_cstr(&a, path), NULL);
    str inside = file ? str_of(file) : S(""), folder = root ? str_of(root) : S("");
    bool good = folder.len && (str_eq(folder, S("/")) || path_below(inside, folder).p);

    free(root);
    free(file);
    arena_free(&a);
    return good;
}

/* What lies where nobody watches is read anew each time. `path` is relative to the site's folder.
 */
static void note(struct visit *v, str path)
{
    const struct config *config = v->site->config;
    str page = path_below(path, config->content), file = path_below(path, config->static_files);

    if (page.p) {
        visit_note_path(v, page);
        visit_note_key(v, "file", path_join(v->arena, config->content, page));
        visit_note_file(v, path_join(v->arena, v->site->content, page));
    } else if (file.p) {
        visit_note_file(v, path_join(v->arena, v->site->statics_folder, file));
    } else {
        reads_note(v->reads, S("again:text"));
    }
}

/* Looked for beside the page, then from the site's folder; empty: it is in neither place. */
static str find_file(struct visit *v, const struct page *page, str path)
{
    struct arena *a = v->arena;
    str beside =
        path_join(a, path_join(a, v->site->config->content, path_dir(page_text(page))), path);
    str tries[] = { path_normal(a, beside), path_normal(a, path) };

    if (str_starts(path, S("/")))
        tries[0] = tries[1] = path_normal(a, str_from(path, 1));
    for (size_t i = 0; i < 2; i++) {
        str file = path_join(a, v->site->folder, tries[i]);

        if (!path_inside(tries[i]))
            continue;
        note(v, tries[i]);
        if (file_info(file).kind == FILE_REGULAR && stays_inside(v->site, file))
            return file;
    }
    return S("");
}

static bool no_file(str path, struct place asked, struct error *err)
{
    error_at(err, asked, "there is no file '%.*s' to include", STR(path));
    return error_hint(err, "a path is relative to this file or to the site's folder, and leads "
                           "nowhere else");
}

/* A file that is not there is like a link that leads nowhere: `links:` says how bad that is. True:
 * it was told, and the line stays as it is. */
static bool is_let_go(struct expanding *e, str spec, bool one, struct place asked)
{
    struct site *site = e->v->site;
    struct selection selection;
    struct error err = { 0 };

    if (site->config->links == LINKS_ERROR || !read_selection(&selection, spec, one) ||
        find_file(e->v, e->page, selection.path).len)
        return false;
    if (site->config->links == LINKS_IGNORE || !visit_tells(e->v, e->page))
        return true;
    no_file(selection.path, asked, &err);
    reads_note(e->v->reads, S("again:links"));
    pthread_mutex_lock(&site->findings->lock);
    errors_add(&site->findings->warnings, &err);
    pthread_mutex_unlock(&site->findings->lock);
    return true;
}

static bool read_file(struct expanding *e, str path, struct place asked, str *file, str *text)
{
    size_t bad;

    *file = find_file(e->v, e->page, path);
    if (!file->len)
        return no_file(path, asked, e->err);
    if (!file_read(text, *file, SNIPPET_SIZE, NULL, e->v->arena, e->err))
        return error_note(e->err, asked, "included here");
    if (utf8_valid(*text, &bad))
        return true;
    error_at(e->err, (struct place){ *file, *text, bad, 1 }, "this is not UTF-8: byte 0x%02X",
             (unsigned char)text->p[bad]);
    return error_note(e->err, asked, "included here");
}

/* ---- which lines of it ---- */

struct lines {
    str text, line;
    size_t at, number; /* of the line */
    const struct selection *selection;
    size_t from; /* what comes before is front matter */
    bool inside, found;
};

static bool is_selected(const struct lines *l)
{
    const struct selection *s = l->selection;

    if (s->region.len)
        return l->inside;
    if (!s->count)
        return l->at >= l->from;
    for (size_t i = 0; i < s->count; i++)
        if (l->number >= s->ranges[i].from && l->number <= s->ranges[i].to)
            return true;
    return false;
}

/* The next line that is wanted. */
static bool next_line(struct lines *l, size_t *next)
{
    while (*next < l->text.len) {
        str rest = str_from(l->text, *next), name;
        bool begins;

        str_line(&rest, &l->line);
        l->at = *next;
        l->number++;
        *next = l->text.len - rest.len;
        if (is_marker(l->line, &name, &begins)) {
            if (str_eq(name, l->selection->region)) {
                l->inside = begins;
                l->found |= begins;
            }
            continue;
        }
        if (!is_selected(l))
            continue;
        l->found = true;
        return true;
    }
    return false;
}

static size_t spaces_of(str line)
{
    size_t n = 0;

    while (n < line.len && (line.p[n] == ' ' || line.p[n] == '\t'))
        n++;
    return n;
}

static bool nothing_found(struct expanding *e, const struct selection *s, str file, str text,
                          struct place asked)
{
    struct nearest nearest = nearest_to(s->region);
    str rest = text, line, name;
    bool begins;

    if (!s->region.len) {
        error_at(e->err, asked, "%.*s has no such lines", STR(file));
        return false;
    }
    while (str_line(&rest, &line))
        if (is_marker(line, &name, &begins) && begins)
            nearest_try(&nearest, name);
    error_at(e->err, asked, "%.*s has no region '%.*s'", STR(file), STR(s->region));
    if (!error_meant(e->err, nearest.best) && !nearest.best.len)
        error_hint(e->err, "it begins with a line that has '--8<-- [start:%.*s]' or 'ANCHOR: %.*s'",
                   STR(s->region), STR(s->region));
    return false;
}

/* ---- putting it together ---- */

static void put_line(struct expanding *e, str indent, str file, str text, size_t at, str line)
{
    struct piece *last = e->npieces ? &e->pieces[e->npieces - 1] : NULL;

    if (line.len)
        buf_add(&e->out, indent);
    bool goes_on = last && str_eq(last->file, file) && last->text.p == text.p &&
                   e->out.len - last->at == at - last->offset;
    if (!goes_on) {
        if (e->npieces == e->cap) {
            size_t more = e->cap ? e->cap * 2 : 32;

            e->pieces = arena_grow(e->v->arena, e->pieces, e->cap * sizeof *e->pieces,
                                   more * sizeof *e->pieces);
            e->cap = more;
        }
        e->pieces[e->npieces++] = (struct piece){ e->out.len, file, text, at };
    }
    buf_add(&e->out, line);
    buf_addc(&e->out, '\n');
}

static bool include(struct expanding *e, str spec, bool one, str indent, struct place asked);

/* A line of a page or of what is included; `at` is where it stands in the file. */
static bool add_line(struct expanding *e, str indent, str file, str text, size_t at, str line)
{
    bool one;
    str trimmed = str_ltrim(line), spec = spec_of(line, &one);
    size_t spaces = line.len - trimmed.len;

    if (spec.p &&
        !is_let_go(e, spec, one, (struct place){ file, text, at + spaces, str_trim(line).len })) {
        str more = str_slice(line, 0, spaces);
        struct place asked = { file, text, at + spaces, str_trim(line).len };

        return include(e, spec, one, str_fmt(e->v->arena, "%.*s%.*s", STR(indent), STR(more)),
                       asked);
    }
    /* ";--8<--" and "\{{#include" are shown as they are, without their first sign */
    if ((str_starts(trimmed, S(";")) || str_starts(trimmed, S("\\"))) &&
        spec_of(str_from(trimmed, 1), &one).p) {
        buf_add(&e->out, indent);
        put_line(e, str_slice(line, 0, spaces), file, text, at + spaces + 1, str_from(trimmed, 1));
        return true;
    }
    put_line(e, indent, file, text, at, line);
    return true;
}

/* A page that is included brings its text, not its front matter. */
static size_t text_begin(str file, str text)
{
    struct front_span span;

    return str_eq(path_ext(file), S(".md")) && front_matter_find(&span, file, text, NULL)
               ? span.body
               : 0;
}

static bool add_file(struct expanding *e, const struct selection *selection, str file, str text,
                     str indent, struct place asked)
{
    struct lines lines = { .text = text, .selection = selection };
    size_t common = SIZE_MAX, next = 0;

    lines.from = text_begin(file, text);
    while (next_line(&lines, &next))
        if (str_trim(lines.line).len && spaces_of(lines.line) < common)
            common = spaces_of(lines.line);
    if (!lines.found && text.len)
        return nothing_found(e, selection, file, text, asked);
    lines = (struct lines){ .text = text, .selection = selection, .from = lines.from };
    for (next = 0; next_line(&lines, &next);) {
        size_t cut = spaces_of(lines.line) < common ? spaces_of(lines.line) : common;

        if (!add_line(e, indent, file, text, lines.at + cut, str_from(lines.line, cut)))
            return false;
    }
    return true;
}

static bool include(struct expanding *e, str spec, bool one, str indent, struct place asked)
{
    struct selection selection;
    str file, text;

    if (!read_selection(&selection, spec, one)) {
        error_at(e->err, asked, "'%.*s' names no file, or lines in no way known here", STR(spec));
        return error_hint(e->err, "a.c, a.c:3:7 (lines), a.c:name (a region)");
    }
    if (!read_file(e, selection.path, asked, &file, &text))
        return false;
    for (size_t i = 0; i < e->deep; i++)
        if (str_eq(e->files[i], file))
            return error_at(e->err, asked, "%.*s includes itself", STR(file));
    if (e->deep == DEEPEST)
        return error_at(e->err, asked, "files are included in files too deep");
    e->files[e->deep++] = file;
    bool good = add_file(e, &selection, file, text, indent, asked);
    e->deep--;
    if (e->out.len > PAGE_SIZE)
        return error_at(e->err, asked, "with all that is included this page is too large");
    return good;
}

bool snippets_expand(struct visit *v, const struct page *page, struct rendered *rendered,
                     struct error *err)
{
    struct expanding e = { .v = v, .page = page, .out = buf_in(v->arena), .err = err };
    str text = rendered->text, body = str_from(text, rendered->body);

    if (str_find(body, S("--8<--")) == STR_NONE && str_find(body, S("{{#include ")) == STR_NONE)
        return true;
    e.files[e.deep++] = rendered->file;
    buf_add(&e.out, str_slice(text, 0, rendered->body));
    for (size_t at = rendered->body; at < text.len;) {
        str rest = str_from(text, at), line;

        str_line(&rest, &line);
        if (!add_line(&e, S(""), rendered->file, text, at, line))
            return false;
        at = text.len - rest.len;
    }
    rendered->text = buf_str(&e.out);
    rendered->pieces = e.pieces;
    rendered->npieces = e.npieces;
    return true;
}

bool snippet_read(struct visit *v, const struct page *page, str spec, struct place asked, str *text,
                  struct error *err)
{
    struct expanding e = { .v = v, .page = page, .out = buf_in(v->arena), .err = err };

    if (!include(&e, spec, false, S(""), asked))
        return false;
    *text = buf_str(&e.out);
    return true;
}

struct place rendered_place(const struct rendered *rendered, size_t offset, size_t len)
{
    struct place place = { rendered->file, rendered->text, offset, len };

    for (size_t i = rendered->npieces; i > 0; i--) {
        const struct piece *piece = &rendered->pieces[i - 1];

        if (piece->at <= offset) {
            place.file = piece->file;
            place.source = piece->text;
            place.offset = piece->offset + (offset - piece->at);
            return place;
        }
    }
    return place;
}
