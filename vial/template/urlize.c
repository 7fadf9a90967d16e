/*
 * urlize.c - addresses in text become links
 *
 *   comes in:  text, escaped first unless it is Markup
 *   goes out:  the same with <a href> around URLs, hosts and mail addresses
 *
 * Each word is freed of the punctuation around it, and what is left is asked whether it looks like
 * an address. The shapes are those of Jinja's regular expressions, walked by hand.
 */
#include "vial/base/utf8.h"
#include "vial/template/containers.h"
#include "vial/template/filter_functions.h"
#include "vial/template/markup.h"
#include "vial/template/number.h"
#include "vial/template/text.h"

struct urlize {
    struct rendering *r;
    str attributes; /* rel and target, ready to write */
    value limit;    /* of what is shown, or none      */
    value schemes;  /* a list                         */
    struct buf *out;
};

/* ---- shapes ---- */

static bool is_host_char(uint32_t c)
{
    return char_is_word(c) || c == '%' || c == '-' || c == '.';
}

/* What a host may be made of, from the front. */
static str host_run(str s)
{
    str rest = s, before = s;

    while (rest.len && is_host_char(utf8_next(&rest)))
        before = rest;
    return str_n(s.p, s.len - before.len);
}

static bool all_letters(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_alpha(s.p[i]))
            return false;
    return true;
}

/* [a-z]{2,63} or xn--[\w%]{2,59} */
static bool is_top_level(str label)
{
    size_t count = 0;

    if (label.len >= 2 && label.len <= 63 && all_letters(label))
        return true;
    if (!str_istarts(label, S("xn--")))
        return false;
    for (str rest = str_from(label, 4); rest.len; count++) {
        uint32_t c = utf8_next(&rest);

        if (!char_is_word(c) && c != '%')
            return false;
    }
    return count >= 2 && count <= 59;
}

static bool is_known_top_level(str label)
{
    static const char *const known[] = { "com", "net", "int", "edu", "gov", "org", "info", "mil" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_ieq(label, str_of(known[i])))
            return true;
    return false;
}

/* "a.b.tld": labels of at least `least` characters before a last one that `is` says yes to. */
static bool is_host(str host, size_t least, size_t labels, bool (*is)(str))
{
    size_t count = 0;

    for (;;) {
        ptrdiff_t dot = str_find_char(host, '.');

        if (dot == STR_NONE)
            return count >= labels && is(host);
        size_t length = utf8_count(str_slice(host, 0, (size_t)dot));

        if (length < least || (least > 1 && length > 63))
            return false;
        host = str_from(host, (size_t)dot + 1);
        count++;
    }
}

/* [:port][/?#...] to the end */
static bool is_tail(str s)
{
    size_t digits = 0;

    if (s.len && s.p[0] == ':') {
        while (digits + 1 < s.len && is_digit(s.p[digits + 1]))
            digits++;
        if (!digits || digits > 5)
            return false;
        s = str_from(s, digits + 1);
    }
    return !s.len || s.p[0] == '/' || s.p[0] == '?' || s.p[0] == '#';
}

static size_t ipv4_len(str s)
{
    size_t at = 0;

    for (int part = 0; part < 4; part++) {
        size_t digits = 0;

        if (part && (at >= s.len || s.p[at++] != '.'))
            return 0;
        while (digits < 3 && at < s.len && is_digit(s.p[at])) {
            at++;
            digits++;
        }
        if (!digits)
            return 0;
    }
    return at;
}

/* "[" hex{0,4}: twice, then one to six times hex{0,4} with or without ":", "]" */
static size_t ipv6_len(str s)
{
    size_t at = 1, groups = 0;

    if (!s.len || s.p[0] != '[')
        return 0;
    for (int part = 0; part < 2; part++) {
        size_t digits = 0;

        while (at < s.len && digits < 4 && hex_digit(s.p[at]) >= 0) {
            at++;
            digits++;
        }
        if (at >= s.len || s.p[at++] != ':')
            return 0;
    }
    while (at < s.len && s.p[at] != ']') {
        size_t from = at;

        while (at < s.len && at - from < 4 && hex_digit(s.p[at]) >= 0)
            at++;
        if (at < s.len && s.p[at] == ':')
            at++;
        if (at == from || ++groups > 6)
            return 0;
    }
    return at < s.len ? at + 1 : 0;
}

static size_t scheme_len(str s)
{
    return str_istarts(s, S("http://")) ? 7 : str_istarts(s, S("https://")) ? 8 : 0;
}

