/*
 * shortcodes.c - templates called from Markdown
 *
 *   comes in:  a page's text, and later its HTML
 *   goes out:  the text with marks in the place of calls, then the HTML with what they make
 *
 * A mark is control characters that Markdown carries along like any text, as many as the call is
 * long: so all that follows keeps its line and column, and nothing a template
 * makes is taken for Markdown. What stands in code is no call. A template runs when its mark is
 * found in the HTML; one that is alone in a paragraph takes the paragraph's place.
 */
#include "vial/site/shortcodes.h"

#include "vial/base/buf.h"
#include "vial/base/profile.h"
#include "vial/site/html_tags.h"
#include "vial/site/snippets.h"
#include "vial/template/ops.h"

enum { PAD = 4 }; /* a control character too */
enum { MARK_LENGTH = 6, CALLS_MAX = 4096, DEEPEST = 8 };

#define ADDRESS_SIGN "\uE002" /* of nobody's script */

/* ---- reading calls ---- */

struct reader {
    struct shortcodes *shortcodes;
    str text;
    size_t offset; /* of the text in the file */
    struct error *err;
};

static bool complain(struct reader *r, size_t at, const char *sentence)
{
    const struct rendered *rendered = r->shortcodes->rendered;
    struct place place = rendered_place(rendered, r->offset + at, 2);

    error_at(r->err, place, "%s", sentence);
    return error_hint(r->err, "in code (`...`) it is shown as it stands");
}

static size_t skip_spaces(str text, size_t at)
{
    while (at < text.len && is_space(text.p[at]))
        at++;
    return at;
}

static size_t name_end(str text, size_t at)
{
    while (at < text.len && (is_alnum(text.p[at]) || text.p[at] == '_' || text.p[at] == '-'))
        at++;
    return at;
}

static bool read_value(struct reader *r, size_t *at, value *out);

static bool read_text(struct reader *r, size_t *at, value *out)
{
    struct buf text = buf_in(r->shortcodes->visit->arena);
    char quote = r->text.p[(*at)++];

    for (; *at < r->text.len && r->text.p[*at] != quote; (*at)++) {
        if (r->text.p[*at] == '\\' && *at + 1 < r->text.len)
            (*at)++;
        buf_addc(&text, r->text.p[*at]);
    }
    if (*at == r->text.len)
        return false;
    (*at)++;
    *out = value_str(buf_str(&text));
    return true;
}

static bool read_list(struct reader *r, size_t *at, value *out)
{
    *out = list_new(r->shortcodes->visit->arena, 4);
    for ((*at)++;;) {
        value item;

        *at = skip_spaces(r->text, *at);
        if (*at < r->text.len && r->text.p[*at] == ']') {
            (*at)++;
            return true;
        }
        if (!read_value(r, at, &item))
            return false;
        list_push(*out, item);
        *at = skip_spaces(r->text, *at);
        if (*at < r->text.len && r->text.p[*at] == ',')
            (*at)++;
    }
}

static bool read_value(struct reader *r, size_t *at, value *out)
{
    size_t from = *at;
    int64_t number;
    double fraction;

    if (from == r->text.len)
        return false;
    if (r->text.p[from] == '"' || r->text.p[from] == '\'')
        return read_text(r, at, out);
    if (r->text.p[from] == '[')
        return read_list(r, at, out);
    while (*at < r->text.len && (is_alnum(r->text.p[*at]) || strchr("+-.", r->text.p[*at])))
        (*at)++;
    str word = str_slice(r->text, from, *at);
    if (str_eq(word, S("true")) || str_eq(word, S("false")))
        *out = value_bool(word.p[0] == 't');
    else if (str_int(word, &number))
        *out = value_int(number);
    else if (str_float(word, &fraction))
        *out = value_float(fraction);
    else
        return false;
    return true;
}

/* Behind "(": `name=value, ...)`. */
static bool read_args(struct reader *r, size_t *at, value args)
{
    for (;;) {
        value v;

        *at = skip_spaces(r->text, *at);
        if (*at < r->text.len && r->text.p[*at] == ')') {
            (*at)++;
            return true;
        }
        size_t end = name_end(r->text, *at);
        str name = str_slice(r->text, *at, end);
        *at = skip_spaces(r->text, end);
        if (!name.len || *at == r->text.len || r->text.p[*at] != '=')
            return false;
        *at = skip_spaces(r->text, *at + 1);
        if (!read_value(r, at, &v))
            return false;
        dict_set(args, name, v);
        *at = skip_spaces(r->text, *at);
        if (*at < r->text.len && r->text.p[*at] == ',')
            (*at)++;
    }
}

