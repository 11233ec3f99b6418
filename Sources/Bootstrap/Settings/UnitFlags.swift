import Diagnostics
import Inventory
import Templates

/// The flags in a unit's `ExecStart`, one on each line, with people's own laid over them.
struct UnitFlags {
  /// Flags of lists where people add to what hearth needs.
  private static let additive: Set<String> = ["enable-admission-plugins"]

  private var lines: [String]

  init(_ unit: String) { lines = unit.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

  var text: String { lines.joined(separator: "\n") }

  /// What hearth gives a flag; nil where it gives none.
  func value(_ name: String) -> String? { index(of: name).map { value(at: $0) } }

  /// - Throws: ``HearthError`` `internalError` for a value that no unit file can carry; the inventory has none.
  mutating func set(_ name: String, _ value: String) throws(HearthError) {
    guard TemplateFormat.line.takes(name), TemplateFormat.line.takes(value) else {
      throw HearthError(.internalError, "--\(name) cannot stand in a unit file")
    }
    guard let index = index(of: name) else {
      // The last flag has no backslash.
      if let last = lines.lastIndex(where: { $0.hasPrefix("  --") }) {
        lines.insert("  --\(name)=\(value) \\", at: last)
      }
      return
    }
    let end = lines[index].hasSuffix(" \\") ? " \\" : ""
    let old = self.value(at: index).split(separator: ",").map(String.init)
    let added = value.split(separator: ",").map(String.init).filter { !old.contains($0) }
    let all = Self.additive.contains(name) ? (old + added).joined(separator: ",") : value
    lines[index] = "  --\(name)=\(all)\(end)"
  }

  private func index(of name: String) -> Int? { lines.firstIndex { $0.hasPrefix("  --\(name)=") } }

  private func value(at index: Int) -> String {
    let line = lines[index].hasSuffix(" \\") ? lines[index].dropLast(2) : lines[index][...]
    return String(line.drop { $0 != "=" }.dropFirst())
  }
}
