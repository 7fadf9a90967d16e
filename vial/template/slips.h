/*
 * Slips: what people write who know another language, and how it is written here.
 */
#pragma once
#include "vial/base/str.h"

/* What would mend what stands at `at` in `text`, or the empty slice. */
str slip_at(str text, size_t at);
/* The same for a tag that does not exist: "foreach". */
str slip_of_tag(str name);
