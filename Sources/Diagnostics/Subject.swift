/// The place that an error or event is about; every part is optional.
package struct Subject: Sendable, Equatable, Codable {
  package var host: String?
  package var step: String?
  package var file: String?
  /// From 1.
  package var line: Int?
  /// From 1, in characters.
  package var column: Int?

  package init(
    host: String? = nil, step: String? = nil, file: String? = nil, line: Int? = nil, column: Int? = nil
  ) {
    self.host = host
    self.step = step
    self.file = file
    self.line = line
    self.column = column
  }

  func filled(from other: Subject) -> Subject {
    Subject(
      host: host ?? other.host, step: step ?? other.step, file: file ?? other.file,
      line: line ?? (file == nil ? other.line : nil), column: column ?? (file == nil ? other.column : nil)
    )
  }
}

extension Subject: CustomStringConvertible {
  /// `inventory.yaml:3:7`, `pi2, containerd`, or both.
  package var description: String {
    let place = [file, line.map(String.init), column.map(String.init)].compactMap { $0 }.joined(separator: ":")
    return [host, step, place.isEmpty ? nil : place].compactMap { $0 }.joined(separator: ", ")
  }
}
