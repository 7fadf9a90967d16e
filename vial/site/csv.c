/*
 * csv.c - a table as a list of dicts
 *
 *   comes in:  name,age
 *              Ann,37
 *   goes out:  [{"name": "Ann", "age": "37"}]
 */
#include "vial/site/csv.h"

struct csv {
    struct place place;
    str text;
    size_t at, line_at; /* line_at: where the row begins */
    struct arena *arena;
};

static bool at_end_of_line(const struct csv *csv)
{
    return csv->at == csv->text.len || csv->text.p[csv->at] == '\n' || csv->text.p[csv->at] == '\r';
}

static bool read_quoted(struct csv *csv, str *field, struct error *err)
{
    size_t from = csv->at++;
    struct buf out = buf_in(csv->arena);

    for (; csv->at < csv->text.len; csv->at++) {
        if (csv->text.p[csv->at] == '"') {
            if (csv->at + 1 == csv->text.len || csv->text.p[csv->at + 1] != '"')
                break;
            csv->at++;
        }
        buf_addc(&out, csv->text.p[csv->at]);
    }
    if (csv->at++ == csv->text.len)
        return error_at(err, (struct place){ csv->place.file, csv->text, from, 1 },
                        "the field that begins here is not ended by '\"'");
    *field = buf_str(&out);
    if (at_end_of_line(csv) || csv->text.p[csv->at] == ',')
        return true;
    return error_at(err, (struct place){ csv->place.file, csv->text, csv->at, 1 },
                    "behind the closing quote stands ',' or the end of the line");
}

static bool read_field(struct csv *csv, str *field, struct error *err)
{
    size_t from = csv->at;

    if (csv->at < csv->text.len && csv->text.p[csv->at] == '"')
        return read_quoted(csv, field, err);
    while (!at_end_of_line(csv) && csv->text.p[csv->at] != ',')
        csv->at++;
    *field = str_slice(csv->text, from, csv->at);
    return true;
}

static bool read_row(struct csv *csv, value row, struct error *err)
{
    csv->line_at = csv->at;
    for (;;) {
        str field = { 0 };

        if (!read_field(csv, &field, err))
            return false;
        list_push(row, value_str(field));
        if (at_end_of_line(csv))
            break;
        csv->at++;
    }
    while (csv->at < csv->text.len && at_end_of_line(csv))
        csv->at++; /* lines with nothing in them are no rows */
    return true;
}

/* A row can say but one thing by one name; columns without one are left over by spreadsheets. */
static bool are_different(const struct csv *csv, value names, struct error *err)
{
    value seen = dict_new(csv->arena, list_len(names));

    for (size_t i = 0; i < list_len(names); i++) {
        str name = value_text(list_at(names, i));

        if (name.len && !value_is_undefined(dict_get(seen, name)))
            return error_at(err, (struct place){ csv->place.file, csv->text, csv->line_at, 1 },
                            "two columns have the name '%.*s'", STR(name));
        dict_set(seen, name, value_bool(true));
    }
    return true;
}

static value dict_of(struct csv *csv, value names, value row)
{
    value dict = dict_new(csv->arena, list_len(names));

    for (size_t i = 0; i < list_len(names); i++)
        dict_set(dict, value_text(list_at(names, i)), list_at(row, i));
    return dict;
}

bool csv_parse(value *v, struct place text, struct arena *a, struct error *err)
{
    struct csv csv = { .place = text, .text = text.source, .arena = a };
    value names = list_new(a, 8);

    if (str_starts(csv.text, S("\xEF\xBB\xBF")))
        csv.at = 3;
    *v = list_new(a, 16);
    if (csv.at == csv.text.len)
        return true;
    if (!read_row(&csv, names, err) || !are_different(&csv, names, err))
        return false;
    while (csv.at < csv.text.len) {
        value row = list_new(a, list_len(names));

        if (!read_row(&csv, row, err))
            return false;
        if (list_len(row) != list_len(names))
            return error_at(err, (struct place){ text.file, csv.text, csv.line_at, 1 },
                            "this row has %zu fields, and the first line %zu", list_len(row),
                            list_len(names));
        list_push(*v, dict_of(&csv, names, row));
    }
    return true;
}
