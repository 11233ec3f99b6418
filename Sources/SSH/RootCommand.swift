import Diagnostics

/// The one command line that runs a program as root, and the bytes that go before the program's own input.
///
/// The command line is all that the user's login shell sees, so it is plain enough for bash, dash, zsh and fish alike:
/// words and single quotes, with neither quote nor backslash inside. It starts root's `sh`, which prints a mark on both
/// outputs, reads exactly as many bytes as the program has, makes sure that they are all there (a program cut off by a
/// lost connection must not run in part), and evaluates them with the rest of standard input as their input.
struct RootCommand: Sendable {
  let line: String
  let head: [UInt8]
  /// A line that tells root's shell from what came before it.
  let mark: [UInt8]
  let prompt: [UInt8]
  let password: Secret<String>?
  /// Printed in place of the mark by a shell that is not root's.
  let notRoot: String

  init(_ program: String, as privilege: Privilege, nonce: String = RootCommand.newNonce()) {
    let end = "\n#\(nonce)"
    head = Array((program + end).utf8)
    mark = Array("\(nonce)\n".utf8)
    prompt = Array("\(nonce)-prompt:".utf8)
    notRoot = "\(nonce)-not-root"
    let check = "[ \"$(id -u)\" = 0 ] || { echo \(notRoot) >&2; exit 77; }; "
    let reader =
      "echo \(nonce); echo \(nonce) >&2; "
      + "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH; "
      + "p=$(head -c \(head.count)); "
      + "case $p in *#\(nonce)) ;; *) echo the program did not arrive whole >&2; exit 75;; esac; eval \"$p\""
    switch privilege {
    case .none:
      password = nil
      line = "env LC_ALL=C sh -c '\(check)\(reader)'"
    case .passwordless:
      password = nil
      line = "env LC_ALL=C sudo -n -u root sh -c '\(reader)'"
    case .password(let secret):
      password = secret
      line = "env LC_ALL=C sudo -S -p '\(nonce)-prompt:' -u root sh -c '\(reader)'"
    }
  }

  static func newNonce() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return "hearth-" + String(repeating: "0", count: 16 - digits.count) + digits
  }
}
