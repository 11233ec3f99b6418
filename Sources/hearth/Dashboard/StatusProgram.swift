import Smoke

/// `hearth status --watch` on a terminal: the lines of the status, as many as there is room for.
struct StatusProgram: ScreenProgram {
  var style: Style
  private var status: ClusterStatus?
  private var isLooking = false
  private var scroll = Scroll()

  init(style: Style) { self.style = style }

  mutating func take(_ news: ClusterStatus) { status = news }
  mutating func isLooking(_ looks: Bool) { isLooking = looks }

  mutating func take(_ key: Key, on size: ScreenSize) -> ScreenRequest<Never> {
    switch key {
    case .character("q"), .escape: return .quit
    case .character("r"): return .refresh
    default:
      _ = scroll.take(key)
      scroll.settle(status?.lines().count ?? 0, rows: size.rows - 1)
      return .nothing
    }
  }

  func lines(_ size: ScreenSize) -> [Styled] {
    guard size.rows > 0 else { return [] }
    let text = status?.lines().map(coloured) ?? ["looking at the rack …"]
    let seen = scroll.window(text, rows: size.rows - 1)
    let space = Array(repeating: Styled(""), count: max(0, size.rows - 1 - seen.count))
    let footer = style.dim("q quit  r refresh  j k scroll" + (isLooking ? "  looking …" : ""))
    return (seen + space + [footer]).map { $0.fitted(size.columns) }
  }

  private func coloured(_ line: String) -> Styled {
    switch line.first {
    case "✗": style.red(line)
    case "!": style.yellow(line)
    case "✓": style.green("✓") + String(line.dropFirst())
    default: Styled(line)
    }
  }
}
