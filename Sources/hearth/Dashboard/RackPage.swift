import Dashboard
import Smoke
import Untrusted

/// The whole rack on one screen: what is wrong, a row for each host, what happened last.
struct RackPage {
  var style: Style
  var time: ScreenTime
  var size: ScreenSize

  private static let (mostProblems, mostEvents, mostWarnings) = (3, 8, 4)

  /// As in the inventory where there is room for all of them. Otherwise failed hosts come first, then those that are being
  /// worked on.
  func hosts(_ picture: RackPicture) -> [HostPicture] {
    guard picture.hosts.count > room(picture) else { return picture.hosts }
    return picture.hosts.enumerated().sorted { left, right in
      let (a, b) = (min(left.element.standing, .warned), min(right.element.standing, .warned))
      return a == b ? left.offset < right.offset : a < b
    }.map(\.element)
  }

  func lines(_ picture: RackPicture, chosen: String?) -> [Styled] {
    var lines = head(picture) + [""] + table(picture, chosen: chosen)
    let free = size.rows - lines.count
    let warnings = picture.warnings.prefix(min(Self.mostWarnings, max(0, free - 1)))
    if !warnings.isEmpty { lines += [""] + warnings.map { style.yellow("! ") + $0 } }
    return lines + events(picture, rows: size.rows - lines.count)
  }

  private func head(_ picture: RackPicture) -> [Styled] {
    [title(picture)] + facts(picture) + problems(picture)
  }

  /// Rows for hosts: all but the head, an empty line and the names of the columns.
  private func room(_ picture: RackPicture) -> Int { max(1, size.rows - head(picture).count - 2) }

  private func title(_ picture: RackPicture) -> Styled {
    let count = picture.hosts.count
    let name = "\(picture.cluster)  \(picture.server.map { "Kubernetes \($0)" } ?? "no API server answers")"
    let failed = picture.failed.count
    let doubted = picture.hosts.count { $0.standing == .working || $0.standing == .warned }
    let words: Styled =
      failed + picture.problems.count > 0
      ? style.red(failed > 0 ? "\(failed) of \(count) hosts failed" : "something is wrong")
      : doubted > 0
        ? style.yellow("\(doubted) of \(count) hosts to look at")
        : style.green("all \(count) hosts are well")
    let left = style.bold(name.fitted(size.columns)) + "  " + words
    let clock = time.clock(time.now)
    let space = size.columns - left.columns - clock.count
    return space > 1 ? left + String(repeating: " ", count: space) + style.dim(clock) : left
  }

  /// What the cluster as a whole is like, as many of it on a line as there is room for.
  private func facts(_ picture: RackPicture) -> [Styled] {
    var facts: [Styled] = []
    if let line = picture.onItsWay { facts.append(style.yellow(line)) }
    if let pods = picture.pods {
      facts.append(
        Styled("\(pods.total) pods")
          + (pods.missing > 0 ? style.yellow(", \(pods.missing) not ready") : "")
          + (pods.webAssembly > 0 ? ", \(pods.webAssembly) WebAssembly" : ""))
    }
    if let etcd = picture.store, let bytes = etcd.bytes {
      let write = etcd.writeMicroseconds.map { ", \(Quantity.microseconds($0)) a write" } ?? ""
      facts.append(Styled("etcd \(Quantity.bytes(bytes))\(write)"))
    }
    if let days = picture.fewestCertificateDays {
      let text = "certificates \(days) d"
      facts.append(picture.hosts.contains(where: \.hasEndingCertificate) ? style.yellow(text) : Styled(text))
    }
    facts.append(
      picture.backup.map { backup in
        let text = "backup \(time.age(backup)) ago"
        return time.now - backup > 172_800 ? style.yellow(text) : Styled(text)
      } ?? style.yellow("no backup known"))
    if let power = picture.power { facts += money(power) }
    return flowing(facts)
  }

  private func money(_ power: PowerPicture) -> [Styled] {
    guard let watts = power.watts else { return [] }
    let part = power.isModelled ? " (model)" : power.isWhole ? "" : " (of what is metered)"
    var facts = [Styled("\(Quantity.number(watts, 1)) W\(part)")]
    if let cost = power.electricityPerHour { facts.append(Styled("\(power.currency) \(Quantity.number(cost, 4))/h")) }
    if let total = power.totalPerHour {
      facts.append(Styled("\(power.currency) \(Quantity.number(total, 4))/h all in"))
    }
    return facts
  }

