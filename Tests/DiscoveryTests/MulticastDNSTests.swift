import Discovery
import Inventory
import Testing

/// What machines on a network say, and what anybody may say in their place.
struct MulticastDNSTests {
  static let home = LocalNetwork(interface: "eth0", address: IPv4Address(bits: 0xC0A8_0105), prefix: 24)

  /// A message as a machine makes one.
  struct Maker {
    var records: [[UInt8]] = []
    var count = 0
    var flags: [UInt8] = [0x84, 0]

    static func name(_ labels: [String]) -> [UInt8] {
      labels.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }
    static func name(_ text: String) -> [UInt8] { name(text.split(separator: ".").map(String.init)) }

    mutating func add(_ name: [UInt8], _ type: UInt8, _ data: [UInt8], group: [UInt8] = [0x80, 1]) {
      count += 1
      records.append(
        name + [0, type] + group + [0, 0, 0, 120, UInt8(data.count >> 8), UInt8(data.count & 255)] + data)
    }

    var bytes: [UInt8] {
      [0, 0] + flags + [0, 0, UInt8(count >> 8), UInt8(count & 255), 0, 0, 0, 0] + records.flatMap(\.self)
    }
  }

  /// As Avahi answers for one machine.
  static func machine(
    _ host: String, _ address: [UInt8], instance: [String]? = nil, service: String = "_ssh._tcp.local", port: UInt8 = 22
  ) -> Maker {
    let label = instance ?? [host]
    let own = Maker.name(label + service.split(separator: ".").map(String.init))
    var maker = Maker()
    maker.add(Maker.name(service), 12, own, group: [0, 1])
    maker.add(own, 33, [0, 0, 0, 0, 0, port] + Maker.name("\(host).local"))
    maker.add(own, 16, [0])
    maker.add(Maker.name("\(host).local"), 1, address)
    return maker
  }

  private static func found(_ makers: [Maker]) -> [Advertisement] {
    Advertisement.all(in: makers.compactMap { DNSMessage($0.bytes) }, networks: [home])
  }

  @Test func aMachineIsFoundByItsServices() {
    let pi = Self.machine("pi1", [192, 168, 1, 11])
    let nas = Self.machine(
      "NAS", [192, 168, 1, 12], instance: ["The NAS. [aa:bb]"], service: "_workstation._tcp.local", port: 9)
    let own = Self.machine("pi2", [192, 168, 1, 13], port: 222)
    let found = Self.found([own, nas, pi])
    #expect(found.map(\.name) == ["nas.local", "pi1.local", "pi2.local"])
    #expect(found.map { $0.addresses.map(\.description) } == [["192.168.1.12"], ["192.168.1.11"], ["192.168.1.13"]])
    // Only SSH's own port is one to try.
    #expect(found.map(\.port) == [nil, 22, 222])
  }

  @Test func namesMayPointBack() throws {
    // The service's name in the question's place, and jumps to it and into it.
    var bytes: [UInt8] = [0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    bytes += Maker.name("_ssh._tcp.local") + [0, 12, 0, 1, 0, 0, 0, 9, 0, 6, 3] + Array("pi1".utf8) + [0xC0, 12]
    let record = try #require(DNSMessage(bytes)?.records.first)
    #expect(record.name == DNSName("_ssh._tcp.local"))
    #expect(record.content == .pointer(DNSName(labels: ["pi1", "_ssh", "_tcp", "local"])))
  }

  @Test(arguments: [
    // A name that points at itself, at what comes after it, and one longer than any.
    [0xC0, 12], [0xC0, 40], [UInt8](repeating: 1, count: 400) + [0], [0x80, 1, 0], [5, 1],
  ])
  func namesThatBreakTheRulesEndTheReading(name: [UInt8]) {
    var maker = Maker()
    maker.add(name, 1, [192, 168, 1, 11])
    #expect(DNSMessage(maker.bytes)?.records == [])
  }

  @Test func everyCutIsRead() {
    let whole = Self.machine("pi1", [192, 168, 1, 11]).bytes
    for length in 0..<whole.count {
      let records = DNSMessage(Array(whole.prefix(length)))?.records ?? []
      #expect(records.count < 4)
    }
    #expect(DNSMessage(whole)?.records.count == 4)
  }

  @Test func oneMessageHoldsNoMoreThanItMay() {
    var maker = Maker()
    for _ in 0..<300 { maker.add([1, 0x61, 0], 1, [192, 168, 1, 11]) }
    #expect(DNSMessage(maker.bytes)?.records.count == DNSMessage.mostRecords)
    #expect(DNSMessage([UInt8](repeating: 0, count: DNSMessage.mostBytes + 1)) == nil)
  }

  @Test func nobodysWordLeadsElsewhere() {
    var question = Self.machine("pi1", [192, 168, 1, 11])
    question.flags = [0, 0]
    let elsewhere = Self.machine("pi1", [10, 0, 0, 1])
    let hostile = Self.machine("pi1\u{1B}[2J", [192, 168, 1, 11])
    #expect(Self.found([question, elsewhere, hostile]) == [])
  }

  @Test func theQuestionAsksForAllKinds() throws {
    let bytes = DNSQuery.services.bytes
    #expect(Array(bytes.prefix(12)) == [0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0])
    #expect(bytes.dropFirst(12).starts(with: Maker.name("_ssh._tcp.local") + [0, 12, 0, 1]))
    #expect(try #require(DNSMessage(bytes)).isResponse == false)
  }
}
