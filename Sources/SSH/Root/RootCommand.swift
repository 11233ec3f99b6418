import Diagnostics

/// The one command line that runs a program as root, and the bytes that go before the program's own input.
///
/// The command line is all that the user's login shell sees, so it is plain enough for bash, dash, zsh and fish alike:
/// words and single quotes, with neither quote nor backslash inside. It starts root's `sh`, which prints a mark on both
/// outputs, reads exactly as many bytes as the program has, makes sure that they are all there (a program cut off by a
/// lost connection must not run in part), and evaluates them with the rest of standard input as their input. Not a byte
/// of the program leaves before the mark has come: until then nobody knows who would read it.
struct RootCommand: Sendable {
  let line: String
  let head: [UInt8]
  /// A line that tells root's shell from what came before it.
  let mark: [UInt8]
  /// sudo's prompt and sudo-rs's, both other than what the command line itself holds: a start file with `set -x` or a
  /// forced command that prints what was asked for is not answered.
  let prompts: [[UInt8]]
  let privilege: Privilege
  /// Printed in place of the mark by a shell that is not root's.
  let notRoot: String
  /// Printed by root's shell when the program did not arrive whole.
  let cut: String

  init(_ program: String, as privilege: Privilege, nonce: String = RootCommand.newNonce()) {
    let end = "\n#\(nonce)"
    head = Array((program + end).utf8)
    mark = Array("\(nonce)\n".utf8)
    prompts = ["\(nonce)-%-prompt:", "[sudo: \(nonce)-%%-prompt:] Password:"].map { Array($0.utf8) }
    self.privilege = privilege
    notRoot = "\(nonce)-not-root"
    cut = "\(nonce)-cut"
    let check = "[ \"$(id -u)\" = 0 ] || { echo \(notRoot) >&2; exit 77; }; "
    let reader =
      "echo \(nonce); echo \(nonce) >&2; "
      + "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH; "
      + "p=$(head -c \(head.count)); "
      + "case $p in *#\(nonce)) ;; *) echo \(cut) >&2; exit 75;; esac; eval \"$p\""
    // The shell's path in full: sudo's `secure_path` need not lead to it.
    switch privilege {
    case .none: line = "env LC_ALL=C sh -c '\(check)\(reader)'"
    case .passwordless: line = "env LC_ALL=C sudo -n -u root /bin/sh -c '\(reader)'"
    case .password, .askedFor:
      // sudo makes one percent sign of two, sudo-rs does not.
      line = "env LC_ALL=C sudo -S -p '\(nonce)-%%-prompt:' -u root /bin/sh -c '\(reader)'"
    }
  }

  static func newNonce() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return "hearth-" + String(repeating: "0", count: 16 - digits.count) + digits
  }
}
