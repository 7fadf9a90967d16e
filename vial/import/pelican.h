/*
 * Pelican's sites, between the files that read them: pelican_conf.c settings, which are a program
 * in Python; pelican.c pages.
 */
#pragma once
#include "vial/import/inside.h"

/*
 * NAME = literal, from pelicanconf.py: texts, numbers, truths, lists, tuples and dicts. Any other
 * line is told, for only Python knows what it does. All keys are upper case.
 */
value pelican_settings(struct importing *im, str file);
