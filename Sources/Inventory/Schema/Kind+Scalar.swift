extension Kind {
  /// A text of the given form. `parse` may refuse what the pattern cannot express.
  package static func text(_ shape: TextShape, parse: @escaping @Sendable (String, Decoding) -> Value?) -> Kind {
    Kind(shape: .text(shape)) { tree, decoding in
      guard case .scalar(let scalar) = tree.content, scalar.meaning == .text else {
        guard case .scalar(let scalar) = tree.content, !scalar.isNull else {
          return decoding.mismatch(tree, .text(shape))
        }
        let hint = shape.help(for: scalar).hint ?? "put quotes around it: \"\(scalar.written)\""
        return decoding.mismatch(tree, .text(shape), hint: hint)
      }
      guard decoding.matches(scalar.text, shape), let value = parse(scalar.text, decoding) else {
        let help = shape.help(for: scalar)
        return decoding.mismatch(tree, .text(shape), hint: help.hint, command: help.command)
      }
      return value
    }
  }
}

extension Kind where Value == String {
  package static func text(_ shape: TextShape) -> Kind { text(shape) { text, _ in text } }

  /// A path: `~` is the operator's home, anything else that is not absolute lies beside the inventory.
  package static let path = text(.path) { text, decoding in
    if text == "~" { return decoding.home }
    if text.hasPrefix("~/") { return decoding.home + text.dropFirst() }
    if text.hasPrefix("/") { return text }
    return decoding.folder + "/" + (text.hasPrefix("./") ? text.dropFirst(2) : text[...])
  }
}

extension Kind where Value == Int {
  package static func integer(_ range: ClosedRange<Int>) -> Kind {
    Kind(shape: .integer(range)) { tree, decoding in
      guard case .scalar(let scalar) = tree.content, !scalar.isNull else {
        return decoding.mismatch(tree, .integer(range))
      }
      let isWritten = scalar.meaning == .number || scalar.isFromEnvironment
      guard let number = Int(scalar.text), String(number) == scalar.text, range.contains(number) else {
        return decoding.mismatch(tree, .integer(range))
      }
      return isWritten ? number : decoding.mismatch(tree, .integer(range), hint: "remove the quotes")
    }
  }
}

extension Kind where Value: RawRepresentable, Value.RawValue == String {
  package static func choice(_ choices: [(value: Value, doc: String)], synonyms: [String: Value] = [:]) -> Kind {
    let shape = Shape.choice(choices.map { Shape.Choice(value: $0.value.rawValue, doc: $0.doc) })
    let known = choices.map(\.value.rawValue)
    return Kind(shape: shape) { tree, decoding in
      guard case .scalar(let scalar) = tree.content, !scalar.isNull else { return decoding.mismatch(tree, shape) }
      if scalar.meaning == .text, known.contains(scalar.text) { return Value(rawValue: scalar.text) }
      let words = known + synonyms.keys.sorted()
      let near = scalar.isFromEnvironment ? nil : nearest(to: scalar.written, among: words)
      let meant = near.map { synonyms[$0]?.rawValue ?? $0 }
      return decoding.mismatch(tree, shape, hint: meant.map { "did you mean `\($0)`?" })
    }
  }
}

extension TextShape {
  func matches(_ text: String) -> Bool {
    guard let regex = try? Regex(pattern) else { return false }
    return (try? regex.wholeMatch(in: text)) != nil
  }
}
