import Diagnostics

/// An error as a person reads it: what is wrong and where, what the program said, what to try, what to do next.
struct ErrorText {
  var style: Style

  func render(_ error: HearthError) -> String {
    var lines = [style.red("error: ") + style.bold(error.description)]
    if let cause = error.cause, !cause.isEmpty { lines.append("  cause: \(cause)") }
    if !error.output.isEmpty {
      lines += error.output.map { "  " + style.dim("│ \($0)") }
    }
    if let command = error.command { lines.append("  try by hand: \(command)") }
    if let hint = error.hint { lines.append("  next: \(hint)") }
    return lines.joined(separator: "\n")
  }

  /// Several errors, and how many they are when there is more than one.
  func render(_ errors: [HearthError]) -> String {
    let texts = errors.map(render)
    guard errors.count > 1 else { return texts.joined() }
    return (texts + ["\(errors.count) problems"]).joined(separator: "\n")
  }
}
