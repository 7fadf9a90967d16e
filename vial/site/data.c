/*
 * data.c - the files in data/, as one dict
 *
 *   comes in:  data/authors.yaml, data/places/towns.json
 *   goes out:  {"authors": ..., "places": {"towns": ...}}
 */
#include "vial/app/json.h"
#include "vial/app/toml.h"
#include "vial/base/file.h"
#include "vial/base/path.h"
#include "vial/base/utf8.h"
#include "vial/site/csv.h"
#include "vial/site/inside.h"

enum { DATA_SIZE = 64 << 20 };

static bool parse_yaml(value *v, struct place text, struct arena *a, struct error *err)
{
    const struct yaml_node *node = yaml_parse(text, a, err);

    if (node)
        *v = yaml_value(node, a);
    return node != NULL;
}

static bool parse_toml(value *v, struct place text, struct arena *a, struct error *err)
{
    const struct yaml_node *node = toml_parse(text, a, err);

    if (node)
        *v = yaml_value(node, a);
    return node != NULL;
}

static const struct {
    const char *ext;
    bool (*parse)(value *v, struct place text, struct arena *a, struct error *err);
} kinds[] = {
    { ".yaml", parse_yaml }, { ".yml", parse_yaml }, { ".json", json_parse },
    { ".toml", parse_toml }, { ".csv", csv_parse },
};

/* What spreadsheets write is often in the letters of one country. */
static bool is_text(struct place text, struct error *err)
{
    size_t bad;

    if (utf8_valid(text.source, &bad))
        return true;
    error_at(err, (struct place){ text.file, text.source, bad, 1 },
             "this is not UTF-8: the byte 0x%02X cannot stand here",
             (unsigned char)text.source.p[bad]);
    return error_hint(err, "save the file as UTF-8");
}

bool data_parse(value *v, str path, struct place text, struct arena *a, struct error *err)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_ieq(path_ext(path), str_of(kinds[i].ext)))
            return is_text(text, err) && kinds[i].parse(v, text, a, err);
    error_at(err, (struct place){ .file = text.file }, "is no data that is read here");
    return error_hint(err, "data is YAML (.yaml, .yml), JSON (.json), TOML (.toml) or CSV (.csv)");
}

/* The dict of the folder the file is in; folders are keys like files. */
static value folder_of(value all, str path, struct arena *a)
{
    str rest = path_dir(path);

    while (rest.len) {
        str name = str_copy(a, str_cut(&rest, '/'));
        value inner = dict_get(all, name);

        if (inner.type != VIAL_DICT) {
            inner = dict_new(a, 4);
            dict_set(all, name, inner);
        }
        all = inner;
    }
    return all;
}

static void load_file(value all, str folder, str path, struct arena *a, struct errors *errors)
{
    str text, file = path_join(a, folder, path), name = path_stem(path);
    struct error err = { 0 };
    value v = value_none(), into = folder_of(all, path, a);

    if (!value_is_undefined(dict_get(into, name))) {
        error_at(&err, (struct place){ .file = file },
                 "there is other data by the name '%.*s' already", STR(name));
        errors_add(errors, &err);
        return;
    }
    if (!file_read(&text, file, DATA_SIZE, NULL, a, &err) ||
        !data_parse(&v, path, (struct place){ file, text, 0, text.len }, a, &err)) {
        errors_add(errors, &err);
        return;
    }
    dict_set(into, name, v);
}

value data_load(str folder, struct arena *a, struct errors *errors)
{
    value all = dict_new(a, 8);
    struct file_walk walk;
    struct error err = { 0 };

    if (!file_walk(&walk, folder, S(""), a, &err)) {
        errors_add(errors, &err);
        return all;
    }
    for (size_t i = 0; i < walk.count; i++)
        load_file(all, folder, walk.entries[i].path, a, errors);
    return all;
}
