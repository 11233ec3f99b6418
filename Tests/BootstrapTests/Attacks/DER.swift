/// Just enough of DER to write requests that no honest program writes.
enum DER {
  static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    guard content.count >= 128 else { return [tag, UInt8(content.count)] + content }
    var length: [UInt8] = []
    var rest = content.count
    while rest > 0 {
      length.insert(UInt8(rest & 0xff), at: 0)
      rest >>= 8
    }
    return [tag, 0x80 | UInt8(length.count)] + length + content
  }

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, parts.flatMap { $0 }) }
  static func set(_ parts: [UInt8]...) -> [UInt8] { element(0x31, parts.flatMap { $0 }) }
  static func octets(_ content: [UInt8]) -> [UInt8] { element(0x04, content) }
  static func bits(_ content: [UInt8]) -> [UInt8] { element(0x03, [0] + content) }
  static func text(_ text: String, tag: UInt8 = 0x0c) -> [UInt8] { element(tag, Array(text.utf8)) }

  static func identifier(_ text: String) -> [UInt8] {
    let arcs = text.split(separator: ".").compactMap { UInt64($0) }
    var content = [UInt8(arcs[0] * 40 + arcs[1])]
    for arc in arcs.dropFirst(2) {
      var bytes = [UInt8(arc & 0x7f)]
      var rest = arc >> 7
      while rest > 0 {
        bytes.insert(UInt8(rest & 0x7f) | 0x80, at: 0)
        rest >>= 7
      }
      content += bytes
    }
    return element(0x06, content)
  }

  /// One extension of a certificate.
  static func ext(_ name: String, critical: Bool = false, _ value: [UInt8]) -> [UInt8] {
    sequence(identifier(name), critical ? element(0x01, [0xff]) : [], octets(value))
  }

  /// An attribute of a request that asks for extensions.
  static func extensionRequest(_ extensions: [UInt8]...) -> [UInt8] {
    sequence(identifier("1.2.840.113549.1.9.14"), set(element(0x30, extensions.flatMap { $0 })))
  }

  static func names(_ names: [UInt8]...) -> [UInt8] { ext("2.5.29.17", element(0x30, names.flatMap { $0 })) }
  static func dns(_ name: String) -> [UInt8] { text(name, tag: 0x82) }
  static func address(_ bytes: [UInt8]) -> [UInt8] { element(0x87, bytes) }

  /// One part of a subject, such as `2.5.4.3` for the common name.
  static func part(_ name: String, _ value: String, tag: UInt8 = 0x0c) -> [UInt8] {
    sequence(identifier(name), text(value, tag: tag))
  }
  static func organization(_ value: String) -> [UInt8] { set(part("2.5.4.10", value)) }
  static func commonName(_ value: String) -> [UInt8] { set(part("2.5.4.3", value)) }
}
