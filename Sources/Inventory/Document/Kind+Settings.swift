import Schema
import Templates

extension TextShape {
  static let flagName = TextShape(
    expected: "a flag's name without the hyphens before it, such as oidc-issuer-url", example: "oidc-issuer-url",
    pattern: "[a-z][a-z0-9]*(-[a-z0-9]+){0,15}")

  /// No dot ends, no blank: names of fields, resources, plugins and registries.
  static let settingName = TextShape(
    expected: "a setting's name: letters, digits and `-_./:*`, at most 253", example: "maxPods",
    pattern: "[-A-Za-z0-9_./:*]{1,253}")
}

extension Kind where Value == [SettingsSection.Entry] {
  static func settings(of component: Component) -> Kind {
    let shape = Shape.tree(component.form == .flags ? .flagName : .settingName)
    return Kind(shape: shape) { tree, decoding in
      guard case .map(let entries) = tree.content else { return decoding.mismatch(tree, shape) }
      return entries.compactMap { entry in
        guard let value = decoding.setting(entry, isFlag: component.form == .flags, depth: 0) else { return nil }
        var inner: [String: Place] = [:]
        if case .map(let below) = entry.value.content { for entry in below { inner[entry.key] = entry.place } }
        return .init(name: Located(value: entry.key, place: entry.place), value: value, inner: inner)
      }
    }
  }
}

extension Decoding {
  /// Deeper than any configuration of the components is.
  private static let deepest = 12

  /// A setting with all below it; nil where something of it is wrong, which is reported.
  fileprivate mutating func setting(_ entry: YAMLTree.Entry, isFlag: Bool, depth: Int) -> JSONValue? {
    let outer = (key, isInList)
    (key, isInList) = (entry.key, false)
    defer { (key, isInList) = outer }
    if let earlier = entry.earlier {
      add(
        "`\(entry.key)` is set twice, first in line \(earlier.line)", at: entry.place, hint: "keep one of them")
    }
    let shape = isFlag && depth == 0 ? TextShape.flagName : .settingName
    guard matches(entry.key, shape) else {
      let bare = String(entry.key.drop { $0 == "-" })
      add(
        "`\(entry.key)` must be \(shape.expected)", at: entry.place,
        hint: bare != entry.key && matches(bare, shape) ? "write `\(bare)`" : nil)
      return nil
    }
    return settingValue(entry.value, isFlag: isFlag, depth: depth)
  }

  private mutating func settingValue(_ tree: YAMLTree, isFlag: Bool, depth: Int) -> JSONValue? {
    guard depth < (isFlag ? 2 : Self.deepest) else {
      add(
        isFlag ? "a flag's value has one level only" : "`\(key)` lies too deep", at: tree.place,
        hint: "write a plain value")
      return nil
    }
    switch tree.content {
    case .unusable: return nil
    case .scalar(let scalar): return settingScalar(scalar, tree, isFlag)
    case .list(let items):
      var values: [JSONValue] = []
      for item in items {
        guard let value = settingValue(item, isFlag: isFlag, depth: depth + 1) else { return nil }
        values.append(value)
      }
      return .array(values)
    case .map(let entries):
      var members: [String: JSONValue] = [:]
      for entry in entries {
        guard let value = setting(entry, isFlag: isFlag, depth: depth + 1) else { return nil }
        members[entry.key] = value
      }
      return .object(members)
    }
  }

  private mutating func settingScalar(_ scalar: YAMLTree.Scalar, _ tree: YAMLTree, _ isFlag: Bool) -> JSONValue? {
    switch scalar.meaning {
    case .null: return mismatch(tree, .tree(.settingName), hint: "give it a value, or remove the line")
    case .boolean: return .bool(scalar.text.lowercased() == "true")
    case .number:
      if let number = Int(scalar.text) { return .integer(number) }
      if let number = Double(scalar.text), number.isFinite { return .number(number) }
      return mismatch(tree, .tree(.settingName), hint: "put quotes around it: \"\(scalar.written)\"")
    case .text:
      if isFlag, !TemplateFormat.line.takes(scalar.text) {
        add(
          "`\(key)` has a character that cannot stand in a unit file", at: tree.place,
          hint: "use letters, digits and signs without a meaning to systemd: no blank, quote, `%`, `$` or backslash")
        return nil
      }
      return .string(scalar.text)
    }
  }
}
