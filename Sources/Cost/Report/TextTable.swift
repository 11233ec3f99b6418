import Untrusted

/// Columns of text; numbers to the right. Nothing is cut: words of the last column go on in the next line, and what is
/// too long for the first column gets a line of its own.
struct TextTable {
  enum Alignment { case left, right }

  var alignments: [Alignment]
  var rows: [[String]] = []
  /// Before each row.
  var indentation = 2
  /// Between columns.
  var gap = 2

  /// Of words that are broken into lines, at least so many characters stay side by side: an amount and its currency.
  private static let narrowest = 26
  /// Names that are longer get a line of their own before other words are broken into lines.
  private static let longestName = 20

  /// How wide the lines are where nothing is broken.
  var natural: Int { width(of: naturalWidths) }

  private var naturalWidths: [Int] {
    alignments.indices.map { column in
      rows.map { column < $0.count ? $0[column].visibleLine.count : 0 }.max() ?? 0
    }
  }

  private func width(of widths: [Int]) -> Int { indentation + widths.reduce(0, +) + gap * (widths.count - 1) }

  func lines(width: Int) -> [String] { blocks(width: width).flatMap(\.self) }

  /// The lines of each row.
  func blocks(width: Int) -> [[String]] {
    var widths = naturalWidths
    let last = widths.count - 1
    func give(_ column: Int, downTo least: Int) {
      widths[column] = min(widths[column], max(least, widths[column] - max(0, self.width(of: widths) - width)))
    }
    give(0, downTo: TextTable.longestName)
    if alignments[last] == .left { give(last, downTo: max(TextTable.narrowest, longestWord(of: last))) }
    give(0, downTo: 0)
    return rows.map { row in
      var cells = row.map(\.visibleLine)
      var lines: [String] = []
      if let first = cells.first, first.count > widths[0] {
        lines.append(String(repeating: " ", count: indentation) + first)
        cells[0] = ""
      }
      let words = cells.count == widths.count && cells[last].count > widths[last]
      let broken = words ? wrapped(cells[last], width: widths[last]) : [cells.last ?? ""]
      for (number, text) in broken.enumerated() {
        lines.append(line(number == 0 ? cells.dropLast() + [text] : Array(repeating: "", count: last) + [text], widths))
      }
      return lines
    }
  }

  private func longestWord(of column: Int) -> Int {
    rows.flatMap { column < $0.count ? $0[column].visibleLine.split(separator: " ") : [] }.map(\.count).max() ?? 0
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = String(repeating: " ", count: indentation)
    for (column, cell) in cells.enumerated() {
      let space = String(repeating: " ", count: max(0, widths[column] - cell.count))
      line += alignments[column] == .left ? cell + space : space + cell
      line += String(repeating: " ", count: gap)
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}

/// Text broken into lines between words.
func wrapped(_ text: String, width: Int, first: String = "", rest: String = "") -> [String] {
  var lines: [String] = []
  var line = first
  var isEmpty = true
  for word in text.visibleLine.split(separator: " ") {
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
