/*
 * passing.c - expressions of which nothing stays
 *
 *   comes in:  an expression that is printed
 *   goes out:  whether what it makes on its way can be given back once it is printed
 *
 * {{ post.html|striptags|truncate(120) }} makes texts that nobody sees again: in a loop they would
 * pile up in the rendering's arena with every round. Such an expression is put between OP_PASSING
 * and OP_PASSED, and what it makes goes to an arena of its own that is emptied behind it
 * (rendering.h).
 *
 * That holds when no part can hand a new value to somebody who might keep it. Calls can, filters
 * and tests that were added can, and so can looking something up by a name just made; names,
 * attributes, operators and the built-in filters can't.
 */
#include "vial/template/compile.h"
#include "vial/template/env.h"
#include "vial/template/filters.h"

struct search {
    const struct env *env;
    bool makes; /* something is made on the way */
};

/* What is there before and after. */
static bool is_lasting(const struct node *n)
{
    return n->kind == N_NAME || n->kind == N_CONST ||
           (n->kind == N_ATTR && is_lasting(n->part.node)) ||
           (n->kind == N_KEYWORD && is_lasting(n->keyword.value));
}

static bool all_lasting(const struct nodes *nodes)
{
    for (const struct node *n = nodes->first; n; n = n->next)
        if (!is_lasting(n))
            return false;
    return true;
}

static bool takes_only_lasting(const struct arguments *with)
{
    return !with->dyn_args && !with->dyn_kwargs && all_lasting(&with->args) &&
           all_lasting(&with->kwargs);
}

static bool passes(struct node *n, void *data)
{
    struct search *search = data;

    switch ((enum node_kind)n->kind) {
    case N_NAME:
    case N_CONST:
        return true;
    case N_ATTR:
    case N_COND:
    case N_AND:
    case N_OR:
    case N_NOT:
    case N_COMPARE:
        break;
    case N_OPERAND:
        if (n->use == OPERAND_IN || n->use == OPERAND_NOT_IN)
            return false;
        break;
    case N_ITEM:
        if (!is_lasting(n->part.index))
            return false;
        break;
    case N_FILTER: {
        const struct filter *filter = env_find_filter(search->env, n->call.name);

        if (!filter || filter != builtin_filter(n->call.name) || !n->call.node ||
            !takes_only_lasting(&n->call.with))
            return false;
        search->makes = true;
        return passes(n->call.node, data);
    }
    case N_CONCAT:
    case N_ADD:
    case N_SUB:
    case N_MUL:
    case N_DIV:
    case N_FLOORDIV:
    case N_MOD:
    case N_POW:
    case N_NEG:
    case N_POS:
        search->makes = true;
        break;
    default:
        return false;
    }
    return node_children(n, passes, data);
}

bool makes_only_passing(const struct compiler *c, struct node *n)
{
    struct search search = { .env = c->template->env };

    return passes(n, &search) && search.makes;
}
