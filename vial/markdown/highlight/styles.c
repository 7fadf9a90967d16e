/*
 * styles.c - style sheets for coloured code
 *
 *   comes in:  a style, as styles.py wrote it
 *   goes out:  CSS
 */
#include "vial/markdown/highlight/styles.h"

const struct style *style_find(str name)
{
    for (size_t i = 0; i < styles_count; i++)
        if (str_ieq(str_of(styles[i].name), name))
            return &styles[i];
    return NULL;
}

/* ".highlight .k, .highlight .kd" */
static void add_selectors(struct buf *out, str classes, str scope, str indent)
{
    for (bool first = true; classes.len; first = false) {
        str class = str_cut(&classes, ' ');

        if (!first)
            buf_lit(out, ", ");
        else
            buf_add(out, indent);
        buf_addf(out, "%.*s .%.*s", STR(scope), STR(class));
    }
}

void style_write(struct buf *out, const struct style *style, str scope, str indent)
{
    str rest = str_of(style->rules);

    if (*style->plain)
        buf_addf(out, "%.*s%.*s pre { %s }\n", STR(indent), STR(scope), style->plain);
    while (rest.len) {
        str classes = str_cut(&rest, '{'), look = str_cut(&rest, '}');

        add_selectors(out, classes, scope, indent);
        buf_addf(out, " { %.*s }\n", STR(look));
    }
}
