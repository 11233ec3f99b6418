// Limits on the compiler, by a control group of its own. The compiler runs once at a time, so one group is enough.
#include "wasm-runc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUP "hearth-wasm-compiler"
static const char *const unified[] = {"/sys/fs/cgroup/" GROUP, NULL};
static const char *const separate[] = {
    "/sys/fs/cgroup/memory/" GROUP, "/sys/fs/cgroup/pids/" GROUP, "/sys/fs/cgroup/cpu/" GROUP, NULL};

static bool is_unified(void) { return access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0; }
static const char *const *groups(void) { return is_unified() ? unified : separate; }

static bool put(const char *folder, const char *name, const char *value) {
  char *path = text("%s/%s", folder, name);
  int file = open(path, O_WRONLY | O_CLOEXEC);
  free(path);
  if (file < 0) return false;
  bool done = write(file, value, strlen(value)) == (ssize_t)strlen(value);
  int reason = errno;
  close(file);
  errno = reason;
  return done;
}

static void put_or_fail(const char *folder, const char *name, const char *value) {
  if (!put(folder, name, value)) {
    fail("cannot limit the compiler: writing %s to %s/%s: %s; compile where the memory control group is enabled", value,
         folder, name, strerror(errno));
  }
}

void enter_control_group(pid_t process, uint64_t memory) {
  for (const char *const *group = groups(); *group; group++) {
    if (mkdir(*group, 0755) != 0 && errno != EEXIST) {
      fail("cannot limit the compiler: making the control group %s: %s", *group, strerror(errno));
    }
  }
  char *bytes = text("%llu", (unsigned long long)memory), *number = text("%d", process);
  if (is_unified()) {
    put_or_fail(unified[0], "memory.max", bytes);
    put(unified[0], "memory.swap.max", "0");
    put(unified[0], "cpu.weight", "20");
    put_or_fail(unified[0], "pids.max", "256");
  } else {
    put_or_fail(separate[0], "memory.limit_in_bytes", bytes);
    put(separate[0], "memory.memsw.limit_in_bytes", bytes);
    put_or_fail(separate[1], "pids.max", "256");
    put(separate[2], "cpu.shares", "200");
  }
  for (const char *const *group = groups(); *group; group++) put_or_fail(*group, "cgroup.procs", number);
}

static bool kill_all(const char *group) {
  char *path = text("%s/cgroup.procs", group);
  FILE *list = fopen(path, "re");
  free(path);
  int process;
  bool any = false;
  while (list && fscanf(list, "%d", &process) == 1) any = kill(process, SIGKILL) == 0 || any;
  if (list) fclose(list);
  return any;
}

static bool ran_out(const char *file) {
  FILE *counts = fopen(file, "re");
  char name[64];
  long value = 0;
  bool killed = false;
  while (counts && fscanf(counts, "%63s %ld", name, &value) == 2) killed = killed || (strcmp(name, "oom_kill") == 0 && value > 0);
  if (counts) fclose(counts);
  return killed;
}

bool leave_control_group(void) {
  bool killed = ran_out(is_unified() ? "/sys/fs/cgroup/" GROUP "/memory.events"
                                     : "/sys/fs/cgroup/memory/" GROUP "/memory.oom_control");
  for (const char *const *group = groups(); *group; group++) {
    for (int tries = 0; rmdir(*group) != 0 && errno == EBUSY && tries < 200; tries++) {
      kill_all(*group);
      usleep(5000);
    }
  }
  return killed;
}
