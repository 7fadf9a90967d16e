/*
 * objects_paging.c - the paginator: one piece of a list, as templates see it
 *
 *   comes in:  a list in pieces, and the number of the one that is shown
 *   goes out:  its pages, and where the others are
 */
#include "vial/site/visit.h"

struct paginator {
    struct object object;
    struct visit *visit;
    const struct paged *paged;
    size_t number;
};

static value url_of(const struct paginator *p, size_t number)
{
    if (number < 1 || number > p->paged->total)
        return value_none();
    return value_str(local_url(p->visit, p->paged->urls[number - 1]));
}

static value get_pages(const struct paginator *p)
{
    size_t from, to;

    paging_part(p->paged->paging, p->paged->npages, p->number, &from, &to);
    return pages_value(p->visit, p->paged->pages + from, to - from);
}

/* All pieces, for a row of numbers. */
static value get_all(const struct paginator *p)
{
    value all = list_new(p->visit->arena, p->paged->total);

    for (size_t i = 1; i <= p->paged->total; i++) {
        value piece = dict_new(p->visit->arena, 3);

        dict_set(piece, S("number"), value_int((int64_t)i));
        dict_set(piece, S("url"), url_of(p, i));
        dict_set(piece, S("here"), value_bool(i == p->number));
        list_push(all, piece);
    }
    return all;
}

static value get_number(const struct paginator *p)
{
    return value_int((int64_t)p->number);
}

static value get_total(const struct paginator *p)
{
    return value_int((int64_t)p->paged->total);
}

static value get_count(const struct paginator *p)
{
    return value_int((int64_t)p->paged->npages);
}

static value get_by(const struct paginator *p)
{
    return value_int((int64_t)p->paged->paging->by);
}

static value get_url(const struct paginator *p)
{
    return url_of(p, p->number);
}

static value get_permalink(const struct paginator *p)
{
    return value_str(permalink(p->visit, p->paged->urls[p->number - 1]));
}

static value get_first(const struct paginator *p)
{
    return url_of(p, 1);
}

static value get_last(const struct paginator *p)
{
    return url_of(p, p->paged->total);
}

static value get_prev(const struct paginator *p)
{
    return url_of(p, p->number - 1);
}

static value get_next(const struct paginator *p)
{
    return url_of(p, p->number + 1);
}

static const struct {
    const char *name;
    value (*get)(const struct paginator *p);
} fields[] = {
    { "pages", get_pages },         { "number", get_number }, { "total", get_total },
    { "count", get_count },         { "by", get_by },         { "url", get_url },
    { "permalink", get_permalink }, { "first", get_first },   { "last", get_last },
    { "prev", get_prev },           { "next", get_next },     { "all", get_all },
};

static bool paginator_attr(struct rendering *r, const struct object *o, str name, value *out)
{
    const struct paginator *p = (const struct paginator *)o;

    (void)r;
    visit_note_key(p->visit, "paged", p->paged->urls[0]);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (str_eq(name, str_of(fields[i].name))) {
            *out = fields[i].get(p);
            return true;
        }
    return false;
}

static bool paginator_item(struct rendering *r, const struct object *o, value key, value *out)
{
    return key.type == VIAL_STR && paginator_attr(r, o, value_text(key), out);
}

static void paginator_print(struct rendering *r, const struct object *o, struct buf *out)
{
    const struct paginator *p = (const struct paginator *)o;

    (void)r;
    visit_note_key(p->visit, "paged", p->paged->urls[0]);
    buf_addf(out, "<paginator %zu of %zu>", p->number, p->paged->total);
}

static const struct object_type paginator_type = {
    .name = "paginator",
    .attr = paginator_attr,
    .item = paginator_item,
    .print = paginator_print,
};

value paginator_value(struct visit *v, const struct paged *paged, size_t number)
{
    struct paginator *p = arena_make(v->arena, struct paginator);

    *p = (struct paginator){ { &paginator_type }, v, paged, number };
    return value_object(&p->object);
}
