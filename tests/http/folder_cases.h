/*
 * What a folder of files answers: conditions, ranges, methods, redirects, by the letter of the
 * RFCs.
 *
 * The folder has these files, of Sat, 21 Nov 2020 05:15:18 GMT:
 *
 *     /digits.txt  "0123456789"      /long.txt   ten times a hundred of each digit
 *     /blog/index.html  "blog"       /index.html "home"      /empty.txt
 *
 * In requests and expectations {TAG} is the entity tag that GET /digits.txt is answered with.
 */
#pragma once
#include "vial/base/str.h"

struct folder_case {
    const char *name; /* a sentence, with the section that asks for it                          */
    const char *request; /* its lines: "GET /digits.txt", then fields; Host and CR LF are added.
                            Where the first line has no version, it is HTTP/1.1 */
    int status;
    const char *has; /* lines: "Name: value", "Name" (whatever it is), "!Name" (there is none),
                        "=body"; "~text" (in it; "|" is CR LF) */
};

extern const struct folder_case folder_cases[];
extern const size_t folder_case_count;
