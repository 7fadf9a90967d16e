/*
 * left.c - what could not be taken over, each with its place
 *
 *   comes in:  sentences, from all files of the importer
 *   goes out:  the list that the writer goes through afterwards
 */
#include "vial/import/inside.h"

static void tell(struct importing *im, struct place place, const char *fmt, va_list args)
{
    struct error err = { 0 };
    struct buf sentence = buf_in(im->a);

    if (im->report->left.count >= IMPORT_LEFT)
        return;
    buf_addv(&sentence, fmt, args);
    error_at(&err, place, "%.*s", STR(buf_str(&sentence)));
    errors_add(&im->report->left, &err);
}

void left_file(struct importing *im, str source, const char *fmt, ...)
{
    va_list args;

    map_put(&im->told, str_copy(im->a, source));
    va_start(args, fmt);
    tell(im, (struct place){ .file = path_join(im->a, im->from, source) }, fmt, args);
    va_end(args);
}

void left_place(struct importing *im, struct place place, const char *fmt, ...)
{
    va_list args;

    place.file = path_join(im->a, im->from, place.file);
    va_start(args, fmt);
    tell(im, place, fmt, args);
    va_end(args);
}

void left_node(struct importing *im, const struct yaml_node *node, const char *fmt, ...)
{
    struct place place = yaml_place(node);
    va_list args;

    place.file = path_join(im->a, im->from, place.file);
    va_start(args, fmt);
    tell(im, place, fmt, args);
    va_end(args);
}