static bool is_web(str s)
{
    size_t scheme = scheme_len(s), front = scheme ? scheme : str_istarts(s, S("www.")) ? 4 : 0;
    str rest = str_from(s, front), host = host_run(rest);

    if (front && is_host(host, 1, 0, is_top_level) && is_tail(str_from(rest, host.len)))
        return true;
    host = host_run(s);
    if (is_host(host, 2, 1, is_known_top_level) && is_tail(str_from(s, host.len)))
        return true;
    if (!scheme)
        return false;
    size_t number = ipv4_len(rest);

    if (!number)
        number = ipv6_len(rest);
    return number && is_tail(str_from(rest, number));
}

/* something@word.word */
static bool is_mail(str s)
{
    ptrdiff_t at = str_rfind_char(s, '@');
    str domain = str_from(s, (size_t)(at + 1)), rest = domain;
    ptrdiff_t dot = str_rfind_char(domain, '.');

    if (at <= 0 || dot <= 0 || (size_t)dot + 1 == domain.len || !char_is_word(utf8_next(&rest)))
        return false;
    while (rest.len) {
        bool in_last = rest.p > domain.p + dot;
        uint32_t c = utf8_next(&rest);

        if (!char_is_word(c) && (in_last || (c != '.' && c != '-')))
            return false;
    }
    return true;
}

/* ---- what stands around a word ---- */

static size_t opening(str s)
{
    size_t at = 0;

    for (;;) {
        str rest = str_from(s, at);

        if (rest.len && (rest.p[0] == '(' || rest.p[0] == '<'))
            at++;
        else if (str_starts(rest, S("&lt;")))
            at += 4;
        else
            return at;
    }
}

static size_t closing(str s)
{
    size_t len = s.len;

    for (;;) {
        str front = str_slice(s, 0, len);

        if (len && strchr(")>.,\n", s.p[len - 1]) && s.p[len - 1])
            len--;
        else if (str_ends(front, S("&gt;")))
            len -= 4;
        else
            return s.len - len;
    }
}

/* A closing bracket belongs to the address when it was opened there. */
static void balance(str *middle, str *tail, str open, str close)
{
    size_t opened = text_count(*middle, open), closed = text_count(*tail, close);

    if (opened <= text_count(*middle, close))
        return;
    for (size_t i = 0; i < opened && i < closed; i++) {
        size_t end = (size_t)str_find(*tail, close) + close.len;

        middle->len += end; /* the two lie side by side */
        *tail = str_from(*tail, end);
    }
}

/* ---- writing ---- */

static void add_link(struct urlize *u, str before, str url, str shown, bool attributes)
{
    bool cut = attributes && u->limit.type != VIAL_NONE &&
               value_compare(u->r, COMPARE_GT, value_int((int64_t)utf8_count(shown)), u->limit);
    value start = value_str(shown);

    if (cut)
        start = value_slice(u->r, start, value_none(), u->limit, value_none());
    buf_lit(u->out, "<a href=\"");
    buf_add(u->out, before);
    buf_add(u->out, url);
    buf_lit(u->out, "\"");
    if (attributes)
        buf_add(u->out, u->attributes);
    buf_lit(u->out, ">");
    buf_add(u->out, value_text(start));
    if (cut)
        buf_lit(u->out, "...");
    buf_lit(u->out, "</a>");
}

static bool add_scheme_link(struct urlize *u, str s)
{
    for (size_t i = 0; i < list_len(u->schemes); i++) {
        str scheme = value_text(list_at(u->schemes, i));

        if (s.len > scheme.len && str_starts(s, scheme)) {
            value limit = u->limit;

            u->limit = value_none();
            add_link(u, S(""), s, s, true);
            u->limit = limit;
            return true;
        }
    }
    return false;
}

static void add_middle(struct urlize *u, str s)
{
    if (is_web(s)) {
        bool whole = str_starts(s, S("http://")) || str_starts(s, S("https://"));

        add_link(u, whole ? S("") : S("https://"), s, s, true);
    } else if (str_starts(s, S("mailto:")) && is_mail(str_from(s, 7))) {
        add_link(u, S(""), s, str_from(s, 7), false);
    } else if (str_has(s, '@') && !str_starts(s, S("www.")) && s.p[0] != '@' && !str_has(s, ':') &&
               is_mail(s)) {
        add_link(u, S("mailto:"), s, s, false);
    } else if (!add_scheme_link(u, s)) {
        buf_add(u->out, s);
    }
}

