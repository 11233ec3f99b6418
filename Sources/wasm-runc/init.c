// Process 1 of a container. The kernel keeps signals without a handler from process 1, and the engine has none for
// SIGTERM: so this one passes signals on, reaps, and ends as the engine did.
//
// A service that is asked to end (SIGTERM, SIGINT) goes on answering for some seconds, because the nodes learn only
// meanwhile that no new request should come here; then it gets SIGINT, on which the engine takes no more connections
// and ends the requests that it has; and once more when it still holds on, as it does while a client keeps an idle
// connection open. Another signal to end skips the step that is waited for. The grace period of the pod ends it in any case.
#include "wasm-runc.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ANSWERING_SECONDS = 3, DRAINING_SECONDS = 10, DRAINING_MOST = 3600 };

// The pod may give long requests more time.
static unsigned draining_seconds(void) {
  const char *value = getenv("HEARTH_WASM_DRAIN_SECONDS");
  char *end = NULL;
  unsigned long seconds = value && *value ? strtoul(value, &end, 10) : DRAINING_SECONDS;
  return end && *end ? DRAINING_SECONDS : seconds < DRAINING_MOST ? (unsigned)seconds : DRAINING_MOST;
}

// Of a command line as specification.c writes it.
static bool is_service(char **command) {
  for (int index = 0; command[index] && index < 5; index++) {
    if (index == 4) return strcmp(command[index], "serve") == 0;
  }
  return false;
}

static time_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec;
}

int run_init(char **command) {
  if (!command[0]) {
    fprintf(stderr, "usage: init COMMAND ARGUMENT...\n");
    return 127;
  }
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  pid_t own = getpid(), child = fork();
  if (child < 0) {
    fprintf(stderr, "hearth wasm: cannot start the engine: %s\n", strerror(errno));
    return 126;
  }
  if (child == 0) {
    // In an exec this is not process 1: whoever kills it with SIGKILL means the engine.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != own) _exit(128 + SIGKILL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    execv(command[0], command);
    fprintf(stderr, "hearth wasm: cannot start the engine %s: %s\n", command[0], strerror(errno));
    _exit(126);
  }
  enum { RUNS, ANSWERS, DRAINS, ENDS } step = RUNS;
  time_t step_ends = 0;
  bool service = is_service(command);
  for (;;) {
    siginfo_t signal = {0};
    bool waits = step == ANSWERS || step == DRAINS;
    time_t left = step_ends - now();
    struct timespec wait = {.tv_sec = left > 0 ? left : 0};
    int got = waits ? sigtimedwait(&all, &signal, &wait) : sigwaitinfo(&all, &signal);
    bool over = got < 0 && waits && errno == EAGAIN && now() >= step_ends;
    if (got < 0 && !over) continue;
    if (over || (service && (got == SIGTERM || got == SIGINT))) {
      if (step == RUNS) {
        step = ANSWERS;
        step_ends = now() + ANSWERING_SECONDS;
        continue;
      }
      step = step == ANSWERS ? DRAINS : ENDS;
      step_ends = now() + draining_seconds();
      kill(child, SIGINT);
      continue;
    }
    if (got != SIGCHLD) {
      kill(child, got);
      continue;
    }
    int status;
    for (pid_t ended; (ended = waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended != child) continue;
      if (WIFEXITED(status)) return WEXITSTATUS(status);
      return 128 + WTERMSIG(status);
    }
  }
}
