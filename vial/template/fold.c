/*
 * fold.c - what is known before anything runs
 *
 *   comes in:  an expression's tree
 *   goes out:  its value, when it has no names and no calls in it
 *
 * This is Jinja's as_const(). It is more than a saving: what Jinja works out while it compiles it
 * works out a little differently, and one can see that. `"<b>"|safe ~ "x"` is plain text there, and
 * a slice of a number is undefined and no TypeError. Most of what fails here is left to run time,
 * where it fails once it is reached; see is_fatal() for the rest.
 */
#include "vial/template/compile.h"

#include "vial/template/containers.h"
#include "vial/template/filters.h"
#include "vial/template/undefined.h"

enum { FOLD_STEPS = 20000, FOLD_MEMORY = 1 << 16, FOLD_DEPTH = 50 };

/* A rendering of nothing, for the operations to work in. */
struct folding {
    struct compiler *c;
    struct rendering r;
    struct render_options options;
    struct buf out;
    const struct node *fatal; /* whose failure ends the compilation */
};

static bool eval(struct folding *f, struct node *n, value *v);

static bool eval_all(struct folding *f, const struct nodes *nodes, value *values)
{
    size_t i = 0;

    for (struct node *n = nodes->first; n; n = n->next)
        if (!eval(f, n, &values[i++]))
            return false;
    return true;
}

static bool eval_list(struct folding *f, const struct node *n, value *v)
{
    value item;

    *v = n->kind == N_TUPLE ? tuple_new(f->r.arena, n->items.count)
                            : list_new(f->r.arena, n->items.count);
    for (struct node *child = n->items.first; child; child = child->next) {
        if (!eval(f, child, &item))
            return false;
        list_push(*v, item);
    }
    return true;
}

static bool eval_dict(struct folding *f, const struct node *n, value *v)
{
    value key, item;

    *v = dict_new(f->r.arena, n->items.count);
    for (struct node *pair = n->items.first; pair; pair = pair->next)
        if (!eval(f, pair->pair.key, &key) || !eval(f, pair->pair.value, &item) ||
            !dict_put(&f->r, *v, key, item))
            return false;
    return true;
}

static bool eval_cond(struct folding *f, const struct node *n, value *v)
{
    value test;

    if (!eval(f, n->inline_if.test, &test))
        return false;
    if (value_truth(&f->r, test))
        return eval(f, n->inline_if.then, v);
    return !f->r.failed && n->inline_if.orelse && eval(f, n->inline_if.orelse, v);
}

static bool eval_logic(struct folding *f, const struct node *n, value *v)
{
    if (!eval(f, n->binary.left, v))
        return false;
    bool truth = value_truth(&f->r, *v);
    if (f->r.failed)
        return false;
    return truth == (n->kind == N_OR) || eval(f, n->binary.right, v);
}

/* What Python calls a slice, as the key that was not there. */
struct slice_key {
    struct object object;
    value parts[3];
};

static void print_slice(struct rendering *r, const struct object *o, struct buf *out)
{
    const struct slice_key *key = (const struct slice_key *)o;

    buf_lit(out, "slice(");
    for (size_t i = 0; i < 3; i++) {
        value_repr(r, key->parts[i], out);
        buf_add(out, i < 2 ? S(", ") : S(")"));
    }
}

static value slice_key(struct folding *f, const value parts[3])
{
    static const struct object_type type = { .name = "slice", .print = print_slice };
    struct slice_key *key = arena_make(f->r.arena, struct slice_key);

    key->object.type = &type;
    memcpy(key->parts, parts, sizeof key->parts);
    return value_object(&key->object);
}

static bool eval_slice(struct folding *f, const struct node *slice, value of, value *v)
{
    struct node *parts[] = { slice->slice.start, slice->slice.stop, slice->slice.step };
    value values[3] = { value_none(), value_none(), value_none() };

    for (size_t i = 0; i < 3; i++)
        if (parts[i] && !eval(f, parts[i], &values[i]))
            return false;
    *v = value_slice(&f->r, of, values[0], values[1], values[2]);
    if (f->r.failed && strcmp(f->r.failure.kind, "TypeError") == 0) {
        fail_forget(&f->r);
        *v = undefined_element(&f->r, of, slice_key(f, values));
    }
    return true;
}

static bool eval_item(struct folding *f, const struct node *n, value *v)
{
    value of, key;

    if (!eval(f, n->part.node, &of))
        return false;
    if (n->part.index->kind == N_SLICE)
        return eval_slice(f, n->part.index, of, v);
    if (!eval(f, n->part.index, &key))
        return false;
    *v = value_item(&f->r, of, key);
    return true;
}

/* Always plain text, also where a part is Markup. */
static bool eval_concat(struct folding *f, const struct node *n, value *v)
{
    struct buf text = buf_in(f->r.arena);
    value part;

    for (struct node *child = n->items.first; child; child = child->next) {
        if (!eval(f, child, &part))
            return false;
        value_print(&f->r, part, &text);
        if (f->r.failed)
            return false;
    }
    *v = value_str(buf_str(&text));
    return true;
}

