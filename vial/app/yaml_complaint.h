/*
 * libyaml's complaints in words that help a writer. For yaml.c alone.
 */
#pragma once
#include "vial/base/error.h"
#include <yaml.h>

/* Fills `err` from the parser's problem; `context` is where that which is broken began. False. */
bool yaml_complain(struct error *err, const yaml_parser_t *parser, struct place at,
                   struct place context);
