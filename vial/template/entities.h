/*
 * HTML's character references: "&amp;", "&#39;", "&copy".
 */
#pragma once
#include "vial/base/buf.h"

/*
 * `*rest` begins with '&': what it stands for goes to `out`, and `*rest` moves behind it. What is
 * no reference is written as it is.
 */
void entity_next(str *rest, struct buf *out);
