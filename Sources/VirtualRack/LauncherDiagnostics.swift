import Diagnostics

/// What a program of the virtual rack writes to standard error: notes for people, and at the end perhaps
/// `error: what is wrong` and `hint: what to do`.
struct LauncherDiagnostics: Sendable, Equatable {
  private(set) var message: String?
  private(set) var hint: String?
  /// The last lines that are neither, oldest first.
  private(set) var output: [String] = []

  /// - Returns: The line, when it is a note.
  mutating func read(_ rawLine: String) -> String? {
    var line = Substring(rawLine)
    while line.last?.isNewline == true { line.removeLast() }
    if line.isEmpty { return nil }
    if let text = LauncherDiagnostics.text(of: line, after: "error: ") {
      message = text
    } else if let text = LauncherDiagnostics.text(of: line, after: "hint: ") {
      hint = text
    } else {
      output.append(String(line))
      if output.count > 15 { output.removeFirst() }
      return LauncherDiagnostics.text(of: line, after: "note: ")
    }
    return nil
  }

  func error(doing verb: String, by command: [String]) -> HearthError {
    // Where the program says what to do, its own command is what was refused.
    HearthError(
      .local, message ?? "lab \(verb) failed", hint: hint, output: output.filter { !$0.hasPrefix("note: ") },
      command: hint == nil ? command.joined(separator: " ") : nil)
  }

  private static func text(of line: Substring, after prefix: String) -> String? {
    line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : nil
  }
}
