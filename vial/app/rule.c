/*
 * rule.c - a rule, taken apart and matched part by part
 *
 *   comes in:  "/blog/<int:year>/<slug>/", once; then the segments of paths
 *   goes out:  parts, each with its pieces and its weight; then the texts of its arguments
 *
 * Most parts are plain text or one <argument>, which are compared and asked at once. Only mixed
 * parts, as "v<int:a>.<int:b>", are searched: each argument offers the lengths it could take, and a
 * dead end gives back what it took. What is known to fail is remembered, so that no text, however
 * crafted, makes the search longer than its length squared.
 */
#include "vial/app/rule.h"
#include "vial/base/utf8.h"
#include "vial/http/http.h"

/* ---- parsing ---- */

struct rule_reader {
    str rule;
    size_t at;
    struct arena *arena;
    struct error *err;
};

static struct place place_of(const struct rule_reader *r, size_t from, size_t to)
{
    return (struct place){ S("rule"), r->rule, from, to - from };
}

static size_t name_length(str s)
{
    size_t len = 0;

    if (s.len && is_digit(s.p[0]))
        return 0;
    while (len < s.len && (is_alnum(s.p[len]) || s.p[len] == '_'))
        len++;
    return len;
}

static bool malformed(struct rule_reader *r)
{
    error_at(r->err, place_of(r, r->at, r->at + 1), "this is no argument of a rule");
    return error_hint(r->err, "<name>, <converter:name> or <converter(arguments):name> is");
}

/* "<int(min=1):id>" at r->at, which moves behind it. */
static bool read_argument(struct rule_reader *r, struct piece *piece)
{
    struct converter *converter = arena_make(r->arena, struct converter);
    str rest = str_from(r->rule, r->at + 1), type = S(""), arguments = S("");
    size_t len = name_length(rest);
    str word = str_slice(rest, 0, len);

    rest = str_from(rest, len);
    if (len && str_starts(rest, S("("))) {
        ptrdiff_t end = str_find(rest, S("):"));

        if (end < 0)
            return malformed(r);
        arguments = str_slice(rest, 1, (size_t)end);
        rest = str_from(rest, (size_t)end + 1);
    }
    if (len && str_starts(rest, S(":"))) {
        type = word;
        rest = str_from(rest, 1);
        len = name_length(rest);
        word = str_slice(rest, 0, len);
        rest = str_from(rest, len);
    }
    if (!len || !str_starts(rest, S(">")))
        return malformed(r);

    size_t end = r->rule.len - rest.len + 1;
    struct place place = place_of(r, r->at, end);
    if (!converter_init(converter, type, arguments, place, r->arena, r->err))
        return false;
    *piece = (struct piece){ .text = word, .converter = converter };
    r->at = end;
    return true;
}

static void trace_push(struct trace *trace, struct piece piece, struct arena *a)
{
    if (trace->count == trace->cap) {
        size_t cap = trace->cap ? trace->cap * 2 : 8;

        trace->list =
            arena_grow(a, trace->list, trace->cap * sizeof *trace->list, cap * sizeof *trace->list);
        trace->cap = cap;
    }
    if (!piece.converter)
        piece.encoded = url_encode(a, piece.text, url_path_safe);
    trace->list[trace->count++] = piece;
}

static void parts_push(struct parts *parts, const struct part *part, struct arena *a)
{
    if (parts->count == parts->cap) {
        size_t cap = parts->cap ? parts->cap * 2 : 4;

        parts->list =
            arena_grow(a, parts->list, parts->cap * sizeof *parts->list, cap * sizeof *parts->list);
        parts->cap = cap;
    }
    parts->list[parts->count++] = *part;
}

static void weight_add(struct buf *weight, size_t number)
{
    buf_addc(weight, (char)(number >> 8));
    buf_addc(weight, (char)number);
}

static bool is_slash(const struct piece *piece)
{
    return !piece->converter && str_eq(piece->text, S("/"));
}

