/*
 * plural.c - which plural form a number takes
 *
 *   comes in:  the rule of a gettext catalogue, which is an expression of C, and a number
 *   goes out:  the number of the form
 *
 * The rule is worked out while it is read: it is short, and there is nothing to keep. What stands
 * in a branch that is not taken is read all the same, but cannot fail. Nothing a rule says can do
 * more than give a wrong number: there are no names but `n`, sums wrap, depth and length are
 * limited.
 */
#include "vial/template/plural.h"

enum { MAX_RULE = 1000, MAX_NESTED = 20 };

struct rule {
    str rest;
    int64_t n;
    unsigned nested;
    bool bad;     /* it cannot be read          */
    bool by_zero; /* it divided, and was in use */
};

enum operator_kind { OR, AND, EQ, NE, LE, GE, LT, GT, ADD, SUB, MUL, DIV, MOD, NO_OPERATOR };

/* Longer ones first: "<=" is no "<". */
static const struct binary {
    const char *sign;
    uint8_t level;
} binaries[] = {
    [OR] = { "||", 1 }, [AND] = { "&&", 2 }, [EQ] = { "==", 3 }, [NE] = { "!=", 3 },
    [LE] = { "<=", 4 }, [GE] = { ">=", 4 },  [LT] = { "<", 4 },  [GT] = { ">", 4 },
    [ADD] = { "+", 5 }, [SUB] = { "-", 5 },  [MUL] = { "*", 6 }, [DIV] = { "/", 6 },
    [MOD] = { "%", 6 },
};

static int64_t ternary(struct rule *r, bool used);

static void skip_space(struct rule *r)
{
    while (r->rest.len && (r->rest.p[0] == ' ' || r->rest.p[0] == '\t'))
        r->rest = str_from(r->rest, 1);
}

static bool take(struct rule *r, const char *sign)
{
    skip_space(r);
    if (!str_starts(r->rest, str_of(sign)))
        return false;
    r->rest = str_from(r->rest, strlen(sign));
    return true;
}

static int64_t spoil(struct rule *r)
{
    r->bad = true;
    return 0;
}

static int64_t number(struct rule *r)
{
    size_t len = 0;
    int64_t found = 0;

    while (len < r->rest.len && is_digit(r->rest.p[len]))
        len++;
    if (!len || !str_int(str_n(r->rest.p, len), &found))
        return spoil(r);
    r->rest = str_from(r->rest, len);
    return found;
}

static int64_t primary(struct rule *r, bool used)
{
    int64_t inside;

    if (++r->nested > MAX_NESTED)
        return spoil(r);
    if (take(r, "!")) {
        inside = !primary(r, used);
    } else if (take(r, "(")) {
        inside = ternary(r, used);
        if (!take(r, ")"))
            spoil(r);
    } else if (take(r, "n")) {
        inside = r->n;
    } else {
        inside = number(r);
    }
    r->nested--;
    return inside;
}

static enum operator_kind next_operator(struct rule *r, unsigned level)
{
    skip_space(r);
    for (enum operator_kind kind = OR; kind < NO_OPERATOR; kind++)
        if (str_starts(r->rest, str_of(binaries[kind].sign)))
            return binaries[kind].level >= level ? kind : NO_OPERATOR;
    return NO_OPERATOR;
}

/* As gettext's readers in Python round: towards minus infinity. */
static int64_t divide(struct rule *r, int64_t a, int64_t b, bool rest, bool used)
{
    if (b == 0 || (a == INT64_MIN && b == -1)) {
        r->by_zero |= used;
        return 0;
    }
    int64_t quotient = a / b, remainder = a % b;

    if (remainder && (remainder < 0) != (b < 0)) {
        quotient--;
        remainder += b;
    }
    return rest ? remainder : quotient;
}

static int64_t apply(struct rule *r, enum operator_kind kind, int64_t a, int64_t b, bool used)
{
    switch (kind) {
    case OR:
        return a || b;
    case AND:
        return a && b;
    case EQ:
        return a == b;
    case NE:
        return a != b;
    case LE:
        return a <= b;
    case GE:
        return a >= b;
    case LT:
        return a < b;
    case GT:
        return a > b;
    case ADD:
        return (int64_t)((uint64_t)a + (uint64_t)b);
    case SUB:
        return (int64_t)((uint64_t)a - (uint64_t)b);
    case MUL:
        return (int64_t)((uint64_t)a * (uint64_t)b);
    case DIV:
    case MOD:
        return divide(r, a, b, kind == MOD, used);
    default:
        return spoil(r);
    }
}

static int64_t binary(struct rule *r, unsigned level, bool used)
{
    int64_t left = primary(r, used);
    enum operator_kind kind;

    while (!r->bad && (kind = next_operator(r, level)) != NO_OPERATOR) {
        bool needed = kind == OR ? !left : kind == AND ? left != 0 : true;

        r->rest = str_from(r->rest, strlen(binaries[kind].sign));
        int64_t right = binary(r, binaries[kind].level + 1u, used && needed);
        left = apply(r, kind, left, right, used);
    }
    return left;
}

static int64_t ternary(struct rule *r, bool used)
{
    int64_t test = binary(r, 1, used), then, otherwise;

    if (r->bad || !take(r, "?"))
        return test;
    if (++r->nested > MAX_NESTED)
        return spoil(r);
    then = ternary(r, used && test);
    if (!take(r, ":"))
        return spoil(r);
    otherwise = ternary(r, used && !test);
    r->nested--;
    return test ? then : otherwise;
}

static int64_t work_out(struct rule *r)
{
    int64_t form = r->rest.len > MAX_RULE ? spoil(r) : ternary(r, true);

    skip_space(r);
    return r->rest.len ? spoil(r) : form;
}

bool plural_check(str rule)
{
    struct rule r = { .rest = rule };

    work_out(&r);
    return !r.bad;
}

int64_t plural_form(str rule, int64_t n)
{
    struct rule r = { .rest = rule, .n = n };
    int64_t form = work_out(&r);

    return r.bad || r.by_zero || form < 0 ? -1 : form;
}
