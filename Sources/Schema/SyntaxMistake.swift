import Diagnostics
import Yams

/// What libyaml could not read, told in words of people who write inventories.
struct SyntaxMistake {
  let error: HearthError

  init(_ error: YamlError, lines: [[Unicode.Scalar]], file: String) {
    var place: Place?
    let problem: String
    switch error {
    case .scanner(let context, let text, let mark, _), .parser(let context, let text, let mark, _),
      .composer(let context, let text, let mark, _):
      problem = text
      // What has no end is better shown where it begins.
      let isOpen = text.contains("unexpected end of stream") || text.contains("could not find expected ':'")
      let shown = isOpen ? context?.mark ?? mark : mark
      place = Place(line: shown.line, column: shown.column)
    case .reader(let text, _, _, _):
      problem = text
    default:
      problem = "\(error)"
    }
    func text(_ number: Int) -> [Unicode.Scalar] { lines.indices.contains(number - 1) ? lines[number - 1] : [] }
    let line = place.map { text($0.line) } ?? []
    let indentation = line.prefix { $0 == " " || $0 == "\t" }
    if let tab = indentation.firstIndex(of: "\t") {
      place?.column = tab + 1
    }
    let (message, hint) = SyntaxMistake.explain(problem, hasTab: indentation.contains("\t"))
    self.error = HearthError(
      .inventory, message, subject: Subject(file: file, line: place?.line, column: place?.column), hint: hint,
      output: place.map { SyntaxMistake.excerpt(line, after: text($0.line - 1), column: $0.column) } ?? [])
  }

  private static func explain(_ problem: String, hasTab: Bool) -> (message: String, hint: String) {
    if hasTab { return ("a tab in the indentation", "indent with spaces, two a level; YAML allows no tabs there") }
    for (part, message, hint) in known where problem.contains(part) { return (message, hint) }
    return ("this is not YAML: \(problem)", "look at this line and the one above it")
  }

  private static let known: [(part: String, message: String, hint: String)] = [
    (
      "mapping values are not allowed", "a `: ` where none may stand",
      "put quotes around text that holds `: `, or give the line the indentation of the lines above it"
    ),
    (
      "did not find expected key", "this line fits to none above it",
      "give the keys of one map the same indentation and each its own line"
    ),
    (
      "could not find expected ':'", "a `:` is missing between a key and its value",
      "write `key: value`, with a space behind the colon"
    ),
    (
      "did not find expected '-' indicator", "this line is not an element of the list above it",
      "give all elements of a list the same indentation and begin each with `- `"
    ),
    (
      "did not find expected ',' or ']'", "a list in brackets is not closed",
      "separate the elements with commas and close the list with `]`"
    ),
    (
      "did not find expected ',' or '}'", "a map in braces is not closed",
      "separate the entries with commas and close the map with `}`"
    ),
    ("unexpected end of stream", "a quote is not closed", "close it, or double it when it is part of the text"),
    (
      "found undefined alias", "an alias (`*name`) without its anchor (`&name`)",
      "put quotes around text that begins with `*`"
    ),
    (
      "found character that cannot start any token", "a value may not begin with this character",
      "put quotes around text that begins with `@`, a backquote, `%` or a tab"
    ),
    (
      "but found another document", "a second YAML document begins here",
      "an inventory is one document: remove the line `---`"
    ),
    ("control characters are not allowed", "a control character", "remove it"),
  ]

  private static let width = 200

  /// The line and a caret below the place. A line at a key such as `password` is not repeated: it may hold one.
  private static func excerpt(_ line: [Unicode.Scalar], after: [Unicode.Scalar], column: Int) -> [String] {
    let text = String(String.UnicodeScalarView(line))
    let neighbourhood = (String(String.UnicodeScalarView(after)) + text).lowercased()
    if ["pass", "secret"].contains(where: { neighbourhood.contains($0) }) { return [] }
    // Of an endless line, what stands around the place.
    let cut = max(0, min(column - 1 - width / 2, line.count - width))
    let part = line.dropFirst(cut).prefix(width)
    let lead = part.prefix(max(0, column - 1 - cut)).map { $0 == "\t" ? "\t" : " " }.joined()
    return [String(String.UnicodeScalarView(part)), lead + "^"]
  }
}