/* "{{ name(" or "{% name(" at `at`: a call begins; `*name` and where its arguments do. */
static bool begins_call(str text, size_t at, str *name, size_t *args)
{
    size_t from = skip_spaces(text, at + 2), end = name_end(text, from);

    if (end == from || !is_alpha(text.p[from]) || end == text.len || text.p[end] != '(')
        return false;
    *name = str_slice(text, from, end);
    *args = end + 1;
    return true;
}

static bool is_end(str text, size_t at, size_t *behind)
{
    size_t from = skip_spaces(text, at + 2), end = name_end(text, from);

    if (!str_eq(str_slice(text, from, end), S("end")))
        return false;
    end = skip_spaces(text, end);
    *behind = end + 2;
    return str_starts(str_from(text, end), S("%}"));
}

/* Behind a run of backticks and what it encloses, or a fence's block; `at` is its first sign. */
static size_t code_end(str text, size_t at)
{
    char sign = text.p[at];
    size_t run = 0, line = at;

    while (at + run < text.len && text.p[at + run] == sign)
        run++;
    while (line > 0 && (text.p[line - 1] == ' ' || text.p[line - 1] == '\t'))
        line--;
    bool fence = run >= 3 && (line == 0 || text.p[line - 1] == '\n' || text.p[line - 1] == '>');
    if (sign == '~' && !fence)
        return at + run;
    for (size_t i = at + run; i < text.len;) {
        size_t other = 0;

        while (i + other < text.len && text.p[i + other] == sign)
            other++;
        if (fence ? other >= run : other == run)
            return i + other;
        if (!fence && text.p[i] == '\n' && i + 1 < text.len && text.p[i + 1] == '\n')
            break;
        i += other ? other : 1;
    }
    return fence ? text.len : at + run;
}

/* Where the body that begins at `from` ends: the {% end %} of its own. */
static bool find_end(str text, size_t from, size_t *end, size_t *behind)
{
    unsigned open = 1;
    size_t args;
    str name;

    for (size_t at = from; at + 1 < text.len;) {
        if (text.p[at] == '`' || text.p[at] == '~') {
            at = code_end(text, at);
        } else if (text.p[at] != '{' || text.p[at + 1] != '%') {
            at++;
        } else if (is_end(text, at, behind)) {
            *end = at;
            if (--open == 0)
                return true;
            at = *behind;
        } else {
            open += begins_call(text, at, &name, &args);
            at += 2;
        }
    }
    return false;
}

static bool read_call(struct reader *r, size_t at, size_t *behind, struct shortcode *call)
{
    bool body = r->text.p[at + 1] == '%';

    call->args = dict_new(r->shortcodes->visit->arena, 4);
    if (!read_args(r, behind, call->args))
        return complain(
            r, at,
            "a shortcode's arguments are NAME=VALUE: \"text\", a number, true, false or a list");
    *behind = skip_spaces(r->text, *behind);
    if (!str_starts(str_from(r->text, *behind), body ? S("%}") : S("}}")))
        return complain(r, at, "a shortcode's call is not closed");
    *behind += 2;
    call->offset = r->offset + at;
    call->has_body = body;
    if (body) {
        size_t from = *behind, end;

        if (!find_end(r->text, from, &end, behind))
            return complain(r, at, "'{% end %}' is missing for this shortcode");
        call->body = str_slice(r->text, from, end);
        call->body_offset = r->offset + from;
    }
    call->source = str_slice(r->text, at, *behind);
    str before = str_slice(r->text, 0, at);
    call->in_mark = !body && str_find_char(call->source, '\n') == STR_NONE &&
                    (str_ends(before, S("](")) || str_ends(before, S("](<")));
    call->in_link = call->in_mark || str_ends(before, S("=\"")) || str_ends(before, S("='"));
    return true;
}

/*
 * Where a link leads there may be no control characters: there a mark is a sign of no script, the
 * number, and as much as is missing.
 */