/* See rule.h. A slash within a <path:> part has no weight. */
static str weigh(const struct piece *pieces, size_t count, struct arena *a)
{
    struct buf texts = buf_in(a), arguments = buf_in(a), weight = buf_in(a);

    for (size_t i = 0; i < count; i++) {
        size_t length = utf8_count(pieces[i].text);

        if (pieces[i].converter)
            weight_add(&arguments, (size_t)pieces[i].converter->type->weight);
        else if (!is_slash(&pieces[i]))
            weight_add(&texts, UINT16_MAX - (length < UINT16_MAX ? length : UINT16_MAX));
    }
    weight_add(&weight, UINT16_MAX - texts.len);
    buf_add(&weight, buf_str(&texts));
    weight_add(&weight, UINT16_MAX - arguments.len);
    buf_add(&weight, buf_str(&arguments));
    return buf_str(&weight);
}

/* The part is complete: its pieces are copied, and what it looks like is written down. */
static void part_end(struct parts *parts, struct part *part, struct piece *pieces, struct arena *a)
{
    struct buf content = buf_in(a);
    struct piece *kept = arena_array(a, struct piece, part->count);

    for (size_t i = 0; i < part->count; i++) {
        kept[i] = pieces[i];
        if (pieces[i].converter)
            converter_pattern(pieces[i].converter, &content);
        else if (part->fixed)
            buf_add(&content, pieces[i].text);
        else
            buf_addf(&content, "%zu %.*s", pieces[i].text.len, STR(pieces[i].text));
    }
    if (part->final)
        buf_lit(&content, "<final>");
    if (part->suffixed)
        buf_lit(&content, "<slash>");
    part->pieces = kept;
    part->weight = weigh(pieces, part->count, a);
    part->content = buf_str(&content);
    parts_push(parts, part, a);
}

static bool is_twice(const struct trace *trace, str name)
{
    for (size_t i = 0; i < trace->count; i++)
        if (trace->list[i].converter && str_eq(trace->list[i].text, name))
            return true;
    return false;
}

static bool part_add(struct rule_reader *r, struct part *part, struct piece *pieces,
                     struct piece piece)
{
    if (part->count == PIECES_MAX)
        return error_at(r->err, place_of(r, 0, r->rule.len),
                        "a rule has at most %d pieces between two slashes", PIECES_MAX);
    pieces[part->count++] = piece;
    if (piece.converter) {
        part->fixed = false;
        part->final |= piece.converter->type->crosses_slashes;
        part->arguments++;
    }
    return true;
}

static const struct part empty_part = { .fixed = true };

/* The end of the rule. A <path:> before a last slash can do without it, for the redirect's sake. */
static void last_part(struct parts *parts, struct part *part, struct piece *pieces, struct arena *a)
{
    bool slash = part->final && part->count && is_slash(&pieces[part->count - 1]);

    if (slash) {
        part->count--;
        part->suffixed = true;
    }
    part_end(parts, part, pieces, a);
    if (slash) {
        *part = empty_part;
        part_end(parts, part, pieces, a);
    }
}

bool rule_parse(str rule, struct parts *parts, struct trace *trace, struct arena *a,
                struct error *err)
{
    struct rule_reader r = { rule, 0, a, err };
    struct piece pieces[PIECES_MAX];
    struct part part = empty_part;

    while (r.at < rule.len) {
        struct piece piece = { .text = S("/") };
        size_t from = r.at;

        if (rule.p[r.at] == '<') {
            if (!read_argument(&r, &piece))
                return false;
            if (is_twice(trace, piece.text))
                return error_at(err, place_of(&r, from, r.at),
                                "the argument '%.*s' stands in this rule twice", STR(piece.text));
        } else if (rule.p[r.at] == '/') {
            r.at++;
        } else {
            while (r.at < rule.len && rule.p[r.at] != '<' && rule.p[r.at] != '/')
                r.at++;
            piece.text = str_slice(rule, from, r.at);
        }
        trace_push(trace, piece, a);
        if (is_slash(&piece) && !part.final) {
            part_end(parts, &part, pieces, a);
            part = empty_part;
        } else if (!part_add(&r, &part, pieces, piece)) {
            return false;
        }
    }
    last_part(parts, &part, pieces, a);
    return true;
}

/* ---- matching ---- */

/*
 * Ends of an argument behind which the rest does not match, from `from` up to `to`. An argument
 * that begins a little later or earlier may end at nearly the same places: without this each
 * beginning would try them all anew, and a long text would take the square of its length.
 */
struct ends {
    size_t from, to;
};

