package import Diagnostics
import Foundation
import Units
import Untrusted

/// What one host says of itself.
package struct HostState: Sendable, Equatable, Codable {
  /// The state of one of the cluster's systemd units.
  package struct Unit: Sendable, Equatable, Codable {
    package var name: String
    /// `not-found` when the host has no such unit.
    package var load: String
    /// `active`, `failed`, `activating` and so on, in systemd's words.
    package var active: String
    package var sub: String
    /// Restarts by systemd since the unit was last started by hand.
    package var restarts: Int
    /// Seconds since it became active; nil where that is not known.
    package var activeSeconds: Int?

    /// Up for so long that what ended it before is over.
    package var isSteady: Bool { isUp && activeSeconds.map { $0 >= 3600 } == true }
    /// Running or, for one that only sets something up, done.
    package var isUp: Bool { active == "active" && (sub == "running" || sub == "exited") }
  }

  /// One certificate file, or one certificate inside a kubeconfig.
  package struct Certificate: Sendable, Equatable, Codable {
    package var path: String
    /// Seconds since 1970.
    @Timestamp package var notAfter: Int
    /// Whole days that are left, by the host's own clock; negative when it has expired.
    package var daysLeft: Int
    /// Whole days from its beginning to its end.
    package var days = 365

    /// Fewer days left than this are worth a warning: hosts renew when a third is left. 90 of a year's.
    package var warningDays: Int { min(90, days / 4) }
    /// Fewer days left than this are a failure: 7 of a year's, of a week's only what has ended.
    package var failureDays: Int { min(7, days / 50) }
  }

  /// A health endpoint's answer.
  package struct Health: Sendable, Equatable, Codable {
    package var healthy: Bool
    /// The failed parts, or why there was no answer.
    package var detail: String
  }

  package var units: [Unit]
  /// By the host's own clock, in seconds since 1970.
  @OptionalTimestamp package var booted: Int? = nil
  package var certificates: [Certificate]
  /// Only on control-plane hosts.
  package var api: Health?
  /// Only on control-plane hosts.
  package var etcd: Health?
  /// How often etcd waited longer than a second for its disk within the last ten minutes.
  package var slowWrites: Int
  /// The rack's virtual address is on this host.
  package var hasEndpoint: Bool

  /// The reference of the test image that was brought to the host.
  package var testImage: String?
  /// What the host's own check of WebAssembly found; nil where there is no such check.
  package var webAssembly: WebAssemblyState?
  package var vitals: Vitals?
  /// Of its own member; only on control-plane hosts, and only where details were asked for.
  package var store: EtcdStore?
  /// When the newest backup of the nights was made that lies on the host, in seconds since 1970.
  @OptionalTimestamp package var newestBackup: Int? = nil

  package init(
    units: [Unit] = [], booted: Int? = nil, certificates: [Certificate] = [], api: Health? = nil,
    etcd: Health? = nil,
    slowWrites: Int = 0, hasEndpoint: Bool = false, testImage: String? = nil, webAssembly: WebAssemblyState? = nil
  ) {
    self.units = units
    self.booted = booted
    self.testImage = testImage
    self.webAssembly = webAssembly
    self.certificates = certificates
    self.api = api
    self.etcd = etcd
    self.slowWrites = slowWrites
    self.hasEndpoint = hasEndpoint
  }
}

extension HostState {
  /// Decodes what `templates/smoke/host-state.sh` printed.
  init(_ sections: Sections) {
    func number(_ name: String) -> Int? {
      sections[name].flatMap {
        Int(checked: $0.trimmingCharacters(in: .whitespacesAndNewlines), in: 0...Sections.lastSecond)
      }
    }
    let now = number("clock")
    self.init(
      units: Self.units(sections["units"] ?? "", uptime: number("uptime")),
      booted: number("booted"),
      certificates: now.map { now in Self.certificates(sections, now: now) } ?? [],
      api: Self.health(sections, "api", judge: Self.api),
      etcd: Self.health(sections, "etcd", judge: Self.etcd),
      slowWrites: number("slow-writes") ?? 0,
      hasEndpoint: sections["endpoint"]?.contains(" inet ") ?? false,
      testImage: Self.image("smoke", sections["images"] ?? ""),
      webAssembly: WebAssemblyState(check: sections["wasm"] ?? "", images: sections["images"] ?? "")
    )
    vitals = sections["vitals"].map { Vitals($0) }
    store = sections["store"].flatMap { EtcdStore(metrics: $0) }
    newestBackup = sections["backups"].flatMap { Self.time(ofBackup: $0) }
  }

