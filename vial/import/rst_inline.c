/*
 * rst_inline.c - what stands in a line of reStructuredText
 *
 *   comes in:  ``code``, `text <url>`_, name_, :role:`text`, |name|, [1]_
 *   goes out:  `code`, [text](url), the link that the name stands for, ...
 *
 * Stars mean the same in both. What Markdown would take for a tag is escaped.
 */
#include "vial/import/rst.h"

str rst_name(struct arena *a, str text)
{
    struct buf out = buf_in(a);
    str rest = str_trim(text);

    for (size_t i = 0; i < rest.len; i++) {
        if (!is_space(rest.p[i]))
            buf_addc(&out, to_lower(rest.p[i]));
        else if (i && !is_space(rest.p[i - 1]))
            buf_addc(&out, ' ');
    }
    return buf_str(&out);
}

static void add_code(struct buf *out, str code)
{
    bool inner = str_has(code, '`');
    bool padded = inner && (str_starts(code, S("`")) || str_ends(code, S("`")));

    buf_addf(out, "%s%s%.*s%s%s", inner ? "``" : "`", padded ? " " : "", STR(code),
             padded ? " " : "", inner ? "``" : "`");
}

static void add_link(struct rst *r, str text, str target, struct buf *out)
{
    bool odd = str_has(target, ' ') || str_has(target, '(') || str_has(target, ')');

    buf_lit(out, "[");
    rst_inline(r, text, out);
    buf_addf(out, odd ? "](<%.*s>)" : "](%.*s)", STR(target));
}

/* Where a name leads: an address, or the heading of that name. Empty: nowhere. */
static str target_of(struct rst *r, str name)
{
    struct arena *a = r->im->a;

    for (int i = 0; i < IMPORT_DEPTH; i++) {
        str key = rst_name(a, name);
        const char *there = map_get(&r->targets, key);

        if (!there) {
            if (!map_find(&r->titles, key))
                return S("");
            struct buf id = buf_in(a);
            buf_lit(&id, "#");
            for (size_t n = 0; n < key.len; n++)
                if (is_alnum(key.p[n]) || (key.p[n] & 0x80) || strchr("_-", key.p[n]))
                    buf_addc(&id, key.p[n]);
                else if (key.p[n] == ' ')
                    buf_lit(&id, "-");
            return buf_str(&id);
        }
        str said = str_of(there);
        if (!str_ends(said, S("_")) || str_find(said, S("://")) != STR_NONE || said.len < 2)
            return said;
        name = str_slice(said, 0, said.len - 1); /* ".. _a: b_" */
        if (str_starts(name, S("`")) && str_ends(name, S("`")) && name.len > 1)
            name = str_slice(name, 1, name.len - 1);
    }
    return S("");
}

/* Text between backquotes, and behind it "_" or "__": `text`, `text <url>`_, `name`_. */
static size_t take_quoted(struct rst *r, str rest, str role, struct buf *out)
{
    str inside = str_from(rest, 1);
    ptrdiff_t end = str_find_char(inside, '`');

    if (end == STR_NONE)
        return 0;
    inside = str_slice(inside, 0, (size_t)end);
    size_t len = (size_t)end + 2;
    bool link = len < rest.len && rest.p[len] == '_', anonymous = false;

    if (link)
        anonymous = ++len < rest.len && rest.p[len] == '_';
    len += anonymous;
    ptrdiff_t open = str_rfind_char(inside, '<');
    if (link && open != STR_NONE && str_ends(inside, S(">"))) {
        str text = str_trim(str_slice(inside, 0, (size_t)open));
        str target = str_trim(str_slice(inside, (size_t)open + 1, inside.len - 1));

        if (str_ends(target, S("_")) && target_of(r, str_slice(target, 0, target.len - 1)).len)
            target = target_of(r, str_slice(target, 0, target.len - 1));
        if (!anonymous && text.len)
            map_put(&r->targets, rst_name(r->im->a, text))->data =
                (void *)str_cstr(r->im->a, target);
        add_link(r, text.len ? text : target, target, out);
    } else if (anonymous && r->anonymous_at < r->nanonymous) {
        add_link(r, inside, r->anonymous[r->anonymous_at++], out);
    } else if (link && target_of(r, inside).len) {
        add_link(r, inside, target_of(r, inside), out);
    } else if (link) {
        rst_left(r, inside, "there is no target '%.*s'", STR(inside));
        rst_inline(r, inside, out);
    } else if (!role.len || str_eq(role, S("title")) || str_eq(role, S("emphasis")) ||
               str_eq(role, S("title-reference"))) {
        buf_addf(out, "*%.*s*", STR(inside));
    } else if (str_eq(role, S("strong"))) {
        buf_addf(out, "**%.*s**", STR(inside));
    } else if (str_eq(role, S("sup")) || str_eq(role, S("superscript"))) {
        buf_addf(out, "<sup>%.*s</sup>", STR(inside));
    } else if (str_eq(role, S("sub")) || str_eq(role, S("subscript"))) {
        buf_addf(out, "<sub>%.*s</sub>", STR(inside));
    } else if (str_eq(role, S("raw-html"))) {
        buf_add(out, inside);
    } else {
        static const char *const code[] = { "code", "literal", "file", "command", "program", "kbd",
                                            "samp", "option",  "func", "class",   NULL };

        if (!word_in(role, code))
            rst_left(r, inside, "the role '%.*s' is not known here", STR(role));
        add_code(out, inside);
    }
    return len;
}

