/*
 * template_tags.c - which templates a template asks for, and which blocks it has
 *
 *   comes in:  a template's text
 *   goes out:  names, with a '*' for what is only known while it runs; blocks
 *
 * Comments, raw text and what is printed say nothing of other templates. Of an expression its texts
 * are kept and all else may be anything: "cards/" ~ page.kind ~ ".html" asks for whatever is in
 * cards/. So nothing is said to be unused that some page might use.
 */
#include "vial/site/template_tags.h"
#include "vial/base/buf.h"

struct scan {
    str text;
    size_t at;
    struct template_tags *tags;
    struct arena *arena;
    size_t uses_cap, blocks_cap;
    unsigned depth; /* of blocks */
};

/* ---- from tag to tag ---- */

/* Behind the quoted text that begins at `at`. */
static size_t skip_quoted(str text, size_t at)
{
    char quote = text.p[at++];

    while (at < text.len && text.p[at] != quote)
        at += text.p[at] == '\\' ? 2 : 1;
    return at < text.len ? at + 1 : text.len;
}

/* Where the tag that begins at `at` ends: before its "%}". */
static size_t find_end(str text, size_t at, const char *end)
{
    while (at + 1 < text.len && !(text.p[at] == end[0] && text.p[at + 1] == end[1])) {
        if (text.p[at] == '"' || text.p[at] == '\'')
            at = skip_quoted(text, at);
        else
            at++;
    }
    return at < text.len ? at : text.len;
}

static size_t find_from(str text, size_t at, str what)
{
    ptrdiff_t found = str_find(str_from(text, at < text.len ? at : text.len), what);

    return found == STR_NONE ? text.len : at + (size_t)found + what.len;
}

static bool is_word_char(char c)
{
    return is_alnum(c) || c == '_';
}

static str cut_word(str *rest)
{
    size_t n = 0;

    *rest = str_trim(*rest);
    while (n < rest->len && is_word_char(rest->p[n]))
        n++;
    str word = str_n(rest->p, n);
    *rest = str_trim(str_from(*rest, n));
    return word;
}

/* The inside of the next "{% %}", without its signs. False: there is none. */
static bool next_tag(struct scan *s, str *inside)
{
    str text = s->text;

    while (s->at + 1 < text.len) {
        size_t at = s->at++;

        if (text.p[at] != '{')
            continue;
        if (text.p[at + 1] == '#') {
            s->at = find_from(text, at + 2, S("#}"));
        } else if (text.p[at + 1] == '{') {
            s->at = find_end(text, at + 2, "}}");
        } else if (text.p[at + 1] == '%') {
            s->at = find_end(text, at + 2, "%}");
            *inside = str_slice(text, at + 2, s->at);
            if (inside->len && (inside->p[0] == '-' || inside->p[0] == '+'))
                *inside = str_from(*inside, 1);
            if (inside->len && strchr("-+", inside->p[inside->len - 1]))
                inside->len--;
            *inside = str_trim(*inside);
            return true;
        }
    }
    return false;
}

/* Text up to the "endraw" says nothing. */
static void skip_raw(struct scan *s)
{
    str inside, text = s->text;

    for (size_t at = s->at; (at = find_from(text, at, S("{%"))) < text.len;) {
        s->at = at - 2;
        if (next_tag(s, &inside) && str_eq(inside, S("endraw")))
            return;
    }
    s->at = text.len;
}

/* ---- names of templates ---- */

static void add_use(struct scan *s, str pattern, bool extends)
{
    struct template_tags *tags = s->tags;

    if (!pattern.len)
        return;
    if (tags->nuses == s->uses_cap) {
        size_t cap = s->uses_cap ? s->uses_cap * 2 : 8;

        tags->uses = arena_grow(s->arena, tags->uses, s->uses_cap * sizeof *tags->uses,
                                cap * sizeof *tags->uses);
        s->uses_cap = cap;
    }
    tags->uses[tags->nuses++] = (struct template_use){ pattern, extends };
}

static bool is_any(const char *const *words, str word)
{
    for (; *words; words++)
        if (str_eq(word, str_of(*words)))
            return true;
    return false;
}

/* Words that end the name of a template, and those that stand between two of them. */
static const char *const ends[] = { "ignore", "with", "without", "as", "import", NULL };
static const char *const betweens[] = { "if", "else", "or", "and", NULL };

/* What `x if CONDITION else y` is decided by names no template. */
static void skip_condition(str *rest)
{
    while (rest->len) {
        char c = rest->p[0];

        if (c == '"' || c == '\'')
            *rest = str_from(*rest, skip_quoted(*rest, 0));
        else if (!is_word_char(c))
            *rest = str_from(*rest, 1);
        else if (str_eq(cut_word(rest), S("else")))
            return;
    }
}

static void add_star(struct buf *pattern)
{
    if (!str_ends(buf_str(pattern), S("*")))
        buf_add(pattern, S("*"));
}

/* "a.html"; ["a.html", "b.html"]; "cards/" ~ kind ~ ".html"; x if y else "c.html". */
static void read_names(struct scan *s, str rest, bool extends)
{
    struct buf pattern = buf_in(s->arena);

    while (rest.len) {
        char c = rest.p[0];

        if (c == '"' || c == '\'') {
            size_t end = skip_quoted(rest, 0);
            buf_add(&pattern, str_slice(rest, 1, end > 1 ? end - 1 : 1));
            rest = str_from(rest, end);
        } else if (is_word_char(c)) {
            str word = cut_word(&rest);

            if (is_any(ends, word))
                break;
            if (is_any(betweens, word)) {
                add_use(s, str_copy(s->arena, buf_str(&pattern)), extends);
                buf_clear(&pattern);
                if (str_eq(word, S("if")))
                    skip_condition(&rest);
            } else {
                add_star(&pattern);
            }
        } else {
            if (strchr(",[]()", c)) {
                add_use(s, str_copy(s->arena, buf_str(&pattern)), extends);
                buf_clear(&pattern);
            } else if (strchr("|.%", c)) {
                add_star(&pattern);
            }
            rest = str_from(rest, 1);
        }
    }
    add_use(s, str_copy(s->arena, buf_str(&pattern)), extends);
}

/* ---- blocks ---- */

static void add_block(struct scan *s, str name)
{
    struct template_tags *tags = s->tags;

    if (tags->nblocks == s->blocks_cap) {
        size_t cap = s->blocks_cap ? s->blocks_cap * 2 : 8;

        tags->blocks = arena_grow(s->arena, tags->blocks, s->blocks_cap * sizeof *tags->blocks,
                                  cap * sizeof *tags->blocks);
        s->blocks_cap = cap;
    }
    tags->blocks[tags->nblocks++] =
        (struct template_block){ name, (size_t)(name.p - s->text.p), s->depth > 0 };
}

void template_tags_read(struct template_tags *tags, str text, struct arena *a)
{
    struct scan s = { .text = text, .tags = tags, .arena = a };
    str inside;

    *tags = (struct template_tags){ 0 };
    while (next_tag(&s, &inside)) {
        str word = cut_word(&inside);

        if (str_eq(word, S("raw")))
            skip_raw(&s);
        else if (str_eq(word, S("include")) || str_eq(word, S("import")) ||
                 str_eq(word, S("from")) || str_eq(word, S("extends")))
            read_names(&s, inside, str_eq(word, S("extends")));
        else if (str_eq(word, S("block"))) {
            add_block(&s, cut_word(&inside));
            s.depth++;
        } else if (str_eq(word, S("endblock")) && s.depth) {
            s.depth--;
        }
    }
}
