import Untrusted

/// How one text becomes another, as a list of replaced lines: the hunks of a unified diff without context.
struct LineDiff {
  /// More lines than this make a plan unreadable; the rest is counted.
  static let shownLines = 60

  /// One field per hunk, named by the line where it begins.
  let fields: [FieldChange]

  init(from old: String, to new: String) {
    let before = old.lineFeedParts
    let after = new.lineFeedParts
    guard before.count + after.count <= 4000 else {
      fields = [FieldChange(.content, from: "\(before.count) lines", to: "\(after.count) lines")]
      return
    }
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in after.difference(from: before) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var fields: [FieldChange] = []
    var shown = 0
    var (i, j) = (0, 0)
    while i < before.count || j < after.count {
      guard removed.contains(i) || inserted.contains(j) else {
        (i, j) = (i + 1, j + 1)
        continue
      }
      let start = j
      var gone: [Substring] = []
      var come: [Substring] = []
      while removed.contains(i) {
        gone.append(before[i])
        i += 1
      }
      while inserted.contains(j) {
        come.append(after[j])
        j += 1
      }
      shown += gone.count + come.count
      if shown > Self.shownLines {
        let rest = removed.count + inserted.count - shown + gone.count + come.count
        fields.append(FieldChange(.content, from: nil, to: "… and \(rest) more changed lines"))
        break
      }
      fields.append(FieldChange(.line(start + 1), from: Self.text(gone), to: Self.text(come)))
    }
    self.fields = fields
  }

  private static func text(_ lines: [Substring]) -> String? {
    lines.isEmpty ? nil : lines.joined(separator: "\n")
  }
}
