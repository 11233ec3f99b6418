import Diagnostics
import Foundation
import Inventory
import Preflight
import Provision
import Testing

@Suite("Files for a fresh card")
struct FlashFilesTests {
  static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample me@laptop"

  private func files(_ fixed: FlashFiles.FixedAddress? = nil, keys: [String] = [key]) throws -> [String: String] {
    try FlashFiles(node: TestRack.make(1).nodes[0], keys: keys, fixed: fixed, id: "abc").files
  }

  @Test("The first start gets name, login, sudo without a password, no swap, and leaves /etc/hosts alone")
  func userData() throws {
    let text = try #require(try files()["user-data"])
    #expect(text.hasPrefix("#cloud-config\n"))
    let lines = Set(text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    #expect(
      lines.isSuperset(of: [
        #"hostname: "pi1""#, "manage_etc_hosts: false", #"- name: "pi""#, #"sudo: "ALL=(ALL) NOPASSWD:ALL""#,
        "Mechanism=none",
        #"- "\#(Self.key)""#,
      ]))
    #expect(text.contains("cgroup_enable=memory") && !text.contains("cgroup_memory=1"))
  }

  @Test("Names that YAML reads as something else stay names", arguments: ["no", "on", "null", "true", "_1"])
  func names(_ name: String) throws {
    var node = TestRack.make(1).nodes[0]
    node.ssh.user = name
    let text = try FlashFiles(node: node, keys: [Self.key], fixed: nil, id: "abc").files["user-data"]
    #expect(text?.contains("\n  - name: \"\(name)\"\n") == true)
  }

  @Test("An address is fixed where the router is known, and asked for where not")
  func network() throws {
    let router = try #require(IPv4Address("192.168.1.1"))
    let fixed = try #require(try files(.init(gateway: router, prefix: 24, resolver: router))["network-config"])
    #expect(fixed.contains("addresses: [192.168.1.11/24]") && fixed.contains("via: 192.168.1.1"))
    #expect(fixed.contains("dhcp4: false") && !fixed.contains("dhcp4: true"))
    let leased = try #require(try files()["network-config"])
    #expect(leased.contains("dhcp4: true") && leased.contains("192.168.1.11") && !leased.contains("addresses:"))
    #expect(try files()["meta-data"]?.contains(#"instance-id: "hearth-pi1-abc""#) == true)
  }

  @Test(
    "What is not a public key does not reach the card",
    arguments: ["", "-----BEGIN OPENSSH PRIVATE KEY-----", "ssh-ed25519 AAAA\" x", "hello world"])
  func keys(_ key: String) {
    #expect(throws: HearthError.self) { try files(keys: [key]) }
  }

  @Test("The card's own line keeps what it has")
  func commandLine() throws {
    let line = "console=tty1 root=PARTUUID=1-02 rootwait resize ds=nocloud;i=x\n"
    let after = try #require(try FlashFiles.commandLine(Array(line.utf8)))
    #expect(String(decoding: after, as: UTF8.self) == line.dropLast() + " cgroup_enable=memory\n")
    #expect(try FlashFiles.commandLine(after) == nil)
    #expect(throws: HearthError.self) { try FlashFiles.commandLine(Array("console=tty1\n".utf8)) }
  }
}
