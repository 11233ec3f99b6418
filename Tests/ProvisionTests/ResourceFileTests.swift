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
