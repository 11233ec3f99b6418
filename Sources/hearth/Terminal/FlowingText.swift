extension String {
  /// The text with the lines of each paragraph joined, for help that is wrapped to the reader's terminal. Indented lines,
  /// such as examples, stay lines.
  var flowing: String {
    var lines: [String] = []
    var isOpen = false
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      let isText = !line.isEmpty && !line.hasPrefix(" ")
      if isText, isOpen, let last = lines.last {
        lines[lines.count - 1] = "\(last) \(line)"
      } else {
        lines.append(String(line))
      }
      isOpen = isText
    }
    return lines.joined(separator: "\n")
  }
}