static bool compare(struct folding *f, const struct node *operand, value a, value b)
{
    switch ((enum operand)operand->use) {
    case OPERAND_IN:
        return value_contains(&f->r, b, a);
    case OPERAND_NOT_IN:
        return !value_contains(&f->r, b, a);
    default:
        return value_compare(&f->r, (enum comparison)operand->use, a, b);
    }
}

static bool eval_compare(struct folding *f, const struct node *n, value *v)
{
    value left, right;

    if (!eval(f, n->compare.first, &left))
        return false;
    for (struct node *operand = n->compare.rest.first; operand; operand = operand->next) {
        if (!eval(f, operand->expr, &right))
            return false;
        bool holds = compare(f, operand, left, right);
        *v = value_bool(holds);
        if (!holds || f->r.failed)
            return !f->r.failed;
        left = right;
    }
    return true;
}

/* Those that look at the context (jinja2's pass_context) can't be asked yet. */
static bool needs_context(const struct filter *filter)
{
    static const char *const names[] = { "map",        "select",     "reject",
                                         "selectattr", "rejectattr", "random" };

    if (!filter || filter->fn)
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq(str_of(filter->name), str_of(names[i])))
            return true;
    return false;
}

static bool eval_arguments(struct folding *f, const struct arguments *with, struct call *call)
{
    value *args = arena_array(f->r.arena, value, with->args.count);
    value *named = arena_array(f->r.arena, value, with->kwargs.count);
    str *names = arena_array(f->r.arena, str, with->kwargs.count);
    size_t i = 0;

    if (with->dyn_args || with->dyn_kwargs || !eval_all(f, &with->args, args))
        return false;
    for (struct node *n = with->kwargs.first; n; n = n->next, i++) {
        names[i] = n->keyword.key;
        if (!eval(f, n->keyword.value, &named[i]))
            return false;
    }
    *call = (struct call){ args, with->args.count, names, named, with->kwargs.count };
    return true;
}

static bool eval_filter(struct folding *f, const struct node *n, value *v)
{
    const struct filter *filter = env_find_filter(f->r.env, n->call.name);
    struct call call;
    value input;

    if (f->c->is_volatile || !n->call.node || needs_context(filter) ||
        !eval_arguments(f, &n->call.with, &call) || !eval(f, n->call.node, &input))
        return false;
    *v = filter_apply(&f->r, filter, input, &call);
    return true;
}

static bool eval_test(struct folding *f, const struct node *n, value *v)
{
    const struct test *test = env_find_test(f->r.env, n->call.name);
    struct call call;
    value input;

    if (f->c->is_volatile || !test || test->fn || !eval_arguments(f, &n->call.with, &call) ||
        !eval(f, n->call.node, &input))
        return false;
    *v = value_bool(test_apply(&f->r, test, input, &call));
    return true;
}

static bool eval_binary(struct folding *f, const struct node *n, value *v)
{
    value a, b;

    if (!eval(f, n->binary.left, &a) || !eval(f, n->binary.right, &b))
        return false;
    switch ((enum node_kind)n->kind) {
    case N_ADD:
        *v = value_add(&f->r, a, b);
        break;
    case N_SUB:
        *v = value_subtract(&f->r, a, b);
        break;
    case N_MUL:
        *v = value_multiply(&f->r, a, b);
        break;
    case N_DIV:
        *v = value_divide(&f->r, a, b);
        break;
    case N_FLOORDIV:
        *v = value_floor_divide(&f->r, a, b);
        break;
    case N_MOD:
        *v = value_modulo(&f->r, a, b);
        break;
    default:
        *v = value_power(&f->r, a, b);
        break;
    }
    return true;
}

static bool eval_unary(struct folding *f, const struct node *n, value *v)
{
    value operand;

    if (!eval(f, n->expr, &operand))
        return false;
    if (n->kind == N_NOT)
        *v = value_bool(!value_truth(&f->r, operand));
    else if (n->kind == N_NEG)
        *v = value_negate(&f->r, operand);
    else
        *v = value_positive(&f->r, operand);
    return true;
}

static bool eval_kind(struct folding *f, struct node *n, value *v)
{
    value of;

    switch ((enum node_kind)n->kind) {
    case N_CONST:
        *v = n->constant;
        if (v->type == VIAL_STR) /* it may end up in a tuple that outlives the tree */
            v->as.s = keep_text(f->c, value_text(*v)).p;
        return true;
    case N_TUPLE:
    case N_LIST:
        return eval_list(f, n, v);
    case N_DICT:
        return eval_dict(f, n, v);
    case N_COND:
        return eval_cond(f, n, v);
    case N_AND:
    case N_OR:
        return eval_logic(f, n, v);
    case N_ATTR:
        if (!eval(f, n->part.node, &of))
            return false;
        *v = value_attr(&f->r, of, n->part.name);
        return true;
    case N_ITEM:
        return eval_item(f, n, v);
    case N_CONCAT:
        return eval_concat(f, n, v);
    case N_COMPARE:
        return eval_compare(f, n, v);
    case N_FILTER:
        return eval_filter(f, n, v);
    case N_TEST:
        return eval_test(f, n, v);
    case N_ADD:
    case N_SUB:
    case N_MUL:
    case N_DIV:
    case N_FLOORDIV:
    case N_MOD:
    case N_POW:
        return eval_binary(f, n, v);
    case N_NOT:
    case N_NEG:
    case N_POS:
        return eval_unary(f, n, v);
    default:
        return false;
    }
}