static void write_address(char *to, size_t len, size_t number)
{
    memset(to, '_', len);
    memcpy(to, ADDRESS_SIGN, sizeof ADDRESS_SIGN - 1);
    for (int i = 0; i < 4; i++)
        to[sizeof ADDRESS_SIGN - 1 + (size_t)i] = (char)('0' + ((number >> (3 * i)) & 7));
    to[len - 1] = '.';
}

static void write_mark(char *to, str call, size_t number)
{
    char pad = PAD; /* no spaces: two of them would end a line; but lines below are blank */

    for (size_t i = 0; i < call.len; i++) {
        to[i] = call.p[i] == '\n' ? '\n' : pad;
        if (call.p[i] == '\n')
            pad = ' ';
    }
    to[0] = '\x02';
    for (int i = 0; i < 4; i++)
        to[1 + i] = (char)(0x0E + ((number >> (3 * i)) & 7));
    to[5] = '\x03';
}

static bool keep(struct reader *r, const struct shortcode *call)
{
    struct shortcodes *s = r->shortcodes;

    if (s->count == CALLS_MAX)
        return complain(r, call->offset - r->offset, "this page has too many shortcodes");
    if (s->count == s->cap) {
        size_t more = s->cap ? s->cap * 2 : 8;

        s->list =
            arena_grow(s->visit->arena, s->list, s->cap * sizeof *s->list, more * sizeof *s->list);
        s->cap = more;
    }
    s->list[s->count++] = *call;
    return true;
}

str shortcodes_mark(struct shortcodes *shortcodes, str text, size_t offset, struct error *err)
{
    struct reader r = { shortcodes, text, offset, err };
    char *marked = NULL;

    if (str_find(text, S("{{")) == STR_NONE && str_find(text, S("{%")) == STR_NONE)
        return text;
    for (size_t at = 0, behind; at + 1 < text.len;) {
        struct shortcode call = { 0 };

        if (text.p[at] == '`' || text.p[at] == '~') {
            at = code_end(text, at);
            continue;
        }
        if (text.p[at] == '\\') {
            at += 2;
            continue;
        }
        if (text.p[at] != '{' || !strchr("{%", text.p[at + 1]) ||
            !begins_call(text, at, &call.name, &behind)) {
            at++;
            continue;
        }
        if (!read_call(&r, at, &behind, &call) || !keep(&r, &call))
            return (str){ 0 };
        if (!marked)
            marked = (char *)(uintptr_t)str_copy(shortcodes->visit->arena, text).p;
        if (call.in_mark)
            write_address(marked + at, call.source.len, shortcodes->count - 1);
        else
            write_mark(marked + at, call.source, shortcodes->count - 1);
        at = behind;
    }
    return marked ? str_n(marked, text.len) : text;
}

/* ---- what they make ---- */

static void template_read(void *req, str name, bool found)
{
    (void)found; /* one that is not there matters as well: it may come */
    struct reads *reads = vial_reads(req);
    reads_note(reads, str_fmt(reads->things.arena, "template:%.*s", STR(name)));
}

static struct place place_of(const struct shortcodes *s, const struct shortcode *call)
{
    return rendered_place(s->rendered, call->offset, call->source.len);
}

static unsigned line_at(str text, size_t offset)
{
    unsigned line = 1;

    for (size_t i = 0; i < offset && i < text.len; i++)
        line += text.p[i] == '\n';
    return line;
}

/* The body is Markdown of its own, and may call others. */
static bool render_body(struct shortcodes *s, const struct shortcode *call, str *html,
                        struct error *err)
{
    struct shortcodes inner = *s;
    size_t body = s->rendered->body;
    struct markdown out;
    struct markdown_options options = *s->options;

    inner.list = NULL;
    inner.count = inner.cap = 0;
    inner.deep++;
    if (inner.deep > DEEPEST)
        return error_at(err, place_of(s, call), "shortcodes are nested too deep");
    str text = shortcodes_mark(&inner, call->body, call->body_offset, err);
    if (!text.p && call->body.len)
        return false;
    s->rendered->body = call->body_offset; /* where its links' places count from */
    options.first_line = line_at(s->rendered->text, call->body_offset);
    struct link_scope *scope = options.self;
    scope->shortcodes = &inner;
    bool good = markdown_render(&out, s->rendered->file, text, &options, s->visit->arena, err);
    scope->shortcodes = s;
    s->rendered->body = body;
    if (!good || scope->failed)
        return false;
    *html = shortcodes_put(&inner, out.html, err);
    return html->p != NULL;
}