static void add_word(struct urlize *u, str word)
{
    size_t head = opening(word);
    str middle = str_from(word, head), tail;
    size_t end = closing(middle);

    tail = str_from(middle, middle.len - end);
    middle.len -= end;
    balance(&middle, &tail, S("("), S(")"));
    balance(&middle, &tail, S("<"), S(">"));
    balance(&middle, &tail, S("&lt;"), S("&gt;"));
    buf_add(u->out, str_slice(word, 0, head));
    add_middle(u, middle);
    buf_add(u->out, tail);
}

/* ---- arguments ---- */

static bool push_words(struct rendering *r, value list, value words)
{
    str rest = value_text(words), word;

    if (words.type != VIAL_STR) {
        if (!value_truth(r, words))
            return !r->failed;
        fail(r, "AttributeError", "'%s' object has no attribute 'split'", value_type_name(words));
        return false;
    }
    while (text_next_word(&rest, &word))
        list_push(list, value_str(word));
    return true;
}

/* The words of rel, each once, in order. */
static bool add_rel(struct rendering *r, value rel, bool nofollow, struct buf *out)
{
    value words = list_new(r->arena, 4), policy = env_policies(r->env)->urlize_rel;
    str last = S("");

    if (!push_words(r, words, rel) || !push_words(r, words, policy))
        return false;
    if (nofollow)
        list_push(words, value_str(S("nofollow")));
    struct list *list = list_inside(words);

    for (size_t i = 1; i < list->count; i++) /* a handful */
        for (size_t j = i;
             j && str_cmp(value_text(list->items[j]), value_text(list->items[j - 1])) < 0; j--) {
            value swap = list->items[j];

            list->items[j] = list->items[j - 1];
            list->items[j - 1] = swap;
        }
    for (size_t i = 0; i < list->count; i++) {
        str word = value_text(list->items[i]);

        if (i && str_eq(word, last))
            continue;
        buf_add(out, i ? S(" ") : S(" rel=\""));
        buf_add_html(out, word);
        last = word;
    }
    if (list->count)
        buf_lit(out, "\"");
    return true;
}

/* "tel:", "git+ssh://": two or more characters, a colon, up to two slashes. */
static bool is_scheme(value v)
{
    str s = value_text(v);
    size_t count = 0;

    while (str_ends(s, S("/")) && value_text(v).len - s.len < 2)
        s.len--;
    if (v.type != VIAL_STR || !str_ends(s, S(":")))
        return false;
    s.len--;
    for (; s.len; count++) {
        uint32_t c = utf8_next(&s);

        if (!char_is_word(c) && c != '.' && c != '+' && c != '-')
            return false;
    }
    return count >= 2;
}

static bool set_schemes(struct urlize *u, value schemes)
{
    struct rendering *r = u->r;

    if (schemes.type == VIAL_NONE)
        schemes = env_policies(r->env)->urlize_extra_schemes;
    u->schemes = list_new(r->arena, 0);
    if (schemes.type <= VIAL_NONE)
        return true;
    u->schemes = value_to_list(r, schemes);
    for (size_t i = 0; !r->failed && i < list_len(u->schemes); i++) {
        value scheme = list_at(u->schemes, i);

        if (!is_scheme(scheme)) {
            str shown = value_repr_str(r, scheme);

            fail(r, "FilterArgumentError", "%.*s is not a valid URI scheme prefix.", STR(shown));
        }
    }
    return !r->failed;
}

value filter_urlize(struct rendering *r, value input, const value *args)
{
    struct buf attributes = buf_in(r->arena), text = buf_in(r->arena);
    struct urlize u = { .r = r, .limit = args[0], .out = &text };
    value target = args[2], escaped;
    str rest;

    if (target.type == VIAL_NONE)
        target = env_policies(r->env)->urlize_target;
    if (!add_rel(r, args[3], value_truth(r, args[1]), &attributes) || !set_schemes(&u, args[4]))
        return value_undefined();
    if (value_truth(r, target)) {
        buf_lit(&attributes, " target=\"");
        value_print_html(r, target, &attributes);
        buf_lit(&attributes, "\"");
    }
    u.attributes = buf_str(&attributes);
    escaped = value_escape(r, input);
    rest = value_text(escaped);
    while (rest.len && !r->failed) {
        str word = rest, after = text_strip(rest, NULL, true, false);

        buf_add(&text, str_n(rest.p, rest.len - after.len));
        rest = after;
        if (!text_next_word(&rest, &word))
            break;
        add_word(&u, word);
        if (!rendering_spend(r, word.len / 8 + 1) || !rendering_take(r, word.len))
            break;
    }
    if (r->failed)
        return value_undefined();
    return r->autoescape ? value_safe(buf_str(&text)) : value_str(buf_str(&text));
}
