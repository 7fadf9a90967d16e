/*
 * shortcodes.c - templates called from Markdown
 *
 *   comes in:  the HTML of a page whose calls are marks (shortcode_scan.c)
 *   goes out:  the HTML with what they make
 *
 * A template runs when its mark is found in the HTML, so nothing that it makes is taken for
 * Markdown; one that is alone in a paragraph takes the paragraph's place.
 */
#include "vial/site/shortcodes.h"

#include "vial/base/buf.h"
#include "vial/base/path.h"
#include "vial/base/profile.h"
#include "vial/site/html_tags.h"
#include "vial/site/shortcode_marks.h"
#include "vial/site/snippets.h"
#include "vial/template/ops.h"

enum { DEEPEST = 8 };

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

static bool no_shortcode(const struct shortcodes *s, const struct shortcode *call, str template,
                         struct error *err)
{
    str near = env_nearest_template(vial_env(s->visit->site->app), template, s->visit->arena);

    error_at(err, place_of(s, call), "there is no shortcode '%.*s'", STR(call->name));
    if (!str_eq(path_dir(near), path_dir(template)))
        return error_hint(err, "it would be templates/%.*s", STR(template));
    near = path_name(near);
    return error_meant(err, str_slice(near, 0, near.len - path_ext(near).len));
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

    if (call->wrong) {
        error_at(err, place_of(s, call), "%s", call->wrong);
        return error_hint(err, "in code (`...`) it is shown as it stands");
    }
    visit_note_key(v, "template", name);
    if (!theme_has_template(&v->site->theme, name) && str_eq(call->name, S("include")))
        return include_file(s, call, html, err);
    if (!theme_has_template(&v->site->theme, name))
        return no_shortcode(s, call, name, err);
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

/* The page fails for the first of them; it tells of the others too, so that all are mended at once.
 */
static void tell(const struct shortcodes *s, bool first, struct error *found, struct error *err)
{
    struct findings *findings = s->visit->site->findings;

    if (first && err) {
        error_move(err, found);
    } else if (!first && visit_tells(s->visit, s->page)) {
        pthread_mutex_lock(&findings->lock);
        errors_add(&findings->errors, found);
        pthread_mutex_unlock(&findings->lock);
    } else {
        error_free(found);
    }
}

str shortcodes_put(struct shortcodes *s, str html, struct error *err)
{
    struct buf out = buf_in(s->visit->arena);
    bool failed = false;
    ptrdiff_t at;

    if (!s->count)
        return html.p ? html : S("");
    html = addresses_put(s, html);
    while ((at = str_find_char(html, '\x02')) != STR_NONE) {
        const struct shortcode *call = call_at(s, str_from(html, (size_t)at));
        struct error found = { 0 };
        str made = S("");

        buf_add(&out, str_slice(html, 0, (size_t)at));
        html = str_from(html, (size_t)at + (call ? MARK_LENGTH : 1));
        if (!call)
            continue;
        while (html.len && html.p[0] == MARK_PAD)
            html = str_from(html, 1);
        if (!render_call(s, call, &made, &found)) {
            tell(s, !failed, &found, err);
            failed = true;
            continue;
        }
        str rest = str_ltrim(html);
        if (str_ends(buf_str(&out), S("<p>")) && str_starts(rest, S("</p>"))) {
            out.len -= S("<p>").len;
            html = str_from(rest, S("</p>").len);
        }
        buf_add(&out, made);
    }
    buf_add(&out, html);
    return failed ? (str){ 0 } : buf_str(&out);
}

str shortcodes_strip(const struct shortcodes *s, str text)
{
    struct buf out = buf_in(s->visit->arena);

    if (!s->count || str_find_char(text, '\x02') == STR_NONE)
        return text;
    for (; text.len; text = str_from(text, 1)) {
        if (call_at(s, text) && text.p[0] == '\x02')
            text = str_from(text, MARK_LENGTH - 1);
        else if (text.p[0] != MARK_PAD)
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
        while (code.len && code.p[0] == MARK_PAD)
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