static str text_arg(const struct shortcode *call, const char *name)
{
    return str_trim(value_text(dict_get(call->args, str_of(name))));
}

/* A fence longer than any run of backticks in `code`. */
static str fenced(str code, str language, struct arena *a)
{
    str fence = S("```");

    while (str_find(code, fence) != STR_NONE)
        fence = str_fmt(a, "%.*s`", STR(fence));
    return str_fmt(a, "%.*s%.*s\n%.*s%.*s\n", STR(fence), STR(language), STR(code), STR(fence));
}

/* {{ include(path="a.c", lines="3:7", region="main", lang="c") }}: as code, or as Markdown. */
static bool include_file(struct shortcodes *s, const struct shortcode *call, str *html,
                         struct error *err)
{
    struct arena *a = s->visit->arena;
    struct shortcode body = *call;
    str path = text_arg(call, "path"), part = text_arg(call, "lines"), text;
    str language = text_arg(call, "lang");

    if (!part.len)
        part = text_arg(call, "region");
    if (!path.len) {
        error_at(err, place_of(s, call), "include() needs the path of a file");
        return error_hint(err, "{{ include(path=\"examples/a.c\", lines=\"3:7\", lang=\"c\") }}");
    }
    str spec = part.len ? str_fmt(a, "%.*s:%.*s", STR(path), STR(part)) : path;
    if (!snippet_read(s->visit, s->page, spec, place_of(s, call), &text, err))
        return false;
    body.body_offset = call->offset;
    body.body = language.len ? fenced(text, language, a) : text;
    struct place before = s->rendered->pinned;
    s->rendered->pinned = place_of(s, call);
    bool good = render_body(s, &body, html, err);
    s->rendered->pinned = before;
    return good;
}

static bool make_call(struct shortcodes *s, const struct shortcode *call, str *html,
                      struct error *err)
{
    struct visit *v = s->visit;
    str name = str_fmt(v->arena, "shortcodes/%.*s.html", STR(call->name)), body = S("");
    struct buf out = buf_in(v->arena);
    struct render_options options = { .arena = v->arena,
                                      .user = v->req,
                                      .template_read = template_read };

    visit_note_key(v, "template", name);
    if (!theme_has_template(&v->site->theme, name) && str_eq(call->name, S("include")))
        return include_file(s, call, html, err);
    if (!theme_has_template(&v->site->theme, name)) {
        error_at(err, place_of(s, call), "there is no shortcode '%.*s'", STR(call->name));
        return error_hint(err, "it would be templates/%.*s", STR(name));
    }
    if (call->has_body && !render_body(s, call, &body, err))
        return false;
    dict_set(call->args, S("body"), value_safe(str_trim(body)));
    dict_set(call->args, S("page"), page_value(v, s->page));
    dict_set(call->args, S("in_link"), value_bool(call->in_link));
    const struct jinja *template = env_template(vial_env(v->site->app), name, err);
    if (!template || !template_render(template, call->args, &options, &out, err))
        return error_note(err, place_of(s, call), "called here");
    *html = str_trim(buf_str(&out));
    return true;
}

static bool render_call(struct shortcodes *s, const struct shortcode *call, str *html,
                        struct error *err)
{
    int64_t begun = profile_begin();
    bool made = make_call(s, call, html, err);

    profile_end(begun, "shortcode", call->name, false);
    return made;
}

/* The call whose mark begins `rest`; NULL: it is none. */
static const struct shortcode *call_at(const struct shortcodes *s, str rest)
{
    size_t number = 0;

    if (rest.len < MARK_LENGTH || rest.p[5] != '\x03')
        return NULL;
    for (int i = 0; i < 4; i++) {
        unsigned digit = (unsigned)(unsigned char)rest.p[1 + i] - 0x0E;

        if (digit > 7)
            return NULL;
        number |= (size_t)digit << (3 * i);
    }
    return number < s->count ? &s->list[number] : NULL;
}

