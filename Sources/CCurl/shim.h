#ifndef HEARTH_CCURL_H
#define HEARTH_CCURL_H
#include <curl/curl.h>

/* Swift cannot call C's variadic functions: one typed function for each kind of argument. */

static inline CURLcode hearth_curl_set_string(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode hearth_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode hearth_curl_set_headers(CURL *handle, struct curl_slist *headers) {
  return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

static inline CURLcode hearth_curl_set_error_buffer(CURL *handle, char *buffer) {
  return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, buffer);
}

typedef size_t (*hearth_curl_receiver)(char *bytes, size_t size, size_t count, void *context);

/* Calls `body` for each piece of the body and `head` for each header line, both with `context`. */
static inline void hearth_curl_set_receivers(
  CURL *handle, hearth_curl_receiver body, hearth_curl_receiver head, void *context
) {
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, head);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
}

/* A POST of a text, which may be empty; libcurl keeps a copy. */
static inline void hearth_curl_post(CURL *handle, const char *text) {
  curl_easy_setopt(handle, CURLOPT_POST, 1L);
  curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, text);
}

typedef int (*hearth_curl_seeker)(void *context, curl_off_t offset, int origin);

/* A PUT of `bytes` bytes, which `body` gives piece by piece; `seek` goes back where a connection broke. */
static inline void hearth_curl_upload(
  CURL *handle, long bytes, hearth_curl_receiver body, hearth_curl_seeker seek, void *context
) {
  curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, (curl_off_t)bytes);
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, body);
  curl_easy_setopt(handle, CURLOPT_READDATA, context);
  curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, seek);
  curl_easy_setopt(handle, CURLOPT_SEEKDATA, context);
}

static inline long hearth_curl_get_long(CURL *handle, CURLINFO info) {
  long value = 0;
  curl_easy_getinfo(handle, info, &value);
  return value;
}

static inline CURLMcode hearth_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

#ifdef __linux__
/* Glibc's Swift module leaves this GNU extension out. */
extern int setns(int descriptor, int kind);
/* Moves the calling thread into a network namespace; 0, or -1 with errno. */
static inline int hearth_curl_enter_network_namespace(int descriptor) { return setns(descriptor, 0x40000000); }
#endif

#endif
