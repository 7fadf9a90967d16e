/*
 * autolinks.c - bare addresses as links: www.x.org, https://x.org, someone@x.org
 *
 *   comes in:  a ':' or a 'w' while lines are parsed; and the whole tree, for e-mail
 *   goes out:  links, which know their offset (tree_offset())
 *
 * The rules are those of cmark-gfm's extension of the same name, which this one replaces: there a
 * long text of half addresses takes time by the square of its length, and after a thousand e-mail
 * addresses in one text no more are seen. Here each byte is looked at a fixed number of times: a
 * host name has an end, an address ends at the first '<', brackets are counted once.
 */
#include "vial/markdown/autolinks.h"

#include "vial/markdown/parsing.h"
#include <cmark-gfm/utf8.h>

enum { LONGEST_HOST = 512, LONGEST_SCHEME = 5 };

static bool is_host_start(str text)
{
    int32_t c;

    if (!text.len || cmark_utf8proc_iterate((const uint8_t *)text.p, (bufsize_t)text.len, &c) < 0)
        return false;
    return !cmark_utf8proc_is_space(c) && !cmark_utf8proc_is_punctuation(c);
}

static bool is_host_char(char c)
{
    return !(c & 0x80) && !cmark_utf8proc_is_space(c) &&
           (c == '-' || !cmark_utf8proc_is_punctuation(c));
}

/* The length of the host name `text` begins with, without an '_' in its last two parts; else 0. */
static size_t host_length(str text, bool dotted)
{
    size_t at, dots = 0, before_last = 0, last = 0; /* '_' in these parts */

    for (at = 1; at + 1 < text.len; at++) {
        if (at > LONGEST_HOST)
            return 0;
        if (text.p[at] == '_') {
            last++;
        } else if (text.p[at] == '.') {
            before_last = last;
            last = 0;
            dots++;
        } else if (!is_host_char(text.p[at])) {
            break;
        }
    }
    return before_last || last || (dotted && !dots) ? 0 : at;
}

static size_t count_of(str text, char c)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.p[i] == c;
    return count;
}

/* "...&copy;" ends where the entity begins. */
static size_t without_entity(str text)
{
    size_t at = text.len - 1;

    while (at > 1 && is_alpha(text.p[at - 1]))
        at--;
    return at < text.len - 1 && text.p[at - 1] == '&' ? at - 1 : text.len - 1;
}

/* An address without the signs that belong to the sentence around it. */
static size_t without_end(str text)
{
    size_t opened = count_of(text, '('), closed = count_of(text, ')');

    while (text.len) {
        char c = text.p[text.len - 1];

        if (strchr("?!.,:*_~'\"", c)) {
            text.len--;
        } else if (c == ';' && text.len > 1) {
            text.len = without_entity(text);
        } else if (c == ')' && closed > opened) {
            text.len--;
            closed--;
        } else {
            break;
        }
    }
    return text.len;
}

/* From the end of the host to that of the address. */
static size_t address_length(str text, size_t host)
{
    size_t at = host;

    while (at < text.len && !tree_is_space(text.p[at]) && text.p[at] != '<')
        at++;
    return without_end(str_slice(text, 0, at));
}

static cmark_node *new_link(str url, str text, size_t offset)
{
    cmark_mem *mem = parsing->parser->mem;
    cmark_node *link = cmark_node_new_with_mem(CMARK_NODE_LINK, mem);
    cmark_node *inside = cmark_node_new_with_mem(CMARK_NODE_TEXT, mem);

    link->as.link.url = (cmark_chunk){ (unsigned char *)(uintptr_t)url.p, (bufsize_t)url.len, 0 };
    inside->as.literal =
        (cmark_chunk){ (unsigned char *)(uintptr_t)text.p, (bufsize_t)text.len, 0 };
    tree_set_offset(link, offset);
    cmark_node_append_child(link, inside);
    return link;
}

static str with_scheme(str scheme, str address)
{
    struct buf url = buf_in(parsing->arena);

    buf_reserve(&url, scheme.len + address.len);
    buf_add(&url, scheme);
    buf_add(&url, address);
    return buf_str(&url);
}