  private func flowing(_ facts: [Styled]) -> [Styled] {
    var lines: [Styled] = []
    for fact in facts {
      if let last = lines.last, last.columns + 3 + fact.columns <= size.columns {
        lines[lines.count - 1] = last + " · " + fact
      } else {
        lines.append(fact)
      }
    }
    return lines
  }

  private func problems(_ picture: RackPicture) -> [Styled] {
    let all =
      picture.problems.map { (place: "", problem: $0) }
      + picture.failed.flatMap { host in host.problems.prefix(1).map { (place: "\(host.name): ", problem: $0) } }
    let shown = all.prefix(Self.mostProblems).map { place, problem in
      style.red("✗ ") + "\(place)\(problem.title): \(problem.detail)"
    }
    return shown + (all.count > shown.count ? [style.red("✗ ") + "… \(all.count - shown.count) more problems"] : [])
  }

  // MARK: The table

  private func table(_ picture: RackPicture, chosen: String?) -> [Styled] {
    let hosts = hosts(picture)
    let seen = window(hosts, chosen: chosen, rows: room(picture))
    let columns = columns(hosts)
    let head = columns.map { Styled($0.column.head).padded($0.width, right: $0.column.isRight) }
    var lines = [style.dim("   " + head.joined(separator: "  ").plain)]
    lines += seen.map { row($0, columns, isChosen: $0.name == chosen) }
    if seen.count < hosts.count { lines.append(style.dim("   … \(hosts.count - seen.count) more hosts")) }
    return lines
  }

  private func window(_ hosts: [HostPicture], chosen: String?, rows: Int) -> [HostPicture] {
    guard hosts.count > rows else { return hosts }
    let room = max(1, rows - 1)
    let index = hosts.firstIndex { $0.name == chosen } ?? 0
    return Array(hosts.dropFirst(max(0, index - room + 1)).prefix(room))
  }

  private struct Fitted {
    var column: HostColumn
    var width: Int
  }

  /// Those that say anything, the most important ones, as many as there is room for.
  private func columns(_ hosts: [HostPicture]) -> [Fitted] {
    let isUpgrading = Set(hosts.compactMap(\.kubelet)).count > 1
    let all = HostColumn.all.filter { isUpgrading || $0.head != "KUBELET" }.map { column in
      let widest = hosts.map { column.cell($0, style).columns }.max() ?? 0
      return Fitted(column: column, width: widest == 0 ? 0 : max(widest, column.head.count))
    }
    var room = size.columns - 3
    var chosen: Set<Int> = []
    for index in all.indices.sorted(by: { (all[$0].column.rank, $0) < (all[$1].column.rank, $1) })
    where all[index].width > 0 && all[index].width <= room {
      chosen.insert(index)
      room -= all[index].width + 2
    }
    return all.indices.filter(chosen.contains).map { all[$0] }
  }

  private func row(_ host: HostPicture, _ columns: [Fitted], isChosen: Bool) -> Styled {
    var cells = columns.map { $0.column.cell(host, style).padded($0.width, right: $0.column.isRight) }
    if isChosen, let place = columns.firstIndex(where: { $0.column.head == "HOST" }) {
      cells[place] = style.bold(cells[place].plain)
    }
    let line = Styled(isChosen ? "▸" : " ") + mark(host) + " " + cells.joined(separator: "  ")
    guard let note = host.notes.first, size.columns - line.columns > 8 else { return line }
    return line + "  " + style.dim(note)
  }

  private func mark(_ host: HostPicture) -> Styled {
    switch host.standing {
    case .failed: style.red("✗")
    case .working: style.yellow("~")
    case .warned: style.yellow("!")
    case .good: style.green("✓")
    }
  }

  private func events(_ picture: RackPicture, rows: Int) -> [Styled] {
    let count = min(Self.mostEvents, rows - 2)
    guard count > 0, !picture.events.isEmpty else { return [] }
    return ["", style.dim("   EVENTS")]
      + picture.events.prefix(count).map { EventLine(style: style, time: time).line($0) }
  }
}

/// One event of Kubernetes on one line.
struct EventLine {
  var style: Style
  var time: ScreenTime

  func line(_ event: ClusterEvent) -> Styled {
    let count = event.count > 1 ? " ×\(event.count)" : ""
    let reason = event.isWarning ? style.yellow(event.reason) : Styled(event.reason)
    return style.dim("   \(time.age(event.time).padding(6))  ") + reason + "\(count)  \(event.object)  \(event.message)"
  }
}
