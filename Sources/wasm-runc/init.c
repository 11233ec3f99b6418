// Process 1 of a container. The kernel keeps signals without a handler from process 1, and the engine has none for
// SIGTERM: so this one passes signals on, reaps, and ends as the engine did.
#include "wasm-runc.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

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
  for (;;) {
    siginfo_t signal;
    if (sigwaitinfo(&all, &signal) < 0) continue;
    if (signal.si_signo != SIGCHLD) {
      kill(child, signal.si_signo);
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