/* ":role:`text`" */
static size_t take_role(struct rst *r, str rest, struct buf *out)
{
    size_t at = 1;

    while (at < rest.len && (is_alnum(rest.p[at]) || strchr("-_.+:", rest.p[at])))
        at++;
    if (at < 3 || at == rest.len || rest.p[at] != '`' || rest.p[at - 1] != ':')
        return 0;
    size_t len = take_quoted(r, str_from(rest, at), str_slice(rest, 1, at - 1), out);
    return len ? at + len : 0;
}

/* "name_" where a target has that name: called with `word`, the letters before. */
static bool take_reference(struct rst *r, str word, bool anonymous, struct buf *out)
{
    str target = anonymous && r->anonymous_at < r->nanonymous ? r->anonymous[r->anonymous_at]
                                                              : target_of(r, word);

    if (!target.len)
        return false;
    r->anonymous_at += anonymous;
    out->len -= word.len;
    buf_addf(out, "[%.*s](%.*s)", STR(word), STR(target));
    return true;
}

/* "[1]_", "[#]_", "[#name]_", "[CIT2002]_" */
static size_t take_footnote(str rest, struct buf *out)
{
    ptrdiff_t close = str_find(rest, S("]_"));

    if (close == STR_NONE || close < 2)
        return 0;
    str name = str_slice(rest, 1, (size_t)close);
    for (size_t i = 0; i < name.len; i++)
        if (!is_alnum(name.p[i]) && !strchr("#*_.-", name.p[i]))
            return 0;
    buf_addf(out, "[^%.*s]",
             STR(str_starts(name, S("#")) && name.len > 1 ? str_from(name, 1) : name));
    return (size_t)close + 2;
}

static size_t take_substitution(struct rst *r, str rest, struct buf *out)
{
    ptrdiff_t end = str_find_char(str_from(rest, 1), '|');

    if (end < 1 || is_space(rest.p[1]))
        return 0;
    const char *there =
        map_get(&r->substitutions, rst_name(r->im->a, str_slice(rest, 1, (size_t)end + 1)));
    if (!there)
        return 0;
    size_t len = (size_t)end + 2;
    buf_add(out, str_of(there));
    while (len < rest.len && rest.p[len] == '_')
        len++;
    return len;
}

static size_t take_star(str rest, struct buf *out)
{
    size_t run = 1;

    while (run < rest.len && rest.p[run] == '*')
        run++;
    buf_add(out, str_slice(rest, 0, run));
    return run;
}

static size_t take(struct rst *r, str text, size_t at, struct buf *out)
{
    str rest = str_from(text, at);
    bool begins = !at || is_space(text.p[at - 1]) || strchr("([{<\"'-/:", text.p[at - 1]);
    ptrdiff_t end;

    switch (rest.p[0]) {
    case '\\':
        if (rest.len > 1 && !is_space(rest.p[1]))
            buf_addf(out, is_alnum(rest.p[1]) ? "%c" : "\\%c", rest.p[1]);
        return rest.len > 1 ? 2 : 1;
    case '`':
        if (str_starts(rest, S("``")) && (end = str_find(str_from(rest, 2), S("``"))) != STR_NONE) {
            add_code(out, str_slice(rest, 2, (size_t)end + 2));
            return (size_t)end + 4;
        }
        return begins ? take_quoted(r, rest, S(""), out) : 0;
    case ':':
        return begins ? take_role(r, rest, out) : 0;
    case '|':
        return begins ? take_substitution(r, rest, out) : 0;
    case '[':
        return take_footnote(rest, out);
    case '*':
        return take_star(rest, out);
    case '<':
        if (rest.len > 1 && (is_alpha(rest.p[1]) || strchr("/!?", rest.p[1]))) {
            buf_lit(out, "&lt;");
            return 1;
        }
        return 0;
    default:
        return 0;
    }
}

void rst_inline(struct rst *r, str text, struct buf *out)
{
    size_t word = 0; /* where the letters before `i` began */

    for (size_t i = 0; i < text.len;) {
        size_t len = take(r, text, i, out);

        if (len) {
            i += len;
            word = i;
            continue;
        }
        bool ends = text.p[i] == '_' && i > word &&
                    (i + 1 == text.len || !(is_alnum(text.p[i + 1]) || (text.p[i + 1] & 0x80)));
        if (ends) {
            bool two = i + 1 < text.len && text.p[i + 1] == '_';

            if (take_reference(r, str_slice(text, word, i), two, out)) {
                i += two ? 2 : 1;
                word = i;
                continue;
            }
        }
        if (!is_alnum(text.p[i]) && !strchr("_-.+", text.p[i]) && !(text.p[i] & 0x80))
            word = i + 1;
        buf_addc(out, text.p[i++]);
    }
}
