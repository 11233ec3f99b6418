// runc's command line: which command, on which bundle.
#include "wasm-runc.h"

#include <string.h>

// The name of an option without its hyphens, or null.
static const char *option(const char *word) {
  if (word[0] != '-' || word[1] == 0) return NULL;
  word += word[1] == '-' ? 2 : 1;
  return *word ? word : NULL;
}

static bool is(const char *name, const char *wanted, size_t count) {
  return strlen(wanted) == count && strncmp(name, wanted, count) == 0;
}

static bool among(const char *name, size_t count, const char *const *list) {
  for (; *list; list++) {
    if (is(name, *list, count)) return true;
  }
  return false;
}

// Options with a value in a word of its own; every other option is a switch.
static const char *const global_values[] = {"log", "log-format", "root", "criu", "rootless", NULL};
static const char *const create_values[] = {
    "bundle", "b", "console-socket", "pidfd-socket", "pid-file", "preserve-fds", NULL};
static const char *const exec_values[] = {
    "process", "p", "console-socket", "pidfd-socket", "pid-file", "cwd", "env", "e", "user", "u",
    "additional-gids", "g", "process-label", "apparmor", "cap", "c", "preserve-fds", "cgroup", NULL};

struct arguments read_arguments(int count, char **values) {
  struct arguments result = {.root = "/run/runc", .bundle = "."};
  for (int index = 1; index < count; index++) {
    const char *name = option(values[index]);
    if (!name) {
      if (!result.command) {
        result.command = values[index];
        continue;
      }
      result.container = values[index];
      break;
    }
    const char *const *list = global_values;
    if (result.command) list = strcmp(result.command, "exec") == 0 ? exec_values : create_values;
    size_t length = strcspn(name, "=");
    if (!among(name, length, list)) continue;
    const char *value = name[length] == '=' ? name + length + 1 : ++index < count ? values[index] : NULL;
    if (!value) break;
    if (!result.command) {
      if (is(name, "log", length)) log_path = value;
      if (is(name, "log-format", length)) log_as_json = strcmp(value, "json") == 0;
      if (is(name, "root", length)) result.root = value;
    } else {
      if (is(name, "bundle", length) || is(name, "b", length)) result.bundle = value;
      if (is(name, "process", length) || is(name, "p", length)) result.process = value;
    }
  }
  return result;
}
