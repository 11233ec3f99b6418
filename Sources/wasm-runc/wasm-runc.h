// The runtime wrapper between containerd's runc shim and runc. See docs/background/wasm.md.
#ifndef HEARTH_WASM_RUNC_H
#define HEARTH_WASM_RUNC_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Where the engine, its libraries, the init program and the compiled module appear inside a container.
#define INSIDE "/.hearth"
#define MODULE_INSIDE INSIDE "/app.cwasm"

// ---- complain.c: how people are told

// Where runc's caller reads errors: the values of runc's --log and --log-format.
extern const char *log_path;
extern bool log_as_json;

// Writes one line to standard error and to runc's log, and ends with status 1.
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *need(void *memory);

// ---- settings.c: what the host's administrator decides

struct settings {
  const char *runc;             // the real runtime
  const char *engine;           // folder with wasmtime, its loader and libraries, init and an empty app.cwasm
  const char *engine_version;   // part of the cache's key
  const char *cache;            // root-only folder of compiled modules
  uint64_t cache_bytes;         // the oldest modules go when the cache is larger
  uint64_t module_bytes;        // larger modules are refused
  uint64_t compiled_bytes;      // larger results are refused
  uint64_t compile_memory;      // bytes, enforced by a control group
  unsigned compile_seconds;     // elapsed time
  unsigned compile_user;        // a number that no user of the host has
};

struct settings read_settings(void);
// The real runtime, also where the settings are broken.
const char *runc_anyway(void);

// ---- arguments.c: runc's command line

struct arguments {
  const char *command;          // create, exec, ...; null when there is none
  const char *root;             // --root, where runc keeps its state
  const char *bundle;           // of create and run
  const char *process;          // of exec
  const char *container;        // the last argument
};

struct arguments read_arguments(int count, char **values);

// ---- document.c: JSON files

json_object *read_json(const char *path, uint64_t limit);
void write_json(const char *path, json_object *value);
json_object *member(json_object *object, const char *name, json_type type);
const char *string_member(json_object *object, const char *name);
const char *element(json_object *array, size_t index);

// ---- entrypoint.c: what a container would run

enum form { OTHER, MODULE, COMPONENT };

struct entrypoint {
  enum form form;
  const char *name;             // as the container's specification has it
  int file;                     // open for reading unless form is OTHER
};

// Opens the first of the process's arguments inside the container's root file system and its mounts.
struct entrypoint find_entrypoint(const char *bundle, json_object *specification, json_object *process);

// Opens a plain file for reading, below the folder `root` and never outside of it if one is given; -1 and errno otherwise.
int open_file(const char *root, const char *path);

// By the file's first bytes; ends the program when they are WebAssembly's and wrong.
enum form form_of(const char *name, int file);

// ---- exports.c: what a module offers

enum purpose { COMMAND, SERVICE };

// Reads a whole module; on failure returns a message and leaves the purpose alone.
const char *judge_exports(const uint8_t *bytes, size_t count, enum purpose *purpose);

// ---- cache.c: compiled modules by content

struct compiled {
  char *path;
  enum form form;
  enum purpose purpose;
  bool fresh;                   // compiled just now
};

struct compiled compiled_module(const struct settings *settings, enum form form, int file, const char *name);
char *digest_of(int file, const char *name, uint64_t limit);

// ---- compiler.c: the engine's compiler, unprivileged and limited

// Compiles the module open at `module`; returns a file with the result, and what the module is for.
int compile_module(const struct settings *settings, int module, const char *name, const char *digest,
                   enum purpose *purpose);
void remove_work_folder(const char *folder);

// ---- control-group.c: limits on the compiler

void enter_control_group(pid_t process, uint64_t memory);
bool leave_control_group(void); // kills what is left; true when memory ran out

// ---- specification.c: the container's new contents

// Makes `process` run the compiled module, which may open the folders among `mounts` and nothing else.
// `running`: the container has the engine's mounts already.
void run_under_engine(json_object *process, json_object *mounts, const struct compiled *compiled, const char *name,
                      bool running);
void mount_engine(json_object *specification, const struct settings *settings, const struct compiled *compiled);

// ---- init.c: process 1 of a container

int run_init(char **command);

#endif
