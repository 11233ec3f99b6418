import Diagnostics
import SSH
import Synchronization

/// The same on many hosts at once, with every line of output behind its host's name.
struct HostCommand {
  var shells: [String: any RootShell]

  /// - Returns: errors, by host name.
  func each(_ work: @escaping @Sendable (any RootShell) async throws(HearthError) -> Void) async -> [HearthError] {
    await withTaskGroup(of: HearthError?.self) { group in
      for (name, shell) in shells {
        group.addTask {
          do throws(HearthError) {
            try await work(shell)
            return nil
          } catch {
            return error.at(Subject(host: name))
          }
        }
      }
      var errors: [HearthError] = []
      for await error in group { if let error { errors.append(error) } }
      return errors.sorted { ($0.subject.host ?? "") < ($1.subject.host ?? "") }
    }
  }
}

/// Cuts a stream of bytes into lines and writes each whole, behind a prefix, so that hosts do not mix within a line.
final class PrefixedLines: Sendable {
  private let prefix: String
  private let write: @Sendable (String) -> Void
  private let rest = Mutex<[UInt8]>([])

  init(prefix: String, write: @escaping @Sendable (String) -> Void = { Terminal.writeOutput($0) }) {
    self.prefix = prefix
    self.write = write
  }

  func feed(_ bytes: [UInt8]) {
    let lines = rest.withLock { rest -> [UInt8] in
      rest += bytes
      guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
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
    if !last.isEmpty { emit(last + [UInt8(ascii: "\n")]) }
  }

  private func emit(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    let text = String(decoding: bytes, as: UTF8.self)
    write(text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { prefix + $0 + "\n" }.joined())
  }
}
