import Schema

/// The reference of all keys, for `docs/reference/inventory.md`.
package enum InventoryReference {
  /// Markdown: a table for each map of an inventory, in the order in which one meets them.
  package static func markdown() -> String {
    var sections: [String] = []
    var seen: Set<String> = []
    func visit(_ object: ObjectShape, path: String) {
      guard seen.insert(object.title).inserted else { return }
      sections.append(section(object, path: path))
      for key in object.keys {
        guard let (inner, suffix) = key.shape.nested else { continue }
        visit(inner, path: path.isEmpty ? key.name + suffix : "\(path).\(key.name)\(suffix)")
      }
    }
    if let root = InventoryKeys.kind.shape.object { visit(root, path: "") }
    return sections.joined(separator: "\n")
  }

  private static func section(_ object: ObjectShape, path: String) -> String {
    var lines = ["### " + (path.isEmpty ? "The whole file" : "`\(path)`"), "", object.doc]
    if object.exactlyOne { lines[2] += " Exactly one of these keys." }
    lines += ["", "| key | value | without it | meaning |", "|---|---|---|---|"]
    for key in object.keys {
      let fallback =
        key.isRequired ? "**needed**" : key.fallback.map { cell($0) } ?? (object.exactlyOne ? "" : "nothing")
      lines.append("| `\(key.name)` | \(cell(key.shape.referenceText)) | \(fallback) | \(cell(meaning(key))) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func meaning(_ key: KeyShape) -> String {
    let example = key.example.map { " Example: `\($0)`" } ?? ""
    return key.doc + key.shape.choiceText + example
  }

  private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}

extension Shape {
  /// The map inside, and what the path gets behind the key.
  fileprivate var nested: (object: ObjectShape, suffix: String)? {
    if case .list(let element, _) = self { return element.object.map { ($0, "[]") } }
    return object.map { ($0, "") }
  }

  fileprivate var referenceText: String {
    switch self {
    case .list(let element, _): "list: " + element.referenceText
    case .object: "map, see below"
    case .tree: "map of settings"
    case .map(let keys, let values): "map of \(keys.expected) to \(values.expected)"
    case .either(let shapes): shapes.map(\.referenceText).joined(separator: "; or ")
    case .choice(let choices): choices.map { "`\($0.value)`" }.joined(separator: ", ")
    default: expected
    }
  }

  fileprivate var choiceText: String {
    switch self {
    case .choice(let choices): choices.map { " `\($0.value)`: \($0.doc)" }.joined()
    case .either(let shapes): shapes.map(\.choiceText).joined()
    case .list(let element, _): element.choiceText
    default: ""
    }
  }
}