/* At the ':' of "https://x.org". What stands before it is text by now, and is taken back. */
static cmark_node *match_url(cmark_node *parent, cmark_inline_parser *state, str text, size_t at)
{
    static const str schemes[] = { S("http"), S("https"), S("ftp") };
    size_t from = at, known = 0;

    while (from && at - from <= LONGEST_SCHEME && is_alpha(text.p[from - 1]))
        from--;
    while (known < 3 && !str_ieq(schemes[known], str_slice(text, from, at)))
        known++;

    str host = str_from(text, at + 3);
    if (known == 3 || !str_starts(str_from(text, at), S("://")) || !is_host_start(host) ||
        !host_length(host, false))
        return NULL;

    size_t len = address_length(str_from(text, from), at + 3 - from);
    if (from + len <= at)
        return NULL;
    cmark_inline_parser_set_offset(state, (int)(from + len));
    cmark_node_unput(parent, (int)(at - from));
    str address = str_slice(text, from, from + len);
    return new_link(address, address, from);
}

static cmark_node *match_www(cmark_inline_parser *state, str text, size_t at)
{
    str address = str_from(text, at);

    if (at && !tree_is_space(text.p[at - 1]) && !strchr("*_~(", text.p[at - 1]))
        return NULL;
    if (!str_starts(address, S("www.")))
        return NULL;
    size_t host = host_length(address, true);
    size_t len = host ? address_length(address, host) : 0;
    if (!len)
        return NULL;
    cmark_inline_parser_set_offset(state, (int)(at + len));
    address.len = len;
    return new_link(with_scheme(S("http://"), address), address, at);
}

static cmark_node *match(cmark_syntax_extension *self, cmark_parser *parser, cmark_node *parent,
                         unsigned char c, cmark_inline_parser *state)
{
    (void)self, (void)parser;
    if ((c != ':' && c != 'w') || cmark_inline_parser_in_bracket(state, 0) ||
        cmark_inline_parser_in_bracket(state, 1))
        return NULL;

    str text = tree_str(*cmark_inline_parser_get_chunk(state));
    size_t at = (size_t)cmark_inline_parser_get_offset(state);
    return c == ':' ? match_url(parent, state, text, at) : match_www(state, text, at);
}

/* E-mail, when the tree is whole. */

/* True when `text` ends with "mailto:" or the like, and not as the end of a longer word. */
static bool ends_with_scheme(str text, str scheme)
{
    return str_ends(text, scheme) &&
           (text.len == scheme.len || !is_alnum(text.p[text.len - scheme.len - 1]));
}

/* Where the address around the '@' at `at` begins, not before `from`; `at` when there is none. */
static size_t address_start(str text, size_t from, size_t at, bool *named, bool *xmpp)
{
    size_t start = at;

    for (; start > from; start--) {
        char c = text.p[start - 1];
        str before = str_slice(text, 0, start);

        if (is_alnum(c) || c == '.' || c == '+' || c == '-' || c == '_')
            continue;
        if (c == ':' && ends_with_scheme(before, S("mailto:")))
            *named = true;
        else if (c == ':' && ends_with_scheme(before, S("xmpp:")))
            *named = *xmpp = true;
        else
            break;
    }
    return start;
}

/* The end of the host behind the '@' at `at`, without the sentence's signs; `at` when it is none.
 */
static size_t address_end(str text, size_t at, bool xmpp)
{
    size_t end, dots = 0;

    for (end = at + 1; end < text.len; end++) {
        char c = text.p[end];

        if (c == '@')
            return at;
        if (c == '.' && end + 1 < text.len && is_alnum(text.p[end + 1]))
            dots++;
        else if (!is_alnum(c) && !(c == '/' && xmpp) && c != '-' && c != '_')
            break;
    }
    if (end < at + 2 || !dots || (!is_alpha(text.p[end - 1]) && text.p[end - 1] != '.'))
        return at;
    return at + without_end(str_slice(text, at, end));
}

static bool next_address(str text, size_t *start, size_t *end, bool *named)
{
    size_t from = 0;
    ptrdiff_t found;

    while ((found = str_find_char(str_from(text, from), '@')) != STR_NONE) {
        size_t at = from + (size_t)found;
        bool xmpp = false;

        *named = false;
        *start = address_start(text, from, at, named, &xmpp);
        *end = *start < at ? address_end(text, at, xmpp) : at;
        if (*end > at)
            return true;
        from = at + 1;
    }
    return false;
}

