/// Columns and rows.
struct ScreenSize: Sendable, Equatable {
  var columns: Int
  var rows: Int
}

/// What a key asks of whoever runs the program.
enum ScreenRequest<Errand: Sendable & Equatable>: Sendable, Equatable {
  case nothing, refresh, quit
  /// Something to do apart from the looks, whose answer comes as news.
  case errand(Errand)
}

/// What a program on the whole screen shows, and how keys and news change it. Pure; ``FullScreen`` runs it.
protocol ScreenProgram: Sendable {
  associatedtype News: Sendable
  associatedtype Errand: Sendable & Equatable = Never

  /// At most `size.rows` lines, none wider than `size.columns`.
  func lines(_ size: ScreenSize) -> [Styled]
  mutating func take(_ key: Key, on size: ScreenSize) -> ScreenRequest<Errand>
  mutating func take(_ news: News)
  /// Somebody has gone to look for news.
  mutating func isLooking(_ looks: Bool)
}

/// Which part of something long is seen.
struct Scroll: Sendable, Equatable {
  var offset = 0

  /// - Returns: false when this key does not scroll.
  mutating func take(_ key: Key) -> Bool {
    switch key {
    case .up, .character("k"): offset -= 1
    case .down, .character("j"): offset += 1
    case .pageUp: offset -= 10
    case .pageDown: offset += 10
    case .home, .character("g"): offset = 0
    case .end, .character("G"): offset = .max / 2
    default: return false
    }
    offset = max(0, offset)
    return true
  }

  /// The lines that are seen in so many rows; the last one says what is below, where something is.
  func window(_ lines: [Styled], rows: Int) -> [Styled] {
    let start = min(offset, max(0, lines.count - rows))
    var seen = Array(lines.dropFirst(start).prefix(rows))
    let below = lines.count - start - seen.count
    if below > 0, let last = seen.indices.last { seen[last] = Styled("… \(below + 1) more lines (j, k)") }
    return seen
  }

  /// Never past the end, so that the next key has an effect.
  mutating func settle(_ count: Int, rows: Int) { offset = min(offset, max(0, count - rows)) }
}