/* What else fails, Jinja leaves to run time; these ask a value for its truth or its text, and when
 * it is strictly undefined, the compilation ends. */
static bool is_fatal(const struct node *n)
{
    return n->kind == N_COND || n->kind == N_AND || n->kind == N_OR || n->kind == N_CONCAT;
}

static bool eval(struct folding *f, struct node *n, value *v)
{
    if (eval_kind(f, n, v) && !f->r.failed)
        return true;
    if (!f->r.failed || f->fatal)
        return false;
    if (is_fatal(n) && strcmp(f->r.failure.kind, "UndefinedError") == 0)
        f->fatal = n;
    else
        fail_forget(&f->r);
    return false;
}

static void begin(struct folding *f, struct compiler *c)
{
    struct arena *a = &c->template->arena;

    *f = (struct folding){ .c = c, .out = buf_in(c->arena) };
    f->options =
        (struct render_options){ .arena = a, .max_steps = FOLD_STEPS, .max_memory = FOLD_MEMORY };
    f->r = (struct rendering){ .env = c->template->env,
                               .arena = a,
                               .lasting = a,
                               .out = &f->out,
                               .autoescape = c->autoescape,
                               .steps = FOLD_STEPS,
                               .memory = a->size + FOLD_MEMORY,
                               .depth = FOLD_DEPTH,
                               .options = &f->options };
}

/* Whether there is a chance: no name and no call where it would be looked at for sure. */
static bool may_be_known(struct node *n, void *data)
{
    if (n->kind == N_NAME || n->kind == N_CALL || n->kind == N_MARK_SAFE)
        return false;
    if (n->kind == N_COND)
        return may_be_known(n->inline_if.test, data);
    if (n->kind == N_AND || n->kind == N_OR)
        return may_be_known(n->binary.left, data);
    if (n->kind == N_CONCAT)
        return may_be_known(n->items.first, data);
    if (n->kind == N_COMPARE)
        return may_be_known(n->compare.first, data) &&
               may_be_known(n->compare.rest.first->expr, data);
    return node_children(n, may_be_known, data);
}

/* As Jinja's has_safe_repr(), and nothing that could be changed afterwards. */
static bool can_stay(value v)
{
    switch (v.type) {
    case VIAL_NONE:
    case VIAL_BOOL:
    case VIAL_INT:
    case VIAL_FLOAT:
    case VIAL_STR:
        return true;
    case VIAL_TUPLE:
        for (size_t i = 0; i < list_len(v); i++)
            if (!can_stay(list_at(v, i)))
                return false;
        return true;
    default:
        return false;
    }
}

/* Always false. */
static bool refuse(const struct folding *f)
{
    const struct failure *failure = &f->r.failure;

    if (!f->fatal || f->c->failed)
        return false;
    compile_fail(f->c, f->fatal->from, f->fatal->to, "%.*s", STR(failure->sentence));
    error_meant(f->c->err, failure->meant);
    return error_kind(f->c->err, failure->kind);
}

/* Jinja tries each part, those too that the whole never looks at: `1 or (x and y)`. */
static bool try_parts(struct node *n, void *data)
{
    struct folding *f = data;
    value v;

    if (node_children(n, try_parts, f) && is_fatal(n))
        eval(f, n, &v);
    return !f->fatal;
}

bool fold(struct compiler *c, struct node *n, value *v)
{
    struct folding f;

    if (n->kind == N_CONST) {
        *v = n->constant;
        return true;
    }
    if (c->is_volatile || n->kind == N_NAME)
        return false;
    if (env_get_options(c->template->env)->undefined == UNDEFINED_STRICT) {
        begin(&f, c);
        if (!try_parts(n, &f))
            return refuse(&f);
    }
    if (!may_be_known(n, NULL))
        return false;
    begin(&f, c);
    return (eval(&f, n, v) || refuse(&f)) && can_stay(*v);
}

bool fold_print(struct compiler *c, struct node *n, str *text)
{
    struct folding f;
    value v;

    if (n->kind == N_NAME || !may_be_known(n, NULL))
        return false;
    begin(&f, c);
    if (!eval(&f, n, &v))
        return false;
    if (c->autoescape)
        value_print_html(&f.r, v, &f.out);
    else
        value_print(&f.r, v, &f.out);
    *text = buf_str(&f.out);
    return !f.r.failed;
}