/* Where the address stands in the block's text, found behind `*from`; escapes in it hide it. */
static size_t find_in_block(const cmark_node *block, str address, size_t *from)
{
    str content = tree_content(block);
    ptrdiff_t found = str_find(str_from(content, *from), address);
    size_t at = *from;

    if (found != STR_NONE) {
        at += (size_t)found;
        *from = at + address.len;
    }
    return at;
}

static cmark_node *new_text(str text)
{
    cmark_node *node = cmark_node_new_with_mem(CMARK_NODE_TEXT, parsing->parser->mem);

    node->as.literal = (cmark_chunk){ (unsigned char *)(uintptr_t)text.p, (bufsize_t)text.len, 0 };
    return node;
}

/* Cuts `node` into text, links and text; returns its last part. */
static cmark_node *link_addresses(const cmark_node *block, cmark_node *node)
{
    str rest = tree_str(node->as.literal);
    size_t start, end, behind = tree_offset(node) ? tree_offset(node) - 1 : 0;
    bool named;

    while (next_address(rest, &start, &end, &named)) {
        str address = str_slice(rest, start, end);
        cmark_node *link = new_link(named ? address : with_scheme(S("mailto:"), address), address,
                                    find_in_block(block, address, &behind));

        node->as.literal.len = (bufsize_t)start;
        cmark_node_insert_after(node, link);
        rest = str_from(rest, end);
        node = new_text(rest);
        cmark_node_insert_after(link, node);
    }
    return node;
}

static bool has_at_sign(cmark_chunk text)
{
    return text.len && memchr(text.data, '@', (size_t)text.len);
}

/*
 * `first` and the texts behind it become one when an '@' is among them: an address may lie across
 * them. False when there is none.
 */
static bool join(cmark_node *first)
{
    size_t len = 0;
    bool wanted = false;
    cmark_node *end = first;

    for (; end && end->type == CMARK_NODE_TEXT; end = end->next) {
        len += (size_t)end->as.literal.len;
        wanted |= has_at_sign(end->as.literal);
    }
    if (!wanted || end == first->next)
        return wanted;

    char *joined = arena_alloc(parsing->arena, len + 1), *at = joined;
    for (cmark_node *text = first; text != end; text = text->next)
        at = mempcpy(at, text->as.literal.data, (size_t)text->as.literal.len);
    first->as.literal = (cmark_chunk){ (unsigned char *)joined, (bufsize_t)len, 0 };
    first->next = end;
    if (end)
        end->prev = first;
    else
        first->parent->last_child = first;
    return true;
}

static void link_in_block(cmark_node *block)
{
    for (cmark_node *node = block->first_child; node;) {
        if (node->type == CMARK_NODE_TEXT && join(node))
            node = link_addresses(block, node);
        while (node->type == CMARK_NODE_TEXT && node->next && node->next->type == CMARK_NODE_TEXT)
            node = node->next; /* of a run without an '@' */
        node = tree_next(node, block, node->type != CMARK_NODE_LINK);
    }
}

/* An '@' as itself or as an entity. */
static bool may_hold_address(const cmark_node *block)
{
    size_t len = (size_t)block->content.size;

    return memchr(block->content.ptr, '@', len) || memchr(block->content.ptr, '&', len);
}

static cmark_node *link_in_tree(cmark_syntax_extension *self, cmark_parser *parser,
                                cmark_node *root)
{
    (void)self, (void)parser;
    for (cmark_node *node = root; node;) {
        bool lines = tree_has_lines(node);

        if (lines && may_hold_address(node))
            link_in_block(node);
        node = tree_next(node, root, !lines);
    }
    return root;
}

cmark_syntax_extension *autolinks_new(void)
{
    cmark_syntax_extension *self = cmark_syntax_extension_new("vial-autolink");
    cmark_mem *mem = cmark_get_default_mem_allocator();
    cmark_llist *signs = cmark_llist_append(mem, NULL, (void *)(uintptr_t)':');

    signs = cmark_llist_append(mem, signs, (void *)(uintptr_t)'w');
    cmark_syntax_extension_set_match_inline_func(self, match);
    cmark_syntax_extension_set_postprocess_func(self, link_in_tree);
    cmark_syntax_extension_set_special_inline_chars(self, signs);
    return self;
}
