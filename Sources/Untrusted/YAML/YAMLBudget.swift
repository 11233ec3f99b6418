package import Diagnostics
package import Yams

/// What a YAML document of somebody else may cost. Nine lines of aliases stand for a thousand million values, and a key
/// may be a whole tree that is hashed again for each alias.
package enum YAMLBudget {
  /// Values of a document with all its aliases followed: racks of 254 nodes take some thousands, price files some ten
  /// thousands.
  package static let mostValues = 500_000
  /// Lists and maps within each other.
  package static let deepest = 64
  /// A document with no more aliases than this cannot grow large, whatever its keys are.
  private static let freeAliases = 20

  /// Parses a document whose size was looked at before and after.
  ///
  /// - Returns: nil where the text holds nothing.
  /// - Throws: Yams' own errors, and ``HearthError`` with `code` for what is too large.
  package static func compose(_ text: String, file: String, code: HearthError.Code) throws -> Node? {
    try check(text: text, file: file, code: code)
    guard let node = try Yams.compose(yaml: text) else { return nil }
    try check(node, file: file, code: code)
    return node
  }

  /// Refuses text that cannot even be parsed at a bounded cost: deep nesting, and aliases together with keys that are no
  /// plain words.
  package static func check(text: String, file: String, code: HearthError.Code) throws(HearthError) {
    guard text.utf8.count <= RegularFile.textBytes else {
      throw refusal("the document is larger than \(RegularFile.textBytes) bytes", file, code)
    }
    var scan = YAMLScan()
    for byte in text.utf8 { scan.take(byte) }
    guard scan.mostOpen <= 2 * deepest, scan.mostDashes <= deepest else {
      throw refusal("the document is nested deeper than \(deepest) levels", file, code)
    }
    guard scan.aliases <= freeAliases || !scan.hasOddKeys else {
      throw refusal("aliases (`*name`) together with keys that are lists, maps or aliases", file, code)
    }
  }

  /// Refuses a document that is too large with all its aliases followed.
  package static func check(_ node: Node, file: String, code: HearthError.Code) throws(HearthError) {
    var left = mostValues
    try check(node, left: &left, file: file, code: code)
  }

  /// As above for one of a file's documents, which share what a file may cost.
  package static func check(
    _ node: Node, left: inout Int, file: String, code: HearthError.Code
  ) throws(HearthError) {
    try count(node, depth: 0, &left, file, code)
  }

  /// Whether all keys are plain words: Yams ends the process when it makes a dictionary of others.
  package static func hasPlainKeys(_ node: Node) -> Bool {
    switch node {
    case .scalar, .alias: true
    case .sequence(let items): items.allSatisfy { hasPlainKeys($0) }
    case .mapping(let pairs): pairs.allSatisfy { $0.key.scalar != nil && hasPlainKeys($0.value) }
    }
  }

  private static func count(
    _ node: Node, depth: Int, _ left: inout Int, _ file: String, _ code: HearthError.Code
  ) throws(HearthError) {
    left -= 1
    guard left >= 0 else {
      throw refusal("the file has more than \(mostValues) values, its aliases (`*name`) followed", file, code)
    }
    guard depth <= deepest else { throw refusal("the document is nested deeper than \(deepest) levels", file, code) }
    switch node {
    case .scalar, .alias: return
    case .sequence(let items):
      for item in items { try count(item, depth: depth + 1, &left, file, code) }
    case .mapping(let pairs):
      for (key, value) in pairs {
        try count(key, depth: depth + 1, &left, file, code)
        try count(value, depth: depth + 1, &left, file, code)
      }
    }
  }

  private static func refusal(_ what: String, _ file: String, _ code: HearthError.Code) -> HearthError {
    HearthError(
      code, what, subject: Subject(file: file), hint: "write it plainly; a file from elsewhere may be meant to do harm")
  }
}

/// What is seen of YAML without parsing it: enough to tell what would be dear to parse. Text within quotes and comments
/// is looked at like any other, which errs on the side of refusing.
private struct YAMLScan {
  private(set) var aliases = 0
  private(set) var hasOddKeys = false
  /// The most brackets and braces that were open at one place.
  private(set) var mostOpen = 0
  /// The most `- ` at the beginning of one line.
  private(set) var mostDashes = 0
  private var open = 0
  private var dashes = 0
  private var isBeginning = true
  private var last: UInt8 = 0x0A
  private var isInAlias = false
  /// An alias, a list or a map has just ended: a colon makes it a key.
  private var mayBeKey = false

  mutating func take(_ byte: UInt8) {
    defer { last = byte }
    switch byte {
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      open += 1
      mostOpen = max(mostOpen, open)
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      open = max(0, open - 1)
      mayBeKey = true
    case UInt8(ascii: ":") where mayBeKey: hasOddKeys = true
    case UInt8(ascii: "?") where Self.startsToken(behind: last): hasOddKeys = true
    case UInt8(ascii: "*") where Self.startsToken(behind: last):
      aliases += 1
      isInAlias = true
    default: break
    }
    if isInAlias, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x2C || byte == 0x5D || byte == 0x7D {
      isInAlias = false
      mayBeKey = true
    } else if byte != 0x20, byte != 0x09, byte != 0x5D, byte != 0x7D {
      if !isInAlias { mayBeKey = false }
    }
    if byte == 0x0A {
      (dashes, isBeginning) = (0, true)
    } else if isBeginning, byte == 0x2D {
      dashes += 1
      mostDashes = max(mostDashes, dashes)
    } else if byte != 0x20 {
      isBeginning = false
    }
  }

  /// White space, commas, brackets, colons and dashes.
  private static func startsToken(behind byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x0A, 0x0D, 0x09, 0x2C, 0x5B, 0x7B, 0x3A, 0x2D: true
    default: false
    }
  }
}
