import Diagnostics
import Untrusted

/// An error as a person reads it: what is wrong and where, what the program said, what to try, what to do next.
struct ErrorText {
  var style: Style

  /// - Parameter previous: the error above it: what another host has said already is not said again.
  func render(_ error: HearthError, after previous: HearthError? = nil) -> Styled {
    var lines = [style.red("error: ") + style.bold(error.description.indented)]
    if let previous, Self.isTheSame(error, previous) { return lines[0] }
    if let cause = error.cause, !cause.isEmpty { lines.append("  cause: \(cause.indented)") }
    if !error.output.isEmpty {
      lines += error.output.map { "  " + style.dim("│ \($0.visibleLine)") }
    }
    if let command = error.command { lines.append("  try by hand: \(command.indented)") }
    if let hint = error.hint { lines.append("  next: \(hint.indented)") }
    return lines.joined(separator: "\n")
  }

  /// Several errors, and how many they are when there is more than one.
  func render(_ errors: [HearthError]) -> Styled {
    let texts = errors.enumerated().map { render($1, after: $0 == 0 ? nil : errors[$0 - 1]) }
    guard errors.count > 1 else { return texts.joined(separator: "") }
    return (texts + [Styled("\(errors.count) problems")]).joined(separator: "\n")
  }

  /// The same happened on another host.
  private static func isTheSame(_ one: HearthError, _ other: HearthError) -> Bool {
    guard let host = one.subject.host, let before = other.subject.host, host != before else { return false }
    return one.code == other.code && details(one) == details(other)
  }

  /// All but the place. Names, addresses and times of hosts differ by their digits, if not by their names.
  private static func details(_ error: HearthError) -> [String] {
    let texts = [error.message, error.cause ?? "", error.command ?? "", error.hint ?? ""] + error.output
    return texts.map { text in
      let general = error.subject.host.map { text.replacing($0, with: "#") } ?? text
      return general.replacing(#/\d+/#, with: "#")
    }
  }
}

extension String {
  /// The text with the lines of each paragraph joined, for help that is wrapped to the reader's terminal. Indented lines,
  /// such as examples, stay lines.
  var flowing: String {
    var lines: [String] = []
    var isOpen = false
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      let isText = !line.isEmpty && !line.hasPrefix(" ")
      if isText, isOpen, let last = lines.last {
        lines[lines.count - 1] = "\(last) \(line)"
      } else {
        lines.append(String(line))
      }
      isOpen = isText
    }
    return lines.joined(separator: "\n")
  }
}
