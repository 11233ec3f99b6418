/// Output of a host's program, cut at lines of the form `=== NAME`.
struct Sections: Sendable, Equatable {
  /// In the order in which they came.
  private(set) var entries: [(name: String, text: String)] = []

  init(_ output: String) {
    var name: String?
    var lines: [Substring] = []
    func finished() -> [(name: String, text: String)] {
      name.map { [($0, lines.joined(separator: "\n"))] } ?? []
    }
    for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("=== ") {
        entries += finished()
        name = String(line.dropFirst(4))
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
