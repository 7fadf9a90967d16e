/*
 * attributes.c - {#id .class key=value}
 *
 *   comes in:  a heading, a paragraph, a link or an image of the tree
 *   goes out:  what stands in braces at its end, taken out of the tree, so that it is not shown
 *
 * Braces are text to cmark. What they hold was split into nodes wherever a sign might have meant
 * something, so they are found in the text of neighbours put together, and cut out of as many.
 * Anything that is not wholly attributes stays as it was written.
 */
#include "vial/markdown/attributes.h"

#include "vial/markdown/escape.h"
#include "vial/markdown/hooks.h"

enum { LONGEST = 500 };

static bool is_name(char c)
{
    return is_alnum(c) || c == '-' || c == '_' || c == ':' || c == '.' || (c & 0x80);
}

static str take_name(str *rest)
{
    size_t len = 0;

    while (len < rest->len && is_name(rest->p[len]))
        len++;
    str name = str_slice(*rest, 0, len);
    *rest = str_from(*rest, len);
    return name;
}

static str take_class(str *rest)
{
    str name = take_name(rest);
    ptrdiff_t dot = str_find_char(name, '.');

    if (dot == STR_NONE)
        return name;
    *rest = str_n(name.p + dot, (size_t)(rest->p + rest->len - (name.p + dot)));
    return str_slice(name, 0, (size_t)dot);
}

static bool take_value(str *rest, str *value)
{
    char quote = rest->len ? rest->p[0] : '\0';

    if (quote == '"' || quote == '\'') {
        str inside = str_from(*rest, 1);
        ptrdiff_t end = str_find_char(inside, quote);

        if (end == STR_NONE)
            return false;
        *value = str_slice(inside, 0, (size_t)end);
        *rest = str_from(inside, (size_t)end + 1);
        return true;
    }
    size_t len = 0;
    while (len < rest->len && !is_space(rest->p[len]))
        len++;
    *value = str_slice(*rest, 0, len);
    *rest = str_from(*rest, len);
    return len > 0;
}

static bool take_other(struct attributes *into, str *rest, bool safe, struct arena *a)
{
    str name = take_name(rest), value;
    struct buf html = buf_in(a);

    if (!name.len || !str_starts(*rest, S("=")))
        return false;
    *rest = str_from(*rest, 1);
    if (!take_value(rest, &value))
        return false;
    if (str_eq(name, S("id"))) {
        into->id = value;
    } else if (str_eq(name, S("class"))) {
        into->classes =
            into->classes.len ? str_fmt(a, "%.*s %.*s", STR(into->classes), STR(value)) : value;
    } else if (!safe) {
        buf_add(&html, into->others);
        buf_addf(&html, " %.*s=\"", STR(name));
        escape_html(&html, value);
        buf_lit(&html, "\"");
        into->others = buf_str(&html);
        struct markdown_attribute *one = arena_make(a, struct markdown_attribute);
        *one = (struct markdown_attribute){ into->list, name, value };
        into->list = one;
    }
    return true;
}

bool attributes_read(struct attributes *into, str text, bool safe, struct arena *a)
{
    *into = (struct attributes){ 0 };
    if (text.len < 3 || text.len > LONGEST || text.p[0] != '{' || text.p[text.len - 1] != '}')
        return false;
    str rest = str_slice(text, str_starts(text, S("{:")) ? 2 : 1, text.len - 1);
    for (rest = str_trim(rest); rest.len; rest = str_ltrim(rest)) {
        char sign = rest.p[0];
        str name;

        if (sign != '#' && sign != '.') {
            if (!take_other(into, &rest, safe, a))
                return false;
            continue;
        }
        rest = str_from(rest, 1);
        name = sign == '#' ? take_name(&rest) : take_class(&rest);
        if (!name.len)
            return false;
        if (sign == '#')
            into->id = name;
        else
            into->classes =
                into->classes.len ? str_fmt(a, "%.*s %.*s", STR(into->classes), STR(name)) : name;
    }
    return into->id.len || into->classes.len || into->others.len;
}

/* With MARKDOWN_SMART the parser has made typesetters' quotation marks of those in the braces. */
static str straight(const struct rendering *r, str text)
{
    static const str marks[] = { S("\u201c"), S("\u201d"), S("\u2018"), S("\u2019") };
    struct buf out = buf_in(r->scratch);

    if (!(r->options->with & MARKDOWN_SMART))
        return text;
    while (text.len) {
        size_t taken = 0;

        for (size_t i = 0; i < 4 && !taken; i++)
            if (str_starts(text, marks[i])) {
                taken = marks[i].len;
                buf_addc(&out, i < 2 ? '"' : '\'');
            }
        if (!taken)
            buf_addc(&out, text.p[0]);
        text = str_from(text, taken ? taken : 1);
    }
    return buf_str(&out);
}

static void set_text(cmark_node *node, str text)
{
    node->as.literal = (cmark_chunk){ (unsigned char *)(uintptr_t)text.p, (bufsize_t)text.len, 0 };
}

