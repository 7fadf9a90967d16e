/*
 * password.c - passwords, for vial.h
 *
 *   comes in:  what somebody typed; what was written down when they chose it
 *   goes out:  what to write down; do the two fit
 */
#include "vial/app/inside.h"
#include "vial/app/sign.h"

const char *vial_password_hash(vial_req *r, const char *password)
{
    return str_cstr(r->arena, password_hash(r->arena, str_of(password)));
}

bool vial_password_ok(const char *hash, const char *password)
{
    return hash && password && password_fits(str_of(hash), str_of(password));
}
