/*
 * CSV: a table as a list of dicts, whose keys are the first line's.
 */
#pragma once
#include "vial/template/value.h"

/*
 * As RFC 4180 has it: quotes around a field with commas, ends of lines or doubled quotes in it.
 * Fields are text, whatever they look like. False: a line has more or fewer fields than the first.
 */
bool csv_parse(value *v, struct place text, struct arena *a, struct error *err);
