/// A question to everybody on the network.
package struct DNSQuery: Sendable, Equatable {
  package enum Kind: UInt16, Sendable {
    case address = 1
    case pointer = 12
  }

  package var questions: [(name: DNSName, kind: Kind)]

  package init(_ questions: [(name: DNSName, kind: Kind)]) { self.questions = questions }

  package static func == (one: DNSQuery, other: DNSQuery) -> Bool { one.bytes == other.bytes }

  /// What SSH servers announce themselves as, and what Avahi announces of every machine where that is switched on.
  package static let services = DNSQuery([
    (DNSName("_ssh._tcp.local"), .pointer), (DNSName("_sftp-ssh._tcp.local"), .pointer),
    (DNSName("_workstation._tcp.local"), .pointer),
  ])

  /// Labels longer than 63 bytes, which no name has, are left out with their question.
  package var bytes: [UInt8] {
    let asked = questions.filter { $0.name.labels.allSatisfy { (1...63).contains($0.utf8.count) } }
    var bytes: [UInt8] = [0, 0, 0, 0, 0, UInt8(clamping: asked.count), 0, 0, 0, 0, 0, 0]
    for (name, kind) in asked.prefix(255) {
      for label in name.labels { bytes += [UInt8(label.utf8.count)] + Array(label.utf8) }
      bytes += [0, UInt8(kind.rawValue >> 8), UInt8(kind.rawValue & 255), 0, 1]
    }
    return bytes
  }
}
