/*
 * markup_methods.c - what text that is HTML does otherwise than other text
 *
 *   comes in:  a Markup and arguments
 *   goes out:  the same as from str_methods.c, but that arguments which become part of it are
 *              escaped first; and the three methods that only Markup has
 */
#include "vial/template/markup.h"
#include "vial/template/str_methods.h"

/* Escapes the first `count` arguments that are text, then asks the method of plain text. */
static value with_escaped(struct rendering *r, value self, const value *args, const char *method,
                          size_t count)
{
    value escaped[MAX_PARAMETERS];
    const struct method *plain = NULL;

    memcpy(escaped, args, sizeof escaped);
    for (size_t i = 0; i < count; i++)
        if (args[i].type == VIAL_STR || value_has_html(args[i]))
            escaped[i] = value_escape(r, args[i]);
    for (size_t i = 0; i < str_methods.count && !plain; i++)
        if (!strcmp(str_methods.list[i].name, method))
            plain = &str_methods.list[i];
    return r->failed ? value_undefined() : plain->bound(r, self, escaped);
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
ESCAPES(partition, 1)
ESCAPES(rpartition, 1)

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

#define MARKUP_METHOD(word, function, parameters, ...)                                             \
    {                                                                                              \
        word, function, NULL, { "str." word, 0, parameters, BIND_C, { __VA_ARGS__ } }, false       \
    }

static const struct method table[] = {
    MARKUP_METHOD("center", markup_center, 2, REQUIRED("width"), OPTIONAL_STR("fillchar", " ")),
    { "escape",
      markup_escape,
      NULL,
      { "Markup.escape", 0, 1, BIND_PYTHON, { REQUIRED("s") } },
      false },
    MARKUP_METHOD("ljust", markup_ljust, 2, REQUIRED("width"), OPTIONAL_STR("fillchar", " ")),
    MARKUP_METHOD("lstrip", markup_lstrip, 1, OPTIONAL_NONE("chars")),
    MARKUP_METHOD("partition", markup_partition, 1, REQUIRED("sep")),
    MARKUP_METHOD("replace", markup_replace, 3, REQUIRED("old"), REQUIRED("new"),
                  OPTIONAL_INT("count", -1)),
    MARKUP_METHOD("rjust", markup_rjust, 2, REQUIRED("width"), OPTIONAL_STR("fillchar", " ")),
    MARKUP_METHOD("rpartition", markup_rpartition, 1, REQUIRED("sep")),
    MARKUP_METHOD("rstrip", markup_rstrip, 1, OPTIONAL_NONE("chars")),
    MARKUP_METHOD("strip", markup_strip, 1, OPTIONAL_NONE("chars")),
    { "striptags",
      markup_striptags,
      NULL,
      { "Markup.striptags", 1, 0, BIND_PYTHON, { { 0 } } },
      false },
    { "unescape",
      markup_unescape,
      NULL,
      { "Markup.unescape", 1, 0, BIND_PYTHON, { { 0 } } },
      false },
};
const struct methods markup_methods = METHODS(table);
