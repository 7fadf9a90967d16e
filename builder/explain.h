/*
 * Explaining: what the last build made each output from, as its manifest tells.
 */
#pragma once
#include "vial/app/reads.h"
#include "vial/site/site.h"

struct explained_read {
    str thing;
    uint64_t fields; /* of reads_field() */
};

struct explained {
    str name; /* relative to the output: "blog/hello/index.html" */
    str why;  /* it was made the last time: see builder/why.h    */
    bool page;
    str redirects_to; /* empty: it is none */
    const struct explained_read *reads;
    size_t nreads;
};

/*
 * Calls `each`, which returns false to stop, with every output of the site in `folder`; `output`
 * may be empty. False, and `errors` say why: there is no such site, or it was not built.
 */
typedef bool explain_fn(void *self, const struct explained *explained);
bool explain_each(str folder, str output, explain_fn *each, void *self, struct errors *errors);