struct search {
    const struct part *part;
    str text;
    str *taken;
    uint64_t *failed; /* a bit for each piece and position; NULL: too few arguments to matter */
    struct ends tried[PIECES_MAX];
    bool slash;
};

static bool search_from(struct search *s, size_t piece, size_t at, size_t argument);

static bool is_point_start(str text, size_t at)
{
    return at >= text.len || ((unsigned char)text.p[at] & 0xC0) != 0x80;
}

static bool try_length(struct search *s, size_t piece, size_t at, size_t argument, size_t len)
{
    if (!is_point_start(s->text, at + len))
        return false;
    s->taken[argument] = str_slice(s->text, at, at + len);
    return search_from(s, piece + 1, at + len, argument + 1);
}

static void note_tried(struct ends *tried, size_t from, size_t to)
{
    if (from > tried->to || to < tried->from) { /* another stretch: the newest is what counts */
        *tried = (struct ends){ from, to };
        return;
    }
    tried->from = from < tried->from ? from : tried->from;
    tried->to = to > tried->to ? to : tried->to;
}

static bool search_shortest_first(struct search *s, size_t piece, size_t at, size_t argument,
                                  struct span span)
{
    for (size_t end = at + span.min; end <= at + span.max; end++) {
        const struct ends *tried = &s->tried[piece];

        if (end >= tried->from && end < tried->to)
            end = tried->to - 1;
        else if (try_length(s, piece, at, argument, end - at))
            return true;
    }
    note_tried(&s->tried[piece], at + span.min, at + span.max + 1);
    return false;
}

static bool search_longest_first(struct search *s, size_t piece, size_t at, size_t argument,
                                 struct span span)
{
    for (size_t end = at + span.max + 1; end-- > at + span.min;) {
        const struct ends *tried = &s->tried[piece];

        if (end >= tried->from && end < tried->to)
            end = tried->from; /* below it is the next one */
        else if (try_length(s, piece, at, argument, end - at))
            return true;
    }
    note_tried(&s->tried[piece], at + span.min, at + span.max + 1);
    return false;
}

static bool search_argument(struct search *s, size_t piece, size_t at, size_t argument)
{
    const struct converter *c = s->part->pieces[piece].converter;
    str rest = str_from(s->text, at);
    struct span span;

    for (size_t i = 0; !c->type->span && i < c->item_count; i++)
        if (str_starts(rest, c->items[i]) && try_length(s, piece, at, argument, c->items[i].len))
            return true;
    if (!c->type->span || !c->type->span(c, rest, &span))
        return false;
    return c->type->lazy ? search_shortest_first(s, piece, at, argument, span)
                         : search_longest_first(s, piece, at, argument, span);
}

/* All pieces are matched: what is left must be nothing, or the slash that may be missing. */
static bool search_end(struct search *s, size_t at)
{
    str rest = str_from(s->text, at);
    bool after_slash = at > 0 && s->text.p[at - 1] == '/';

    if (!s->part->suffixed)
        return rest.len == 0;
    s->slash = str_eq(rest, S("/"));
    return !after_slash && (rest.len == 0 || s->slash);
}

static bool search_from(struct search *s, size_t piece, size_t at, size_t argument)
{
    size_t bit = piece * (s->text.len + 1) + at;
    bool found;

    if (piece == s->part->count)
        return search_end(s, at);
    if (s->failed && s->failed[bit / 64] >> bit % 64 & 1)
        return false;

    const struct piece *p = &s->part->pieces[piece];
    if (p->converter)
        found = search_argument(s, piece, at, argument);
    else
        found = str_starts(str_from(s->text, at), p->text) &&
                search_from(s, piece + 1, at + p->text.len, argument);
    if (!found && s->failed)
        s->failed[bit / 64] |= UINT64_C(1) << bit % 64;
    return found;
}

bool part_match(const struct part *part, str text, str *taken, bool *slash, struct arena *a)
{
    struct search s = { .part = part, .text = text, .taken = taken };

    if (part->count == 1 && !part->suffixed) {
        taken[0] = text;
        return converter_fits(part->pieces[0].converter, text);
    }
    if (part->arguments > 1 && text.len > 64)
        s.failed = arena_array(a, uint64_t, part->count * (text.len + 1) / 64 + 1);

    bool found = search_from(&s, 0, 0, 0);
    *slash = s.slash;
    return found;
}
