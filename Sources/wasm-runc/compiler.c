// The engine's compiler on a user's bytes: another user, no privileges, no network, no files but its own, limits on
// memory, processes, time and size.
#include "wasm-runc.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "an architecture that hearth does not know"
#endif

enum { IS_COMMAND = 40, IS_SERVICE = 41, BAD_SETUP = 42, BAD_MODULE = 43 };

void remove_work_folder(const char *folder) {
  const char *names[] = {"module.wasm", "compiled.cwasm"};
  for (size_t index = 0; index < 2; index++) unlink(text("%s/%s", folder, names[index]));
  rmdir(text("%s/engine", folder));
  rmdir(folder);
}

_Noreturn static void stop(int status, const char *step) {
  dprintf(STDERR_FILENO, "%s: %s", step, strerror(errno));
  _exit(status);
}

static void limit(int what, uint64_t value) {
  struct rlimit both = {.rlim_cur = value, .rlim_max = value};
  if (setrlimit(what, &both) != 0) stop(BAD_SETUP, "setting a limit");
}

// What no compiler needs, and what holes in kernels were reached by. Refused, not deadly: libraries try and go on.
static void forbid_calls(void) {
  static const unsigned calls[] = {
      SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns,
      SYS_unshare, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_socket,
      SYS_socketpair, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_open_by_handle_at, SYS_kexec_load,
      SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_personality, SYS_mknodat, SYS_fanotify_init, SYS_syslog,
      SYS_quotactl, SYS_acct, SYS_swapon, SYS_swapoff, SYS_reboot, SYS_settimeofday, SYS_clock_settime,
  };
  enum { count = sizeof calls / sizeof *calls };
  struct sock_filter program[count + 6];
  size_t next = 0;
  program[next++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
  program[next++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0);
  program[next++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  program[next++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (size_t index = 0; index < count; index++) {
    program[next++] =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[index], (uint8_t)(count - index), 0);
  }
  program[next++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  program[next++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  struct sock_fprog filter = {.len = (unsigned short)next, .filter = program};
  // Kernels without it, and emulators, leave the other walls.
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0 && errno != EINVAL && errno != ENOSYS) {
    stop(BAD_SETUP, "forbidding calls");
  }
}

static void confine(const struct settings *settings, const char *folder) {
  if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0) stop(BAD_SETUP, "making namespaces");
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) stop(BAD_SETUP, "separating mounts");
  char *engine = text("%s/engine", folder);
  if (mount(settings->engine, engine, NULL, MS_BIND, NULL) != 0) stop(BAD_SETUP, "mounting the engine");
  if (mount(NULL, engine, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) != 0) {
    stop(BAD_SETUP, "mounting the engine read-only");
  }
  if (chroot(folder) != 0 || chdir("/") != 0) stop(BAD_SETUP, "changing the root");
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, settings->compiled_bytes);
  limit(RLIMIT_CPU, (uint64_t)settings->compile_seconds * 8);
  limit(RLIMIT_NOFILE, 256);
  uid_t user = settings->compile_user;
  if (setgroups(0, NULL) != 0 || setresgid(user, user, user) != 0 || setresuid(user, user, user) != 0) {
    stop(BAD_SETUP, "giving up privileges");
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL); // the change of user has taken it away
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) stop(BAD_SETUP, "giving up new privileges");
  forbid_calls();
}

static enum purpose judge(void) {
  int file = open("/module.wasm", O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) stop(BAD_SETUP, "reading the module");
  const uint8_t *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  if (bytes == MAP_FAILED) stop(BAD_SETUP, "reading the module");
  enum purpose purpose = COMMAND;
  const char *problem = judge_exports(bytes, (size_t)status.st_size, &purpose);
  if (problem) {
    dprintf(STDERR_FILENO, "%s", problem);
    _exit(BAD_MODULE);
  }
  return purpose;
}

// The child: waits until it is limited, gives everything up, says what the module is for, and compiles.
_Noreturn static void compile(const struct settings *settings, const char *folder, int go, int answer) {
  char byte;
  if (read(go, &byte, 1) != 1) _exit(BAD_SETUP);
  confine(settings, folder);
  enum purpose purpose = judge();
  byte = purpose == SERVICE ? IS_SERVICE : IS_COMMAND;
  if (write(answer, &byte, 1) != 1) stop(BAD_SETUP, "answering");
  char *command[] = {"/engine/ld.so", "--library-path", "/engine", "/engine/wasmtime", "compile",
                     "-C", "cache=n", "/module.wasm", "-o", "/compiled.cwasm", NULL};
  char *environment[] = {"NO_COLOR=1", NULL};
  execve(command[0], command, environment);
  stop(BAD_SETUP, "starting the compiler");
}

static char *work;
static pid_t compiling;

static void clean_up(void) {
  if (compiling > 0) {
    kill(compiling, SIGKILL);
    leave_control_group();
  }
  if (work) remove_work_folder(work);
}

