import Foundation

/// Comma-separated values by RFC 4180, with line feeds.
struct CSVTable {
  var header: [String]
  var rows: [[String]] = []

  var text: String { ([header] + rows).map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined() }

  private static func quoted(_ cell: String) -> String {
    // A cell that a spreadsheet would take for a formula gets an apostrophe; numbers stay as they are.
    let isFormula = cell.first.map { "=@+".contains($0) || ($0 == "-" && Double(cell) == nil) } ?? false
    let safe = isFormula ? "'" + cell : cell
    guard safe.contains(where: { ",\"\n\r".contains($0) }) else { return safe }
    return "\"" + safe.replacing("\"", with: "\"\"") + "\""
  }
}
