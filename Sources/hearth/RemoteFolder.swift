import Diagnostics
import Foundation
import Inventory
import Provision
import SSH
import Untrusted

/// A folder on another machine: `user@host:/folder`, or with a port `ssh://user@host:2222/folder`. The login is as for
/// `ssh` by hand, `~/.ssh/config` with its jump hosts included.
struct RemoteFolder: Equatable {
  /// Nil is what `~/.ssh/config` says, or who runs hearth.
  var user: String?
  var host: String
  var port: UInt16?
  var folder: String

  init(user: String? = nil, host: String, port: UInt16? = nil, folder: String) {
    self.user = user
    self.host = host
    self.port = port
    self.folder = folder
  }

  /// Nil for what is not such a place, but a folder of this machine.
  init?(_ text: String) {
    if let url = URL(string: text), url.scheme == "ssh" {
      guard let host = url.host, !url.path.isEmpty else { return nil }
      var port: UInt16?
      if let number = url.port {
        guard let valid = UInt16(exactly: number) else { return nil }
        port = valid
      }
      self.init(user: url.user, host: host, port: port, folder: url.path)
      return
    }
    guard let colon = text.firstIndex(of: ":"), !text.hasPrefix("/"), !text.hasPrefix(".") else { return nil }
    let place = text[..<colon].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let folder = String(text[text.index(after: colon)...])
    guard let host = place.last, !host.isEmpty, !folder.isEmpty else { return nil }
    self.init(user: place.count == 2 ? place[0] : nil, host: host, folder: folder)
  }

  /// Looks whether a file could be stored there, before the work whose result it is to take.
  func probe(access options: AccessOptions, networkNamespace: String?) async throws {
    try await withConnection(options, networkNamespace) { connection in
      let file = "\(folder)/.hearth-probe-\(ProcessInfo.processInfo.processIdentifier)".shellQuoted
      let command = "umask 077; mkdir -p \(folder.shellQuoted) && echo probe >\(file) && rm -f \(file)"
      let result = try await connection.execute("sh -c \(command.shellQuoted)")
      guard result.status == 0 else {
        throw failure("\(host) takes no files in \(folder)", result, connection.target)
      }
    }
  }

  /// Copies a file there, whole or not at all, and reads its checksum back. The file is never in memory as a whole.
  func store(_ file: String, sha256: String, access options: AccessOptions, networkNamespace: String?) async throws {
    try await withConnection(options, networkNamespace) { connection in
      let path = "\(folder)/\((file as NSString).lastPathComponent)".shellQuoted
      let command =
        "umask 077; mkdir -p \(folder.shellQuoted) && cat >\(path).part && mv \(path).part \(path) && "
        + "sha256sum <\(path)"
      let result = try await connection.execute("sh -c \(command.shellQuoted)", sending: file)
      guard result.status == 0, result.outputText.hasPrefix(sha256) else {
        var error = failure("the backup did not arrive whole at \(host)", result, connection.target)
        error.hint = "look at the folder's owner and the free space there; the copy on this machine is good: \(file)"
        throw error
      }
    }
  }

  private func failure(_ message: String, _ result: ExecResult, _ target: SSHTarget) -> HearthError {
    HearthError(
      .remoteCommand, message, subject: Subject(host: host, file: folder),
      hint: "look at the folder's owner and the free space there, or name another folder",
      output: result.errorText.split(whereSeparator: \.isNewline).suffix(5).map(String.init),
      command: target.command(running: "df -h \(folder.shellQuoted)"))
  }

  /// The connection is closed however the work ends.
  private func withConnection(
    _ options: AccessOptions, _ networkNamespace: String?, _ work: (SSHConnection) async throws -> Void
  ) async throws {
    let node = HostAccess.node(host: host, user: user, port: port)
    let access = try await HostAccess(
      nodes: [node], person: Person.atTheTerminal, acceptNewHostKeys: options.acceptNewHostKeys,
      networkNamespace: networkNamespace)
    let reactor = try Reactor(networkNamespace: networkNamespace)
    let connection = SSHConnection(try access.target(node), on: reactor)
    do {
      try await connection.connect(
        credentials: access.credentials(node), hostKeys: access.hostKeys(node), hops: try access.hops(node))
      try await work(connection)
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
  }
}
