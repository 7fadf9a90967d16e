/*
 * strings.c - what a theme says itself: "Previous", "3 minutes to read"
 *
 *     i18n/de.yaml                           {{ t('previous') }}
 *       previous: Zurück                     {{ t('minutes', count=page.reading_time) }}
 *       minutes: {one: "{count} Minute", other: "{count} Minuten"}
 *
 *   comes in:  i18n/LANG.yaml of the theme and of the site
 *   goes out:  for each language one dict of all; and t(), which looks there
 *
 * The site's come before the theme's. What a language lacks it has from the one it is a kind of
 * ("pt" for "pt-BR"), then from the site's own language, then from English: a word in the wrong
 * language is better than none. A word that nobody has is an error that names the nearest.
 */
#include "vial/base/nearest.h"
#include "vial/base/path.h"
#include "vial/site/locale.h"
#include "vial/site/visit.h"
#include "vial/template/ops.h"

enum { STRINGS_SIZE = 4 << 20 };

static const char *const categories[] = { "zero", "one", "two", "few", "many", "other" };

struct reading {
    struct site *site;
    value into;
    struct errors *errors;
    bool good;
};

/* ---- reading ---- */

static bool is_category(str name)
{
    for (size_t i = 0; i < sizeof categories / sizeof *categories; i++)
        if (str_eq(name, str_of(categories[i])))
            return true;
    return false;
}

static bool check_forms(const struct yaml_node *forms, struct error *err)
{
    bool other = false;

    for (size_t i = 0; i < forms->count; i++) {
        const struct yaml_node *name = forms->entries[i].key;

        if (!is_category(name->text)) {
            error_at(err, yaml_place(name), "'%.*s' is no plural form", STR(name->text));
            return error_hint(err, "they are zero, one, two, few, many and other");
        }
        if (forms->entries[i].node->kind != YAML_STR)
            return error_at(err, yaml_place(forms->entries[i].node), "a plural form is text");
        other = other || str_eq(name->text, S("other"));
    }
    if (other)
        return true;
    error_at(err, yaml_place(forms), "the plural form 'other' is missing");
    return error_hint(err, "every language has that one");
}

static bool check_strings(const struct yaml_node *top, struct error *err)
{
    if (top->kind == YAML_NULL)
        return true;
    if (top->kind != YAML_MAP)
        return error_at(err, yaml_place(top), "strings are a map of names and texts");
    for (size_t i = 0; i < top->count; i++) {
        const struct yaml_node *node = top->entries[i].node;

        if (node->kind == YAML_MAP) {
            if (!check_forms(node, err))
                return false;
        } else if (node->kind == YAML_LIST || node->kind == YAML_NULL) {
            return error_at(err, yaml_place(node), "a string is text, or its plural forms");
        }
    }
    return true;
}

static value text_of(const struct yaml_node *node, struct arena *a)
{
    return node->kind == YAML_MAP ? yaml_value(node, a) : value_str(str_copy(a, node->text));
}

static void add_text(struct reading *r, str file, str text)
{
    struct arena *a = &r->site->arena;
    struct error err = { 0 };
    const struct yaml_node *top = yaml_parse((struct place){ file, text, 0, text.len }, a, &err);

    if (!top || !check_strings(top, &err)) {
        errors_add(r->errors, &err);
        r->good = false;
        return;
    }
    for (size_t i = 0; top->kind == YAML_MAP && i < top->count; i++)
        dict_set(r->into, top->entries[i].key->text, text_of(top->entries[i].node, a));
}

/* The theme's words in this language, and the site's over them. */
static void add_language(struct reading *r, str code)
{
    struct site *site = r->site;
    struct arena *a = &site->arena;
    struct error err = { 0 };
    str name = str_fmt(a, "i18n/%.*s.yaml", STR(code)), file, text;
    str own = path_join(a, site->folder, name);

    if (theme_file(&site->theme, name, &file, &text, a))
        add_text(r, file, text);
    if (file_info(own).kind != FILE_REGULAR)
        return;
    if (file_read(&text, own, STRINGS_SIZE, NULL, a, &err)) {
        add_text(r, own, text);
        return;
    }
    errors_add(r->errors, &err);
    r->good = false;
}

