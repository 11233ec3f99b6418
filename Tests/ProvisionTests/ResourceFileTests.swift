import Diagnostics
import Foundation
import Testing

@testable import Provision

@Suite struct ResourceFileTests {
  @Test func readsEveryKind() throws {
    let folder = NSTemporaryDirectory() + "hearth-items-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try "{{greeting}} <{{#ports}}{{.}} {{/ports}}>".write(
      toFile: folder + "/motd.mustache", atomically: true, encoding: .utf8)
    let text = """
      variables:
        greeting: "Hello & welcome"
        ports: [80, 443]
      items:
        - packages: [curl, jq]
          hold: true
        - file: /etc/motd
          template: motd.mustache
          mode: 0600
        - directory: /srv/data
          mode: "0750"
          owner: pi:pi
        - symlink: /srv/link
          target: data
        - absent: /etc/old
        - unit: nginx
          state: stopped
        - unit: ssh.service
          restartOn: [/etc/ssh/sshd_config]
        - module: br_netfilter
        - sysctl: net.ipv4.ip_forward
          value: 1
        - user: web
      """
    let path = folder + "/items.yaml"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let resources = try ResourceFile.load(path)
    #expect(
      resources.map(\.id) == [
        "packages curl jq", "file /etc/motd", "directory /srv/data", "symlink /srv/link", "absent /etc/old",
        "unit nginx", "unit ssh.service", "kernel module br_netfilter", "sysctl net.ipv4.ip_forward", "user web",
      ])
    guard case .file(let file) = resources[1], case .directory(let directory) = resources[2],
      case .unit(let unit) = resources[5]
    else { return #expect(Bool(false), "wrong kinds") }
    #expect(String(decoding: file.content, as: UTF8.self) == "Hello & welcome <80 443 >")
    #expect(file.mode == 0o600 && directory.mode == 0o750 && directory.owner == "pi:pi")
    #expect(unit.state == .stopped && !unit.enabled)
  }

  /// The example of docs/reference/resources.md is read from there, with the template that stands below it.
  @Test func readsTheDocumentedExample() throws {
    let page = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/reference/resources.md"), encoding: .utf8)
    let folder = NSTemporaryDirectory() + "hearth-items-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Self.block("mustache", of: page).write(toFile: folder + "/site.conf", atomically: true, encoding: .utf8)
    try Self.block("yaml", of: page).write(toFile: folder + "/extras.yaml", atomically: true, encoding: .utf8)
    let resources = try ResourceFile.load(folder + "/extras.yaml")
    #expect(
      resources.map(\.id) == [
        "packages nginx jq=1.6-2.1", "user metrics", "directory /var/lib/metrics",
        "file /etc/nginx/conf.d/site.conf", "file /etc/metrics.token", "symlink /srv/metrics",
        "absent /etc/nginx/sites-enabled/default", "kernel module br_netfilter", "sysctl net.core.somaxconn",
        "unit nginx", "unit apt-daily.timer",
      ])
    guard case .file(let site) = resources[3] else { return #expect(Bool(false), "no file") }
    #expect(String(decoding: site.content, as: UTF8.self) == "# attic\nlisten 8080;\nlisten 8081;\n")
  }

  /// The page's table has every kind with every key, and no others.
  @Test func documentsEveryKey() throws {
    let page = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/reference/resources.md"), encoding: .utf8)
    for (kind, keys) in ResourceFileItem.kinds {
      let row = try #require(page.split(separator: "\n").first { $0.hasPrefix("| `\(kind): ") }, "\(kind) is missing")
      let documented = row.matches(of: /`([a-zA-Z]+)(: [^`]*)?`/).map { String($0.1) }
      #expect(Set(documented) == Set(keys + [kind]))
    }
  }

  /// The first fenced block of a language.
  private static func block(_ language: String, of page: String) throws -> String {
    let start = try #require(page.range(of: "```\(language)\n")).upperBound
    let end = try #require(page.range(of: "```", range: start..<page.endIndex)).lowerBound
    return String(page[start..<end])
  }

  @Test func reportsEveryMistakeAtItsPlace() {
    let text = """
      items:
        - fil: /etc/a
        - file: etc/b
          content: x
        - file: /etc/c
          content: x
          mod: 644
        - directory: /srv
          mode: 999
      other: 1
      """
    let errors = #expect(throws: HearthErrors.self) { try ResourceFile.parse(text, file: "x.yaml") }?.errors ?? []
    #expect(errors.map(\.subject.line) == [10, 2, 3, 7, 9])
    #expect(errors.contains { $0.message == "unknown key `mod`, did you mean `mode`?" })
  }

  @Test func reportsBrokenYAML() {
    let errors = #expect(throws: HearthErrors.self) { try ResourceFile.parse("items: [a\nb: c", file: "x.yaml") }?
      .errors
    #expect(errors?.first?.subject.line != nil)
  }
}
