// The container's new contents: the engine instead of the module, and its mounts. Everything else stays as it was.
#include "wasm-runc.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void add(json_object *array, const char *word) { json_object_array_add(array, need(json_object_new_string(word))); }

static bool below(const char *path, const char *folder) {
  size_t length = strlen(folder);
  return strncmp(path, folder, length) == 0 && (path[length] == 0 || path[length] == '/');
}

// What Kubernetes and containerd mount into every container; a module neither needs nor could use it.
static bool usual(const char *destination) {
  static const char *const folders[] = {"/dev", "/proc", "/sys", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf",
                                        "/etc/nsswitch.conf", NULL};
  for (const char *const *folder = folders; *folder; folder++) {
    if (below(destination, *folder)) return true;
  }
  return false;
}

// Whether this is the file in which kubelet looks for a container's last words: …/pods/UID/containers/NAME/ID. It is
// mounted wherever terminationMessagePath says, by nobody's wish of a volume.
static bool is_last_words(const char *source) {
  char *path = need(strdup(source)), *part = path, *rest = path;
  const char *parts[5] = {"", "", "", "", ""};
  while ((part = strsep(&rest, "/"))) {
    if (!*part) continue;
    memmove(parts, parts + 1, sizeof parts - sizeof *parts);
    parts[4] = part;
  }
  bool found = strcmp(parts[0], "pods") == 0 && strcmp(parts[2], "containers") == 0 && *parts[4];
  free(path);
  return found;
}

static void add_folder(json_object *arguments, const char *folder, const char *name) {
  char *word = text("%s::%s", folder, name);
  add(arguments, "--dir");
  add(arguments, word);
  free(word);
}

// `mine`: the container runs under the engine already, whose mounts are ours.
static void add_preopens(json_object *arguments, json_object *mounts, const char *current, const char *name, bool mine) {
  bool current_opens = false;
  for (size_t index = 0; mounts && index < json_object_array_length(mounts); index++) {
    json_object *mount = json_object_array_get_idx(mounts, index);
    const char *type = string_member(mount, "type"), *source = string_member(mount, "source");
    const char *destination = string_member(mount, "destination");
    struct stat status;
    if (!type || !source || !destination || strcmp(type, "bind") != 0 || usual(destination)) continue;
    if (below(destination, INSIDE)) {
      if (mine && (strcmp(destination, INSIDE) == 0 || strcmp(destination, MODULE_INSIDE) == 0)) continue;
      fail("cannot run %s: a volume is mounted at %s, the engine's own folder; choose another mountPath", name, destination);
    }
    if (stat(source, &status) == 0 && !S_ISDIR(status.st_mode)) {
      if (is_last_words(source)) continue;
      fail("cannot run %s: the volume at %s is a single file; WASI opens folders only: mount the folder, without subPath",
           name, destination);
    }
    if (strstr(destination, "::")) fail("cannot run %s: the volume's path %s holds \"::\"; choose another mountPath", name, destination);
    add_folder(arguments, destination, destination);
    current_opens = current_opens || (current && below(current, destination));
  }
  // What a program calls "." is its working folder, as for a native one. WASI knows it only as a folder of that name.
  if (current_opens && !strstr(current, "::")) add_folder(arguments, current, ".");
}

// Variables that the engine, its language's library and its loader take as settings of their own. The module gets them,
// the engine does not: with some of them it would refuse what it compiled itself.
static bool is_setting(const char *entry) {
  static const char *const prefixes[] = {"WASMTIME_", "RUST_", "LD_", "GLIBC_", "MALLOC_", "GCONV_PATH=", NULL};
  for (const char *const *prefix = prefixes; *prefix; prefix++) {
    if (strncmp(entry, *prefix, strlen(*prefix)) == 0) return true;
  }
  return false;
}

static void separate_environment(json_object *process, json_object *arguments) {
  json_object *before = member(process, "env", json_type_array);
  if (!before) return;
  json_object *after = need(json_object_new_array());
  for (size_t index = 0; index < json_object_array_length(before); index++) {
    const char *entry = element(before, index);
    if (entry && is_setting(entry)) {
      if (!strchr(entry, '=')) continue;
      add(arguments, "--env");
      add(arguments, entry);
    } else {
      json_object_array_add(after, json_object_get(json_object_array_get_idx(before, index)));
    }
  }
  json_object_object_add(process, "env", after);
}

