import Foundation
import Untrusted

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
  private let hasColour: Bool

  /// Colour follows `NO_COLOR` (https://no-color.org) and `TERM=dumb`.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    let capable = environment["TERM"].map { $0 != "dumb" && !$0.isEmpty } ?? false
    let noColor = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    redraws = capable && isatty(STDERR_FILENO) == 1
    hasColour = capable && !noColor
    style = Style(enabled: hasColour && isatty(STDERR_FILENO) == 1)
  }

  /// Style for standard output, which may be a pipe while standard error is not.
  var outputStyle: Style { Style(enabled: style.enabled && isatty(STDOUT_FILENO) == 1) }

  /// Style of a program that has the whole screen, on standard output.
  var screenStyle: Style { Style(enabled: hasColour && isatty(STDOUT_FILENO) == 1) }

  /// False where standard output is a pipe that nobody reads any more. A process that was started with SIGPIPE ignored
  /// gets no other word of it.
  static var hasReader: Bool {
    var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    return poll(&output, 1, 0) <= 0 || output.revents & Int16(POLLERR) == 0
  }

  /// Columns, at least 20; 100 where nobody knows.
  var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
    return max(20, Int(size.ws_col))
  }

  /// Rows, at least 4; 24 where nobody knows.
  var height: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
    return max(4, Int(size.ws_row))
  }

  // The one door: everything passes it, and text from anywhere is shown visibly on its way.

  /// Writes to standard error, whole.
  static func writeError(_ text: String) { write(Array(text.visible.utf8), to: STDERR_FILENO) }
  static func writeError(_ text: Styled) { write(Array(text.rendered.utf8), to: STDERR_FILENO) }
  static func writeOutput(_ text: String) { write(Array(text.visible.utf8), to: STDOUT_FILENO) }
  static func writeOutput(_ text: Styled) { write(Array(text.rendered.utf8), to: STDOUT_FILENO) }

  /// Lines, none of which can become two.
  static func writeOutput(lines: [String]) { writeOutput(lines.map { $0.visibleLine + "\n" }.joined()) }

  /// JSON, which stays JSON.
  static func writeJSON(_ text: String) { write(Array(text.visibleJSON.utf8), to: STDOUT_FILENO) }

  static func writeError(json text: String) { write(Array(text.visibleJSON.utf8), to: STDERR_FILENO) }

  /// Bytes as they came, for those who ask for them with `--raw`.
  static func writeRaw(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

  /// A movement of the cursor, of hearth's own making, and what is drawn there.
  static func draw(_ movement: CursorMovement, _ text: Styled) {
    write(Array((movement.sequence + text.rendered).utf8), to: STDERR_FILENO)
  }

  /// The whole screen, from its first line: each is one line, and what stood there before is gone.
  static func draw(_ control: ScreenControl, _ lines: [Styled] = [], rows: Int = 0) {
    write(Array((control.rawValue + screen(Array(lines.prefix(rows)))).utf8), to: STDOUT_FILENO)
  }

  static func screen(_ lines: [Styled]) -> String {
    lines.enumerated().map { index, line in
      (index == lines.count - 1 ? ScreenControl.restOfScreen : ScreenControl.restOfLine) + line.renderedLine
    }.joined(separator: "\r\n")
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var bytes = bytes[...]
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

/// Sequences for programs that have the whole screen.
enum ScreenControl: String, Sendable {
  /// The alternate screen, without a cursor; long lines are cut and not wrapped.
  case enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l"
  /// To the first place.
  case home = "\u{1B}[H"

  /// Before a line is written, and before the last one what is below, too: behind a line that fills its row, the cursor
  /// still stands on the last character, which would be erased.
  fileprivate static let restOfLine = "\u{1B}[K"
  fileprivate static let restOfScreen = "\u{1B}[J"
}

/// Up by some lines, to the first column, with everything below erased.
struct CursorMovement: Sendable, Equatable {
  var linesUp: Int

  fileprivate var sequence: String { linesUp <= 0 ? "" : "\u{1B}[\(linesUp)F\u{1B}[0J" }
}