/* An address that was none after all ("](" in plain text) becomes a mark like others. */
static str addresses_put(const struct shortcodes *s, str html)
{
    str sign = S(ADDRESS_SIGN);
    struct buf out = buf_in(s->visit->arena);
    ptrdiff_t at;

    while ((at = str_find(html, sign)) != STR_NONE) {
        str rest = str_from(html, (size_t)at + sign.len);
        ptrdiff_t end = str_find_char(rest, '.');

        buf_add(&out, str_slice(html, 0, (size_t)at));
        if (end == STR_NONE || end < 4) {
            html = rest;
            continue;
        }
        buf_addc(&out, '\x02');
        for (int i = 0; i < 4; i++)
            buf_addc(&out, (char)(0x0E + (rest.p[i] & 7)));
        buf_addc(&out, '\x03');
        html = str_from(rest, (size_t)end + 1);
    }
    if (!out.len)
        return html;
    buf_add(&out, html);
    return buf_str(&out);
}

str shortcodes_put(struct shortcodes *s, str html, struct error *err)
{
    struct buf out = buf_in(s->visit->arena);
    ptrdiff_t at;

    if (!s->count)
        return html.p ? html : S("");
    html = addresses_put(s, html);
    while ((at = str_find_char(html, '\x02')) != STR_NONE) {
        const struct shortcode *call = call_at(s, str_from(html, (size_t)at));
        str made = S("");

        buf_add(&out, str_slice(html, 0, (size_t)at));
        html = str_from(html, (size_t)at + (call ? MARK_LENGTH : 1));
        if (!call)
            continue;
        while (html.len && html.p[0] == PAD)
            html = str_from(html, 1);
        if (!render_call(s, call, &made, err))
            return (str){ 0 };
        str rest = str_ltrim(html);
        if (str_ends(buf_str(&out), S("<p>")) && str_starts(rest, S("</p>"))) {
            out.len -= S("<p>").len;
            html = str_from(rest, S("</p>").len);
        }
        buf_add(&out, made);
    }
    buf_add(&out, html);
    return buf_str(&out);
}

str shortcodes_strip(const struct shortcodes *s, str text)
{
    struct buf out = buf_in(s->visit->arena);

    if (!s->count || str_find_char(text, '\x02') == STR_NONE)
        return text;
    for (; text.len; text = str_from(text, 1)) {
        if (call_at(s, text) && text.p[0] == '\x02')
            text = str_from(text, MARK_LENGTH - 1);
        else if (text.p[0] != PAD)
            buf_addc(&out, text.p[0]);
    }
    return str_trim(buf_str(&out));
}

/* ---- calls that are none, or where a link leads ---- */

static size_t count_lines(str text)
{
    size_t lines = 0;

    for (size_t i = 0; i < text.len; i++)
        lines += text.p[i] == '\n';
    return lines;
}

str shortcodes_verbatim(void *self, str code)
{
    const struct link_scope *scope = self;
    const struct shortcodes *s = scope->shortcodes;
    struct buf out = buf_in(s->visit->arena);
    ptrdiff_t at;

    while ((at = str_find_char(code, '\x02')) != STR_NONE) {
        const struct shortcode *call = call_at(s, str_from(code, (size_t)at));

        buf_add(&out, str_slice(code, 0, (size_t)at));
        code = str_from(code, (size_t)at + (call ? MARK_LENGTH : 1));
        if (!call)
            continue;
        while (code.len && code.p[0] == PAD)
            code = str_from(code, 1);
        buf_add(&out, call->source);
        /* the lines that it went over stand there, empty */
        for (size_t lines = count_lines(call->source); lines; lines--) {
            str rest = str_from(code, str_starts(code, S("\n")));

            while (rest.len && rest.p[0] == ' ')
                rest = str_from(rest, 1);
            code = rest;
        }
    }
    buf_add(&out, code);
    return buf_str(&out);
}

bool shortcodes_in_link(struct link_scope *scope, str *url)
{
    struct shortcodes *s = scope->shortcodes;
    str sign = S(ADDRESS_SIGN), rest;
    size_t number = 0;

    if (!str_starts(*url, sign) || url->len < sign.len + 5)
        return true;
    rest = str_from(*url, sign.len);
    for (int i = 0; i < 4; i++)
        number |= (size_t)((unsigned char)rest.p[i] - '0') << (3 * i);
    ptrdiff_t end = str_find_char(rest, '.');
    if (number >= s->count || end == STR_NONE)
        return true;
    rest = str_from(rest, (size_t)end + 1);
    if (!render_call(s, &s->list[number], url, scope->err))
        return false;
    *url =
        html_address(str_fmt(s->visit->arena, "%.*s%.*s", STR(*url), STR(rest)), s->visit->arena);
    return true;
}
