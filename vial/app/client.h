/*
 * The test client's own parts, for client_run.c.
 */
#pragma once
#include "vial/app/app.h"

struct arena *client_arena(vial_client *client); /* until vial_client_free() */
vial *client_app(vial_client *client);
