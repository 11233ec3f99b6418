/// Lines of people's and hosts' text, cut by bytes: to Swift, CR LF is one character that equals neither CR nor LF.
package enum ByteLines {
  /// Lines end with LF or CR LF; a CR elsewhere belongs to its line. A line end at the end of the text begins no further
  /// line.
  ///
  /// - Returns: lines without their ends, empty ones as well.
  package static func split(_ bytes: some Collection<UInt8>) -> [[UInt8]] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
    for index in lines.indices.dropLast() where lines[index].last == 0x0D { lines[index].removeLast() }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}

extension StringProtocol {
  /// The lines of the text: LF and CR LF end one. Empty lines are kept, none follows the last line end.
  package var byteLines: [Substring] {
    var lines: [Substring] = []
    let text = Substring(self)
    let bytes = text.utf8
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.endIndex
      var last = end
      if last > start, bytes[bytes.index(before: last)] == 0x0D, end < bytes.endIndex {
        last = bytes.index(before: last)
      }
      lines.append(text[start..<last])
      start = end < bytes.endIndex ? bytes.index(after: end) : end
    }
    return lines
  }

  /// The parts between line feeds, each as it stands: a CR stays, and what follows the last line feed is a part, if an
  /// empty one. Joined with line feeds they are the text again.
  package var lineFeedParts: [Substring] {
    let text = Substring(self)
    let bytes = text.utf8
    var parts: [Substring] = []
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      parts.append(text[start..<end])
      start = bytes.index(after: end)
    }
    return parts + [text[start...]]
  }

  /// The lines that are not empty, as most output of programs is read.
  package var filledLines: [String] { byteLines.compactMap { $0.isEmpty ? nil : String($0) } }

  /// The last lines that are not empty, each cut to a length that a message can hold: what a failed program said.
  package func lastLines(_ count: Int) -> [String] {
    var lines: [String] = []
    for line in byteLines.reversed() where !line.isEmpty {
      if lines.count == count { break }
      lines.append(line.bounded(1000))
    }
    return lines.reversed()
  }
}

extension Sequence<UInt8> {
  /// Two lower-case digits for each byte.
  package var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
