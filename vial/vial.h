#pragma once
#include "vial/types.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef struct vial vial;
#ifdef __cplusplus
}
#endif
