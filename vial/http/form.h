/*
 * Forms: the fields and files that a browser sends.
 *
 * A body of either kind, application/x-www-form-urlencoded or multipart/form-data, is taken apart
 * where it lies: what a file holds is a slice of the body, and a body may be as large as the disk
 * (spool.h). Strangers write forms, so their fields are counted and the memory they take is
 * limited.
 */
#pragma once
#include "vial/http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

struct upload {
    str name;     /* of the field                                                      */
    str filename; /* as the browser says: never to be used as a path                    */
    str type;     /* "image/png", or empty                                             */
    str content;  /* a slice of the body                                               */
};

struct form {
    struct params fields;
    struct upload *files;
    size_t file_count, file_cap;
};

struct form_limits {
    size_t parts;  /* fields and files together */
    size_t memory; /* bytes of all fields       */
};

enum form_result {
    FORM_DONE,
    FORM_NONE,      /* the body is no form: by its type                   */
    FORM_BROKEN,    /* it says it is a form, and does not parse            */
    FORM_TOO_LARGE, /* more than the limits allow                          */
};

/* `type` is the request's Content-Type. What was found before a fault is in `form` all the same. */
enum form_result form_parse(struct form *form, str type, str body, const struct form_limits *limits,
                            struct arena *a);

/*
 * "text/html; charset=utf-8": the value before the first ";", and the parameter `name` of those
 * behind it, unquoted; .p is NULL when it is absent.
 */
str header_value(str header);
str header_param(str header, str name, struct arena *a);

/*
 * A file's name that can stand in any folder: no slashes, no control characters, nothing at its
 * front that hides it; "file" when nothing is left. Letters of all languages stay.
 */
str filename_safe(str filename, struct arena *a);

#ifdef __cplusplus
}
#endif
