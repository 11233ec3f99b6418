import Glibc

/// Runs a program and waits for it.
package enum Command {
  package struct Failure: Error, CustomStringConvertible {
    package var description: String
    package init(description: String) { self.description = description }
  }

  /// - Parameter input: at most as much as a pipe holds (64 KiB).
  /// - Returns: both outputs without the last newline.
  /// - Throws: ``Failure`` with the outputs when the exit status is not 0.
  @discardableResult
  package static func run(_ program: String, _ arguments: String..., input: String = "") throws -> String {
    try run([program] + arguments, input: input)
  }

  @discardableResult
  package static func run(_ words: [String], input: String = "") throws -> String {
    let feed = try pipe(), output = try pipe()
    let child = try ChildProcess(words, input: feed.reader, output: output.writer)
    close(feed.reader)
    close(output.writer)
    _ = write(feed.writer, input, input.utf8.count)
    close(feed.writer)
    let bytes = readAll(output.reader)
    close(output.reader)
    let status = child.wait()
    let text = String(decoding: bytes, as: UTF8.self)
    guard status == 0 else {
      throw Failure(description: "\(words.joined(separator: " ")) ended with \(status): \(text)")
    }
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  private static func pipe() throws -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw Failure(description: "no pipe: \(String(cString: strerror(errno)))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func readAll(_ descriptor: Int32) -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return all }
      all += chunk.prefix(count)
    }
  }
}