// The compiler gets a copy whose content is what the cache's key says, whatever happens to the original meanwhile.
static void copy_in(int module, const char *folder, const char *name, const char *digest, uint64_t most) {
  char *path = text("%s/module.wasm", folder);
  int copy = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
  if (copy < 0) fail("cannot write %s: %s", path, strerror(errno));
  char bytes[1 << 16];
  off_t done = 0;
  ssize_t count;
  while ((count = pread(module, bytes, sizeof bytes, done)) > 0) {
    if ((uint64_t)(done += count) > most) fail("%s grew while it was read", name);
    if (write(copy, bytes, (size_t)count) != count) fail("cannot write %s: %s", path, strerror(errno));
  }
  if (strcmp(digest_of(copy, name, most), digest) != 0) fail("%s changed while it was read; start the container again", name);
  close(copy);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Reads what the compiler says until it ends or its time is over; keeps the beginning.
static bool listen_to(int file, char *words, size_t space, double end) {
  size_t used = 0;
  char rest[512];
  for (;;) {
    double left = end - now();
    struct pollfd wait = {.fd = file, .events = POLLIN};
    int ready = left > 0 ? poll(&wait, 1, (int)(left * 1000) + 1) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    bool full = used + 1 >= space;
    ssize_t count = read(file, full ? rest : words + used, full ? sizeof rest : space - 1 - used);
    if (count <= 0) return true;
    if (!full) words[used += (size_t)count] = 0;
  }
}

// One line of what the engine said.
static const char *in_one_line(char *words) {
  char *to = words;
  for (char *from = words; *from; from++) {
    bool space = (unsigned char)*from <= ' ';
    if (space && (to == words || to[-1] == ' ')) continue;
    *to++ = space ? ' ' : *from;
  }
  while (to > words && to[-1] == ' ') to--;
  *to = 0;
  return strncmp(words, "Error: ", 7) == 0 ? words + 7 : words;
}

// In a PID namespace of its own, so that nothing that it starts outlives it, nor sees other processes. Emulators of other
// processors know no such call; the rest of its confinement is the same there.
static pid_t start_child(void) {
  long child = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
  return child < 0 && (errno == EINVAL || errno == ENOSYS) ? fork() : (pid_t)child;
}

int compile_module(const struct settings *settings, int module, const char *name, const char *digest,
                   enum purpose *purpose) {
  char *folder = text("%s/work-XXXXXX", settings->cache);
  if (!mkdtemp(folder)) fail("cannot make a folder in %s: %s", settings->cache, strerror(errno));
  work = folder;
  atexit(clean_up);
  copy_in(module, folder, name, digest, settings->module_bytes);
  int go[2], answer[2], said[2];
  if (mkdir(text("%s/engine", folder), 0755) != 0 || chown(folder, settings->compile_user, settings->compile_user) != 0 ||
      pipe2(go, O_CLOEXEC) != 0 || pipe2(answer, O_CLOEXEC) != 0 || pipe2(said, O_CLOEXEC) != 0) {
    fail("cannot prepare %s: %s", folder, strerror(errno));
  }
  pid_t child = start_child();
  if (child < 0) fail("cannot start the compiler: %s", strerror(errno));
  if (child == 0) {
    int nothing = open("/dev/null", O_RDWR);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0 || dup2(said[1], 2) < 0) _exit(BAD_SETUP);
    close(go[1]);
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    compile(settings, folder, go[0], answer[1]);
  }
  compiling = child;
  close(go[0]);
  close(answer[1]);
  close(said[1]);
  enter_control_group(child, settings->compile_memory);
  char words[2048] = "";
  if (write(go[1], "", 1) != 1) fail("cannot start the compiler: %s", strerror(errno));
  bool in_time = listen_to(said[0], words, sizeof words, now() + settings->compile_seconds);
  if (!in_time) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  compiling = 0;
  bool no_memory = leave_control_group();
  char kind = 0;
  if (read(answer[0], &kind, 1) == 1) *purpose = kind == IS_SERVICE ? SERVICE : COMMAND;

  int result = -1;
  struct stat found;
  char *path = text("%s/compiled.cwasm", folder);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    // A compiler that was taken over may leave a pipe in its place, which would be waited for.
    result = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  }
  bool good = result >= 0 && fstat(result, &found) == 0 && S_ISREG(found.st_mode) && found.st_nlink == 1;
  remove_work_folder(folder);
  work = NULL;
  if (good) return result;
  const char *reason = in_one_line(words);
  if (!in_time) fail("cannot compile %s: it took longer than %u s", name, settings->compile_seconds);
  if (no_memory) {
    fail("cannot compile %s: the compiler needed more than %llu MiB; see compileMemoryBytes in /etc/hearth/wasm.json", name,
         (unsigned long long)(settings->compile_memory >> 20));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == BAD_SETUP) fail("cannot confine the compiler for %s: %s", name, reason);
  if (WIFEXITED(status) && WEXITSTATUS(status) == BAD_MODULE) fail("cannot run %s: %s", name, reason);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ) {
    fail("cannot compile %s: the result is larger than %llu MiB; see compiledBytes in /etc/hearth/wasm.json", name,
         (unsigned long long)(settings->compiled_bytes >> 20));
  }
  if (WIFSIGNALED(status)) fail("cannot compile %s: the compiler ended by signal %d: %s", name, WTERMSIG(status), reason);
  fail("cannot compile %s: %s", name, *reason ? reason : "the compiler left no result");
}
