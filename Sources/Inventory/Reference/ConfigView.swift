package import Diagnostics
import Foundation
import Schema
import Untrusted

/// An inventory as hearth understands it: every value that holds, with the place that it comes from. Made from the same
/// keys by which inventories are read.
package struct ConfigView: Sendable {
  package struct Line: Sendable, Equatable, Encodable {
    /// Keys and, for elements of lists, their names or numbers.
    package var path: [String]
    /// Nil for a map or list whose parts follow.
    package var value: String?
    /// Such as `line 12`, `defaults, line 4`, `${RACK_PREFIX}.12, line 9` or `default`.
    package var source: String
  }

  package private(set) var lines: [Line] = []
  /// What holds for all nodes.
  private let defaults: YAMLTree?

  /// - Throws: every mistake of the inventory.
  package init(path: String, environment: [String: String]) throws(HearthErrors) {
    _ = try InventoryFile.load(path: path, environment: environment)
    let text: String
    do {
      text = try PlainText(try RegularFile.read(path, code: .inventory), file: path, code: .inventory).text
    } catch {
      throw HearthErrors([error])
    }
    try self.init(text: text, file: path, environment: environment)
  }

  init(text: String, file: String, environment: [String: String]) throws(HearthErrors) {
    var decoding = Decoding(file: file, folder: "", home: "")
    guard let tree = try YAMLTree.parse(text, file: file) else {
      defaults = nil
      return
    }
    let values = Substitution(environment: environment).apply(to: tree, &decoding)
    defaults = values.entry("defaults")
    add(InventoryKeys.kind.shape, values, [], Origin())
  }

  /// Where the parts of a value come from, and what stands behind those that are missing.
  private struct Origin {
    var prefix = ""
    var behind: YAMLTree?
  }

  private mutating func add(_ shape: Shape, _ tree: YAMLTree, _ path: [String], _ origin: Origin) {
    switch tree.content {
    case .map(let entries):
      guard let object = shape.objectShape else { break }
      if !path.isEmpty { lines.append(Line(path: path, value: nil, source: origin.prefix + tree.line)) }
      for key in object.keys { add(key, entries, path + [key.name], origin) }
      return
    case .list(let elements):
      guard let element = shape.elementShape, element.objectShape != nil else { break }
      lines.append(Line(path: path, value: nil, source: origin.prefix + tree.line))
      for (index, one) in elements.enumerated() {
        let name = one.entry("name").flatMap(\.writtenScalar) ?? "\(index + 1)"
        add(element, one, path + [name], Origin(behind: path == ["nodes"] ? defaults : nil))
      }
      return
    case .scalar, .unusable: break
    }
    let merged = shape.isMap ? tree.laid(over: origin.behind) : tree
    lines.append(Line(path: path, value: merged.shown(shape), source: origin.prefix + tree.source))
  }

  private mutating func add(_ key: KeyShape, _ entries: [YAMLTree.Entry], _ path: [String], _ origin: Origin) {
    let behind = origin.behind?.entry(key.name)
    if let own = entries.first(where: { $0.key == key.name })?.value {
      add(key.shape, own, path, Origin(prefix: origin.prefix, behind: behind))
    } else if let behind {
      add(key.shape, behind, path, Origin(prefix: "defaults, "))
    } else if let fallback = key.fallback {
      lines.append(Line(path: path, value: fallback, source: "default"))
    } else if let object = key.shape.objectShape, object.keys.contains(where: { $0.fallback != nil }),
      !object.keys.contains(where: \.isRequired), path != ["notify"]
    {
      lines.append(Line(path: path, value: nil, source: "default"))
      for inner in object.keys { add(inner, [], path + [inner.name], Origin()) }
    }
  }
}

extension Shape {
  fileprivate var objectShape: ObjectShape? {
    switch self {
    case .object(let object): object
    case .either(let shapes): shapes.lazy.compactMap(\.objectShape).first
    default: nil
    }
  }

  fileprivate var elementShape: Shape? {
    switch self {
    case .list(let element, _): element
    case .either(let shapes): shapes.lazy.compactMap(\.elementShape).first
    default: nil
    }
  }

  fileprivate var isMap: Bool { if case .map = self { true } else { false } }

  fileprivate var isSecret: Bool {
    switch self {
    case .secret: true
    case .either(let shapes): shapes.contains(where: \.isSecret)
    default: false
    }
  }
}

extension YAMLTree {
  fileprivate func entry(_ key: String) -> YAMLTree? {
    guard case .map(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  fileprivate var line: String { "line \(place.line)" }

  fileprivate var source: String {
    guard case .scalar(let scalar) = content, scalar.isFromEnvironment else { return line }
    return "\(scalar.written), \(line)"
  }

  /// Own entries win.
  fileprivate func laid(over other: YAMLTree?) -> YAMLTree {
    guard case .map(let own) = content, case .map(let others)? = other?.content else { return self }
    var result = self
    result.content = .map(others.filter { entry in !own.contains { $0.key == entry.key } } + own)
    return result
  }

  /// In one line. What came from the environment for a secret stays there.
  fileprivate func shown(_ shape: Shape) -> String {
    switch content {
    case .scalar(let scalar): shape.isSecret ? scalar.written : scalar.text
    case .list(let elements): "[" + elements.map { $0.shown(shape) }.joined(separator: ", ") + "]"
    case .map(let entries): "{" + entries.map { "\($0.key): \($0.value.shown(shape))" }.joined(separator: ", ") + "}"
    case .unusable: "?"
    }
  }
}