bool site_load_strings(struct site *site, struct errors *errors)
{
    const struct config *config = site->config;
    struct reading r = { site, value_undefined(), errors, true };

    site->strings = arena_array(&site->arena, value, config->nlanguages);
    for (size_t i = 0; i < config->nlanguages; i++) {
        str code = config->languages[i].code, rest = code, base = str_cut(&rest, '-');

        r.into = site->strings[i] = dict_new(&site->arena, 32);
        add_language(&r, S("en"));
        if (!str_eq(config->languages[0].code, S("en")))
            add_language(&r, config->languages[0].code);
        if (rest.len && !str_eq(base, S("en")))
            add_language(&r, base);
        if (i && !str_eq(code, S("en")))
            add_language(&r, code);
        if (i && str_eq(code, S("en")) && !str_eq(config->languages[0].code, S("en")))
            add_language(&r, code);
    }
    return r.good;
}

/* ---- asking ---- */

/* English needs no ICU for this, and is what most sites are written in. */
static str category_of(struct visit *v, double number, struct error *err)
{
    str code = v->site->config->languages[v->language].code, rest = code;

    if (str_ieq(str_cut(&rest, '-'), S("en")))
        return number == 1 ? S("one") : S("other");
    struct locale *locale = site_locale(v->site, v->language, err);
    return locale ? locale_plural(locale, number, v->arena) : S("");
}

static value form_of(struct rendering *r, struct visit *v, value said, str name, value count)
{
    struct error err = { 0 };
    double number = count.type == VIAL_INT ? (double)count.as.i : count.as.d;

    if (said.type != VIAL_DICT)
        return said;
    if (count.type != VIAL_INT && count.type != VIAL_FLOAT)
        return fail(r, "TypeError", "'%.*s' has plural forms: t('%.*s', count=N)", STR(name),
                    STR(name));
    str category = category_of(v, number, &err);
    if (!category.len) {
        vial_abort_error(v->req, &err);
        return fail(r, "ContentError", "plural forms need ICU");
    }
    value form = dict_get(said, category);
    return form.type == VIAL_STR ? form : dict_get(said, S("other"));
}

/* `text` with what stands in braces: "{count} pages". */
static str filled(struct rendering *r, str text, const struct call *call)
{
    struct buf out = buf_in(rendering_arena(r));

    while (text.len) {
        ptrdiff_t open = str_find_char(text, '{'), close = str_find_char(text, '}');
        bool known = false;

        if (open == STR_NONE || close < open)
            break;
        str name = str_slice(text, (size_t)open + 1, (size_t)close);
        for (size_t i = 0; i < call->nnamed && !known; i++) {
            if (!str_eq(name, call->names[i]))
                continue;
            known = true;
            buf_add(&out, str_slice(text, 0, (size_t)open));
            buf_add(&out, value_text(value_to_str(r, call->named[i])));
            text = str_from(text, (size_t)close + 1);
        }
        if (known)
            continue;
        buf_add(&out, str_slice(text, 0, (size_t)open + 1));
        text = str_from(text, (size_t)open + 1);
    }
    buf_add(&out, text);
    return buf_str(&out);
}

static value no_string(struct rendering *r, const struct visit *v, value strings, str name)
{
    struct nearest nearest = nearest_to(name);
    str code = v->site->config->languages[v->language].code;
    value key, ignored;

    for (size_t i = 0; dict_entry(strings, i, &key, &ignored); i++)
        nearest_try(&nearest, value_text(key));
    if (nearest.best.len)
        return fail(r, "ContentError", "i18n/%.*s.yaml has no '%.*s'; did you mean '%.*s'?",
                    STR(code), STR(name), STR(nearest.best));
    return fail(r, "ContentError", "i18n/%.*s.yaml has no '%.*s'", STR(code), STR(name));
}

value call_t(struct rendering *r, const struct call *call, void *self)
{
    struct visit *v = visit_from(self, r);
    value strings = v->site->strings[v->language], count = value_none();

    if (call->nargs < 1 || call->nargs > 2 || call->args[0].type != VIAL_STR)
        return fail(r, "TypeError", "t() takes the name of a string: t('previous')");
    str name = value_text(call->args[0]);
    value said = dict_get(strings, name);
    if (value_is_undefined(said))
        return no_string(r, v, strings, name);
    if (call->nargs == 2)
        count = call->args[1];
    for (size_t i = 0; i < call->nnamed; i++)
        if (str_eq(call->names[i], S("count")))
            count = call->named[i];
    value form = form_of(r, v, said, name, count);
    if (form.type != VIAL_STR)
        return form;
    struct call given = *call;
    str names[1] = { S("count") };
    if (call->nargs == 2 && !call->nnamed) {
        given.names = names;
        given.named = &count;
        given.nnamed = 1;
    }
    return value_str(filled(r, value_text(form), &given));
}
