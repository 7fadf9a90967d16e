/*
 * code.c - blocks of code
 *
 *   comes in:  what stands behind the fence ("python title="a.py" {1,3-5}"), and the code
 *   goes out:  HTML with Pygments' class names; the lines that were asked for stand out
 *
 * Writers come from many tools, and each has its own way to say "mark line 3". They do not
 * contradict one another, so all are understood: {1,3-5}, hl_lines="1 3-5", linenos, linenums="10",
 * ins={2}, title="a.py". Other words behind a fence are for other readers, and are left alone.
 *
 * Lines are wrapped only where something is said of a line. Numbers stand in an attribute, which
 * CSS shows, so that whoever copies the code does not copy them.
 */
#include "vial/markdown/code.h"

#include "vial/base/profile.h"
#include "vial/markdown/attributes.h"
#include "vial/markdown/escape.h"
#include "vial/markdown/highlight/highlight.h"
#include "vial/markdown/python.h"

enum { MARKED = 1, INSERTED = 2, DELETED = 4 };

struct fence {
    struct arena *arena;
    str language, title;
    uint8_t *marks; /* of each line, from 1; NULL: none */
    size_t lines;
    bool numbered, python; /* python: as that profile has it */
    int64_t first;         /* number */
    struct attributes own; /* of its <div> */
};

static size_t count_lines(str code)
{
    size_t lines = 0;

    for (size_t i = 0; i < code.len; i++)
        lines += code.p[i] == '\n';
    return lines + 1;
}

/* ---- what stands behind the fence ---- */

static bool ends_language(char c)
{
    return is_space(c) || c == ',' || c == '{' || c == '}';
}

str code_language(str info)
{
    size_t len = 0;

    info = str_ltrim(info);
    if (str_starts(info, S("{"))) {
        info = str_ltrim(str_from(info, 1));
        if (!str_starts(info, S(".")))
            return S("");
        info = str_from(info, 1);
    }
    while (len < info.len && !ends_language(info.p[len]))
        len++;
    return str_slice(info, 0, len);
}

/*
 * Rust as rustdoc and mdBook show it: without lines that begin with "# ", which only a compiler
 * wants to see; "##" stands for a sharp that is to be seen.
 */
static str without_hidden_lines(str code, struct arena *a)
{
    struct buf out = buf_in(a);

    for (str rest = code; rest.len;) {
        ptrdiff_t end = str_find_char(rest, '\n');
        size_t len = end == STR_NONE ? rest.len : (size_t)end + 1;
        str line = str_slice(rest, 0, len), bare = str_trim(line);
        size_t indent = (size_t)(bare.p - line.p);

        rest = str_from(rest, len);
        if (str_starts(bare, S("##"))) {
            buf_add(&out, str_slice(line, 0, indent));
            buf_add(&out, str_from(line, indent + 1));
        } else if (!str_eq(bare, S("#")) && !str_starts(bare, S("# "))) {
            buf_add(&out, line);
        }
    }
    return buf_str(&out);
}

str code_text(struct rendering *r, const cmark_node *node)
{
    str code = tree_str(node->as.code.literal);

    if (r->options->verbatim && str_find_char(code, '\x02') != STR_NONE)
        code = r->options->verbatim(r->options->self, code);
    if (r->options->with & MARKDOWN_HIDDEN_LINES && str_find_char(code, '#') != STR_NONE &&
        str_eq(code_language(tree_str(node->as.code.info)), S("rust")))
        return without_hidden_lines(code, r->scratch);
    return code;
}

static void mark(struct fence *fence, size_t from, size_t to, uint8_t as)
{
    if (!fence->marks)
        fence->marks = arena_zalloc(fence->arena, fence->lines + 1, 1);
    for (size_t line = from; line <= to && line <= fence->lines; line++)
        fence->marks[line] |= as;
}

static size_t take_number(str *rest)
{
    size_t number = 0, len = 0;

    while (len < rest->len && is_digit(rest->p[len]) && number < SIZE_MAX / 100)
        number = number * 10 + (size_t)(rest->p[len++] - '0');
    *rest = str_from(*rest, len);
    return number;
}

/* "1 3-5, 8": whatever is no digit only separates. */
static void mark_all(struct fence *fence, str ranges, uint8_t as)
{
    while (ranges.len) {
        if (!is_digit(ranges.p[0])) {
            ranges = str_from(ranges, 1);
            continue;
        }
        size_t from = take_number(&ranges), to = from;
        if (ranges.len > 1 && ranges.p[0] == '-' && is_digit(ranges.p[1])) {
            ranges = str_from(ranges, 1);
            to = take_number(&ranges);
        }
        mark(fence, from, to, as);
    }
}

static bool is_one_of(str word, const char *words)
{
    for (str rest = str_of(words); rest.len;)
        if (str_ieq(str_cut(&rest, ' '), word))
            return true;
    return false;
}

