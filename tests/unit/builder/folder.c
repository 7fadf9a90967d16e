/*
 * folder.c - a temporary folder for a test
 */
#include "tests/unit/builder/folder.h"

#include "vial/base/path.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
    char folder[64];
    struct arena arena;
    struct buf names;
} now;

struct arena *arena(void)
{
    return &now.arena;
}

str at(const char *path)
{
    return path_join(&now.arena, str_of(now.folder), str_of(path));
}

int folder_begin(void **state)
{
    (void)state;
    strcpy(now.folder, "/tmp/vial-unit-XXXXXX");
    return mkdtemp(now.folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

int folder_end(void **state)
{
    (void)state;
    arena_free(&now.arena);
    return nftw(now.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void has(const char *path, const char *text)
{
    assert_true(file_replace(at(path), str_of(text), NULL, NULL));
}

void lacks(const char *path)
{
    assert_true(file_remove(at(path), NULL));
}

bool there_is(const char *path)
{
    return file_exists(at(path));
}

const char *text_at(const char *path)
{
    str text;

    return file_read(&text, at(path), 0, NULL, &now.arena, NULL) ? text.p : "(there is none)";
}

static size_t root_len;

static int add_name(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)where;
    if (kind != FTW_D)
        buf_addf(&now.names, "%s\n", path + root_len + 1);
    return 0;
}

static int by_name(const void *left, const void *right)
{
    return str_cmp(*(const str *)left, *(const str *)right);
}

const char *names_below(const char *path)
{
    str root = at(path), names[256], rest;
    size_t count = 0;

    now.names = buf_in(&now.arena);
    root_len = root.len;
    nftw(root.p, add_name, 16, FTW_PHYS);
    for (rest = buf_str(&now.names); count < 256 && str_line(&rest, &names[count]);)
        count++;
    qsort(names, count, sizeof *names, by_name);
    return str_join(&now.arena, names, count, S(" ")).p;
}

static void add_brief(struct buf *out, const struct error *err)
{
    struct buf text = buf_in(&now.arena);

    error_print(err, ERROR_PLAIN, &text);
    str rest = buf_str(&text);
    if (str_starts(rest, str_of(now.folder)))
        rest = str_from(rest, strlen(now.folder) + 1);
    buf_add(out, rest);
}

const char *told(struct errors *errors)
{
    struct buf out = buf_in(&now.arena);

    for (size_t i = 0; i < errors->count; i++)
        add_brief(&out, &errors->list[i]);
    errors_free(errors);
    return buf_cstr(&out);
}

const char *told_one(struct error *err)
{
    struct buf out = buf_in(&now.arena);

    add_brief(&out, err);
    error_free(err);
    return buf_cstr(&out);
}
