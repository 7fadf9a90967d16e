/*
 * The program: which one this is, to the byte, with its libraries. What another one made may not be
 * what this one would make.
 */
#pragma once
#include "vial/base/hash.h"

#ifdef __cplusplus
extern "C" {
#endif

struct digest program_digest(void);

#ifdef __cplusplus
}
#endif