static void set(struct fence *fence, str key, str value)
{
    int64_t number;

    if (is_one_of(key, "title filename name file")) {
        fence->title = value;
    } else if (is_one_of(key, "hl_lines highlight mark")) {
        mark_all(fence, value, MARKED);
    } else if (is_one_of(key, "ins add insert")) {
        mark_all(fence, value, INSERTED);
    } else if (is_one_of(key, "del rem delete")) {
        mark_all(fence, value, DELETED);
    } else if (is_one_of(key, "linenums linenos linenostart startline startfrom start")) {
        fence->numbered = !is_one_of(value, "false no 0");
        if (str_int(value, &number) && number > 0)
            fence->first = number;
    }
}

static void set_word(struct fence *fence, str word)
{
    if (is_one_of(word, "linenos linenums showlinenumbers .numberlines .linenums .line-numbers"))
        fence->numbered = true;
}

static char closing(char open)
{
    return open == '[' ? ']' : open == '{' ? '}' : open == '"' || open == '\'' ? open : '\0';
}

static str take_value(str *rest)
{
    char close = rest->len ? closing(rest->p[0]) : '\0';
    size_t len = 0;

    if (close) {
        str inside = str_from(*rest, 1);
        ptrdiff_t end = str_find_char(inside, close);

        len = end == STR_NONE ? inside.len : (size_t)end;
        *rest = str_from(inside, len + 1);
        return str_slice(inside, 0, len);
    }
    while (len < rest->len && !is_space(rest->p[len]) && !strchr(",}", rest->p[len]))
        len++;
    str value = str_slice(*rest, 0, len);
    *rest = str_from(*rest, len);
    return value;
}

static bool is_key(char c)
{
    return is_alnum(c) || (c && strchr("_-.#:", c));
}

/* One of: {1,3-5}, key=value, a word, a sign that separates. */
static void take_part(struct fence *fence, str *rest, bool *ranges)
{
    size_t len = 0;

    if (is_digit(rest->p[0]) && *ranges) {
        while (len < rest->len && (is_digit(rest->p[len]) || strchr("-, ", rest->p[len])))
            len++;
        mark_all(fence, str_slice(*rest, 0, len), MARKED);
        *rest = str_from(*rest, len);
        return;
    }
    while (len < rest->len && is_key(rest->p[len]))
        len++;
    str key = str_slice(*rest, 0, len);
    *ranges = rest->p[0] == '{' || (*ranges && !len);
    *rest = str_from(*rest, len ? len : 1);
    if (str_starts(*rest, S("=")) && key.len) {
        *rest = str_from(*rest, 1);
        set(fence, key, take_value(rest));
        *ranges = is_one_of(key, "hl_lines"); /* as in "hl_lines=1-2 8" */
    } else {
        set_word(fence, key);
    }
}

/* ---- {.python #setup .wide data-x=1} ---- */

static bool is_known(const struct fence *fence, str class)
{
    return str_eq(class, fence->language) ||
           is_one_of(class, "numberlines linenums line-numbers linenos highlight");
}

static bool is_known_key(str key)
{
    return is_one_of(key, "title filename name file hl_lines highlight mark ins add insert del rem "
                          "delete linenums linenos linenostart startline startfrom start");
}

/* What of them is not about the code itself is the block's. */
static void take_attributes(struct rendering *r, struct fence *fence, str info)
{
    ptrdiff_t open = str_find_char(info, '{'), close = str_rfind_char(info, '}');
    struct attributes read;
    struct buf classes = buf_in(r->scratch), others = buf_in(r->scratch);

    if (open == STR_NONE || close < open ||
        !attributes_read(&read, str_slice(info, (size_t)open, (size_t)close + 1),
                         r->options->escape_raw_html, r->scratch))
        return;
    for (str rest = read.classes; rest.len;) {
        str class = str_cut(&rest, ' ');

        if (class.len && !is_known(fence, class))
            buf_addf(&classes, " %.*s", STR(class));
    }
    fence->own.id = read.id;
    fence->own.classes = buf_str(&classes);
    for (const struct markdown_attribute *at = read.list; at; at = at->next) {
        struct markdown_attribute *kept;

        if (is_known_key(at->name))
            continue;
        kept = arena_make(r->scratch, struct markdown_attribute);
        *kept = (struct markdown_attribute){ fence->own.list, at->name, at->value };
        fence->own.list = kept;
        buf_addf(&others, " %.*s=\"", STR(at->name));
        escape_html(&others, at->value);
        buf_lit(&others, "\"");
    }
    fence->own.others = buf_str(&others);
}

static struct fence read_fence(str info, str code, struct arena *a)
{
    struct fence fence = {
        .arena = a, .language = code_language(info), .lines = count_lines(code), .first = 1
    };
    bool ranges = false;
    str rest = info;

    if (fence.language.len)
        rest = str_from(info, (size_t)(fence.language.p - info.p) + fence.language.len);
    while (rest.len)
        take_part(&fence, &rest, &ranges);
    return fence;
}

/* ---- HTML ---- */

