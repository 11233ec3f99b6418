import Diagnostics
import Foundation
import SSH
import TestSupport

/// A real sshd and what a test needs to log in to it.
struct Rig {
  let daemon: SSHDaemon
  let reactor: Reactor

  init(hostKeys: [String] = ["ed25519"], options: [String] = []) throws {
    daemon = try SSHDaemon(hostKeys: hostKeys, options: options)
    reactor = try Reactor()
    try daemon.folder.write("known_hosts", hostKeys.map { try daemon.knownHostsLine($0) + "\n" }.joined())
  }

  /// What tests lack here, or nil: root, sshd, other programs.
  static func missing(programs: [String] = []) -> String? {
    let folders = ["/usr/bin", "/usr/sbin", "/bin"]
    return SSHDaemon.missing
      ?? programs.first { program in
        !folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
      }
  }

  func target(_ user: String = "root") -> SSHTarget {
    SSHTarget(name: "host", address: "127.0.0.1", port: daemon.port, user: user)
  }

  var knownHosts: HostKeyPolicy { HostKeyPolicy(knownHostsFiles: [daemon.folder.file("known_hosts")]) }

  func connect(
    _ user: String = "root", credentials: [Credential]? = nil, hostKeys: HostKeyPolicy? = nil,
    timeout: Duration = .seconds(60)
  ) async throws(HearthError) -> SSHConnection {
    let connection = SSHConnection(target(user), on: reactor)
    try await connection.connect(
      credentials: credentials ?? [.keyFile(daemon.userKey)], hostKeys: hostKeys ?? knownHosts, timeout: timeout)
    return connection
  }

  func shell(_ user: String = "root", _ privilege: Privilege = .none) async throws(HearthError) -> SSHRootShell {
    SSHRootShell(try await connect(user), privilege: privilege)
  }
}
