/* A server of whatever contract it is linked with. */
#include "api/api.h"
#include "runtime/rt.h"

const struct rt_server_def rt_server_def = {.api = &api};