/* The texts at the end of the block put together, from where they begin; at most LONGEST bytes. */
static str last_text(const cmark_node *block, const cmark_node **first, struct arena *a)
{
    size_t len = 0;

    *first = NULL;
    for (const cmark_node *node = block->last_child;
         node && node->type == CMARK_NODE_TEXT && len < LONGEST; node = node->prev) {
        len += (size_t)node->as.literal.len;
        *first = node;
    }
    struct buf text = buf_in(a);
    for (const cmark_node *node = *first; node; node = node->next)
        buf_add(&text, tree_str(node->as.literal));
    return buf_str(&text);
}

bool attributes_take_last(struct rendering *r, cmark_node *block, struct attributes *attributes)
{
    const cmark_node *first;
    struct attributes found;

    if (!block->last_child || block->last_child->type != CMARK_NODE_TEXT ||
        !str_ends(str_rtrim(tree_str(block->last_child->as.literal)), S("}")))
        return false;
    str text = last_text(block, &first, r->scratch);
    ptrdiff_t open = str_rfind_char(text, '{');
    if (open == STR_NONE ||
        !attributes_read(&found, straight(r, str_rtrim(str_from(text, (size_t)open))),
                         r->options->escape_raw_html, r->arena))
        return false;
    /* a paragraph's stand on a line of their own: braces within a sentence are its own */
    if (block->type == CMARK_NODE_PARAGRAPH &&
        (open != 0 || !first->prev || first->prev->type != CMARK_NODE_SOFTBREAK))
        return false;
    str left = str_rtrim(str_slice(text, 0, (size_t)open));
    for (cmark_node *node = (cmark_node *)(uintptr_t)first; node; node = node->next) {
        size_t len = (size_t)node->as.literal.len;

        set_text(node, str_slice(left, 0, len));
        left = str_from(left, len);
    }
    if (block->type == CMARK_NODE_PARAGRAPH && first->prev->type == CMARK_NODE_SOFTBREAK) {
        cmark_node *end = first->prev;

        block->last_child = end->prev;
        if (end->prev)
            end->prev->next = NULL;
        else
            block->first_child = NULL;
    }
    *attributes = found;
    return true;
}

bool attributes_take_next(struct rendering *r, cmark_node *node, struct attributes *attributes)
{
    struct buf text = buf_in(r->scratch);
    cmark_node *at = node->next;
    struct attributes found;

    if (!at || at->type != CMARK_NODE_TEXT || !str_starts(tree_str(at->as.literal), S("{")))
        return false;
    for (; at && at->type == CMARK_NODE_TEXT && text.len < LONGEST; at = at->next) {
        buf_add(&text, tree_str(at->as.literal));
        if (str_has(tree_str(at->as.literal), '}'))
            break;
    }
    ptrdiff_t end = str_find_char(buf_str(&text), '}');
    if (end == STR_NONE ||
        !attributes_read(&found, straight(r, str_slice(buf_str(&text), 0, (size_t)end + 1)),
                         r->options->escape_raw_html, r->arena))
        return false;
    size_t cut = (size_t)end + 1;
    for (at = node->next; cut; at = at->next) {
        str literal = tree_str(at->as.literal);

        set_text(at, str_from(literal, cut));
        cut -= literal.len < cut ? literal.len : cut;
    }
    *attributes = found;
    return true;
}

const cmark_node *image_alone(struct rendering *r, const cmark_node *paragraph)
{
    const cmark_node *image = paragraph->first_child;
    struct buf rest = buf_in(r->scratch);
    struct attributes ignored;

    if (!image || image->type != CMARK_NODE_IMAGE)
        return NULL;
    for (const cmark_node *node = image->next; node; node = node->next) {
        if (node->type != CMARK_NODE_TEXT || rest.len > LONGEST)
            return NULL;
        buf_add(&rest, tree_str(node->as.literal));
    }
    bool none = !rest.len || (r->options->with & MARKDOWN_ATTRIBUTES &&
                              attributes_read(&ignored, straight(r, buf_str(&rest)),
                                              r->options->escape_raw_html, r->scratch));
    return none ? image : NULL;
}

static void add_one(struct buf *out, const char *name, str value)
{
    if (!value.len)
        return;
    buf_addf(out, " %s=\"", name);
    escape_html(out, value);
    buf_lit(out, "\"");
}

str attributes_value(const struct attributes *attributes, const char *name)
{
    const struct markdown_attribute *at = attributes->list;

    while (at && !str_eq(at->name, str_of(name)))
        at = at->next;
    return at ? at->value : (str){ 0 };
}

void attributes_add(struct rendering *r, const cmark_node *node,
                    const struct attributes *attributes)
{
    if (r->hooks.count)
        hooks_note(r, node, attributes);
    if (attributes->id.len && !r->again) {
        add_one(&r->html, "id", attributes->id);
        r->anchors++;
    }
    add_one(&r->html, "class", attributes->classes);
    buf_add(&r->html, attributes->others);
}
