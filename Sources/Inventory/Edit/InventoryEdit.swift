package import Diagnostics
import Foundation
import Schema
import Untrusted

/// Changes single lines of an inventory and leaves every other one, comments too, as its owner wrote it. What comes out
/// is read back: it must say exactly what was meant, or nothing is changed.
package struct InventoryEdit: Sendable {
  let text: String
  let file: String
  let environment: [String: String]

  package init(path: String, environment: [String: String] = ProcessInfo.processInfo.environment) throws(HearthErrors) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw HearthErrors([
        HearthError(
          .inventory, "the inventory cannot be read", subject: Subject(file: path), command: "ls -l \(path.shellQuoted)"
        )
      ])
    }
    self.init(text: text, file: path, environment: environment)
  }

  package init(text: String, file: String, environment: [String: String]) {
    self.text = text
    self.file = file
    self.environment = environment
  }

  /// The inventory with one more node at its end.
  package func adding(_ node: Node) throws(HearthErrors) -> String {
    let before = try InventoryFile.decode(text: text, file: file, environment: environment)
    let items = try items()
    var lines = lines
    guard let last = items.last else { throw refusal("has no list of nodes") }
    let roles = Node.Role.allCases.filter(node.roles.contains).map(\.rawValue).joined(separator: ", ")
    let indent = String(repeating: " ", count: last.indent)
    let isShort = lines[last.first].contains("{")
    let new =
      isShort
      ? ["\(indent)- {name: \(node.name), address: \(node.address), roles: [\(roles)]}"]
      : [
        "\(indent)- name: \(node.name)", "\(indent)  address: \(node.address)", "\(indent)  roles: [\(roles)]",
      ]
    lines.insert(contentsOf: isCRLF ? new.map { $0 + "\r" } : new, at: last.end)
    let result = lines.joined(separator: "\n")
    let after = try InventoryFile.decode(text: result, file: file, environment: environment)
    guard after.nodes.dropLast().map(\.name) == before.nodes.map(\.name), after.nodes.last?.name == node.name,
      after.nodes.last?.address == node.address, after.nodes.last?.roles == node.roles
    else { throw refusal("cannot be changed by machine") }
    return result
  }

  /// The inventory without a node.
  ///
  /// - Throws: also what makes the rest no valid inventory, such as an even number of control planes.
  package func removing(_ name: String) throws(HearthErrors) -> String {
    let before = try InventoryFile.decode(text: text, file: file, environment: environment)
    guard let index = before.nodes.firstIndex(where: { $0.name == name }) else { return text }
    let items = try items()
    guard items.count == before.nodes.count else { throw refusal("cannot be changed by machine") }
    var lines = lines
    lines.removeSubrange(items[index].first..<items[index].end)
    let result = lines.joined(separator: "\n")
    let after = try InventoryFile.decode(text: result, file: file, environment: environment)
    guard after.nodes.map(\.name) == before.nodes.map(\.name).filter({ $0 != name }) else {
      throw refusal("cannot be changed by machine")
    }
    return result
  }

  private struct Item {
    /// Indices of lines from 0; `end` is the first line behind.
    var first: Int
    var end: Int
    /// Of the dash.
    var indent: Int
  }

  /// As they stand, with the CR of files from Windows.
  var lines: [String] { text.lineFeedParts.map(String.init) }
  private var isCRLF: Bool { text.lineFeedParts.first?.utf8.last == 0x0D }

  /// The lines of each node: from its dash to the next line that is indented no deeper.
  private func items() throws(HearthErrors) -> [Item] {
    guard let tree = try YAMLTree.parse(text, file: file), case .map(let entries) = tree.content,
      let nodes = entries.first(where: { $0.key == "nodes" }), case .list(let list) = nodes.value.content
    else { throw refusal("has no list of nodes") }
    let lines = lines
    var items: [Item] = []
    for node in list {
      let first = node.place.line - 1
      guard lines.indices.contains(first), let dash = lines[first].firstIndex(where: { $0 != " " }),
        lines[first][dash] == "-"
      else { throw refusal("has nodes that are not one below the other, each behind a dash") }
      let indent = lines[first].distance(from: lines[first].startIndex, to: dash)
      var end = first + 1
      while end < lines.count, Self.isDeeper(lines[end], than: indent) { end += 1 }
      items.append(Item(first: first, end: end, indent: indent))
    }
    return items
  }

  private static func isDeeper(_ line: String, than indent: Int) -> Bool {
    guard let first = line.firstIndex(where: { $0 != " " }) else { return false }
    return line.distance(from: line.startIndex, to: first) > indent
  }

  func refusal(_ why: String) -> HearthErrors {
    HearthErrors([
      HearthError(
        .inventory, "the inventory \(why)", subject: Subject(file: file),
        hint: "change it by hand, then run `hearth up`")
    ])
  }
}
