import Diagnostics
import Foundation
import Preflight
import Provision
import Testing

/// A host that says nonsense fails alone: by an error that names the field, or by a value that counts as unknown. None
/// ends the process, neither while it is read nor while it is judged.
@Suite("Facts of hostile hosts")
struct HostileFactsTests {
  private static let huge = "9223372036854775807"
  private static let beyond = "99999999999999999999999999999999"

  @Test(
    "What cannot be done without is refused by name",
    arguments: [
      ("MemTotal:       4016412 kB", "MemTotal: 9007199254740992 kB", "MemTotal"),
      ("MemTotal:       4016412 kB", "MemTotal: \(huge) kB", "MemTotal"),
      ("MemTotal:       4016412 kB", "MemTotal: \(beyond) kB", "MemTotal"),
      ("MemTotal:       4016412 kB", "MemTotal: -1 kB", "MemTotal"),
      ("MemTotal:       4016412 kB", "MemTotal: +5 kB", "MemTotal"),
      ("MemTotal:       4016412 kB", "MemTotal: 0x10 kB", "MemTotal"),
      ("MemTotal:       4016412 kB", "MemTotal: 1e9 kB", "MemTotal"),
      ("MemAvailable:   3213129 kB", "MemAvailable: 18014398509481984 kB", "MemAvailable"),
      ("MemAvailable:   3213129 kB", "MemAvailable: -9223372036854775808 kB", "MemAvailable"),
      ("page-size=4096", "page-size=\(huge)", "the page size"),
      ("page-size=4096", "page-size=0", "the page size"),
      ("page-size=4096", "page-size=-4096", "the page size"),
      ("page-size=4096", "page-size=", "the page size"),
      ("/ ext2/ext3 4096 4863182 4161002", "/ ext2/ext3 4096 \(huge) 4161002", "the size of the file system at /"),
      ("/ ext2/ext3 4096 4863182 4161002", "/ ext2/ext3 4096 4863182 \(huge)", "the free room"),
      ("/ ext2/ext3 4096 4863182 4161002", "/ ext2/ext3 \(huge) 4863182 4161002", "the block size"),
      ("/ ext2/ext3 4096 4863182 4161002", "/ ext2/ext3 -4096 4863182 4161002", "the block size"),
      ("/ ext2/ext3 4096 4863182 4161002", "/ ext2/ext3 4096 -1 4161002", "the size of the file system at /"),
      ("/ ext2/ext3 4096 4863182 4161002", "/ ext2/ext3 4096 4863182 -1", "the free room"),
      ("/ ext2/ext3 4096 4863182 4161002", "/ ext2/ext3 4096 x 4161002", "the size of the file system at /"),
      ("/var/lib ext2/ext3 4096 4863182", "/var/lib ext2/ext3 1073741825 4863182", "the block size"),
      (
        "/proc/swaps:Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority",
        "/proc/swaps:head\n/proc/swaps:/dev/sda2 partition 9223372036854775 0 -2", "the swap area /dev/sda2"
      ),
      (
        "/proc/swaps:Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority",
        "/proc/swaps:head\n/proc/swaps:/dev/sda2 partition -5 0 -2", "the swap area /dev/sda2"
      ),
    ])
  func refused(_ line: String, _ replacement: String, _ field: String) throws {
    let output = try Self.output(replacing: line, by: replacement)
    let error = #expect(throws: HearthError.self) { try FactsProgram.decode(output) }
    #expect(error?.message.contains(field) == true)
    #expect(error?.code == .remoteCommand)
  }

