import Foundation
import Units
import Untrusted

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
