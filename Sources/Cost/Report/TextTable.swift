/// Columns of text; numbers to the right.
struct TextTable {
  enum Alignment { case left, right }

  var alignments: [Alignment]
  var rows: [[String]] = []
  /// Before each row.
  var indentation = 2
  /// Between columns.
  var gap = 2

  /// The column that gives way where all do not fit; otherwise lines are cut at their end.
  var flexible: Int?

  func lines(width: Int) -> [String] {
    var widths = alignments.indices.map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    let excess = indentation + widths.reduce(0, +) + gap * (widths.count - 1) - width
    if let flexible, excess > 0 { widths[flexible] = max(8, widths[flexible] - excess) }
    return rows.map { row in
      var line = String(repeating: " ", count: indentation)
      for (column, text) in row.enumerated() {
        let cell = text.count > widths[column] ? text.prefix(widths[column] - 1) + "…" : text
        let space = String(repeating: " ", count: widths[column] - cell.count)
        line += alignments[column] == .left ? cell + space : space + cell
        line += String(repeating: " ", count: gap)
      }
      while line.last == " " { line.removeLast() }
      return line.count > width ? String(line.prefix(width - 1)) + "…" : line
    }
  }
}

/// Text broken into lines between words.
func wrapped(_ text: String, width: Int, first: String = "", rest: String = "") -> [String] {
  var lines: [String] = []
  var line = first
  var isEmpty = true
  for word in text.split(separator: " ") {
    if !isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      line = rest + word
    } else {
      line += (isEmpty ? "" : " ") + word
    }
    isEmpty = false
  }
  return lines + [line]
}
