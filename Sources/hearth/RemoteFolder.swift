import Diagnostics
import Foundation
import Inventory
import Provision
import SSH

/// A folder on another machine: `user@host:/folder`, or with a port `ssh://user@host:2222/folder`.
struct RemoteFolder: Equatable {
  var user: String
  var host: String
  var port: UInt16
  var folder: String

  init(user: String = NSUserName(), host: String, port: UInt16 = 22, folder: String) {
    self.user = user
    self.host = host
    self.port = port
    self.folder = folder
  }

  /// Nil for what is no such place, but a folder of this machine.
  init?(_ text: String) {
    if let url = URL(string: text), url.scheme == "ssh" {
      guard let host = url.host, !url.path.isEmpty, let port = UInt16(exactly: url.port ?? 22) else { return nil }
      self.init(user: url.user ?? NSUserName(), host: host, port: port, folder: url.path)
      return
    }
    guard let colon = text.firstIndex(of: ":"), !text.hasPrefix("/"), !text.hasPrefix(".") else { return nil }
    let place = text[..<colon].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let folder = String(text[text.index(after: colon)...])
    guard let host = place.last, !host.isEmpty, !folder.isEmpty else { return nil }
    self.init(user: place.count == 2 ? place[0] : NSUserName(), host: host, folder: folder)
  }

  /// Copies a file there, whole or not at all, and reads its checksum back.
  func store(_ file: String, sha256: String, access options: AccessOptions, networkNamespace: String?) async throws {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw HearthError(.local, "the file cannot be read", subject: Subject(file: file))
    }
    let node = Node(
      name: host, address: IPv4Address(host) ?? IPv4Address(bits: 0), roles: [],
      ssh: SSHSettings(user: user, port: port))
    let access = try await HostAccess(
      nodes: [node], person: Person.atTheTerminal, acceptNewHostKeys: options.acceptNewHostKeys)
    let reactor = try Reactor(networkNamespace: networkNamespace)
    let target = SSHTarget(name: host, address: host, port: port, user: user)
    let connection = SSHConnection(target, on: reactor)
    try await connection.connect(
      credentials: access.credentials(node), hostKeys: access.hostKeys(node), timeout: .seconds(20))
    let name = (file as NSString).lastPathComponent
    let path = "\(folder)/\(name)".shellQuoted
    let command =
      "umask 077; mkdir -p \(folder.shellQuoted) && cat >\(path).part && mv \(path).part \(path) && "
      + "sha256sum <\(path)"
    let result = try await connection.execute(
      "sh -c \(command.shellQuoted)", input: Array(data), timeout: .seconds(3600))
    await connection.close()
    guard result.status == 0, result.outputText.hasPrefix(sha256) else {
      throw HearthError(
        .remoteCommand, "the backup did not arrive whole at \(host)", subject: Subject(host: host, file: folder),
        hint: "look at the folder's owner and the free space there; the copy on this machine is good: \(file)",
        output: result.errorText.split(separator: "\n").suffix(5).map(String.init), command: "df -h \(folder)")
    }
  }
}
