/*
 * The filters, each as one function; filter_table.c has their names and parameters.
 */
#pragma once
#include "vial/template/filters.h"

#define FILTER(name) value filter_##name(struct rendering *r, value input, const value *args)
#define FILTER_OF_CALL(name)                                                                       \
    value filter_##name(struct rendering *r, value input, const struct call *call, void *self)

/* filter_text.c */
FILTER(capitalize);
FILTER(center);
FILTER(default);
FILTER_OF_CALL(format);
FILTER(indent);
FILTER(lower);
FILTER(replace);
FILTER(string);
FILTER(title);
FILTER(trim);
FILTER(truncate);
FILTER(upper);
FILTER(wordcount);
FILTER(wordwrap); /* wordwrap.c */
FILTER(pprint);   /* pprint.c */
/* As Python's pprint with `compact`, and nothing deeper than `depth`. */
value pretty_outline(struct rendering *r, value v, unsigned depth);

/* filter_html.c */
FILTER(escape);
FILTER(forceescape);
FILTER(safe);
FILTER(striptags);
FILTER(urlencode);
FILTER(urlize); /* urlize.c */
FILTER(xmlattr);
FILTER(tojson); /* json.c */

/* filter_number.c */
FILTER(abs);
FILTER(filesizeformat);
FILTER(float);
FILTER(int);
FILTER(round);

/* filter_list.c */
FILTER(attr);
FILTER(dictsort);
FILTER(first);
FILTER(groupby);
FILTER(join);
FILTER(last);
FILTER(length);
FILTER(list);
FILTER(max);
FILTER(min);
FILTER(random);
FILTER(reverse);
FILTER(sort);
FILTER(sum);

/* filter_lazy.c */
FILTER(batch);
FILTER(items);
FILTER(slice);
FILTER(unique);
FILTER_OF_CALL(map);
FILTER_OF_CALL(reject);
FILTER_OF_CALL(rejectattr);
FILTER_OF_CALL(select);
FILTER_OF_CALL(selectattr);

/* v.items(), whatever that is; false: AttributeError. */
bool items_of(struct rendering *r, value v, value *items);
