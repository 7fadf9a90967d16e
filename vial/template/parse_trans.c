/*
 * parse_trans.c - {% trans %}: text that gettext replaces
 *
 *   comes in:  the tag, its text with {{ names }} in it, perhaps {% pluralize %}
 *   goes out:  an output of gettext("...%(name)s...") % {"name": name}, as Jinja's extension makes
 * it
 *
 * With newstyle gettext the variables are given to the function, which puts them in itself;
 * otherwise the "%" stands in the template's code and nothing but tree is made here.
 */
#include "vial/template/parser.h"

#include "vial/base/unicode.h"
#include "vial/base/utf8.h"

enum { MAX_VARIABLES = 64 };

struct variable {
    str name;
    struct node *value;
};

struct trans {
    struct token tag;
    struct variable variables[MAX_VARIABLES];
    size_t count;
    struct node *plural_of; /* what decides between singular and plural */
    bool plural_is_num, referenced;
    int trimmed; /* -1: as the policy says */
    str context;
    bool has_context;
};

static struct node *constant(struct parser *p, const struct trans *t, str text)
{
    struct node *n = node_new(p, N_CONST, t->tag.offset, t->tag.offset);

    n->constant = value_str(text);
    return n;
}

static struct node *name_of(struct parser *p, const struct trans *t, str name, enum name_use use)
{
    struct token token = t->tag;

    token.text = name;
    return name_node(p, token, use);
}

static struct variable *find(struct trans *t, str name)
{
    for (size_t i = 0; i < t->count; i++)
        if (str_eq(t->variables[i].name, name))
            return &t->variables[i];
    return NULL;
}

static struct variable *add(struct parser *p, struct trans *t, struct token name, struct node *of)
{
    if (t->count == MAX_VARIABLES) {
        parse_fail(p, name, "more than %d variables in one translation", MAX_VARIABLES);
        t->count = 0;
    }
    t->variables[t->count] = (struct variable){ name.text, of };
    return &t->variables[t->count++];
}

/* "{% trans count=items|length, trimmed %}": up to the end of the tag. */
static void parse_variables(struct parser *p, struct trans *t, struct nodes *body)
{
    while (until(p, T_BLOCK_END)) {
        if (t->count)
            expect(p, T_COMMA);
        if (skip_type(p, T_COLON))
            break;

        struct token name = expect(p, T_NAME);
        if (p->failed)
            return;
        if (find(t, name.text))
            parse_refuse(p, name, "translatable variable '%.*s' defined twice.", STR(name.text));
        struct node *given;
        if (skip_type(p, T_ASSIGN)) {
            given = parse_expression(p);
        } else if (t->trimmed < 0 &&
                   (str_eq(name.text, S("trimmed")) || str_eq(name.text, S("notrimmed")))) {
            t->trimmed = str_eq(name.text, S("trimmed"));
            continue;
        } else {
            given = name_node(p, name, USE_LOAD);
        }

        struct variable *variable = add(p, t, name, given);
        if (t->plural_of)
            continue;
        t->plural_is_num = str_eq(name.text, S("num"));
        t->plural_of = given;
        if (given->kind != N_CALL)
            continue;
        /* what is called is called once: {% set _trans = ... %} before */
        struct node *set = node_new(p, N_SET, t->tag.offset, t->tag.offset);
        set->set.target = name_of(p, t, S("_trans"), USE_STORE);
        set->set.value = given;
        nodes_add(body, set);
        t->plural_of = variable->value = name_of(p, t, S("_trans"), USE_LOAD);
    }
}

static void refuse_tag(struct parser *p, bool pluralized)
{
    bool named = p->current.type == T_NAME;

    if (at_name(p, S("pluralize")) && pluralized)
        parse_fail(p, p->current, "a translatable section can have only one pluralize section");
    else if (at_name(p, S("trans")))
        parse_fail(p, p->current, "trans blocks can't be nested; did you mean `endtrans`?");
    else
        parse_fail(p, p->current,
                   "control structures in translatable sections are not allowed; saw `%.*s`",
                   STR(named ? p->current.text : S("None")));
}

static void add_doubling_percents(struct buf *out, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == '%')
            buf_addc(out, '%');
        buf_addc(out, text.p[i]);
    }
}

/* The text up to {% endtrans %} or {% pluralize %}; `first` is the first name in it. */
static str parse_message(struct parser *p, struct trans *t, bool pluralized, struct token *names,
                         size_t *count)
{
    struct buf out = buf_in(p->arena);

    for (;;) {
        if (p->current.type == T_DATA) {
            add_doubling_percents(&out, p->current.text);
            advance(p);
        } else if (skip_type(p, T_VARIABLE_BEGIN)) {
            struct token name = expect(p, T_NAME);
            t->referenced = true;
            if (*count < MAX_VARIABLES)
                names[(*count)++] = name;
            buf_addf(&out, "%%(%.*s)s", STR(name.text));
            if (p->current.type != T_VARIABLE_END && !p->failed) {
                expect(p, T_VARIABLE_END);
                error_hint(p->err, "only a name can stand here: {%% trans name=... %%}");
            }
            expect(p, T_VARIABLE_END);
        } else if (skip_type(p, T_BLOCK_BEGIN)) {
            if (!at_name(p, S("endtrans")) && (pluralized || !at_name(p, S("pluralize"))))
                refuse_tag(p, pluralized);
            return buf_str(&out);
        } else {
            bool first = !p->failed;
            parse_fail(p, p->current, "unclosed translation block");
            if (first)
                error_hint(p->err, "'endtrans' is missing");
            return buf_str(&out);
        }
    }
}

