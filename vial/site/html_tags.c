/*
 * html_tags.c - the tags of HTML, one after the other
 *
 *   comes in:  HTML that we made, with what writers put into it
 *   goes out:  names of tags and their attributes
 */
#include "vial/site/html_tags.h"
#include "vial/base/buf.h"

static bool is_name(char c)
{
    return is_alnum(c) || c == '-' || c == '_' || c == ':';
}

static str take_name(struct html_tags *t)
{
    size_t from = t->at;

    while (t->at < t->html.len && is_name(t->html.p[t->at]))
        t->at++;
    return str_slice(t->html, from, t->at);
}

static void skip_space(struct html_tags *t)
{
    while (t->at < t->html.len && is_space(t->html.p[t->at]))
        t->at++;
}

/* The value of an attribute, its quotes left out. */
static str take_value(struct html_tags *t)
{
    char quote = t->at < t->html.len ? t->html.p[t->at] : '\0';
    size_t from = t->at;

    if (quote == '"' || quote == '\'') {
        str rest = str_from(t->html, ++t->at);
        ptrdiff_t end = str_find_char(rest, quote);

        if (end == STR_NONE) {
            t->at = t->html.len;
            return S("");
        }
        t->at += (size_t)end + 1;
        return str_slice(rest, 0, (size_t)end);
    }
    while (t->at < t->html.len && !is_space(t->html.p[t->at]) && t->html.p[t->at] != '>')
        t->at++;
    return str_slice(t->html, from, t->at);
}

/* Behind the next `end`: of a comment, a script. */
static void skip_past(struct html_tags *t, str end)
{
    ptrdiff_t found = str_find(str_from(t->html, t->at), end);

    t->at = found == STR_NONE ? t->html.len : t->at + (size_t)found + end.len;
}

static void take_attributes(struct html_tags *t)
{
    t->count = 0;
    while (t->at < t->html.len) {
        skip_space(t);
        if (t->at == t->html.len || t->html.p[t->at] == '>')
            return;
        struct html_attribute attribute = { .name = take_name(t) };
        if (!attribute.name.len) {
            t->at++;
            continue;
        }
        skip_space(t);
        if (t->at < t->html.len && t->html.p[t->at] == '=') {
            t->at++;
            skip_space(t);
            attribute.value = take_value(t);
        }
        if (t->count < HTML_ATTRIBUTES)
            t->attributes[t->count++] = attribute;
    }
}

bool html_next_tag(struct html_tags *t)
{
    if (str_ieq(t->name, S("script")))
        skip_past(t, S("</script"));
    else if (str_ieq(t->name, S("style")))
        skip_past(t, S("</style"));
    for (;;) {
        ptrdiff_t found = str_find_char(str_from(t->html, t->at), '<');

        t->name = S("");
        if (found == STR_NONE)
            return false;
        t->begin = t->at + (size_t)found;
        t->at = t->begin + 1;
        if (str_starts(str_from(t->html, t->at), S("!--"))) {
            skip_past(t, S("-->"));
            continue;
        }
        t->name = take_name(t);
        if (!t->name.len)
            continue;
        take_attributes(t);
        return true;
    }
}

const struct html_attribute *html_attribute(const struct html_tags *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++)
        if (str_ieq(t->attributes[i].name, str_of(name)))
            return &t->attributes[i];
    return NULL;
}

str html_address(str value, struct arena *a)
{
    struct buf out = buf_in(a);
    str rest = value;

    if (!str_has(value, '&'))
        return value;
    while (rest.len) {
        bool amp = str_starts(rest, S("&amp;"));

        buf_addc(&out, rest.p[0]);
        rest = str_from(rest, amp ? 5 : 1);
    }
    return buf_str(&out);
}