  /// From a name such as `/var/lib/hearth/backups/home-20261130T023107Z.tar`.
  package static func time(ofBackup path: String) -> Int? {
    guard let match = path.firstMatch(of: /-([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z\.tar/)
    else { return nil }
    let parts = [match.1, match.2, match.3, match.4, match.5, match.6].compactMap { Int($0) }
    return Day(year: parts[0], month: parts[1], day: parts[2]).map {
      $0.number * 86_400 + parts[3] * 3600 + parts[4] * 60 + parts[5]
    }
  }

  /// Lines of an image's reference and its archive.
  static func image(_ name: String, _ table: String) -> String? {
    table.byteLines.compactMap { $0.split(separator: " ").first }
      .first { $0.contains("/\(name):") }.map(String.init)
  }

  /// Blocks of `Key=value` lines, an empty line between units.
  static func units(_ text: String, uptime: Int? = nil) -> [Unit] {
    let lines = text.byteLines
    return lines.split(separator: "").compactMap { block in
      var values: [Substring: Substring] = [:]
      for line in block {
        guard let sign = line.firstIndex(of: "=") else { continue }
        values[line[..<sign]] = line[line.index(after: sign)...]
      }
      guard let id = values["Id"] else { return nil }
      return Unit(
        name: id.hasSuffix(".service") ? String(id.dropLast(8)) : String(id),
        load: values["LoadState"].map(String.init) ?? "", active: values["ActiveState"].map(String.init) ?? "",
        sub: values["SubState"].map(String.init) ?? "",
        restarts: values["NRestarts"].flatMap { Int(checked: $0, in: 0...Int(Int32.max)) } ?? 0,
        activeSeconds: uptime.flatMap { up in
          values["ActiveEnterTimestampMonotonic"].flatMap { Int(checked: $0, in: 0...Int.max) }
            .map { max(0, up - $0 / 1_000_000) }
        })
    }
  }

  private static func certificates(_ sections: Sections, now: Int) -> [Certificate] {
    sections.entries.compactMap { name, text in
      guard name.hasPrefix("certificate "), let validity = CertificateExpiry.validity(pem: text) else { return nil }
      let left = validity.end - now
      let days = left >= 0 ? left / 86_400 : -((-left + 86_399) / 86_400)
      return Certificate(
        path: String(name.dropFirst(12)), notAfter: validity.end, daysLeft: days,
        days: (validity.end - validity.start) / 86_400)
    }
  }

  private static func health(_ sections: Sections, _ name: String, judge: (String) -> Health?) -> Health? {
    guard let text = sections[name] else { return nil }
    let status = sections["\(name) status"]?.trimmingCharacters(in: .whitespacesAndNewlines)
    if status == "0", let health = judge(text) { return health }
    // On a failed check the server's verbose answer is part of kubectl's error.
    let error = sections["\(name) error"] ?? ""
    let failed = failedChecks(text + "\n" + error)
    if !failed.isEmpty { return Health(healthy: false, detail: "failed checks: \(failed.joined(separator: ", "))") }
    if status == "124" { return Health(healthy: false, detail: "no answer within 10 s") }
    let line = error.lastLines(1).last ?? "status \(status ?? "unknown")"
    return Health(healthy: false, detail: line.trimmingCharacters(in: .whitespaces))
  }

  /// `/readyz?verbose` lists a line such as `[+]etcd ok` or `[-]etcd failed: reason withheld` for each check.
  private static func api(_ text: String) -> Health? {
    let failed = failedChecks(text)
    if !failed.isEmpty { return Health(healthy: false, detail: "failed checks: \(failed.joined(separator: ", "))") }
    let passed = text.byteLines.count { $0.hasPrefix("[+]") }
    guard passed > 0 || text.contains("ok") else { return nil }
    return Health(healthy: true, detail: "ready, \(passed) checks")
  }

  private static func failedChecks(_ text: String) -> [String] {
    text.byteLines.filter { $0.hasPrefix("[-]") }
      .map { String($0.dropFirst(3).prefix { $0 != " " }) }
  }

  /// `{"health":"true","reason":""}`; older members have no reason.
  private static func etcd(_ text: String) -> Health? {
    struct Answer: Decodable {
      var health: String
      var reason: String?
    }
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(text.utf8)) else { return nil }
    let reason = answer.reason.flatMap { $0.isEmpty ? nil : $0 }
    return Health(
      healthy: answer.health == "true", detail: answer.health == "true" ? "healthy" : reason ?? "says it is unhealthy")
  }
}
