// What a container would run: found inside its root file system and its mounts, never outside of them.
#include "wasm-runc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_below(int folder, const char *path) {
  struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
  int file = -1;
  // EAGAIN: something was renamed or mounted on the host while ".." was walked.
  for (int tries = 0; tries < 1000; tries++) {
    file = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
    if (file >= 0 || (errno != EAGAIN && errno != EINTR)) break;
  }
  if (file < 0 && errno == ENOSYS) fail("this kernel cannot look up files safely; Linux 5.6 or newer is needed");
  return file;
}

// The rest of `path` below the folder `prefix` ("" for the folder itself), or null.
static const char *rest_below(const char *path, const char *prefix) {
  size_t length = strlen(prefix);
  while (length > 0 && prefix[length - 1] == '/') length--;
  if (strncmp(path, prefix, length) != 0 || (path[length] != 0 && path[length] != '/')) return NULL;
  return path + length;
}

// The mount that hides `path`, and what of the path lies below it.
static json_object *mount_over(json_object *mounts, const char *path, const char **rest) {
  json_object *found = NULL;
  size_t longest = 0;
  for (size_t index = 0; mounts && index < json_object_array_length(mounts); index++) {
    json_object *mount = json_object_array_get_idx(mounts, index);
    const char *destination = string_member(mount, "destination");
    const char *below = destination ? rest_below(path, destination) : NULL;
    if (!below || strlen(destination) < longest) continue;
    found = mount;
    longest = strlen(destination);
    *rest = below;
  }
  return found;
}

static int open_in_mount(json_object *mount, const char *rest) {
  const char *type = string_member(mount, "type"), *source = string_member(mount, "source");
  bool bind = type && strcmp(type, "bind") == 0;
  json_object *options = member(mount, "options", json_type_array);
  for (size_t index = 0; options && index < json_object_array_length(options); index++) {
    const char *word = element(options, index);
    bind = bind || (word && (strcmp(word, "bind") == 0 || strcmp(word, "rbind") == 0));
  }
  errno = ENOENT;
  if (!bind || !source) return -1;
  int folder = open(source, O_PATH | O_CLOEXEC);
  if (folder < 0 || *rest == 0) return folder;
  int file = open_below(folder, rest);
  int reason = errno;
  close(folder);
  errno = reason;
  return file;
}

// Without doubled slashes and single dots.
static char *tidy(const char *path) {
  char *result = need(malloc(strlen(path) + 2)), *end = result;
  while (*path) {
    size_t length = strcspn(path, "/");
    if (length > 0 && !(length == 1 && path[0] == '.')) {
      *end++ = '/';
      memcpy(end, path, length);
      end += length;
    }
    path += length;
    while (*path == '/') path++;
  }
  if (end == result) *end++ = '/';
  *end = 0;
  return result;
}

static int open_inside(int root, json_object *mounts, const char *given) {
  char *path = tidy(given);
  const char *rest = NULL;
  json_object *mount = mount_over(mounts, path, &rest);
  if (mount) return open_in_mount(mount, rest);
  int file = open_below(root, path);
  if (file < 0) return file;

  // A link in the image may lead below a mount that is not there yet.
  char link[PATH_MAX], folder[PATH_MAX];
  char *name = text("/proc/self/fd/%d", file), *root_name = text("/proc/self/fd/%d", root);
  ssize_t length = readlink(name, link, sizeof link - 1), root_length = readlink(root_name, folder, sizeof folder - 1);
  if (length <= 0 || root_length <= 0) fail("cannot tell where %s lies: %s", given, strerror(errno));
  link[length] = 0;
  folder[root_length] = 0;
  const char *inside = rest_below(link, folder);
  if (!inside) fail("%s lies outside of the container's root file system", given);
  mount = mount_over(mounts, inside, &rest);
  if (!mount) return file;
  close(file);
  return open_in_mount(mount, rest);
}

