/// Reads JSON as it arrives, in pieces of any size, and hands out only the values that are asked for, one at a time: a
/// list of a hundred megabytes takes no more memory than its largest wanted element.
package struct JSONScanner {
  enum State { case value, valueOrEnd, nameOrEnd, name, colon, commaOrEnd, string(isName: Bool), number, literal, end }

  struct Frame {
    var isList: Bool
    /// Patterns that lead on from here, and how far into a pattern this is.
    var patterns: [Int]
    var depth: Int
    /// Elements so far, of a list.
    var count = 0
    /// The member whose value is read, of an object.
    var name = ""
  }

  private let patterns: [JSONPattern]
  private let receive: (JSONMatch) -> Void

  var state = State.value
  var offset = 0
  var frames: [Frame] = []
  /// The bytes of the text, number or word that is read; empty where nobody wants it.
  var token: [UInt8] = []
  var isKept = false
  var escape = Escape.none
  /// The value that is put together for a pattern, from the outside in.
  var building: [Partial] = []
  private var wanted: (pattern: Int, path: [String])?

  /// Deeper nesting and longer texts are not a price list.
  static let deepest = 100
  static let longest = 1 << 20

  package init(patterns: [JSONPattern], receive: @escaping (JSONMatch) -> Void) {
    self.patterns = patterns
    self.receive = receive
    token.reserveCapacity(256)
  }

  /// Takes the next piece.
  package mutating func feed(_ bytes: ArraySlice<UInt8>) throws(JSONMistake) {
    let result = bytes.withUnsafeBytes { bytes in Result { () throws(JSONMistake) in try feed(bytes) } }
    try result.get()
  }

  /// Takes the next piece.
  package mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(JSONMistake) {
    var index = 0
    while index < bytes.count {
      switch state {
      case .string:
        // Most bytes of a document are inside texts: skip to what ends or escapes one.
        if case .none = escape {
          let start = index
          while index < bytes.count, bytes[index] != 0x22, bytes[index] != 0x5C, bytes[index] >= 0x20 { index += 1 }
          if isKept, index > start { token.append(contentsOf: bytes[start..<index]) }
          offset += index - start
          if token.count > JSONScanner.longest { throw mistake("a text is longer than \(JSONScanner.longest) bytes") }
          if index == bytes.count { return }
        }
        try takeInString(bytes[index])
      case .number where JSONScanner.isNumeric(bytes[index]), .literal where JSONScanner.isLetter(bytes[index]):
        token.append(bytes[index])
        if token.count > 1000 { throw mistake("a number or word has no end") }
      case .number:
        try endNumber()
        continue
      case .literal:
        try endLiteral()
        continue
      default:
        try takeStructure(bytes[index])
      }
      index += 1
      offset += 1
    }
  }

  /// Says that nothing more comes.
  package mutating func finish() throws(JSONMistake) {
    if case .number = state { try endNumber() }
    if case .literal = state { try endLiteral() }
    guard case .end = state else { throw mistake("the document ends too early") }
  }

  private mutating func takeStructure(_ byte: UInt8) throws(JSONMistake) {
    switch (state, byte) {
    case (_, 0x20), (_, 0x09), (_, 0x0A), (_, 0x0D): return
    case (.value, 0x7B), (.valueOrEnd, 0x7B): try begin(isList: false)
    case (.value, 0x5B), (.valueOrEnd, 0x5B): try begin(isList: true)
    case (.valueOrEnd, 0x5D), (.nameOrEnd, 0x7D): endContainer()
    case (.value, 0x22), (.valueOrEnd, 0x22): beginScalar(.string(isName: false))
    case (.nameOrEnd, 0x22), (.name, 0x22):
      token.removeAll(keepingCapacity: true)
      isKept = !building.isEmpty || frames.last?.patterns.isEmpty == false
      state = .string(isName: true)
    case (.colon, 0x3A): state = .value
    case (.commaOrEnd, 0x2C): state = frames.last?.isList == true ? .value : .name
    case (.commaOrEnd, 0x5D) where frames.last?.isList == true: endContainer()
    case (.commaOrEnd, 0x7D) where frames.last?.isList == false: endContainer()
    case (.value, _) where byte == 0x2D || JSONScanner.isDigit(byte),
      (.valueOrEnd, _) where byte == 0x2D || JSONScanner.isDigit(byte):
      beginScalar(.number)
      token.append(byte)
    case (.value, _) where JSONScanner.isLetter(byte), (.valueOrEnd, _) where JSONScanner.isLetter(byte):
      beginScalar(.literal)
      token.append(byte)
    case (.end, _): throw mistake("something follows the document")
    default: throw mistake("`\(String(decoding: [byte], as: UTF8.self))` is out of place")
    }
  }

  // MARK: Where the scanner is

  /// Opens the value that begins here: counts it and looks whether it is wanted.
  private mutating func open() -> [Int] {
    guard !frames.isEmpty else {
      wantIfComplete(Array(patterns.indices), depth: 0)
      return Array(patterns.indices)
    }
    let last = frames.count - 1
    frames[last].count += 1
    guard building.isEmpty, !frames[last].patterns.isEmpty else { return [] }
    let frame = frames[last]
    let matching = frame.patterns.filter { index in
      guard patterns[index].parts.count > frame.depth else { return false }
      return switch patterns[index].parts[frame.depth] {
      case .any: true
      case .name(let name): frame.isList ? name == "\(frame.count - 1)" : name == frame.name
      }
    }
    wantIfComplete(matching, depth: frame.depth + 1)
    return matching
  }

  private mutating func wantIfComplete(_ matching: [Int], depth: Int) {
    guard let pattern = matching.first(where: { patterns[$0].parts.count == depth }) else { return }
    wanted = (pattern, frames.map { $0.isList ? "\($0.count - 1)" : $0.name })
  }

  private mutating func begin(isList: Bool) throws(JSONMistake) {
    guard frames.count < JSONScanner.deepest else { throw mistake("the document is nested too deep") }
    let matching = open()
    let depth = frames.last.map { $0.depth + 1 } ?? 0
    frames.append(Frame(isList: isList, patterns: wanted == nil ? matching : [], depth: depth))
    if wanted != nil { building.append(isList ? .list([]) : .object([])) }
    state = isList ? .valueOrEnd : .nameOrEnd
  }

  private mutating func beginScalar(_ next: State) {
    _ = open()
    token.removeAll(keepingCapacity: true)
    isKept = wanted != nil
    state = next
  }

  private mutating func endContainer() {
    frames.removeLast()
    if let partial = building.popLast() { close(partial.value) } else { state = frames.isEmpty ? .end : .commaOrEnd }
  }

  /// A value is whole.
  mutating func close(_ value: JSONValue) {
    state = frames.isEmpty ? .end : .commaOrEnd
    guard let wanted else { return }
    if building.isEmpty {
      self.wanted = nil
      receive(JSONMatch(pattern: wanted.pattern, path: wanted.path, value: value))
    } else {
      building[building.count - 1].append(value, name: frames.last?.name ?? "")
    }
  }

  mutating func endName(_ name: String) {
    if !frames.isEmpty { frames[frames.count - 1].name = name }
    state = .colon
  }

  func mistake(_ message: String) -> JSONMistake { JSONMistake(offset: offset, message: message) }
}
