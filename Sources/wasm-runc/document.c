// JSON files: read whole, written whole.
#include "wasm-runc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

json_object *read_json(const char *path, uint64_t limit) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) fail("cannot read %s: %s", path, strerror(errno));
  if (!S_ISREG(status.st_mode)) fail("cannot read %s: not a file", path);
  if ((uint64_t)status.st_size > limit) fail("cannot read %s: larger than %llu bytes", path, (unsigned long long)limit);
  size_t count = (size_t)status.st_size, done = 0;
  char *bytes = need(malloc(count + 1));
  while (done < count) {
    ssize_t got = read(file, bytes + done, count - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += (size_t)got;
  }
  close(file);
  bytes[done] = 0;

  struct json_tokener *parser = need(json_tokener_new_ex(64));
  json_object *value = json_tokener_parse_ex(parser, bytes, (int)done + 1);
  enum json_tokener_error problem = json_tokener_get_error(parser);
  if (problem != json_tokener_success || !json_object_is_type(value, json_type_object)) {
    fail("%s is not a JSON object: %s at byte %zu", path,
         problem == json_tokener_success ? "something else" : json_tokener_error_desc(problem),
         json_tokener_get_parse_end(parser));
  }
  json_tokener_free(parser);
  free(bytes);
  return value;
}

void write_json(const char *path, json_object *value) {
  size_t count;
  const char *bytes = json_object_to_json_string_length(
      value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &count);
  char *temporary = text("%s.hearth", path);
  struct stat status;
  if (stat(path, &status) != 0) fail("cannot replace %s: %s", path, strerror(errno));
  unlink(temporary);
  int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, status.st_mode & 0777);
  size_t done = 0;
  while (file >= 0 && done < count) {
    ssize_t wrote = write(file, bytes + done, count - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) break;
    done += (size_t)wrote;
  }
  if (file < 0 || done < count || close(file) != 0 || rename(temporary, path) != 0) {
    int reason = errno;
    unlink(temporary);
    fail("cannot write %s: %s", temporary, strerror(reason));
  }
}

json_object *member(json_object *object, const char *name, json_type type) {
  json_object *value = NULL;
  if (!object || !json_object_object_get_ex(object, name, &value)) return NULL;
  return json_object_is_type(value, type) ? value : NULL;
}

const char *string_member(json_object *object, const char *name) {
  return json_object_get_string(member(object, name, json_type_string));
}

const char *element(json_object *array, size_t index) {
  json_object *value = json_object_array_get_idx(array, index);
  return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}