static void open_line(struct buf *out, const struct fence *fence, size_t line)
{
    unsigned marks = fence->marks && line <= fence->lines ? fence->marks[line] : 0;

    buf_lit(out, "<span class=\"line");
    if (marks & MARKED)
        buf_lit(out, " hll");
    if (marks & INSERTED)
        buf_lit(out, " ins");
    if (marks & DELETED)
        buf_lit(out, " del");
    buf_lit(out, "\">");
    if (!fence->numbered)
        return;
    buf_lit(out, "<span class=\"linenos\" data-linenos=\"");
    buf_add_int(out, fence->first + (int64_t)line - 1);
    buf_add(out, fence->python ? S(" \"></span>") : S("\"></span>"));
}

static void add_piece(struct buf *out, const char *class, str text)
{
    if (!*class) {
        escape_html(out, text);
        return;
    }
    buf_lit(out, "<span class=\"");
    buf_add(out, str_of(class));
    buf_lit(out, "\">");
    escape_html(out, text);
    buf_lit(out, "</span>");
}

static void add_tokens(struct buf *out, str code, const struct code_tokens *tokens)
{
    size_t at = 0;

    for (size_t i = 0; i < tokens->count; i++) {
        add_piece(out, token_class(&tokens->list[i]), str_slice(code, at, tokens->list[i].end));
        at = tokens->list[i].end;
    }
}

/* The same, line by line: a token that goes over the end of a line is written in two. */
static void add_lines(struct buf *out, const struct fence *fence, str code,
                      const struct code_tokens *tokens)
{
    size_t at = 0, line = 1;

    if (code.len)
        open_line(out, fence, line);
    for (size_t i = 0; i < tokens->count; i++) {
        str rest = str_slice(code, at, tokens->list[i].end);

        at = tokens->list[i].end;
        while (rest.len) {
            ptrdiff_t end = str_find_char(rest, '\n');
            size_t len = end == STR_NONE ? rest.len : (size_t)end;

            if (len)
                add_piece(out, token_class(&tokens->list[i]), str_slice(rest, 0, len));
            rest = str_from(rest, len + 1);
            if (end == STR_NONE)
                break;
            buf_lit(out, "\n</span>");
            if (rest.len || at < code.len)
                open_line(out, fence, ++line);
        }
    }
    if (!str_ends(code, S("\n")) && code.len)
        buf_lit(out, "</span>");
}

static void note_unknown(struct rendering *r, str language, unsigned line)
{
    struct markdown *out = r->out;

    if (r->again || highlight_is_plain(language))
        return;
    r->unknown =
        list_grown(r->arena, r->unknown, &r->unknown_cap, out->nunknown, sizeof *r->unknown);
    r->unknown[out->nunknown++] = (struct markdown_language){
        .name = str_copy(r->arena, language),
        .line = line,
    };
}

static struct code_tokens colour(struct rendering *r, const struct fence *fence, str code,
                                 unsigned line)
{
    const struct lexer *lexer = lexer_find(fence->language);
    struct code_tokens plain = { 0 };

    if (lexer) {
        int64_t begun = profile_begin();

        plain = highlight(lexer, code, r->scratch);
        profile_end(begun, "language", fence->language, false);
        return plain;
    }
    if (fence->language.len)
        note_unknown(r, fence->language, line);
    highlight_none(&plain, code, r->scratch);
    return plain;
}

static void open_block(struct rendering *r, const cmark_node *node, struct fence *fence)
{
    struct attributes own = fence->own;

    buf_lit(&r->html, "<div class=\"highlight");
    escape_html(&r->html, own.classes);
    buf_lit(&r->html, "\"");
    if (own.id.len || own.others.len) {
        own.classes = S("");
        attributes_add(r, node, &own);
    }
    buf_lit(&r->html, ">");
}

void code_add(struct rendering *r, const cmark_node *node, str info, str code, unsigned line)
{
    struct fence fence = read_fence(info, code, r->scratch);
    fence.python = is_python(r);
    struct code_tokens tokens = colour(r, &fence, code, line);
    struct buf *out = &r->html;

    buf_reserve(out, code.len * 4 + 128);
    if (r->options->with & MARKDOWN_ATTRIBUTES && str_has(info, '{'))
        take_attributes(r, &fence, info);
    open_block(r, node, &fence);
    if (fence.title.len) {
        buf_lit(out, "<span class=\"filename\">");
        escape_html(out, fence.title);
        buf_lit(out, "</span>");
    }
    buf_add(out, fence.python ? S("<pre><span></span><code") : S("<pre><code"));
    if (fence.language.len) {
        buf_lit(out, " class=\"language-");
        escape_html(out, fence.language);
        buf_lit(out, "\"");
    }
    buf_lit(out, ">");
    if (fence.marks || fence.numbered)
        add_lines(out, &fence, code, &tokens);
    else
        add_tokens(out, code, &tokens);
    buf_lit(out, "</code></pre></div>\n");
}
