import Dashboard
import Foundation

/// `hearth dashboard` on a terminal: which page is open, which host is chosen, what was seen last.
struct DashboardProgram: ScreenProgram {
  enum Page: Sendable, Equatable { case rack, host, log, help }

  enum News: Sendable {
    case picture(RackPicture)
    case log(host: String, lines: [String])
    /// A few words on what was done.
    case note(String)
  }

  enum Errand: Sendable, Equatable {
    case log(host: String)
    case blink(host: String)
  }

  var style: Style
  var timeZone: TimeZone = .current
  /// The clock, in seconds since 1970.
  var now: @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }
  private(set) var picture: RackPicture?
  private(set) var page = Page.rack
  private(set) var isLooking = false
  /// Chosen; the first one where nobody has chosen yet, or the host is gone.
  private var chosen: String?
  private var scroll = Scroll()
  /// Nil until it is there.
  private var log: [String]?
  private var note: String?

  init(style: Style) { self.style = style }

  var host: HostPicture? {
    guard let picture else { return nil }
    return picture.hosts.first { $0.name == chosen } ?? picture.hosts.first
  }

  mutating func take(_ news: News) {
    switch news {
    case .picture(let picture): self.picture = picture
    case .log(let name, let lines) where name == host?.name:
      log = lines
      // What happened last stands at the end.
      if page == .log { _ = scroll.take(.end) }
    case .log: break
    case .note(let note): self.note = note
    }
  }
  mutating func isLooking(_ looks: Bool) { isLooking = looks }

  mutating func take(_ key: Key, on size: ScreenSize) -> ScreenRequest<Errand> {
    note = nil
    switch (page, key) {
    case (_, .character("q")): return .quit
    case (_, .character("r")): return .refresh
    case (.rack, .character("?")): open(.help)
    case (.rack, .enter) where host != nil: open(.host)
    case (.rack, .escape): chosen = nil
    case (.rack, .character("l")), (.host, .character("l")), (.log, .character("l")):
      guard let host else { break }
      open(.log)
      log = nil
      return .errand(.log(host: host.name))
    case (.rack, .character("b")), (.host, .character("b")):
      guard let host else { break }
      open(page)
      note = "\(host.name): LED …"
      return .errand(.blink(host: host.name))
    case (.log, .escape): open(.host)
    case (_, .escape), (.help, .character("?")), (.host, .enter): open(.rack)
    case (.rack, _): choose(key, on: size)
    default:
      _ = scroll.take(key)
      scroll.settle(text.count, rows: size.rows - 1)
    }
    return .nothing
  }

  func lines(_ size: ScreenSize) -> [Styled] {
    guard size.rows > 0, size.columns > 0 else { return [] }
    let rows = size.rows - 1
    var lines =
      if page == .rack, let picture {
        Array(page(size).lines(picture, chosen: host?.name).prefix(rows))
      } else {
        scroll.window(text, rows: rows)
      }
    lines += Array(repeating: Styled(""), count: max(0, rows - lines.count))
    return (lines + [footer(size.columns)]).map { $0.fitted(size.columns) }
  }

  private func page(_ size: ScreenSize) -> RackPage {
    RackPage(style: style, time: time, size: ScreenSize(columns: size.columns, rows: size.rows - 1))
  }

  /// Of a page that scrolls.
  private var text: [Styled] {
    if page == .help { return help }
    if page == .log, let host {
      return [style.bold("\(host.name)  log"), ""] + (log ?? ["fetching the last lines …"]).map { Styled($0) }
    }
    guard let picture, let host else {
      return [style.bold("hearth dashboard"), "", Styled("looking at the rack …")]
    }
    return HostPage(style: style, time: time).lines(host, of: picture)
  }

  private var time: ScreenTime { ScreenTime(now: now(), timeZone: timeZone) }

  private mutating func open(_ page: Page) {
    if let host { chosen = host.name }
    self.page = page
    scroll = Scroll()
  }

  private mutating func choose(_ key: Key, on size: ScreenSize) {
    guard let picture, let host else { return }
    let names = page(size).hosts(picture).map(\.name)
    guard let index = names.firstIndex(of: host.name) else { return }
    var place = Scroll(offset: index)
    if place.take(key) { chosen = names[min(place.offset, names.count - 1)] }
  }

  private func footer(_ width: Int) -> Styled {
    let keys =
      switch page {
      case .rack: ["q quit", "? help", "enter host", "j k choose", "l log", "b blink", "r refresh"]
      case .host: ["q quit", "esc back", "l log", "j k scroll", "b blink", "r refresh"]
      case .log: ["q quit", "esc back", "j k scroll", "l newer lines"]
      case .help: ["q quit", "esc back"]
      }
    let state = note ?? (isLooking ? "looking …" : picture.map { "seen \(time.age($0.time)) ago" } ?? "")
    // How old the picture is says more than the last keys, which the page of help has.
    var shown = keys[...]
    func space() -> Int { width - shown.joined(separator: "  ").columns - state.columns }
    while space() < 2, shown.count > 1 { shown.removeLast() }
    let left = shown.joined(separator: "  ")
    return style.dim(space() > 1 ? left + String(repeating: " ", count: space()) + state : left)
  }

  private var help: [Styled] {
    [
      style.bold("Keys"),
      "  q       quit", "  r       look again now", "  j k     choose the host below or above; also the arrow keys",
      "  g G     the first and the last host", "  enter   the host's own page", "  l       the last lines of its log",
      "  b       blink its LED for \(PictureSource.blinkSeconds) s", "  esc     back", "  ?       this page",
      "",
      style.bold("Marks"),
      "  " + style.green("✓") + "  serves", "  " + style.yellow("!") + "  serves, and somebody should look at it",
      "  " + style.yellow("~") + "  something is being done to it, or it is cordoned",
      "  " + style.red("✗") + "  does not answer, is not Ready, or a condition fails", "",
      style.bold("Columns"),
      "  LOAD    running and waiting processes for each processor, mean of a minute",
      "  MEM     memory in use", "  TEMP    of the processor", "  DISK    of the disk that holds /var/lib",
      "  PODS    pods on the node, done ones left out; in brackets those not ready", "  WASM    WebAssembly self-test",
      "  ETCD    size of its data, * the leader", "  CERT    days left of the certificate that ends first",
      "  WATTS   of the meter that measures this host alone", "",
      "Where the rows are too few, failed hosts come first, then those being worked on.",
    ]
  }
}

/// Times as the screen shows them.
struct ScreenTime: Sendable, Equatable {
  /// In seconds since 1970.
  var now: Int
  var timeZone: TimeZone

  /// `12 s`, `5 min`, `3 h`, `4 d`.
  func age(_ time: Int) -> String {
    let seconds = max(0, now - time)
    return switch seconds {
    case ..<90: "\(seconds) s"
    case ..<5400: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) d"
    }
  }

  /// `14:05:09`, or with the date where that is another day.
  func clock(_ time: Int) -> String {
    func shown(_ time: Int, _ format: Date.VerbatimFormatStyle) -> String {
      Date(timeIntervalSince1970: Double(time)).formatted(format)
    }
    let calendar = Calendar(identifier: .gregorian)
    let clock = Date.VerbatimFormatStyle(
      format:
        "\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits)",
      timeZone: timeZone, calendar: calendar)
    let day = Date.VerbatimFormatStyle(
      format: "\(year: .defaultDigits)-\(month: .twoDigits)-\(day: .twoDigits)", timeZone: timeZone, calendar: calendar)
    return shown(time, day) == shown(now, day) ? shown(time, clock) : shown(time, day)
  }
}
