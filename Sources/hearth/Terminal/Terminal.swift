import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What standard output and standard error are connected to, decided once at start.
struct Terminal: Sendable {
  /// Standard error is a terminal that understands cursor movement: progress may be redrawn in place.
  let redraws: Bool
  let style: Style

  /// Colour follows `NO_COLOR` (https://no-color.org) and `TERM=dumb`.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    let capable = environment["TERM"].map { $0 != "dumb" && !$0.isEmpty } ?? false
    let noColor = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    redraws = capable && isatty(STDERR_FILENO) == 1
    style = Style(enabled: capable && !noColor && isatty(STDERR_FILENO) == 1)
  }

  /// Style for standard output, which may be a pipe while standard error is not.
  var outputStyle: Style { Style(enabled: style.enabled && isatty(STDOUT_FILENO) == 1) }

  /// Columns, at least 20; 100 where nobody knows.
  var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
    return max(20, Int(size.ws_col))
  }

  /// Writes to standard error, whole.
  static func writeError(_ text: String) { write(text, to: STDERR_FILENO) }
  static func writeOutput(_ text: String) { write(text, to: STDOUT_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { pointer in
        #if canImport(Glibc)
          Glibc.write(descriptor, pointer.baseAddress, pointer.count)
        #else
          Darwin.write(descriptor, pointer.baseAddress, pointer.count)
        #endif
      }
      if count > 0 { bytes = bytes.dropFirst(count) } else if errno != EINTR && errno != EAGAIN { return }
    }
  }
}
