/*
 * slips.c - what people write who know another language
 *
 *   comes in:  the place of a syntax error, or the name of a tag that does not exist
 *   goes out:  how it is written in Jinja, when the place looks like something known
 *
 * This is only looked at when there is an error already, so it may guess.
 */
#include "vial/template/slips.h"

struct slip {
    const char *before, *here, *hint; /* what stands before the place, and what at it */
};

static const struct slip slips[] = {
    { "", "&&", "write 'and'" },
    { "|", "|", "write 'or'" },
    { "", "!", "write 'not'" },
    { "", "?", "a choice is written 'a if condition else b'" },
    { "==", "=", "'==' compares" },
    { "%", "}", "what begins with '{{' ends with '}}'" },
    { "", "}}", "what begins with '{%' ends with '%}'" },
    { "", "$", "names have no '$' before them" },
    { "", "=>", "values are named with '='; a dict is written {'key': value}" },
    { "-", ">", "attributes are reached with a dot" },
    { "+", "=", "write 'set x = x + 1', or change a namespace's attribute" },
};

/* Words that follow another word. */
static const struct slip words[] = {
    { "else", "if", "write 'elif'" },
    { "is", "%}", "a test is missing, as in 'is defined'" },
};

static const struct slip tags[] = {
    { "", "foreach", "write 'for x in list'" },
    { "", "each", "write 'for x in list'" },
    { "", "while", "there is no 'while': write 'for x in list'" },
    { "", "unless", "write 'if not'" },
    { "", "elseif", "write 'elif'" },
    { "", "elsif", "write 'elif'" },
    { "", "switch", "there is no 'switch': write 'if' and 'elif'" },
    { "", "case", "there is no 'case': write 'if' and 'elif'" },
    { "", "assign", "write 'set'" },
    { "", "let", "write 'set'" },
    { "", "var", "write 'set'" },
    { "", "capture", "write 'set x' and 'endset'" },
    { "", "yield", "a place that others fill is a 'block'" },
    { "", "layout", "write 'extends'" },
    { "", "render", "write 'include'" },
    { "", "partial", "write 'include'" },
    { "", "comment", "a comment is written {# so #}" },
    { "", "end", "each end names its tag: 'endif', 'endfor', 'endblock'" },
    { "", "load", "write 'import', or call a function" },
    { "", "url", "write {{ url_for(...) }}" },
    { "", "static", "write {{ url_for('static', filename=...) }}" },
    { "", "csrf_token", "write {{ csrf_token() }}" },
    { "", "empty", "write 'else' in the 'for'" },
    { "", "spaceless", "write '-' inside of the tags, as in '{%-'" },
};

static str hint_from(const struct slip *list, size_t count, str before, str here)
{
    for (size_t i = 0; i < count; i++)
        if (str_ends(before, str_of(list[i].before)) && str_starts(here, str_of(list[i].here)))
            return str_of(list[i].hint);
    return S("");
}

/* Whether the tag that began last, began as a block's. */
static bool in_block_tag(str before)
{
    for (size_t i = before.len; i >= 2; i--)
        if (before.p[i - 2] == '{' && (before.p[i - 1] == '{' || before.p[i - 1] == '%'))
            return before.p[i - 1] == '%';
    return false;
}

str slip_at(str text, size_t at)
{
    str before = str_slice(text, 0, at), here = str_from(text, at), hint;

    if (str_starts(here, S("!=")) || (str_starts(here, S("}}")) && !in_block_tag(before)))
        return S("");
    hint = hint_from(slips, sizeof slips / sizeof *slips, before, here);
    if (hint.len)
        return hint;
    return hint_from(words, sizeof words / sizeof *words, str_rtrim(before), here);
}

str slip_of_tag(str name)
{
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (str_eq(name, str_of(tags[i].here)))
            return str_of(tags[i].hint);
    return S("");
}
