/*
 * Text made safe to stand in HTML, as cmark escapes it.
 */
#pragma once
#include "vial/base/buf.h"

void escape_html(struct buf *out, str text); /* & < > and " */
void escape_url(struct buf *out, str url);   /* for an attribute: %XX for all that URLs lack */

/* javascript: and its like, which a link in a stranger's text may not have. */
bool is_dangerous_url(str url);