/* Without white space at both ends, and each line end with the space around it one space. */
static str trimmed(struct parser *p, str text)
{
    struct buf out = buf_in(p->arena);

    text = str_trim(text);
    while (text.len) {
        size_t run = 0;
        bool newline = false;

        for (; run < text.len && is_space(text.p[run]); run++)
            newline |= text.p[run] == '\n';
        if (run && newline)
            buf_addc(&out, ' ');
        else
            buf_add(&out, str_slice(text, 0, run));
        text = str_from(text, run);
        size_t word = 0;
        while (word < text.len && !is_space(text.p[word]))
            word++;
        buf_add(&out, str_slice(text, 0, word));
        text = str_from(text, word);
    }
    return buf_str(&out);
}

static str with_single_percents(struct parser *p, str text)
{
    struct buf out = buf_in(p->arena);

    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == '%' && i + 1 < text.len && text.p[i + 1] == '%')
            i++;
        buf_addc(&out, text.p[i]);
    }
    return buf_str(&out);
}

static struct node *keyword(struct parser *p, const struct trans *t, const struct variable *v)
{
    struct node *n = node_new(p, N_KEYWORD, t->tag.offset, t->tag.offset);

    n->keyword.key = v->name;
    n->keyword.value = v->value;
    return n;
}

static struct node *formatted(struct parser *p, struct trans *t, struct node *call)
{
    struct node *safe = node_new(p, N_MARK_SAFE, t->tag.offset, t->tag.offset);

    safe->expr = call;
    if (!t->count)
        return safe;

    struct node *dict = node_new(p, N_DICT, t->tag.offset, t->tag.offset);
    for (size_t i = 0; i < t->count; i++) {
        struct node *pair = node_new(p, N_PAIR, t->tag.offset, t->tag.offset);
        pair->pair.key = constant(p, t, t->variables[i].name);
        pair->pair.value = t->variables[i].value;
        nodes_add(&dict->items, pair);
    }
    struct node *n = node_new(p, N_MOD, t->tag.offset, t->tag.offset);
    n->binary.left = safe;
    n->binary.right = dict;
    return n;
}

static struct node *translation(struct parser *p, struct trans *t, str singular, str plural,
                                bool has_plural)
{
    struct node *call = node_new(p, N_CALL, t->tag.offset, t->tag.offset);
    const char *function = has_plural       ? t->has_context ? "npgettext" : "ngettext"
                           : t->has_context ? "pgettext"
                                            : "gettext";

    if (!t->referenced && !p->tags->trans_newstyle) {
        singular = with_single_percents(p, singular);
        plural = with_single_percents(p, plural);
    }
    call->call.node = name_of(p, t, str_of(function), USE_LOAD);
    if (t->has_context)
        nodes_add(&call->call.with.args, constant(p, t, t->context));
    nodes_add(&call->call.with.args, constant(p, t, singular));
    if (has_plural) {
        nodes_add(&call->call.with.args, constant(p, t, plural));
        size_t size = node_size((enum node_kind)t->plural_of->kind);
        struct node *number = arena_alloc(p->arena, size);
        memcpy(number, t->plural_of, size);
        nodes_add(&call->call.with.args, number);
    }
    if (!p->tags->trans_newstyle)
        return formatted(p, t, call);
    for (size_t i = 0; i < t->count; i++)
        if (!(t->plural_is_num && has_plural && str_eq(t->variables[i].name, S("num"))))
            nodes_add(&call->call.with.kwargs, keyword(p, t, &t->variables[i]));
    return call;
}

static bool parse_pluralize(struct parser *p, struct trans *t)
{
    if (!skip_name(p, S("pluralize")))
        return false;
    if (p->current.type != T_BLOCK_END) {
        struct token name = expect(p, T_NAME);
        const struct variable *variable = find(t, name.text);

        if (!variable)
            parse_refuse(p, name, "unknown variable '%.*s' for pluralization", STR(name.text));
        else
            t->plural_of = variable->value;
        t->plural_is_num = str_eq(name.text, S("num"));
    }
    expect(p, T_BLOCK_END);
    return true;
}

void parse_trans(struct parser *p, struct nodes *body)
{
    struct token names[MAX_VARIABLES];
    struct trans t = { .tag = p->current, .trimmed = -1 };
    size_t count = 0;
    str plural = S("");

    advance(p);
    if (p->current.type == T_STRING) {
        t.has_context = true;
        t.context = p->current.text;
        advance(p);
    }
    parse_variables(p, &t, body);
    expect(p, T_BLOCK_END);

    str singular = parse_message(p, &t, false, names, &count);
    if (count && !t.plural_of) {
        t.plural_of = name_node(p, names[0], USE_LOAD);
        t.plural_is_num = str_eq(names[0].text, S("num"));
    }
    bool has_plural = parse_pluralize(p, &t);
    if (has_plural)
        plural = parse_message(p, &t, true, names, &count);
    advance(p);
    for (size_t i = 0; i < count; i++)
        if (!find(&t, names[i].text))
            add(p, &t, names[i], name_node(p, names[i], USE_LOAD));
    if (has_plural && !t.plural_of) {
        parse_fail(p, t.tag, "pluralize without variables");
        return;
    }
    if (t.trimmed < 0 ? p->tags->trans_trimmed : t.trimmed) {
        singular = trimmed(p, singular);
        plural = trimmed(p, plural);
    }

    struct node *output = node_new(p, N_OUTPUT, t.tag.offset, t.tag.offset);
    if (!p->failed)
        nodes_add(&output->items, translation(p, &t, singular, plural, has_plural));
    nodes_add(body, output);
}
