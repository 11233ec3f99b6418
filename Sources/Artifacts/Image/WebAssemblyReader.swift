import Foundation

/// What a file offers and needs, by its sections.
struct WebAssemblyOffer {
  var hasStart = false
  var isCommand = false
  var isService = false
  var needsThreads = false
}

/// Walks over the binary format; never beyond its end.
struct WebAssemblyReader {
  private let bytes: Data
  private var next: Data.Index
  private(set) var isBroken = false

  init(_ bytes: Data) {
    self.bytes = bytes
    next = bytes.startIndex
  }

  var isAtEnd: Bool { next >= bytes.endIndex }

  mutating func byte() -> UInt8 {
    guard next < bytes.endIndex else {
      isBroken = true
      return 0
    }
    defer { next += 1 }
    return bytes[next]
  }

  mutating func skip(_ count: Int) {
    for _ in 0..<count { _ = byte() }
  }

  /// LEB128, of 32 bits or of 64 as far as it matters here.
  mutating func number() -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let part = byte()
      if shift < 64 { result |= UInt64(part & 0x7F) << shift }
      if part & 0x80 == 0 { return result }
    }
    isBroken = true
    return 0
  }

  /// What a length stands before.
  mutating func part() -> WebAssemblyReader {
    let count = number()
    guard !isBroken, count <= UInt64(bytes.endIndex - next) else {
      isBroken = true
      return WebAssemblyReader(Data())
    }
    let end = next + Int(count)
    defer { next = end }
    return WebAssemblyReader(bytes[next..<end])
  }

  private func starts(with prefix: String) -> Bool { bytes.starts(with: prefix.utf8) }
  private func equals(_ text: String) -> Bool { bytes.elementsEqual(text.utf8) }

  mutating func readImports(into offer: inout WebAssemblyOffer) {
    var left = number()
    while left > 0, !isBroken {
      left -= 1
      let module = part()
      let name = part()
      if module.equals("wasi"), name.equals("thread-spawn") { offer.needsThreads = true }
      switch byte() {
      case 0: _ = number()
      case 1:
        if [0x63, 0x64].contains(byte()) { _ = number() }
        _ = limits()
      case 2: if limits() { offer.needsThreads = true }
      case 3:
        if [0x63, 0x64].contains(byte()) { _ = number() }
        _ = byte()
      case 4:
        _ = byte()
        _ = number()
      default: isBroken = true
      }
    }
  }

  mutating func readMemories(into offer: inout WebAssemblyOffer) {
    var left = number()
    while left > 0, !isBroken {
      left -= 1
      if limits() { offer.needsThreads = true }
    }
  }

  /// Whether what is limited is shared between threads.
  private mutating func limits() -> Bool {
    let flags = byte()
    _ = number()
    if flags & 1 != 0 { _ = number() }
    if flags & 8 != 0 { _ = number() }
    return flags & 2 != 0
  }

  mutating func readExports(into offer: inout WebAssemblyOffer) {
    var left = number()
    while left > 0, !isBroken {
      left -= 1
      let name = part()
      let kind = byte()
      _ = number()
      if !isBroken, kind == 0, name.equals("_start") { offer.hasStart = true }
    }
  }

  mutating func readComponentExports(into offer: inout WebAssemblyOffer) {
    var left = number()
    while left > 0, !isBroken {
      left -= 1
      _ = byte()  // the kind of name
      let name = part()
      if byte() == 0 { _ = byte() }  // core sorts have a second byte
      _ = number()
      if byte() == 1 { skipDescription() }
      if name.starts(with: "wasi:cli/run@") { offer.isCommand = true }
      if name.starts(with: "wasi:http/incoming-handler@") || name.starts(with: "wasi:http/handler@") {
        offer.isService = true
      }
    }
  }

  /// An external description of the component model: a kind and an index, or a bound.
  private mutating func skipDescription() {
    switch byte() {
    case 0x00:
      _ = byte()
      _ = number()
    case 0x02:
      if byte() == 0 { _ = number() } else if byte() < 0x40 { _ = number() }
    case 0x03: if byte() == 0 { _ = number() }
    case 0x01, 0x04, 0x05: _ = number()
    default: isBroken = true
    }
  }
}
