/*
 * filter_table.c - the filters' names and parameters
 *
 *   comes in:  a name; a filter and a call
 *   goes out:  the filter; its function called with its arguments in order
 *
 * The signatures are those of jinja2/filters.py, under the names that Python's messages use.
 */
#include "vial/base/named.h"
#include "vial/template/filter_functions.h"

/*
 * A row: the name, the function, what Python calls that, how many arguments Python passes before
 * the template's (the input; before it the environment or context, where a filter asks for one),
 * what the input is called, and the parameters.
 */
/* clang-format off */
#define FILTER_ROW(word, function, python, hidden, input, ...) \
    { .name = word, .bound = filter_##function, \
      .signature = SIGNATURE(BIND_PYTHON, python, hidden, input, __VA_ARGS__) }
#define BUILTIN(word, function, python) \
    { .name = word, .bound = filter_##function, .signature = SIGNATURE(BIND_C, python, 1, NULL) }
#define CASE_AND_ATTRIBUTE OPTIONAL_BOOL("case_sensitive", false), OPTIONAL_NONE("attribute")

/* Sorted by name. */
static const struct filter table[] = {
    BUILTIN("abs", abs, "abs"),
    FILTER_ROW("attr", attr, "do_attr", 2, "obj", REQUIRED("name")),
    FILTER_ROW("batch", batch, "do_batch", 1, "value", REQUIRED("linecount"),
               OPTIONAL_NONE("fill_with")),
    FILTER_ROW("capitalize", capitalize, "do_capitalize", 1, "s"),
    FILTER_ROW("center", center, "do_center", 1, "value", OPTIONAL_INT("width", 80)),
    BUILTIN("count", length, "len"),
    FILTER_ROW("d", default, "do_default", 1, "value", OPTIONAL_STR("default_value", ""),
               OPTIONAL_BOOL("boolean", false)),
    FILTER_ROW("default", default, "do_default", 1, "value", OPTIONAL_STR("default_value", ""),
               OPTIONAL_BOOL("boolean", false)),
    FILTER_ROW("dictsort", dictsort, "do_dictsort", 1, "value", OPTIONAL_BOOL("case_sensitive",
               false),
               OPTIONAL_STR("by", "key"), OPTIONAL_BOOL("reverse", false)),
    BUILTIN("e", escape, "markupsafe._speedups.escape"),
    BUILTIN("escape", escape, "markupsafe._speedups.escape"),
    FILTER_ROW("filesizeformat", filesizeformat, "do_filesizeformat", 1, "value",
               OPTIONAL_BOOL("binary", false)),
    FILTER_ROW("first", first, "sync_do_first", 2, "seq"),
    FILTER_ROW("float", float, "do_float", 1, "value", OPTIONAL_FLOAT("default", 0)),
    FILTER_ROW("forceescape", forceescape, "do_forceescape", 1, "value"),
    { .name = "format", .fn = filter_format },
    FILTER_ROW("groupby", groupby, "sync_do_groupby", 2, "value", REQUIRED("attribute"),
               OPTIONAL_NONE("default"),
               OPTIONAL_BOOL("case_sensitive", false)),
    FILTER_ROW("indent", indent, "do_indent", 1, "s", OPTIONAL_INT("width", 4),
               OPTIONAL_BOOL("first", false),
               OPTIONAL_BOOL("blank", false)),
    FILTER_ROW("int", int, "do_int", 1, "value", OPTIONAL_INT("default", 0),
               OPTIONAL_INT("base", 10)),
    FILTER_ROW("items", items, "do_items", 1, "value"),
    FILTER_ROW("join", join, "sync_do_join", 2, "value", OPTIONAL_STR("d", ""),
               OPTIONAL_NONE("attribute")),
    FILTER_ROW("last", last, "do_last", 2, "seq"),
    BUILTIN("length", length, "len"),
    FILTER_ROW("list", list, "sync_do_list", 1, "value"),
    FILTER_ROW("lower", lower, "do_lower", 1, "s"),
    { .name = "map", .fn = filter_map },
    FILTER_ROW("max", max, "do_max", 2, "value", CASE_AND_ATTRIBUTE),
    FILTER_ROW("min", min, "do_min", 2, "value", CASE_AND_ATTRIBUTE),
    FILTER_ROW("pprint", pprint, "do_pprint", 1, "value"),
    FILTER_ROW("random", random, "do_random", 2, "seq"),
    { .name = "reject", .fn = filter_reject },
    { .name = "rejectattr", .fn = filter_rejectattr },
    FILTER_ROW("replace", replace, "do_replace", 2, "s", REQUIRED("old"), REQUIRED("new"),
               OPTIONAL_NONE("count")),
    FILTER_ROW("reverse", reverse, "do_reverse", 1, "value"),
    FILTER_ROW("round", round, "do_round", 1, "value", OPTIONAL_INT("precision", 0),
               OPTIONAL_STR("method", "common")),
    FILTER_ROW("safe", safe, "do_mark_safe", 1, "value"),
    { .name = "select", .fn = filter_select },
    { .name = "selectattr", .fn = filter_selectattr },
    FILTER_ROW("slice", slice, "sync_do_slice", 1, "value", REQUIRED("slices"),
               OPTIONAL_NONE("fill_with")),
    FILTER_ROW("sort", sort, "do_sort", 2, "value", OPTIONAL_BOOL("reverse", false),
               CASE_AND_ATTRIBUTE),
    BUILTIN("string", string, "markupsafe._speedups.soft_str"),
    FILTER_ROW("striptags", striptags, "do_striptags", 1, "value"),
    FILTER_ROW("sum", sum, "sync_do_sum", 2, "iterable", OPTIONAL_NONE("attribute"),
               OPTIONAL_INT("start", 0)),
    FILTER_ROW("title", title, "do_title", 1, "s"),
    FILTER_ROW("tojson", tojson, "do_tojson", 2, "value", OPTIONAL_NONE("indent")),
    FILTER_ROW("trim", trim, "do_trim", 1, "value", OPTIONAL_NONE("chars")),
    FILTER_ROW("truncate", truncate, "do_truncate", 2, "s", OPTIONAL_INT("length", 255),
               OPTIONAL_BOOL("killwords", false), OPTIONAL_STR("end", "..."),
                             OPTIONAL_NONE("leeway")),
    FILTER_ROW("unique", unique, "sync_do_unique", 2, "value", CASE_AND_ATTRIBUTE),
    FILTER_ROW("upper", upper, "do_upper", 1, "s"),
    FILTER_ROW("urlencode", urlencode, "do_urlencode", 1, "value"),
    FILTER_ROW("urlize", urlize, "do_urlize", 2, "value", OPTIONAL_NONE("trim_url_limit"),
               OPTIONAL_BOOL("nofollow", false), OPTIONAL_NONE("target"), OPTIONAL_NONE("rel"),
               OPTIONAL_NONE("extra_schemes")),
    FILTER_ROW("wordcount", wordcount, "do_wordcount", 1, "s"),
    FILTER_ROW("wordwrap", wordwrap, "do_wordwrap", 2, "s", OPTIONAL_INT("width", 79),
               OPTIONAL_BOOL("break_long_words", true), OPTIONAL_NONE("wrapstring"),
               OPTIONAL_BOOL("break_on_hyphens", true)),
    FILTER_ROW("xmlattr", xmlattr, "do_xmlattr", 2, "d", OPTIONAL_BOOL("autospace", true)),
};
/* clang-format on */
enum { COUNT = sizeof table / sizeof *table };

const struct filter *builtin_filter(str name)
{
    return NAMED(table, name);
}

const char *builtin_filter_name(size_t i)
{
    return i < COUNT ? table[i].name : NULL;
}

value filter_apply(struct rendering *r, const struct filter *filter, value input,
                   const struct call *call)
{
    value args[MAX_PARAMETERS];

    if (input.type == VIAL_STR && !rendering_read(r, input.len))
        return value_undefined();
    if (filter->fn)
        return filter->fn(r, input, call, filter->self);
    if (!signature_bind(r, &filter->signature, call, args))
        return value_undefined();
    return filter->bound(r, input, args);
}
