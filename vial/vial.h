/*
 * vial.h: all that a site's own C code sees.
 */
#pragma once
#include "vial/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vial vial;
typedef struct vial_req vial_req;
typedef struct vial_res vial_res;
typedef vial_res *vial_fn(vial_req *r);

#ifdef __cplusplus
}
#endif
