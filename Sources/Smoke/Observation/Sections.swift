import Untrusted

/// Output of a host's program, cut at lines of the form `=== MARK NAME`. The mark is a random word: nothing that a pod, a
/// server or a file says in between can be taken for such a line.
struct Sections: Sendable, Equatable {
  /// In the order in which they came.
  /// The last second of the year 9999: clocks of hosts say no more.
  static let lastSecond = 253_402_300_799

  private(set) var entries: [(name: String, text: String)] = []

  /// Of this process; its programs get it, and nothing else knows it.
  static let mark =
    String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)

  init(_ output: String, mark: String = Sections.mark) {
    var name: String?
    var lines: [String] = []
    func finished() -> [(name: String, text: String)] {
      name.map { [($0, lines.joined(separator: "\n"))] } ?? []
    }
    let begin = "=== \(mark) "
    // By bytes: `\r\n` is one Character.
    for bytes in output.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let line = String(decoding: bytes, as: UTF8.self)
      if line.hasPrefix(begin) {
        entries += finished()
        name = String(line.dropFirst(begin.count))
        lines = []
      } else {
        lines.append(line)
      }
    }
    entries += finished()
  }

  /// The first section of that name.
  subscript(_ name: String) -> String? { entries.first { $0.name == name }?.text }

  static func == (left: Sections, right: Sections) -> Bool {
    left.entries.elementsEqual(right.entries) { $0 == $1 }
  }
}
