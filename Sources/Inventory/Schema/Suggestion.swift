/// `, did you mean …?` for what lies near enough to what was written; empty when nothing does.
func didYouMean(_ written: String, among known: [String]) -> String {
  nearest(to: written, among: known).map { ", did you mean `\($0)`?" } ?? ""
}

/// The known word that was probably meant: at most a third of its characters differ, letter case aside.
func nearest(to written: String, among known: [String]) -> String? {
  let wanted = Array(written.lowercased().filter { $0 != "_" && $0 != "-" })
  let scored = known.map { word in
    let letters = Array(word.lowercased().filter { $0 != "_" && $0 != "-" })
    return (word: word, distance: editDistance(wanted, letters), limit: max(1, max(letters.count, wanted.count) / 3))
  }
  let best = scored.filter { $0.distance <= $0.limit }.min { $0.distance < $1.distance }
  return best?.word
}

/// Insertions, deletions, replacements and swaps of neighbours between two words.
func editDistance(_ left: [Character], _ right: [Character]) -> Int {
  var rows = [Array(0...right.count)]
  for i in left.indices {
    var row = [i + 1]
    for j in right.indices {
      var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { best = min(best, rows[i - 1][j - 1] + 1) }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[left.count][right.count]
}
