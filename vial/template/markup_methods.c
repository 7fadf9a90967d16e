/*
 * markup_methods.c - what text that is HTML does otherwise than other text
 *
 *   comes in:  a Markup and arguments
 *   goes out:  the same as from str_methods.c, but that arguments which become part of it are
 *              escaped first; and the three methods that only Markup has
 */
#include "vial/template/markup.h"
#include "vial/template/str_methods.h"

static const struct method *plain_method(const char *name)
{
    size_t i = 0;

    while (strcmp(str_methods.list[i].name, name))
        i++;
    return &str_methods.list[i];
}

/* partition() takes anything, and finds its text. */
static value with_text(struct rendering *r, value self, const value *args, const char *method)
{
    value escaped[MAX_PARAMETERS] = { value_escape(r, args[0]) };

    return r->failed ? value_undefined() : plain_method(method)->bound(r, self, escaped);
}

/* Escapes the first `count` arguments that are text, then asks the method of plain text. */
static value with_escaped(struct rendering *r, value self, const value *args, const char *method,
                          size_t count)
{
    value escaped[MAX_PARAMETERS];

    memcpy(escaped, args, sizeof escaped);
    for (size_t i = 0; i < count; i++)
        if (args[i].type == VIAL_STR || value_has_html(args[i]))
            escaped[i] = value_escape(r, args[i]);
    return r->failed ? value_undefined() : plain_method(method)->bound(r, self, escaped);
}

#define ESCAPES(name, count)                                                                       \
    static value markup_##name(struct rendering *r, value self, const value *args)                 \
    {                                                                                              \
        return with_escaped(r, self, args, #name, count);                                          \
    }
ESCAPES(center, 2)
ESCAPES(ljust, 2)
ESCAPES(rjust, 2)
ESCAPES(lstrip, 1)
ESCAPES(rstrip, 1)
ESCAPES(strip, 1)
ESCAPES(replace, 2)

static value markup_partition(struct rendering *r, value self, const value *args)
{
    return with_text(r, self, args, "partition");
}

static value markup_rpartition(struct rendering *r, value self, const value *args)
{
    return with_text(r, self, args, "rpartition");
}

static value markup_escape(struct rendering *r, value self, const value *args)
{
    (void)self;
    return value_escape(r, args[0]);
}

static value markup_striptags(struct rendering *r, value self, const value *args)
{
    (void)args;
    return value_str(html_striptags(r, value_text(self)));
}

static value markup_unescape(struct rendering *r, value self, const value *args)
{
    (void)args;
    return value_str(html_unescape(r, value_text(self)));
}

/* clang-format off */
#define FILL REQUIRED("width"), OPTIONAL_STR("fillchar", " ")

static const struct method table[] = {
    C_METHOD("str", "center", markup_center, FILL),
    { .name = "escape", .bound = markup_escape,
      .signature = SIGNATURE(BIND_PYTHON, "Markup.escape", 1, NULL, REQUIRED("s")) },
    C_METHOD("str", "ljust", markup_ljust, FILL),
    C_METHOD("str", "lstrip", markup_lstrip, OPTIONAL_NONE("chars")),
    C_METHOD("str", "partition", markup_partition, REQUIRED("sep")),
    C_METHOD("str", "replace", markup_replace, REQUIRED("old"), REQUIRED("new"),
             OPTIONAL_INT("count", -1)),
    C_METHOD("str", "rjust", markup_rjust, FILL),
    C_METHOD("str", "rpartition", markup_rpartition, REQUIRED("sep")),
    C_METHOD("str", "rstrip", markup_rstrip, OPTIONAL_NONE("chars")),
    C_METHOD("str", "strip", markup_strip, OPTIONAL_NONE("chars")),
    PYTHON_METHOD("Markup", "striptags", markup_striptags),
    PYTHON_METHOD("Markup", "unescape", markup_unescape),
};
/* clang-format on */
const struct methods markup_methods = METHODS(table);
