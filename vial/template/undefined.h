/*
 * Undefined values as the operations see them (ops.h has how they are made).
 */
#pragma once
#include "vial/template/rendering.h"

enum undefined_kind undefined_kind(struct rendering *r);

/* StrictUndefined refuses what others allow: true, and the error is pending. */
bool undefined_strict(struct rendering *r, value v);

/* undefined.name and undefined[key]: itself when chainable, else the error is pending. */
bool undefined_chain(struct rendering *r, value v, str name, value *out);

/* ChainableUndefined has an __html__(), which is empty: Markup can be added to it. */
bool undefined_has_html(struct rendering *r, value v);

/* What an undefined value with a sentence of its own was asked of: for "did you mean". */
void undefined_about(value v, value of, str key);

void undefined_print(struct rendering *r, value v, struct buf *out); /* str(v) */

/* Of its class, with the module: "jinja2.runtime.StrictUndefined". */
const char *undefined_class(struct rendering *r, value v);

/* "int", but "markupsafe.Markup" and "jinja2.utils.Namespace": a type with its module. */
const char *value_qualified_type(value v);
/* value_type_name(), but of undefined values the class that the environment has for them. */
const char *value_type_shown(struct rendering *r, value v);

/* The same, but of Jinja's default kind, whatever the environment's: of an inline if without else.
 */
value undefined_as_default(value v);
