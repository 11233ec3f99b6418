package import Glibc

/// A program that runs beside the test. (Foundation's `Process` takes a daemon that closes its inherited descriptors,
/// as sshd does, for ended, and then waits for it and for nothing else.)
package final class ChildProcess: Sendable {
  package let identifier: pid_t

  /// - Parameters:
  ///   - input: descriptors for the standard streams; nil is `/dev/null`.
  ///   - errors: nil is `output`.
  package init(
    _ arguments: [String], input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (stream, descriptor) in [(0, input), (1, output), (2, errors ?? output)] as [(Int32, Int32?)] {
      if let descriptor {
        posix_spawn_file_actions_adddup2(&actions, descriptor, stream)
      } else {
        posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
      }
    }
    // Threads of Swift's pool block signals, and children would inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, arguments[0], &actions, &attributes, &words, environ)
    guard code == 0 else {
      throw Command.Failure(description: "cannot run \(arguments[0]): \(String(cString: strerror(code)))")
    }
    identifier = child
  }

  /// Waits for the end; call it once.
  ///
  /// - Returns: exit status; 128 plus the signal's number where a signal ended it.
  @discardableResult
  package func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
  }

  package var isRunning: Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(identifier), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == 0
  }

  package func signal(_ number: Int32) { kill(identifier, number) }
}
