/*
 * common.c - what all origins do with a configuration
 *
 *   comes in:  the old configuration, as a tree
 *   goes out:  keys of vial.yaml
 */
#include "vial/import/inside.h"

void config_set(struct importing *im, const char *key, value v)
{
    dict_set(im->config, str_of(key), v);
}

void config_text_key(struct importing *im, const char *from, const char *to)
{
    const struct yaml_node *node = yaml_get(im->old, str_of(from));

    if (node && node->kind != YAML_MAP && node->kind != YAML_LIST && node->text.len)
        config_set(im, to, value_str(node->text));
}

void config_base_url(struct importing *im, str url)
{
    str rest = url;
    ptrdiff_t at = str_find(url, S("://"));

    if (!str_istarts(url, S("http://")) && !str_istarts(url, S("https://"))) {
        if (str_starts(url, S("/")))
            rest = url;
        else
            return;
    } else {
        rest = str_from(url, (size_t)at + 3);
        ptrdiff_t slash = str_find_char(rest, '/');
        if (slash == 0 || !rest.len)
            return;
        rest = slash == STR_NONE ? S("/") : str_from(rest, (size_t)slash);
        config_set(im, "base_url",
                   value_str(str_ends(url, S("/")) ? url : str_fmt(im->a, "%.*s/", STR(url))));
    }
    while (str_ends(rest, S("/")))
        rest = str_slice(rest, 0, rest.len - 1);
    im->base = rest;
}

bool tree_truth(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *node = yaml_get(map, str_of(key));

    return node && node->kind == YAML_BOOL && node->as.truth;
}

bool word_in(str word, const char *const *list)
{
    for (; *list; list++)
        if (str_eq(word, str_of(*list)))
            return true;
    return false;
}

/* "!ENV" and "!!python/name:x" as blanks, so that all else keeps its place. */
static str without_tags(struct importing *im, str path, str text)
{
    char *out = (char *)str_cstr(im->a, text);

    for (size_t i = 1; i + 1 < text.len; i++) {
        if (out[i] != '!' || !is_space(out[i - 1]) || (out[i + 1] != '!' && !is_alpha(out[i + 1])))
            continue;
        size_t end = i;
        while (end < text.len && !is_space(out[end]))
            end++;
        left_place(im, (struct place){ path, text, i, end - i }, "'%.*s' is for another program",
                   STR(str_slice(text, i, end)));
        memset(out + i, ' ', end - i);
    }
    return str_n(out, text.len);
}

const struct yaml_node *tree_with_tags(struct importing *im, str path, struct error *err)
{
    bool toml = str_ieq(path_ext(path), S(".toml"));
    struct place place = { .file = path };
    const struct yaml_node *tree;
    str text;

    if (!file_read(&text, path_join(im->a, im->from, path), IMPORT_TEXT, NULL, im->a, err))
        return NULL;
    map_put(&im->read, str_copy(im->a, path));
    place.source = text;
    place.len = text.len;
    tree = toml ? toml_parse(place, im->a, err) : yaml_parse(place, im->a, err);
    if (!tree && !toml) {
        str other = without_tags(im, path, text);

        if (!str_eq(other, text)) {
            error_free(err);
            place.source = other;
            tree = yaml_parse(place, im->a, err);
        }
    }
    return tree;
}

bool tree_of_config(struct importing *im, struct error *err)
{
    im->old = tree_with_tags(im, im->config_file, err);
    if (!im->old)
        return false;
    if (im->old->kind != YAML_MAP && im->old->kind != YAML_NULL)
        return error_set(err, "%.*s has no keys", STR(path_join(im->a, im->from, im->config_file)));
    return true;
}
