// wasm-runc stands between containerd's runc shim and runc. On `create` of a container whose entrypoint is WebAssembly it
// makes the container run the module, compiled ahead of time, under wasmtime; everything else goes to runc as it came.
//   wasm-runc RUNC-ARGUMENT...          as containerd calls it
//   wasm-runc hearth compile FILE...    fills the cache
//   wasm-runc hearth compile --root FOLDER PATH...    the same for files of an image that is mounted at FOLDER
//   init COMMAND...                     process 1 of such a container
#include "wasm-runc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint64_t document_bytes = 32 << 20;

static bool is(const char *word, const char *other) { return word && strcmp(word, other) == 0; }

static bool is_sandbox(json_object *specification) {
  json_object *annotations = member(specification, "annotations", json_type_object);
  const char *type = string_member(annotations, "io.kubernetes.cri.container-type");
  return type && strcmp(type, "sandbox") == 0;
}

static void on_create(const struct settings *settings, const struct arguments *arguments) {
  char *path = text("%s/config.json", arguments->bundle);
  if (access(path, F_OK) != 0) return; // runc says what is missing
  json_object *specification = read_json(path, document_bytes);
  if (is_sandbox(specification)) return;
  json_object *process = member(specification, "process", json_type_object);
  struct entrypoint entrypoint = find_entrypoint(arguments->bundle, specification, process);
  if (entrypoint.form == OTHER) return;
  struct compiled compiled = compiled_module(settings, entrypoint.form, entrypoint.file, entrypoint.name);
  json_object *mounts = member(specification, "mounts", json_type_array);
  char *name = need(strdup(entrypoint.name)); // the arguments that it belongs to are replaced
  run_under_engine(process, mounts, &compiled, name, false);
  mount_engine(specification, settings, &compiled);
  write_json(path, specification);
}

// The bundle of a running container, from runc's state.
static char *bundle_of(const struct arguments *arguments) {
  char *path = text("%s/%s/state.json", arguments->root, arguments->container);
  if (access(path, F_OK) != 0) return NULL;
  json_object *state = read_json(path, document_bytes);
  json_object *labels = member(member(state, "config", json_type_object), "labels", json_type_array);
  for (size_t index = 0; labels && index < json_object_array_length(labels); index++) {
    const char *label = element(labels, index);
    if (label && strncmp(label, "bundle=", 7) == 0) return text("%s", label + 7);
  }
  return NULL;
}

// A module can be run once more in its own container, as exec probes do; other modules have no mount there.
static void on_exec(const struct settings *settings, const struct arguments *arguments) {
  if (!arguments->process || !arguments->container) return;
  char *bundle = bundle_of(arguments);
  if (!bundle) return;
  json_object *specification = read_json(text("%s/config.json", bundle), document_bytes);
  json_object *process = read_json(arguments->process, document_bytes);
  struct entrypoint entrypoint = find_entrypoint(bundle, specification, process);
  if (entrypoint.form == OTHER) return;
  json_object *mounts = member(specification, "mounts", json_type_array);
  const char *mounted = NULL;
  for (size_t index = 0; mounts && index < json_object_array_length(mounts); index++) {
    json_object *mount = json_object_array_get_idx(mounts, index);
    const char *destination = string_member(mount, "destination");
    if (destination && strcmp(destination, MODULE_INSIDE) == 0) mounted = string_member(mount, "source");
  }
  if (!mounted) fail("cannot exec %s: this container was not started under the WebAssembly engine", entrypoint.name);
  // Nothing is compiled for an exec, and the container keeps the engine that it was started with: its mount tells the
  // module's digest and purpose.
  const char *slash = strrchr(mounted, '/');
  const char *compiled_name = slash ? slash + 1 : mounted;
  char *digest = digest_of(entrypoint.file, entrypoint.name, settings->module_bytes);
  if (strncmp(compiled_name, digest, strlen(digest)) != 0) {
    fail("cannot exec %s: a WebAssembly container can exec its own module and native programs only", entrypoint.name);
  }
  bool serves = is(compiled_name + strlen(digest), ".serve.cwasm");
  if (serves) fail("cannot exec %s: it is an HTTP service; use an httpGet or tcpSocket probe", entrypoint.name);
  struct compiled compiled = {.form = entrypoint.form, .purpose = COMMAND};
  char *name = need(strdup(entrypoint.name));
  run_under_engine(process, mounts, &compiled, name, true);
  write_json(arguments->process, process);
}

static int own_command(const struct settings *settings, int count, char **words) {
  const char *root = count > 3 && strcmp(words[1], "--root") == 0 ? words[2] : NULL;
  int first = root ? 3 : 1;
  if (count <= first || strcmp(words[0], "compile") != 0) {
    fprintf(stderr, "usage: wasm-runc hearth compile [--root FOLDER] FILE...\n");
    return 64;
  }
  for (int index = first; index < count; index++) {
    int file = open_file(root, words[index]);
    if (file < 0) fail("cannot read %s: %s", words[index], strerror(errno));
    enum form form = form_of(words[index], file);
    if (form == OTHER) fail("%s is not WebAssembly", words[index]);
    struct compiled compiled = compiled_module(settings, form, file, words[index]);
    printf("%s %s\n", compiled.fresh ? "compiled" : "present", compiled.path);
    close(file);
  }
  return 0;
}

int main(int count, char **values) {
  const char *slash = count > 0 ? strrchr(values[0], '/') : NULL;
  if (count > 0 && strcmp(slash ? slash + 1 : values[0], "init") == 0) return run_init(values + 1);
  struct arguments arguments = read_arguments(count, values);
  const char *command = arguments.command;
  bool creates = is(command, "create") || is(command, "run"), execs = is(command, "exec"), owns = is(command, "hearth");
  // Whatever the settings are worth, containers can be stopped and cleaned up.
  const char *runc = runc_anyway();
  if (creates || execs || owns) {
    struct settings settings = read_settings();
    if (owns) return own_command(&settings, count - 2, values + 2);
    if (creates) on_create(&settings, &arguments);
    if (execs) on_exec(&settings, &arguments);
    runc = settings.runc;
  }
  execv(runc, values);
  fail("cannot start runc at %s: %s", runc, strerror(errno));
}
