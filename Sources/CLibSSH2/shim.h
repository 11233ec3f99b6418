#ifndef HEARTH_CLIBSSH2_H
#define HEARTH_CLIBSSH2_H
#include <libssh2.h>
#endif
