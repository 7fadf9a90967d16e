/*
 * filter_table.c - the filters' names and parameters
 *
 *   comes in:  a name; a filter and a call
 *   goes out:  the filter; its function called with its arguments in order
 *
 * The signatures are those of jinja2/filters.py, under the names that Python's messages use.
 */
#include "vial/template/filter_functions.h"

/* `hidden` counts what Python passes before the template's arguments: the input, and before it the
 * environment or context where the filter asks for it. */
#define BOUND(word, function, python, hidden, count, ...)                                          \
    {                                                                                              \
        word, filter_##function, NULL, NULL,                                                       \
        {                                                                                          \
            python, hidden, count, BIND_PYTHON,                                                    \
            {                                                                                      \
                __VA_ARGS__                                                                        \
            }                                                                                      \
        }                                                                                          \
    }
#define BUILTIN(word, function, python)                                                            \
    {                                                                                              \
        word, filter_##function, NULL, NULL,                                                       \
        {                                                                                          \
            python, 1, 0, BIND_C,                                                                  \
            {                                                                                      \
                {                                                                                  \
                    0                                                                              \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
    }
#define OF_CALL(word)                                                                              \
    {                                                                                              \
        .name = #word, .fn = filter_##word                                                         \
    }

#define CASE_AND_ATTRIBUTE OPTIONAL_BOOL("case_sensitive", false), OPTIONAL_NONE("attribute")

/* Sorted by name. */
static const struct filter table[] = {
    BUILTIN("abs", abs, "abs"),
    BOUND("attr", attr, "do_attr", 2, 1, REQUIRED("name")),
    BOUND("batch", batch, "do_batch", 1, 2, REQUIRED("linecount"), OPTIONAL_NONE("fill_with")),
    BOUND("capitalize", capitalize, "do_capitalize", 1, 0, { 0 }),
    BOUND("center", center, "do_center", 1, 1, OPTIONAL_INT("width", 80)),
    BUILTIN("count", length, "len"),
    BOUND("d", default, "do_default", 1, 2, OPTIONAL_STR("default_value", ""),
          OPTIONAL_BOOL("boolean", false)),
    BOUND("default", default, "do_default", 1, 2, OPTIONAL_STR("default_value", ""),
          OPTIONAL_BOOL("boolean", false)),
    BOUND("dictsort", dictsort, "do_dictsort", 1, 3, OPTIONAL_BOOL("case_sensitive", false),
          OPTIONAL_STR("by", "key"), OPTIONAL_BOOL("reverse", false)),
    BUILTIN("e", escape, "escape"),
    BUILTIN("escape", escape, "escape"),
    BOUND("filesizeformat", filesizeformat, "do_filesizeformat", 1, 1,
          OPTIONAL_BOOL("binary", false)),
    BOUND("first", first, "sync_do_first", 2, 0, { 0 }),
    BOUND("float", float, "do_float", 1, 1, OPTIONAL_FLOAT("default", 0)),
    BOUND("forceescape", forceescape, "do_forceescape", 1, 0, { 0 }),
    OF_CALL(format),
    BOUND("groupby", groupby, "sync_do_groupby", 2, 3, REQUIRED("attribute"),
          OPTIONAL_NONE("default"), OPTIONAL_BOOL("case_sensitive", false)),
    BOUND("indent", indent, "do_indent", 1, 3, OPTIONAL_INT("width", 4),
          OPTIONAL_BOOL("first", false), OPTIONAL_BOOL("blank", false)),
    BOUND("int", int, "do_int", 1, 2, OPTIONAL_INT("default", 0), OPTIONAL_INT("base", 10)),
    BOUND("items", items, "do_items", 1, 0, { 0 }),
    BOUND("join", join, "sync_do_join", 2, 2, OPTIONAL_STR("d", ""), OPTIONAL_NONE("attribute")),
    BOUND("last", last, "do_last", 2, 0, { 0 }),
    BUILTIN("length", length, "len"),
    BOUND("list", list, "sync_do_list", 1, 0, { 0 }),
    BOUND("lower", lower, "do_lower", 1, 0, { 0 }),
    OF_CALL(map),
    BOUND("max", max, "do_max", 2, 2, CASE_AND_ATTRIBUTE),
    BOUND("min", min, "do_min", 2, 2, CASE_AND_ATTRIBUTE),
    BOUND("pprint", pprint, "do_pprint", 1, 0, { 0 }),
    BOUND("random", random, "do_random", 2, 0, { 0 }),
    OF_CALL(reject),
    OF_CALL(rejectattr),
    BOUND("replace", replace, "do_replace", 2, 3, REQUIRED("old"), REQUIRED("new"),
          OPTIONAL_NONE("count")),
    BOUND("reverse", reverse, "do_reverse", 1, 0, { 0 }),
    BOUND("round", round, "do_round", 1, 2, OPTIONAL_INT("precision", 0),
          OPTIONAL_STR("method", "common")),
    BOUND("safe", safe, "do_mark_safe", 1, 0, { 0 }),
    OF_CALL(select),
    OF_CALL(selectattr),
    BOUND("slice", slice, "sync_do_slice", 1, 2, REQUIRED("slices"), OPTIONAL_NONE("fill_with")),
    BOUND("sort", sort, "do_sort", 2, 3, OPTIONAL_BOOL("reverse", false), CASE_AND_ATTRIBUTE),
    BUILTIN("string", string, "soft_str"),
    BOUND("striptags", striptags, "do_striptags", 1, 0, { 0 }),
    BOUND("sum", sum, "sync_do_sum", 2, 2, OPTIONAL_NONE("attribute"), OPTIONAL_INT("start", 0)),
    BOUND("title", title, "do_title", 1, 0, { 0 }),
    BOUND("tojson", tojson, "do_tojson", 2, 1, OPTIONAL_NONE("indent")),
    BOUND("trim", trim, "do_trim", 1, 1, OPTIONAL_NONE("chars")),
    BOUND("truncate", truncate, "do_truncate", 2, 4, OPTIONAL_INT("length", 255),
          OPTIONAL_BOOL("killwords", false), OPTIONAL_STR("end", "..."), OPTIONAL_NONE("leeway")),
    BOUND("unique", unique, "sync_do_unique", 2, 2, CASE_AND_ATTRIBUTE),
    BOUND("upper", upper, "do_upper", 1, 0, { 0 }),
    BOUND("urlencode", urlencode, "do_urlencode", 1, 0, { 0 }),
    BOUND("urlize", urlize, "do_urlize", 2, 5, OPTIONAL_NONE("trim_url_limit"),
          OPTIONAL_BOOL("nofollow", false), OPTIONAL_NONE("target"), OPTIONAL_NONE("rel"),
          OPTIONAL_NONE("extra_schemes")),
    BOUND("wordcount", wordcount, "do_wordcount", 1, 0, { 0 }),
    BOUND("wordwrap", wordwrap, "do_wordwrap", 2, 4, OPTIONAL_INT("width", 79),
          OPTIONAL_BOOL("break_long_words", true), OPTIONAL_NONE("wrapstring"),
          OPTIONAL_BOOL("break_on_hyphens", true)),
    BOUND("xmlattr", xmlattr, "do_xmlattr", 2, 1, OPTIONAL_BOOL("autospace", true)),
};
enum { COUNT = sizeof table / sizeof *table };

const struct filter *builtin_filter(str name)
{
    size_t low = 0, high = COUNT;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = str_cmp(name, str_of(table[middle].name));

        if (order == 0)
            return &table[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *builtin_filter_name(size_t i)
{
    return i < COUNT ? table[i].name : NULL;
}

value filter_apply(struct rendering *r, const struct filter *filter, value input,
                   const struct call *call)
{
    value args[MAX_PARAMETERS];

    if (filter->fn)
        return filter->fn(r, input, call, filter->self);
    if (!signature_bind(r, &filter->signature, call, args))
        return value_undefined();
    return filter->bound(r, input, args);
}
