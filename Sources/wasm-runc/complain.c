// How people are told: standard error, and the log file whose last error containerd shows as the container's message.
#include "wasm-runc.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char *log_path;
bool log_as_json;

void *need(void *memory) {
  if (memory) return memory;
  static const char message[] = "hearth wasm: out of memory\n";
  if (write(STDERR_FILENO, message, sizeof message - 1) < 0) _exit(2);
  _exit(1);
}

char *text(const char *format, ...) {
  char *result = NULL;
  va_list values;
  va_start(values, format);
  if (vasprintf(&result, format, values) < 0) result = NULL;
  va_end(values);
  return need(result);
}

// What people would not see, or what would act on their terminal, is shown: the message holds names out of images.
static char *shown(const char *message, bool quoted) {
  static const char digits[] = "0123456789abcdef";
  char *result = need(malloc(4 * strlen(message) + 1)), *to = result;
  for (const unsigned char *from = (const unsigned char *)message; *from; from++) {
    if (*from < ' ' || *from == 0x7f) {
      *to++ = '\\', *to++ = 'x', *to++ = digits[*from >> 4], *to++ = digits[*from & 15];
    } else {
      if (quoted && (*from == '"' || *from == '\\')) *to++ = '\\';
      *to++ = (char)*from;
    }
  }
  *to = 0;
  return result;
}

static void append_to_log(const char *message) {
  int file = open(log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return;
  char now[32] = "";
  time_t seconds = time(NULL);
  struct tm parts;
  if (gmtime_r(&seconds, &parts)) strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (log_as_json) {
    json_object *line = need(json_object_new_object());
    json_object_object_add(line, "level", json_object_new_string("error"));
    json_object_object_add(line, "msg", json_object_new_string(message));
    json_object_object_add(line, "time", json_object_new_string(now));
    dprintf(file, "%s\n", json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN));
  } else {
    dprintf(file, "time=\"%s\" level=error msg=\"%s\"\n", now, shown(message, true));
  }
  close(file);
}

void fail(const char *format, ...) {
  char *message = NULL;
  va_list values;
  va_start(values, format);
  if (vasprintf(&message, format, values) < 0) message = NULL;
  va_end(values);
  message = text("hearth wasm: %s", (char *)need(message));
  fprintf(stderr, "%s\n", shown(message, false));
  if (log_path) append_to_log(message);
  exit(1);
}