// runwasi's shim reads the same variable, so that one manifest serves both.
static const char *service_address(json_object *process, const char *name) {
  static const char variable[] = "WASMTIME_HTTP_PROXY_SOCKET_ADDR=";
  json_object *environment = member(process, "env", json_type_array);
  const char *value = "0.0.0.0:8080";
  for (size_t index = 0; environment && index < json_object_array_length(environment); index++) {
    const char *entry = element(environment, index);
    if (entry && strncmp(entry, variable, sizeof variable - 1) == 0) value = entry + sizeof variable - 1;
  }
  const char *colon = strrchr(value, ':');
  char *host = need(strndup(value, colon ? (size_t)(colon - value) : 0)), *end = NULL;
  struct in6_addr address;
  size_t length = strlen(host);
  bool six = length > 2 && host[0] == '[' && host[length - 1] == ']';
  if (six) host[length - 1] = 0;
  long port = colon ? strtol(colon + 1, &end, 10) : 0;
  if (!colon || *end || port < 1 || port > 65535 || inet_pton(six ? AF_INET6 : AF_INET, six ? host + 1 : host, &address) != 1) {
    fail("cannot run %s: %s%s is no address and port; write it like 0.0.0.0:8080", name, variable, value);
  }
  free(host);
  return value;
}

void run_under_engine(json_object *process, json_object *mounts, const struct compiled *compiled, const char *name,
                      bool running) {
  json_object *before = json_object_get(member(process, "args", json_type_array)), *after = need(json_object_new_array());
  static const char *const engine[] = {
      INSIDE "/init", INSIDE "/ld.so", "--library-path", INSIDE, INSIDE "/wasmtime", NULL};
  static const char *const granted[] = {
      "--allow-precompiled", "-C", "cache=n", "-S", "inherit-env=y,inherit-network=y,allow-ip-name-lookup=y", NULL};
  for (const char *const *word = engine; *word; word++) add(after, *word);
  add(after, compiled->purpose == SERVICE ? "serve" : "run");
  for (const char *const *word = granted; *word; word++) add(after, *word);
  if (compiled->form == COMPONENT) {
    add(after, "-S");
    add(after, "http=y,cli-exit-with-code=y");
  }
  add_preopens(after, mounts, string_member(process, "cwd"), name, running);
  char *address = compiled->purpose == SERVICE ? need(strdup(service_address(process, name))) : NULL;
  separate_environment(process, after);
  if (compiled->purpose == SERVICE) {
    if (json_object_array_length(before) > 1) fail("cannot run %s: an HTTP service takes no arguments; use the environment", name);
    add(after, "-S");
    add(after, "cli=y");
    add(after, "--no-logging-prefix"); // else every line begins with `stdout [0] ::`
    add(after, "--addr");
    add(after, address);
    add(after, MODULE_INSIDE);
  } else {
    // In one word: a name may begin with a hyphen.
    char *argv0 = text("--argv0=%s", name);
    add(after, argv0);
    free(argv0);
    add(after, MODULE_INSIDE);
    for (size_t index = 1; index < json_object_array_length(before); index++) {
      json_object_array_add(after, json_object_get(json_object_array_get_idx(before, index)));
    }
  }
  json_object_object_add(process, "args", after);
}

static void add_mount(json_object *mounts, const char *source, const char *destination) {
  static const char *const words[] = {"bind", "ro", "nosuid", "nodev", NULL};
  json_object *mount = need(json_object_new_object()), *options = need(json_object_new_array());
  for (const char *const *word = words; *word; word++) add(options, *word);
  json_object_object_add(mount, "destination", json_object_new_string(destination));
  json_object_object_add(mount, "type", json_object_new_string("bind"));
  json_object_object_add(mount, "source", json_object_new_string(source));
  json_object_object_add(mount, "options", options);
  json_object_array_add(mounts, mount);
}

void mount_engine(json_object *specification, const struct settings *settings, const struct compiled *compiled) {
  static const char *const parts[] = {"wasmtime", "ld.so", "init", "app.cwasm", NULL};
  for (const char *const *part = parts; *part; part++) {
    char *path = text("%s/%s", settings->engine, *part);
    if (access(path, F_OK) != 0) fail("no engine: %s is missing; run hearth up again", path);
    free(path);
  }
  json_object *mounts = member(specification, "mounts", json_type_array);
  if (!mounts) json_object_object_add(specification, "mounts", mounts = need(json_object_new_array()));
  add_mount(mounts, settings->engine, INSIDE);
  // Before glibc 2.34 names are looked up in /etc/hosts only if a file says so, which images do not have.
  char *order = text("%s/nsswitch.conf", settings->engine);
  if (access(order, F_OK) == 0) add_mount(mounts, order, "/etc/nsswitch.conf");
  free(order);
  add_mount(mounts, compiled->path, MODULE_INSIDE);
}
