package import Diagnostics

/// One reading of a file, such as an inventory: what paths are relative to, and every mistake found so far.
package struct Decoding {
  /// As the user named it; messages begin with it.
  package let file: String
  /// Absolute, without a slash at its end; relative paths of the file begin here.
  let folder: String
  /// The operator's home, for `~`.
  let home: String
  package private(set) var mistakes: [HearthError] = []
  /// The key whose value is read.
  package var key = "inventory"
  /// What people of other tools call the keys: lower case, without `_` and `-`.
  let synonyms: [String: String]
  /// The value is an element of the key's list.
  package var isInList = false

  /// Compiling an expression costs far more than matching one name against it.
  private var expressions: [String: Regex<AnyRegexOutput>] = [:]

  package init(file: String, folder: String = "", home: String = "", synonyms: [String: String] = [:]) {
    self.file = file
    self.folder = folder
    self.home = home
    self.synonyms = synonyms
  }

  package mutating func add(_ message: String, at place: YAMLTree.Place, hint: String? = nil, command: String? = nil) {
    mistakes.append(HearthError(.inventory, message, subject: subject(place), hint: hint, command: command))
  }

  package mutating func matches(_ text: String, _ shape: TextShape) -> Bool {
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

extension Decoding {
  /// - Returns: The key that was probably meant.
  mutating func addUnknown(_ entry: YAMLTree.Entry, in object: ObjectShape) -> String? {
    let allowed = object.keys.map(\.name)
    var message = "unknown key `\(entry.key)`"
    var meant = meaning(of: entry.key, among: allowed)
    var hint = "\(object.title) may have: \(allowed.joined(separator: ", "))"
    if entry.key == "<<" {
      message = "merge keys (`<<`) are not supported"
      hint = "put what nodes have in common into `defaults`"
    } else if meant == nil, let parent = object.keys.first(where: { $0.shape.objectKeys.contains(entry.key) }) {
      message += ", it belongs below `\(parent.name)`"
      hint = "write `\(parent.name): {\(entry.key): …}`"
    } else {
      meant = meant ?? nearest(to: entry.key, among: allowed)
      if let meant { message += ", did you mean `\(meant)`?" }
    }
    add(message, at: entry.place, hint: hint)
    return meant
  }

  mutating func addMissing(in object: ObjectShape, given: Set<String>, at place: Place) {
    let names = object.keys.map(\.name)
    if object.exactlyOne {
      let count = names.filter { given.contains($0) }.count
      if count != 1 {
        let list = names.map { "`\($0)`" }.joined(separator: ", ")
        add("\(object.title) must have exactly one of \(list)", at: place)
      }
      return
    }
    for key in object.keys where key.isRequired && !given.contains(key.name) {
      add(
        "\(object.title) lacks `\(key.name)`", at: place,
        hint: key.example.map { "add `\(key.name): \($0)`" } ?? "add `\(key.name)`, \(key.shape.expected)")
    }
  }

  private func meaning(of key: String, among allowed: [String]) -> String? {
    let plain = key.lowercased().filter { $0 != "_" && $0 != "-" }
    return synonyms[plain].flatMap { allowed.contains($0) ? $0 : nil }
  }
}

/// `, did you mean …?` for what lies near enough to what was written; empty when nothing does.
package func didYouMean(_ written: String, among known: [String]) -> String {
  nearest(to: written, among: known).map { ", did you mean `\($0)`?" } ?? ""
}

/// The known word that was probably meant: at most a third of its characters differ, letter case aside.
package func nearest(to written: String, among known: [String]) -> String? {
  let wanted = Array(written.lowercased().filter { $0 != "_" && $0 != "-" })
  let scored = known.map { word in
    let letters = Array(word.lowercased().filter { $0 != "_" && $0 != "-" })
    return (word: word, distance: editDistance(wanted, letters), limit: max(1, max(letters.count, wanted.count) / 3))
  }
  let best = scored.filter { $0.distance <= $0.limit }.min { $0.distance < $1.distance }
  return best?.word
}

/// Insertions, deletions, replacements and swaps of neighbours between two words.
package func editDistance(_ left: [Character], _ right: [Character]) -> Int {
  var rows = [Array(0...right.count)]
  for i in left.indices {
    var row = [i + 1]
    for j in right.indices {
      var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { best = min(best, rows[i - 1][j - 1] + 1) }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[left.count][right.count]
}