  @Test(
    "What can be done without becomes unknown",
    arguments: [
      ("@section stat", "@section vcgencmd\ntemp=\(beyond)'C\n@section stat"),
      ("@section stat", "@section vcgencmd\ntemp=1e400'C\n@section stat"),
      ("@section stat", "@section vcgencmd\ntemp=-'C\n@section stat"),
      ("@section stat", "@section vcgencmd\ntemp=..'C\n@section stat"),
      ("@section stat", "@section vcgencmd\ntemp=9223372036854776'C\n@section stat"),
      ("@section stat", "@section vcgencmd\nthrottled=0x\n@section stat"),
      ("@section stat", "@section vcgencmd\nthrottled=0xfffffffffffffffff\n@section stat"),
      ("@section stat", "@section vcgencmd\nthrottled=0x+1\n@section stat"),
      ("@section stat", "@section vcgencmd\n=\n@section stat"),
      ("/proc/uptime:8123.44", "/proc/uptime:nan"), ("/proc/uptime:8123.44", "/proc/uptime:inf"),
      ("/proc/uptime:8123.44", "/proc/uptime:1e300"), ("/proc/uptime:8123.44", "/proc/uptime:-1"),
      ("/sys/devices/system/cpu/online:0-3", "/sys/devices/system/cpu/online:0-\(huge)"),
      ("/sys/devices/system/cpu/online:0-3", "/sys/devices/system/cpu/online:-9223372036854775808-\(huge)"),
      ("/sys/devices/system/cpu/online:0-3", "/sys/devices/system/cpu/online:5-1,-,,0-"),
      (
        "/sys/devices/system/cpu/online:0-3",
        "/sys/devices/system/cpu/online:" + String(repeating: "0-65535,", count: 2000)
      ),
      ("inet 192.168.1.14/24", "inet /"), ("inet 192.168.1.14/24", "inet"), ("inet 192.168.1.14/24", "inet //"),
      ("inet 192.168.1.14/24", "inet 192.168.1.14/99"), ("inet 192.168.1.14/24", "inet 192.168.1.14/-1"),
      ("inet 192.168.1.14/24", "inet 192.168.1.14/\(huge)"), ("inet 192.168.1.14/24", "inet 192.168.1.14/"),
      ("enp1s0    inet 192.168.1.14/24", "@    inet 192.168.1.14/24"),
      ("/sys/class/net/enp1s0/address:52", "/sys/class/net/address:52"),
      ("/sys/class/net/enp1s0/address:52", "/sys/class/net//address:52"),
      ("/sys/class/net/enp1s0/operstate:up", "/sys/class/net/enp1s0/speed:\(huge)"),
      ("/sys/class/net/enp1s0/operstate:up", "/sys/class/net/enp1s0/speed:-9223372036854775809"),
      ("0.0.0.0:22", "0.0.0.0:99999"), ("0.0.0.0:22", ":"), ("0.0.0.0:22", "x"), ("0.0.0.0:22", "0.0.0.0:+22"),
      ("enp1s0\t00000000\t0101A8C0", "enp1s0\t00000000\tFFFFFFFFFF"),
      ("0003\t0\t0\t100\t00000000", "0003\t0\t0\t\(beyond)\t00000000"),
      ("CapEff:\t000001ffffffffff", "CapEff:\tffffffffffffffffffff"), ("CapEff:\t000001ffffffffff", "CapEff:"),
      ("clock=1795477700.230882611", "clock=\(huge).230882611"), ("clock=1795477700.230882611", "clock=-1.2"),
      ("clock=1795477700.230882611", "clock=.-99999999"), ("clock=1795477700.230882611", "clock=1795477700.-30882611"),
      ("1248480 1199420", "\(beyond) -5"), ("1248480 1199420", "5 \(huge)"),
      ("1248480 1199420", "18446744073709551615 0"),
      ("4096 4863182 4161002 1248480", "4096 4863182 4161002"),
      ("24 1 254:1 / /", "24 1 254:1 - - - - - -"), ("24 1 254:1 / /", "-"),
      ("/sys/class/block/vda/dev:254:0", "/dev:254:1"), ("vda1/dev:254:1", "/dev:254:1"),
      ("../devices/pci0000:00/0000:00:02.3/0000:04:00.0/virtio2/block/vda", "/"),
      ("VERSION_ID=\"12\"", "VERSION_ID=\"\(beyond)\""), ("VERSION_ID=\"12\"", "VERSION_ID=\""),
      ("VERSION_ID=\"12\"", "VERSION_ID='"), ("Version: 1.6.20~ds1-1+deb12u1", "Version: \(beyond).\(beyond)"),
      ("Version: 1.6.20~ds1-1+deb12u1", "Version: ."), ("Package: dpkg", ":"),
      ("/proc/modules:overlay 163840", "/proc/modules:"), ("Package: containerd", "Package: \u{1B}[2J"),
    ])
  func unknown(_ line: String, _ replacement: String) throws {
    let facts = try FactsProgram.decode(try Self.output(replacing: line, by: replacement))
    // Judged, too: arithmetic on what was read must not end the process either.
    let rack = TestRack.make(4)
    var all = TestRack.healthy(rack)
    all["pi4"] = facts
    let findings = Check.problems(rack: rack, facts: all)
    _ = CheckReport(rack: rack, facts: all, findings: findings).text()
    #expect(facts.memoryBytes == 4_016_412 * 1024)
    #expect(facts.temperatureMillicelsius.map { (-100_000...200_000).contains($0) } ?? true)
    #expect(facts.interfaces.flatMap(\.addresses).allSatisfy { (0...32).contains($0.prefix) })
    #expect(facts.uptimeSeconds.isFinite && facts.uptimeSeconds >= 0)
    #expect((0...65_536).contains(facts.cpuCount))
  }

