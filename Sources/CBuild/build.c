#include "build.h"

#ifndef HEARTH_COMMIT
#define HEARTH_COMMIT ""
#endif
#ifndef HEARTH_BUILD_TIME
#define HEARTH_BUILD_TIME 0
#endif

const char *hearth_build_commit(void) { return HEARTH_COMMIT; }
long long hearth_build_time(void) { return HEARTH_BUILD_TIME; }