enum form form_of(const char *name, int file) {
  uint8_t bytes[16] = {0};
  ssize_t count = pread(file, bytes, sizeof bytes, 0);
  if (count < 0) fail("cannot read %s: %s", name, strerror(errno));
  static const uint8_t magic[] = {0, 'a', 's', 'm'}, module[] = {1, 0, 0, 0}, component[] = {0x0d, 0, 1, 0};
  size_t length = strlen(name);
  bool named = length > 5 && strcmp(name + length - 5, ".wasm") == 0;
  bool text_form = (count >= 8 && memcmp(bytes, "(module", 7) == 0) || (count >= 11 && memcmp(bytes, "(component", 10) == 0);
  if (text_form) fail("%s is WebAssembly text; convert it first: wasm-tools parse %s -o app.wasm", name, name);
  if (count >= 4 && memcmp(bytes, magic, 4) == 0) {
    if (count < 8) fail("%s is a truncated WebAssembly file of %zd bytes; build or copy it again", name, count);
    if (memcmp(bytes + 4, module, 4) == 0) return MODULE;
    if (memcmp(bytes + 4, component, 4) == 0) return COMPONENT;
    fail("%s is WebAssembly of an unknown version (%02x %02x %02x %02x); a module is 01 00 00 00, a component 0d 00 01 00",
         name, bytes[4], bytes[5], bytes[6], bytes[7]);
  }
  if (named && count == 0) fail("%s is empty; build or copy it again", name);
  bool native = count >= 2 && (memcmp(bytes, "\177E", 2) == 0 || memcmp(bytes, "#!", 2) == 0);
  if (named && !native) fail("%s is named .wasm and is not WebAssembly; it starts with byte %02x", name, bytes[0]);
  return OTHER;
}

// Judges one candidate: true when it decides what the container runs.
static bool judge(int found, struct entrypoint *result, bool only_wasm) {
  struct stat status;
  if (fstat(found, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  char *name = text("/proc/self/fd/%d", found);
  int file = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  free(name);
  if (file < 0 && (errno == EACCES || errno == EPERM)) return !only_wasm && (status.st_mode & 0111);
  if (file < 0) fail("cannot read %s: %s", result->name, strerror(errno));
  enum form form = form_of(result->name, file);
  if (form == OTHER) {
    close(file);
    return !only_wasm && (status.st_mode & 0111);
  }
  result->form = form;
  result->file = file;
  return true;
}

int open_file(const char *root, const char *path) {
  int folder = open(root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -1;
  int found = root ? open_below(folder, path) : open(path, O_PATH | O_CLOEXEC);
  close(folder);
  if (found < 0) return -1;
  struct stat status;
  if (fstat(found, &status) != 0 || !S_ISREG(status.st_mode)) {
    close(found);
    errno = EINVAL;
    return -1;
  }
  char *name = text("/proc/self/fd/%d", found);
  int file = open(name, O_RDONLY | O_CLOEXEC);
  free(name);
  close(found);
  return file;
}

static bool try(int root, json_object *mounts, const char *path, struct entrypoint *result, bool only_wasm) {
  int found = open_inside(root, mounts, path);
  if (found < 0) {
    // What this process may not reach, or nobody can, runc judges itself: a native container must start as without us.
    if (errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP || errno == ENAMETOOLONG) return false;
    fail("cannot look up %s in the container: %s", path, strerror(errno));
  }
  bool decided = judge(found, result, only_wasm);
  close(found);
  return decided;
}

static const char *search_path(json_object *process) {
  json_object *environment = member(process, "env", json_type_array);
  for (size_t index = 0; environment && index < json_object_array_length(environment); index++) {
    const char *entry = element(environment, index);
    if (entry && strncmp(entry, "PATH=", 5) == 0) return entry + 5;
  }
  return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

struct entrypoint find_entrypoint(const char *bundle, json_object *specification, json_object *process) {
  struct entrypoint result = {.form = OTHER, .file = -1};
  json_object *arguments = member(process, "args", json_type_array);
  result.name = arguments ? element(arguments, 0) : NULL;
  const char *folder = string_member(member(specification, "root", json_type_object), "path");
  if (!result.name || !*result.name || !folder) return result;
  char *path = folder[0] == '/' ? text("%s", folder) : text("%s/%s", bundle, folder);
  int root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) fail("cannot open the container's root file system %s: %s", path, strerror(errno));

  json_object *mounts = member(specification, "mounts", json_type_array);
  const char *current = string_member(process, "cwd");
  char *here = text("%s/%s", current ? current : "", result.name);
  if (strchr(result.name, '/')) {
    try(root, mounts, result.name[0] == '/' ? result.name : here, &result, false);
  } else {
    char *list = need(strdup(search_path(process))), *rest = list, *entry;
    bool decided = false;
    while (!decided && (entry = strsep(&rest, ":"))) {
      if (entry[0] == '/') decided = try(root, mounts, text("%s/%s", entry, result.name), &result, false);
    }
    // A native program would not be found in these two; a module is what its image's author meant.
    if (!decided && !try(root, mounts, here, &result, true)) try(root, mounts, text("/%s", result.name), &result, true);
  }
  close(root);
  return result;
}
