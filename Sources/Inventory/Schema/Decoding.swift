package import Diagnostics

/// One reading of an inventory: what paths are relative to, and every mistake found so far.
package struct Decoding {
  /// As the user named it; messages begin with it.
  package let file: String
  /// Absolute, without a slash at its end; relative paths of the inventory begin here.
  let folder: String
  /// The operator's home, for `~`.
  let home: String
  package private(set) var mistakes: [HearthError] = []
  /// The key whose value is read.
  package var key = "inventory"
  /// The value is an element of the key's list.
  var isInList = false

  /// Compiling an expression costs far more than matching one name against it.
  private var expressions: [String: Regex<AnyRegexOutput>] = [:]

  package init(file: String, folder: String, home: String) {
    self.file = file
    self.folder = folder
    self.home = home
  }

  package mutating func add(_ message: String, at place: YAMLTree.Place, hint: String? = nil, command: String? = nil) {
    mistakes.append(HearthError(.inventory, message, subject: subject(place), hint: hint, command: command))
  }

  mutating func matches(_ text: String, _ shape: TextShape) -> Bool {
    let expression = expressions[shape.pattern] ?? (try? Regex(shape.pattern))
    expressions[shape.pattern] = expression
    return expression.flatMap { try? $0.wholeMatch(in: text) } != nil
  }

  package func subject(_ place: YAMLTree.Place) -> Subject {
    Subject(file: file, line: place.line, column: place.column)
  }

  /// All mistakes in the order of the file.
  package var sortedMistakes: [HearthError] {
    mistakes.enumerated().sorted { left, right in
      (left.element.subject.line ?? 0, left.element.subject.column ?? 0, left.offset)
        < (right.element.subject.line ?? 0, right.element.subject.column ?? 0, right.offset)
    }.map(\.element)
  }
}
