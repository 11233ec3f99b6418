package import Diagnostics
import Foundation
package import Inventory
package import SSH

/// How to get into the nodes of one run: which keys to offer, which host keys to trust, how to become root. Made once,
/// so that a key file shared by many nodes is read, and its passphrase asked for, once.
package struct HostAccess: Sendable {
  private let environment: [String: String]
  private let acceptNewHostKeys: Bool
  private let person: Operator
  private let keys: [String: KeyFile]
  private let sudoPasswords: [String: Privilege]
  private let networkNamespace: String?
  /// Nodes that were installed anew: what happens to their new host keys.
  package var changedHostKeys: [String: HostKeyPolicy.Changed] = [:]

  /// Asks for sudo passwords now, before anything else happens, and only where a node's `sudo` is `ask`.
  ///
  /// - Parameter networkNamespace: path of the one that the nodes are in; only for commands that people may try by hand.
  package init(
    nodes: [Node], person: Operator, acceptNewHostKeys: Bool = false, networkNamespace: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) async throws(HearthError) {
    self.environment = environment
    self.acceptNewHostKeys = acceptNewHostKeys
    self.person = person
    self.networkNamespace = networkNamespace
    var keys: [String: KeyFile] = [:]
    for path in nodes.flatMap({ HostAccess.identityFiles($0, environment) }) where keys[path] == nil {
      keys[path] = KeyFile(path, passphrase: person.keyPassphrase)
    }
    self.keys = keys
    var passwords: [String: Privilege] = [:]
    for node in nodes where node.sudo == .ask && passwords[node.ssh.user] == nil {
      guard let ask = person.sudoPassword else {
        throw HearthError(
          .privilege, "\(node.name) wants a sudo password and nobody is there to type it",
          subject: node.source,
          hint: #"run hearth in a terminal, or set `sudo: {password: "${RACK_SUDO_PASSWORD}"}` in the inventory"#)
      }
      passwords[node.ssh.user] = .password(try await ask(node.ssh.user))
    }
    sudoPasswords = passwords
  }

  package func target(_ node: Node) throws(HearthError) -> SSHTarget {
    var jumps: [SSHTarget] = []
    for jump in node.ssh.jump?.split(separator: ",") ?? [] { jumps.append(try Self.jump(String(jump), for: node)) }
    var target = SSHTarget(
      name: node.name, address: node.address.description, port: node.ssh.port, user: node.ssh.user, jumps: jumps)
    target.options =
      node.ssh.identityFiles.prefix(1).map { "-i \($0.shellQuoted)" }
      + node.ssh.knownHosts.prefix(1).map { "-o UserKnownHostsFile=\($0.shellQuoted)" }
    target.launcher = networkNamespace.map { "nsenter --net=\($0.shellQuoted)" }
    return target
  }

  package func credentials(_ node: Node) -> [Credential] {
    var credentials: [Credential] = []
    if let password = node.ssh.password { credentials.append(.password(password)) }
    let files = HostAccess.identityFiles(node, environment).compactMap { keys[$0] }.map { Credential.key($0) }
    // Keys that the inventory names come before the agent's, whose number may exceed what sshd lets one try.
    if !node.ssh.identityFiles.isEmpty { credentials += files }
    if let socket = environment["SSH_AUTH_SOCK"], !socket.isEmpty { credentials.append(.agent(socket: socket)) }
    if node.ssh.identityFiles.isEmpty { credentials += files }
    return credentials
  }

  package func hostKeys(_ node: Node) -> HostKeyPolicy {
    let home = environment["HOME"] ?? "/root"
    let usual = ["\(home)/.ssh/known_hosts", "\(home)/.ssh/known_hosts2", "/etc/ssh/ssh_known_hosts"]
    return HostKeyPolicy(
      knownHostsFiles: node.ssh.knownHosts.isEmpty ? usual : node.ssh.knownHosts,
      pins: node.ssh.hostKeys,
      onUnknown: acceptNewHostKeys ? .accept : person.trustHostKey.map { .ask($0) } ?? .refuse,
      onChanged: changedHostKeys[node.name] ?? .refuse)
  }

  package func privilege(_ node: Node) -> Privilege {
    switch node.sudo {
    case .none: Privilege.none
    case .passwordless: .passwordless
    case .ask: sudoPasswords[node.ssh.user] ?? .passwordless
    case .password(let password): .password(password)
    }
  }

  /// Those of the inventory, or OpenSSH's usual ones that exist.
  private static func identityFiles(_ node: Node, _ environment: [String: String]) -> [String] {
    guard node.ssh.identityFiles.isEmpty else { return node.ssh.identityFiles }
    let home = environment["HOME"] ?? "/root"
    return ["id_ed25519", "id_ecdsa", "id_ed25519_sk", "id_ecdsa_sk", "id_rsa"].map { "\(home)/.ssh/\($0)" }
      .filter { FileManager.default.fileExists(atPath: $0) }
  }

  /// `user@host:port`, user and port optional.
  private static func jump(_ text: String, for node: Node) throws(HearthError) -> SSHTarget {
    let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
    let user = parts.count == 2 ? parts[0] : node.ssh.user
    let place = (parts.last ?? "").split(separator: ":", maxSplits: 1).map(String.init)
    guard let address = place.first, !address.isEmpty, let port = place.count == 2 ? UInt16(place[1]) : 22 else {
      throw HearthError(
        .inventory, "`\(text)` is no jump host", subject: node.source, hint: "write it as user@host or user@host:port")
    }
    return SSHTarget(name: text, address: address, port: port, user: user)
  }
}
