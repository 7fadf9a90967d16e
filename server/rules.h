/*
 * The rules of a built folder: its files _redirects and _headers, read again when they change.
 *
 * They are looked at a few times a second, so that a folder can be built anew while it is served.
 * What is wrong when the server starts is told and ends it; later it is told, and what was read
 * before goes on.
 */
#pragma once
#include "server/own_headers.h"
#include "server/redirects.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rules {
    const struct redirects *redirects; /* NULL: there is no such file */
    const struct own_headers *headers; /* likewise                    */
};

struct rulebook;

/* `folder` is the folder's descriptor and stays open; `name` is how errors call it. */
struct rulebook *rulebook_open(int folder, str name, struct errors *errors);
void rulebook_close(struct rulebook *book);

/* The rules of now; to be given back soon. Any thread. */
const struct rules *rulebook_take(struct rulebook *book);
void rulebook_give_back(struct rulebook *book, const struct rules *rules);

/* Whether `name` is that of one of the files, which nobody is shown. */
bool is_rule_file(str name);

#ifdef __cplusplus
}
#endif
