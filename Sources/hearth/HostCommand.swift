import Diagnostics
import Foundation
import SSH
import Synchronization
import Untrusted

/// The same on many hosts at once, with every line of output behind its host's name.
struct HostCommand {
  var shells: [String: any RootShell]

  /// - Returns: errors, by host name.
  func each(_ work: @escaping @Sendable (any RootShell) async throws(HearthError) -> Void) async -> [HearthError] {
    await concurrently(shells.keys.sorted()) { [shells] name -> HearthError? in
      guard let shell = shells[name] else { return nil }
      do throws(HearthError) {
        try await work(shell)
        return nil
      } catch {
        return error.at(Subject(host: name))
      }
    }.compactMap(\.self)
  }
}

/// Cuts a stream of bytes into lines and writes each whole, behind a prefix, so that hosts do not mix within a line.
final class PrefixedLines: Sendable {
  private let prefix: String
  /// Bytes as they come; otherwise what is not seen is shown.
  private let isRaw: Bool
  private let write: @Sendable ([UInt8]) -> Void
  private let rest = Mutex<[UInt8]>([])

  /// A line that is longer is cut in two: a host need not send any line end.
  private static let longestLine = 1 << 16

  init(prefix: String, isRaw: Bool = false, write: @escaping @Sendable ([UInt8]) -> Void = { Terminal.writeRaw($0) }) {
    self.prefix = prefix
    self.isRaw = isRaw
    self.write = write
  }

  func feed(_ bytes: [UInt8]) {
    let lines = rest.withLock { rest -> [UInt8] in
      rest += bytes
      guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else {
        guard rest.count > Self.longestLine else { return [] }
        defer { rest = [] }
        return rest
      }
      defer { rest.removeSubrange(...end) }
      return Array(rest[...end])
    }
    emit(lines)
  }

  /// A last line without its newline.
  func finish() {
    let last = rest.withLock { rest in
      defer { rest = [] }
      return rest
    }
    emit(last)
  }

  private func emit(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    var text: [UInt8] = []
    for line in isRaw ? Self.rawLines(bytes) : ByteLines.split(bytes) {
      text += prefix.utf8
      if isRaw { text += line } else { text += String(decoding: line, as: UTF8.self).visible.utf8 }
      text.append(UInt8(ascii: "\n"))
    }
    write(text)
  }

  /// With the CR of their ends, if they have one.
  private static func rawLines(_ bytes: [UInt8]) -> [[UInt8]] {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Array($0) }
    return lines.last?.isEmpty == true ? lines.dropLast() : lines
  }
}

/// Text files that hearth writes for people, or that people hand to it.
enum TextFile {
  static func read(_ path: String) throws(HearthError) -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw HearthError(
        .usage, "the file cannot be read as text", subject: Subject(file: path), cause: error.localizedDescription,
        command: "ls -l \(path.shellQuoted)")
    }
  }

  static func write(_ text: String, to path: String) throws(HearthError) {
    do {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      let folder = (path as NSString).deletingLastPathComponent
      guard folder.isEmpty || FileManager.default.fileExists(atPath: folder) else {
        throw HearthError(
          .usage, "there is no folder \(folder)", subject: Subject(file: path),
          hint: "make it: mkdir -p \(folder.shellQuoted)")
      }
      throw HearthError(
        .local, "the file cannot be written", subject: Subject(file: path),
        hint: "check who owns the folder, and free disk space with `df -h`", cause: error.localizedDescription)
    }
  }
}
