/*
 * The program: which one this is, to the byte, with its libraries. What another one made may not be
 * what this one would make.
 */
#pragma once
#include "vial/base/hash.h"

struct digest program_digest(void);
