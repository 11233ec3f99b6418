import Dashboard

/// A column of the table of hosts.
struct HostColumn: Sendable {
  var head: String
  var isRight = true
  /// Narrow terminals leave out what has a high number.
  var rank: Int
  var cell: @Sendable (HostPicture, Style) -> Styled

  /// In the order in which they stand.
  static let all = [
    HostColumn(head: "SLOT", isRight: false, rank: 5) { host, _ in Styled((host.slot ?? "").fitted(12)) },
    HostColumn(head: "HOST", isRight: false, rank: 0) { host, style in
      host.standing == .failed ? style.red(host.name.fitted(20)) : Styled(host.name.fitted(20))
    },
    HostColumn(head: "ROLES", isRight: false, rank: 7) { host, _ in Styled(roles(host)) },
    HostColumn(head: "STATE", isRight: false, rank: 0) { host, style in
      switch host.standing {
      case .failed: style.red(host.state)
      case .working: style.yellow(host.state)
      case .warned, .good: Styled(host.state)
      }
    },
    HostColumn(head: "LOAD", rank: 2) { host, style in
      host.load.map { number($0, 2, style, isOdd: $0 >= 2) } ?? ""
    },
    HostColumn(head: "MEM", rank: 2) { host, style in percent(host.memoryPercent, style, from: 95) },
    HostColumn(head: "TEMP", rank: 1) { host, style in
      host.temperature.map { coloured("\(Int($0.rounded()))°C", style, isOdd: $0 >= 80) } ?? ""
    },
    HostColumn(head: "DISK", rank: 3) { host, style in percent(host.diskPercent, style, from: 85) },
    HostColumn(head: "PODS", rank: 4) { host, style in
      host.pods.map { pods in
        pods.missing > 0 ? style.yellow("\(pods.total) (\(pods.missing))") : Styled("\(pods.total)")
      } ?? ""
    },
    HostColumn(head: "WASM", isRight: false, rank: 8) { host, style in
      host.webAssembly.map { $0.works ? "ok" : style.red("failed") } ?? ""
    },
    HostColumn(head: "ETCD", rank: 9) { host, style in
      host.etcd.map { etcd in
        guard etcd.isHealthy else { return style.red("unwell") }
        return Styled((etcd.bytes.map(Quantity.bytes) ?? "ok") + (etcd.isLeader ? "*" : ""))
      } ?? ""
    },
    HostColumn(head: "CERT", rank: 6) { host, style in
      host.certificateDays.map { coloured("\($0) d", style, isOdd: host.hasEndingCertificate) } ?? ""
    },
    HostColumn(head: "WATTS", rank: 6) { host, style in host.watts.map { number($0, 1, style) } ?? "" },
    HostColumn(head: "KUBELET", isRight: false, rank: 10) { host, _ in Styled((host.kubelet ?? "").fitted(16)) },
  ]

  private static func roles(_ host: HostPicture) -> String {
    host.roles.map { $0 == "control-plane" ? "cp" : $0 == "worker" ? "w" : $0 }.joined(separator: ",")
  }

  private static func number(_ value: Double, _ digits: Int, _ style: Style, isOdd: Bool = false) -> Styled {
    coloured(Quantity.number(value, digits), style, isOdd: isOdd)
  }

  private static func percent(_ value: Int?, _ style: Style, from limit: Int) -> Styled {
    value.map { coloured("\($0) %", style, isOdd: $0 >= limit) } ?? ""
  }

  private static func coloured(_ text: String, _ style: Style, isOdd: Bool) -> Styled {
    isOdd ? style.yellow(text) : Styled(text)
  }
}
