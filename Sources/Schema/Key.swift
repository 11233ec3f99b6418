/// A key of a map: name, documentation and kind.
package struct Key<Value: Sendable>: Sendable {
  package let shape: KeyShape
  package let kind: Kind<Value>

  package init(
    _ name: String, _ kind: Kind<Value>, required: Bool = false, fallback: String? = nil, example: String? = nil,
    _ doc: String
  ) {
    shape = KeyShape(
      name: name, doc: doc, shape: kind.shape, isRequired: required, fallback: fallback, example: example)
    self.kind = kind
  }
}

/// A key of any kind of value.
package protocol AnyKey: Sendable {
  var shape: KeyShape { get }
  func decodeAny(_ tree: YAMLTree, _ decoding: inout Decoding) -> (any Sendable)?
}

extension Key: AnyKey {
  package func decodeAny(_ tree: YAMLTree, _ decoding: inout Decoding) -> (any Sendable)? {
    let outer = (decoding.key, decoding.isInList)
    (decoding.key, decoding.isInList) = (shape.name, false)
    defer { (decoding.key, decoding.isInList) = outer }
    return kind.decode(tree, &decoding)
  }
}

/// The values of a map that were given and are right.
package struct Fields: Sendable {
  /// Where the map begins.
  package let place: YAMLTree.Place
  fileprivate var values: [String: any Sendable] = [:]
  fileprivate var places: [String: Place] = [:]

  package subscript<Value>(_ key: Key<Value>) -> Value? { values[key.shape.name] as? Value }

  /// Whether the key is given, even if its value is wrong.
  package func has(_ key: any AnyKey) -> Bool { places[key.shape.name] != nil }

  /// Where the value stands, or the map if the key is not given.
  package func place(of key: any AnyKey) -> YAMLTree.Place { places[key.shape.name] ?? place }
}

extension Kind {
  /// A map with known keys. Every key given is checked, whatever `build` reads of them.
  package static func object(
    _ title: String, _ doc: String, keys: [any AnyKey], exactlyOne: Bool = false,
    build: @escaping @Sendable (Fields) -> Value?
  ) -> Kind {
    let object = ObjectShape(title: title, doc: doc, keys: keys.map(\.shape), exactlyOne: exactlyOne)
    return Kind(shape: .object(object)) { tree, decoding in
      guard case .map(let entries) = tree.content else { return decoding.mismatch(tree, .object(object)) }
      var fields = Fields(place: tree.place)
      for entry in entries {
        if let earlier = entry.earlier {
          decoding.add(
            "the key `\(entry.key)` is given twice, first in line \(earlier.line)", at: entry.place,
            hint: "keep one of them")
        }
        guard let key = keys.first(where: { $0.shape.name == entry.key }) else {
          // The key that was meant counts as given, so that one slip makes one mistake.
          if let meant = decoding.addUnknown(entry, in: object) { fields.places[meant] = entry.place }
          continue
        }
        fields.places[entry.key] = entry.value.place
        fields.values[entry.key] = key.decodeAny(entry.value, &decoding)
      }
      decoding.addMissing(in: object, given: Set(fields.places.keys), at: tree.place)
      return build(fields)
    }
  }
}
