package import Diagnostics

/// Text of a file that a person wrote: UTF-8, without a byte order mark, and without spaces that only look like spaces.
package struct PlainText: Sendable, Equatable {
  package var text: String
  /// What was put right on the way and what to know about the file, for people.
  package var remarks: [String] = []

  /// - Parameters:
  ///   - bytes: the file's content.
  ///   - file: as the user named it; messages begin with it.
  /// - Throws: `code`, with line and column, for what is not UTF-8, for UTF-16 and for NUL bytes.
  package init(_ bytes: [UInt8], file: String, code: HearthError.Code = .local) throws(HearthError) {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      bytes = bytes.dropFirst(3)
      remarks.append("the file begins with a byte order mark, which is left out")
    } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw HearthError(
        code, "the file is UTF-16, not UTF-8", subject: Subject(file: file), hint: "save it as UTF-8 without a BOM")
    }
    if let wrong = Self.firstWrong(bytes) {
      let (line, column) = Self.place(of: wrong, in: bytes)
      let digits = String(bytes[wrong], radix: 16)
      throw HearthError(
        code, "the file is not UTF-8 text: the byte 0x\(digits.count == 1 ? "0" : "")\(digits)",
        subject: Subject(file: file, line: line, column: column), hint: "save the file as UTF-8")
    }
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// The places, from 1, of no-break and other spaces that are not ASCII's, with their names.
  package static func oddSpaces(in text: String) -> [(line: Int, column: Int, name: String)] {
    guard text.utf8.contains(where: { $0 == 0xC2 || $0 == 0xE2 || $0 == 0xE3 || $0 == 0xE1 }) else { return [] }
    var (line, column) = (1, 0)
    var found: [(line: Int, column: Int, name: String)] = []
    for scalar in text.unicodeScalars {
      column += 1
      if scalar == "\n" {
        (line, column) = (line + 1, 0)
      } else if !scalar.isASCII, scalar.properties.generalCategory == .spaceSeparator {
        let name = scalar.value == 0xA0 ? "a no-break space" : "a special space"
        found.append((line, column, "\(name) (U+\(scalar.hexadecimal))"))
      }
    }
    return found
  }

  /// The first byte that is not part of UTF-8, or NUL.
  private static func firstWrong(_ bytes: ArraySlice<UInt8>) -> Int? {
    var decoder = UTF8()
    var index = bytes.startIndex
    var iterator = bytes.makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar):
        if scalar.value == 0 { return index }
        index += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return Swift.min(index, bytes.endIndex - 1)
      }
    }
  }

  private static func place(of index: Int, in bytes: ArraySlice<UInt8>) -> (line: Int, column: Int) {
    let before = bytes[..<index]
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? before.startIndex
    return (before.count { $0 == 0x0A } + 1, before[start...].count { $0 & 0xC0 != 0x80 } + 1)
  }
}

extension Unicode.Scalar {
  fileprivate var hexadecimal: String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
  }
}

extension PlainText {
  /// Reads a regular file of a bounded size as such text.
  ///
  /// - Throws: `code`, with file and place.
  package static func read(_ path: String, code: HearthError.Code = .local) throws(HearthError) -> PlainText {
    try PlainText(try RegularFile.read(path, code: code), file: path, code: code)
  }
}
