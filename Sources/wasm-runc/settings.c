// What the host's administrator decides: /etc/hearth/wasm.json, written by hearth.
#include "wasm-runc.h"

#include <stdlib.h>
#include <unistd.h>

static const char *path(void) {
  const char *other = getenv("HEARTH_WASM_SETTINGS");
  return other && *other ? other : "/etc/hearth/wasm.json";
}

static const char *folder(json_object *all, const char *name, const char *usual) {
  const char *value = string_member(all, name);
  if (!value && json_object_object_get(all, name)) fail("%s: %s must be a text", path(), name);
  if (!value) value = usual;
  if (value[0] != '/') fail("%s: %s must be an absolute path, not \"%s\"", path(), name, value);
  return value;
}

static uint64_t number(json_object *all, const char *name, uint64_t usual, uint64_t least, uint64_t most) {
  json_object *value = json_object_object_get(all, name);
  if (!value) return usual;
  if (!json_object_is_type(value, json_type_int)) fail("%s: %s must be a whole number", path(), name);
  uint64_t result = json_object_get_uint64(value);
  if (result < least || result > most) {
    fail("%s: %s must be from %llu to %llu", path(), name, (unsigned long long)least, (unsigned long long)most);
  }
  return result;
}

static const char *usual_runc(void) {
  return access("/usr/local/sbin/runc", X_OK) == 0 ? "/usr/local/sbin/runc" : "/usr/sbin/runc";
}

const char *runc_anyway(void) {
  json_object *all = json_object_from_file(path());
  const char *value = all && json_object_is_type(all, json_type_object) ? string_member(all, "runc") : NULL;
  return value && value[0] == '/' ? value : usual_runc();
}

struct settings read_settings(void) {
  const uint64_t mebibyte = 1 << 20;
  json_object *all = access(path(), F_OK) == 0 ? read_json(path(), mebibyte) : need(json_object_new_object());
  const char *version = string_member(all, "engineVersion");
  for (const char *c = version; c && *c; c++) {
    bool plain = (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') || *c == '-' || (*c == '.' && c != version);
    if (!plain) fail("%s: engineVersion may hold digits, small letters, dots and hyphens only", path());
  }
  return (struct settings){
      .runc = folder(all, "runc", usual_runc()),
      .engine = folder(all, "engine", "/usr/local/lib/hearth/wasmtime"),
      .engine_version = version && *version ? version : "unknown",
      .cache = folder(all, "cache", "/var/lib/hearth/wasm"),
      .cache_bytes = number(all, "cacheBytes", 512 * mebibyte, mebibyte, mebibyte << 20),
      .module_bytes = number(all, "moduleBytes", 64 * mebibyte, 8, 1024 * mebibyte),
      .compiled_bytes = number(all, "compiledBytes", 256 * mebibyte, mebibyte, 4096 * mebibyte),
      .compile_memory = number(all, "compileMemoryBytes", 512 * mebibyte, 16 * mebibyte, mebibyte << 20),
      .compile_seconds = (unsigned)number(all, "compileSeconds", 90, 1, 3600),
      .compile_user = (unsigned)number(all, "compileUser", 1900000000, 1, 4294967293),
  };
}