  @Test(
    "Endless facts are refused, whatever is repeated",
    arguments: [
      "/proc/self/mountinfo:31 26 0:31 / /mnt rw - tmpfs tmpfs rw", "/sys/class/net/eth%/address:00:00:00:00:00:00",
      "/proc/net/route:eth0\t0\t0\t0003\t0\t0\t0\t0\t0\t0\t0", "@section %", "", "Package: a%",
    ])
  func endless(_ line: String) throws {
    let lines = (0..<30_001).map { line.replacing("%", with: "\($0)") + "\n" }.joined()
    let output = try Self.output(replacing: "@section stat\n", by: lines + "@section stat\n")
    let error = #expect(throws: HearthError.self) { try FactsProgram.decode(output) }
    #expect(error?.message == "the host's facts are more than 30000 lines")
  }

  @Test("A disk of an exabyte is shown") func exabyte() throws {
    let blocks = 1_000_000_000_000_000_000 / 4096
    let facts = try FactsProgram.decode(
      try Self.output(
        replacing: "/var/lib ext2/ext3 4096 4863182 4161002", by: "/var/lib ext2/ext3 4096 \(blocks) \(blocks / 100)"))
    let rack = TestRack.make(4)
    let findings = Check.problems(rack: rack, facts: TestRack.healthy(rack).merging(["pi4": facts]) { $1 })
    #expect(findings.contains { $0.rule == .diskNearlyFull && $0.host == "pi4" })
  }

  @Test(
    "Names are typed before they are stored",
    arguments: [
      "100000001234abcd\"\u{85}!x apiVersion: rbac.authorization.k8s.io/v1\u{85}---\u{85}x: \"y", "a\u{2028}b", "a b",
      "$(id)", "a'b", "\u{1B}[2J", "\u{202E}abc", String(repeating: "9", count: 65), "-", "é",
    ])
  func names(_ text: String) throws {
    let lines = """
      /proc/device-tree/serial-number:\(text)
      /proc/device-tree/model:Raspberry Pi \(text)
      /etc/machine-id:\(text)
      """
    let facts = try FactsProgram.decode(
      try Self.output(replacing: "/etc/machine-id:b1f0d6c2a58e4d6e9d1f0c0a7d9e1104", by: lines))
    #expect(facts.serial.isEmpty || facts.serial == "-")
    #expect(facts.machineID.isEmpty)
    #expect(facts.model.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    #expect(!facts.model.contains("\u{202E}") && !facts.model.contains("\u{2028}") && facts.model.count <= 101)
  }

  private static func output(replacing line: String, by replacement: String) throws -> [UInt8] {
    let text = String(decoding: try Fixture.debian12.output, as: UTF8.self)
    let changed = text.replacingOccurrences(of: line, with: replacement)
    #expect(changed != text, "the fixture has no `\(line)`")
    return Array(changed.utf8)
  }
}
