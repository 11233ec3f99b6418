/// A kind of value: its shape, and how it is read. Both come from the same call, so they cannot disagree.
package struct Kind<Value: Sendable>: Sendable {
  package let shape: Shape
  /// Nil when the value is wrong, which is reported.
  package let decode: @Sendable (YAMLTree, inout Decoding) -> Value?

  package init(shape: Shape, decode: @escaping @Sendable (YAMLTree, inout Decoding) -> Value?) {
    self.shape = shape
    self.decode = decode
  }
}

extension Kind {
  /// The same value, seen as another.
  package func map<Other: Sendable>(_ change: @escaping @Sendable (Value) -> Other) -> Kind<Other> {
    Kind<Other>(shape: shape) { tree, decoding in decode(tree, &decoding).map(change) }
  }

  /// The value with its place, for rules that look at more than one value.
  package var located: Kind<Located<Value>> {
    Kind<Located<Value>>(shape: shape) { tree, decoding in
      decode(tree, &decoding).map { Located(value: $0, place: tree.place) }
    }
  }

  /// A list. Elements that are wrong are left out, or make the whole list useless when `whole` is set.
  package func list(minimum: Int = 0, whole: Bool = false) -> Kind<[Value]> {
    let shape = Shape.list(shape, minimum: minimum)
    return Kind<[Value]>(shape: shape) { tree, decoding in
      guard case .list(let elements) = tree.content else {
        return decoding.mismatch(tree, shape, hint: tree.writtenScalar.map { "write `\(decoding.key): [\($0)]`" })
      }
      if elements.count < minimum {
        decoding.add("`\(decoding.key)` is empty", at: tree.place, hint: "name at least \(minimum)")
        return nil
      }
      decoding.isInList = true
      defer { decoding.isInList = false }
      let values = elements.compactMap { self.decode($0, &decoding) }
      return whole && values.count < elements.count ? nil : values
    }
  }

  /// Either a map or something simpler.
  package static func either(_ simple: Kind, _ object: Kind) -> Kind {
    let shape = Shape.either([simple.shape, object.shape])
    return Kind(shape: shape) { tree, decoding in
      switch tree.content {
      case .map: object.decode(tree, &decoding)
      case .scalar(let scalar)
      where object.shape.objectKeys.contains(scalar.written) && !simple.shape.words.contains(scalar.written):
        decoding.mismatch(tree, shape, hint: "write `\(decoding.key): {\(scalar.written): …}`")
      case .scalar(let scalar) where !scalar.isNull: simple.decode(tree, &decoding)
      default: decoding.mismatch(tree, shape)
      }
    }
  }
}

extension Decoding {
  /// Reports a value of the wrong kind; always nil.
  package mutating func mismatch<Value>(_ tree: YAMLTree, _ shape: Shape, hint: String? = nil, command: String? = nil)
    -> Value?
  {
    if case .unusable = tree.content { return nil }
    let name = isInList ? "each of `\(key)`" : "`\(key)`"
    let message =
      tree.isNull ? "\(name) needs a value" : "\(name) must be \(shape.expected), not \(tree.kindName)"
    let fallback = tree.isNull ? "give it \(shape.expected), or remove the line" : nil
    add(message, at: tree.place, hint: hint ?? fallback, command: command)
    return nil
  }
}

extension YAMLTree {
  /// A scalar as the file has it, other than an empty one.
  package var writtenScalar: String? {
    if case .scalar(let scalar) = content, !scalar.isNull { scalar.written } else { nil }
  }
}
