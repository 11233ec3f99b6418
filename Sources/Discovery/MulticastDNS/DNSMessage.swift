package import Inventory

/// A DNS message, as far as multicast DNS needs one: who offers which service, where, at which address.
///
/// Everybody on the network can send one. A message has at most ``mostBytes``, ``mostRecords`` records are looked at, a name
/// has 255 bytes at most, and every jump within a name goes backwards; what breaks a rule ends the reading.
package struct DNSMessage: Sendable, Equatable {
  package struct Record: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
      case address(IPv4Address)
      case pointer(DNSName)
      case service(host: DNSName, port: UInt16)
      /// Of another type.
      case other
    }
    package var name: DNSName
    package var content: Content
  }

  /// An Ethernet frame of the largest kind (RFC 6762, 17).
  package static let mostBytes = 9000
  package static let mostRecords = 128

  package var isResponse: Bool
  /// Answers, authorities and additional records alike; those before the first that breaks a rule.
  package var records: [Record] = []

  /// Nil where not even the head and the questions can be read.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count <= Self.mostBytes else { return nil }
    var reader = DNSReader(bytes)
    guard reader.number() != nil, let flags = reader.number(), let questions = reader.number(),
      let answers = reader.number(), let authorities = reader.number(), let additional = reader.number(),
      questions <= Self.mostRecords
    else { return nil }
    isResponse = flags & 0x8000 != 0
    for _ in 0..<questions {
      guard reader.name() != nil, reader.number() != nil, reader.number() != nil else { return nil }
    }
    let announced = Int(answers) + Int(authorities) + Int(additional)
    for _ in 0..<min(announced, Self.mostRecords) {
      guard let record = reader.record() else { return }
      records.append(record)
    }
  }
}

/// A name, label by label: one label of a service's instance may hold blanks and dots.
package struct DNSName: Sendable, Hashable {
  /// What is not ASCII, printable and visible is a question mark; capitals are small.
  package var labels: [String]

  package init(labels: [String]) { self.labels = labels }
  /// `_ssh._tcp.local`: labels without dots in them.
  package init(_ text: String) {
    labels = text.lowercased().split(separator: ".").map(String.init)
  }

  package var text: String { labels.joined(separator: ".") }
}

/// Reads a message from its beginning; nil is its end, or something that no message holds.
struct DNSReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func number() -> UInt16? {
    guard bytes.count - position >= 2 else { return nil }
    defer { position += 2 }
    return UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
  }

  mutating func name() -> DNSName? {
    guard let (name, end) = name(at: position) else { return nil }
    position = end
    return name
  }

  mutating func record() -> DNSMessage.Record? {
    guard let name = name(), let type = number(), let group = number(), number() != nil, number() != nil,
      let count = number(), bytes.count - position >= Int(count)
    else { return nil }
    let start = position
    let end = start + Int(count)
    position = end
    // The first bit says that the answer replaces what was known.
    guard group & 0x7FFF == 1 else { return DNSMessage.Record(name: name, content: .other) }
    return content(type, start..<end).map { DNSMessage.Record(name: name, content: $0) }
  }

  private func content(_ type: UInt16, _ range: Range<Int>) -> DNSMessage.Record.Content? {
    switch type {
    case 1:
      guard range.count == 4 else { return nil }
      return .address(IPv4Address(bits: bytes[range].reduce(0) { $0 << 8 | UInt32($1) }))
    case 12:
      guard let (name, end) = name(at: range.lowerBound), end == range.upperBound else { return nil }
      return .pointer(name)
    case 33:
      guard range.count > 6, let (host, end) = name(at: range.lowerBound + 6), end == range.upperBound else {
        return nil
      }
      let port = UInt16(bytes[range.lowerBound + 4]) << 8 | UInt16(bytes[range.lowerBound + 5])
      return .service(host: host, port: port)
    default: return .other
    }
  }

  /// - Returns: the name, and where it ends in the message itself, jumps left aside.
  private func name(at start: Int) -> (DNSName, end: Int)? {
    var labels: [String] = []
    var (position, used) = (start, 0)
    var end: Int?
    // A jump has to lead before everything that was read of this name.
    var earliest = start
    while position < bytes.count {
      let length = Int(bytes[position])
      switch length {
      case 0: return (DNSName(labels: labels), end ?? position + 1)
      case 1...63:
        let after = position + 1 + length
        used += length + 1
        guard after <= bytes.count, used <= 255 else { return nil }
        labels.append(Self.label(bytes[(position + 1)..<after]))
        position = after
      case 0xC0...:
        guard position + 1 < bytes.count else { return nil }
        let target = (length & 0x3F) << 8 | Int(bytes[position + 1])
        guard target < earliest else { return nil }
        end = end ?? position + 2
        (position, earliest) = (target, target)
      default: return nil
      }
    }
    return nil
  }

  private static func label(_ bytes: ArraySlice<UInt8>) -> String {
    String(
      decoding: bytes.map { byte in
        switch byte {
        case 0x41...0x5A: byte + 0x20
        case 0x20...0x7E: byte
        default: UInt8(ascii: "?")
        }
      }, as: UTF8.self)
  }
}
