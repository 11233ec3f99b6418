import Diagnostics
import Foundation
import Templates
import Untrusted
import Yams

/// Turns the nodes of a YAML file into resources and gathers every mistake on the way.
struct ResourceFileReader {
  let file: String
  private(set) var errors: [HearthError] = []
  private var variables: [String: Any] = [:]

  init(file: String) { self.file = file }

  static func syntaxError(_ error: any Error, file: String) -> HearthError {
    guard let error = error as? YamlError else {
      return HearthError(.usage, "this is not YAML", subject: Subject(file: file), cause: error.reason)
    }
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return HearthError(
        .usage, "this is not valid YAML: \(problem)",
        subject: Subject(file: file, line: mark.line, column: mark.column),
        hint: "look at the indentation and the quotes around this place")
    default: return HearthError(.usage, "this is not valid YAML", subject: Subject(file: file), cause: error.reason)
    }
  }

  mutating func read(_ root: Node?) -> [Resource] {
    guard let root, let mapping = root.mapping else {
      wrong("expected `items:` with a list", at: root)
      return []
    }
    refuseUnknownKeys(of: mapping, known: ["items", "variables"])
    if let node = mapping["variables"] {
      if node.mapping == nil { wrong("expected names with their values", at: node) }
      variables = value(node) as? [String: Any] ?? [:]
    }
    guard let items = mapping["items"]?.sequence else {
      wrong("expected `items:` with a list", at: mapping["items"] ?? root)
      return []
    }
    return items.compactMap { item($0) }
  }

  private mutating func item(_ node: Node) -> Resource? {
    guard let mapping = node.mapping else {
      wrong("expected an item such as `- packages: [curl]`", at: node)
      return nil
    }
    let names = mapping.keys.compactMap(\.string)
    let kinds = ResourceFileItem.kinds.keys.filter { names.contains($0) }.sorted()
    guard kinds.count == 1, let kind = kinds.first, let known = ResourceFileItem.kinds[kind] else {
      let all = ResourceFileItem.kinds.keys.sorted().joined(separator: ", ")
      wrong(
        kinds.isEmpty ? "expected one of \(all)" : "an item is one of \(kinds.joined(separator: ", ")), not both",
        at: node)
      return nil
    }
    refuseUnknownKeys(of: mapping, known: [kind] + known)
    let before = errors.count
    let resource = ResourceFileItem(kind: kind, node: node, mapping: mapping).resource(&self)
    return errors.count == before ? resource : nil
  }

  private mutating func refuseUnknownKeys(of mapping: Node.Mapping, known: [String]) {
    for key in mapping.keys where !known.contains(key.string ?? "") {
      let name = key.string ?? "this"
      let near = known.first { $0.lowercased() == name.lowercased() } ?? known.first { $0.hasPrefix(name.prefix(3)) }
      wrong(
        "unknown key `\(name)`" + (near.map { ", did you mean `\($0)`?" } ?? ""), at: key,
        hint: "known here: \(known.joined(separator: ", "))")
    }
  }

  mutating func wrong(_ message: String, at node: Node?, hint: String? = nil) {
    errors.append(
      HearthError(
        .usage, message, subject: Subject(file: file, line: node?.mark?.line, column: node?.mark?.column), hint: hint))
  }

  /// A template's text with the file's variables in it.
  mutating func render(_ text: String, at node: Node) -> String? {
    do throws(TemplateText.Fault) {
      // Configurations are not HTML: nothing is escaped.
      return try TemplateText(text).render(TemplateData.map(variables)) {
        (value, name, isRaw) throws(TemplateText.Fault) in
        try TemplateFormat.plain.insert(value, name, isRaw)
      }
    } catch {
      wrong("this template cannot be filled in: \(error.message)", at: node, hint: "see `variables` of this file")
      return nil
    }
  }

  /// Text of a file that lies beside this one.
  mutating func text(beside name: String, at node: Node) -> String? {
    let url = URL(fileURLWithPath: name, relativeTo: URL(fileURLWithPath: file).deletingLastPathComponent())
    do {
      return String(decoding: try RegularFile.read(url.path), as: UTF8.self)
    } catch {
      wrong("\(url.path) cannot be read", at: node, hint: "paths are relative to the folder of this file")
      return nil
    }
  }

  /// Strings, numbers, booleans, lists and mappings, as Mustache takes them.
  private func value(_ node: Node) -> Any {
    switch node {
    case .mapping(let mapping):
      var values: [String: Any] = [:]
      for (key, value) in mapping { values[key.string ?? ""] = self.value(value) }
      return values
    case .sequence(let sequence): return sequence.map { value($0) }
    default:
      if let bool = node.bool { return bool }
      if let int = node.int { return int }
      return node.string ?? ""
    }
  }
}
