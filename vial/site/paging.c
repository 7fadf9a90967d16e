/*
 * paging.c - a long list in pieces
 *
 *   comes in:  what `paginate:` says, and how long a list is
 *   goes out:  how many pages it has, and which part is on which
 */
#include "vial/site/paging.h"

struct paging_keys {
    struct maybe_int by, orphans;
    bool reversed;
    str path, of;
};

static const struct key keys[] = {
    { "by", KEY_INT, offsetof(struct paging_keys, by), NULL },
    { "orphans", KEY_INT, offsetof(struct paging_keys, orphans), NULL },
    { "reversed", KEY_BOOL, offsetof(struct paging_keys, reversed), NULL },
    { "path", KEY_TEXT, offsetof(struct paging_keys, path), NULL },
    { "of", KEY_TEXT, offsetof(struct paging_keys, of), NULL },
    { 0 },
};

static bool check(const struct paging_keys *read, const struct yaml_node *node, struct error *err)
{
    enum { MOST = 1000000 };
    ptrdiff_t mark = str_find(read->path, S("<n>"));

    if (read->by.number < 1 || read->by.number > MOST) {
        error_at(err, yaml_place(node), "'paginate' needs the number of things on a page");
        return error_hint(err, "write 'paginate: 10' or 'paginate: {by: 10}'");
    }
    if (read->orphans.number < 0 || read->orphans.number >= read->by.number)
        return error_at(err, yaml_place(yaml_get(node, S("orphans"))),
                        "'orphans' is a number smaller than 'by'");
    if (read->path.len && (mark == STR_NONE || str_starts(read->path, S("/")))) {
        error_at(err, yaml_place(yaml_get(node, S("path"))),
                 "'path' lies below the list's address and has '<n>' for the page's number");
        return error_hint(err, "write 'path: page/<n>/'");
    }
    return true;
}

struct paging *paging_read(const struct yaml_node *node, struct arena *a, struct errors *errors)
{
    struct paging_keys read = { 0 };
    struct error err = { 0 };

    if (node->kind == YAML_INT)
        read.by = (struct maybe_int){ node->as.number, true };
    else if (!keys_read(node, keys, UNKNOWN_REFUSED, "'paginate'", &read, a, errors))
        return NULL;
    if (!check(&read, node, &err)) {
        errors_add(errors, &err);
        return NULL;
    }
    struct paging *paging = arena_make(a, struct paging);
    *paging = (struct paging){
        .by = (size_t)read.by.number,
        .orphans = (size_t)read.orphans.number,
        .reversed = read.reversed,
        .path = read.path.len ? read.path : S("page/<n>/"),
        .of = read.of.len ? read.of : S("here"),
    };
    return paging;
}

size_t paging_total(const struct paging *paging, size_t count)
{
    size_t total = (count + paging->by - 1) / paging->by;
    size_t rest = count % paging->by;

    if (total > 1 && rest && rest <= paging->orphans)
        total--;
    return total ? total : 1;
}

void paging_part(const struct paging *paging, size_t count, size_t number, size_t *from, size_t *to)
{
    *from = (number - 1) * paging->by;
    *to = number == paging_total(paging, count) ? count : *from + paging->by;
}
