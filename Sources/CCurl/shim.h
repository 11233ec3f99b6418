#ifndef HEARTH_CCURL_H
#define HEARTH_CCURL_H
#include <curl/curl.h>
#endif
