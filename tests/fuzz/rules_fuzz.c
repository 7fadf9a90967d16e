/*
 * rules_fuzz.c - whatever stands in _redirects and _headers and whatever is asked, nobody is sent
 * to another host by what they asked, and no header breaks its line
 */
#include "server/own_headers.h"
#include "server/redirects.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_redirection(const struct redirection *to)
{
    must(header_is_legal(S("Location"), to->to) || to->status < 300 || to->status > 399);
    must(!str_starts(to->to, S("//")) || to->status < 300 || to->status > 399);
    must(str_starts(to->to, S("/")) || str_starts(to->to, S("http")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str lines = str_n((const char *)data, size), asked = str_cut(&lines, '\n');
    str query = asked, path = str_cut(&query, '?');
    struct arena a = { 0 };
    struct errors errors = { 0 };
    struct request req = { .method = S("GET"),
                           .path = str_fmt(&a, "/%.*s", STR(path)),
                           .query = query,
                           .scheme = S("http"),
                           .host = S("a.example") };
    struct response res = { .status = 200, .headers.arena = &a };
    struct redirection to;

    if (size > 20000)
        return 0;
    struct redirects *redirects = redirects_read(S("_redirects"), lines, &a, &errors);
    struct own_headers *own = own_headers_read(S("_headers"), lines, &a, &errors);
    for (int when = REDIRECT_BEFORE_FILES; when <= REDIRECT_WITHOUT_FILE; when++)
        if (redirects_find(redirects, &req, (enum redirect_when)when, &to, &a))
            check_redirection(&to);
    own_headers_apply(own, &req, &res, &a);
    for (size_t i = 0; i < res.headers.count; i++)
        must(header_is_legal(res.headers.list[i].name, res.headers.list[i].value));
    errors_free(&errors);
    arena_free(&a);
    return 0;
}
