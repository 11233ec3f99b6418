package import Diagnostics
import Foundation
package import Inventory
package import SSH

/// How to get into the nodes of one run: which keys to offer, which host keys to trust, how to become root. Made once,
/// so that a key file shared by many nodes is read, and its passphrase asked for, once.
///
/// What the inventory says of a login counts; what it leaves open comes from `~/.ssh/config`, as for `ssh` by hand.
package struct HostAccess: Sendable {
  private let environment: [String: String]
  private let acceptNewHostKeys: Bool
  private let person: Operator
  private let keys: KeyFiles
  private var sudoPasswords: [String: Privilege] = [:]
  private let networkNamespace: String?
  private let config: SSHConfig?
  private let prompt: PasswordPrompt?
  /// Nodes that were reinstalled: what happens to their new host keys.
  package var changedHostKeys: [String: HostKeyPolicy.Changed] = [:]
  /// Nodes that have moved, and the addresses by which their host keys are known.
  package var formerAddresses: [String: IPv4Address] = [:]

  /// Asks for sudo passwords now, before anything else happens, and only where a node's `sudo` is `ask`.
  ///
  /// - Parameter networkNamespace: path of the one that the nodes are in, as those of a virtual rack are. `~/.ssh/config`
  ///   is not about them.
  package init(
    nodes: [Node], person: Operator, acceptNewHostKeys: Bool = false, networkNamespace: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) async throws(HearthError) {
    self.environment = environment
    self.acceptNewHostKeys = acceptNewHostKeys
    self.person = person
    self.networkNamespace = networkNamespace
    let home = environment["HOME"] ?? "/root"
    config =
      networkNamespace == nil
      ? try SSHConfig.load(user: "\(home)/.ssh/config", system: "/etc/ssh/ssh_config") : nil
    keys = KeyFiles(passphrase: person.keyPassphrase)
    prompt = person.sudoPassword.map { ask in PasswordPrompt { user in try? await ask(user) } }
    var passwords: [String: Privilege] = [:]
    for node in nodes where node.sudo == .ask {
      let user = login(node).user
      guard passwords[user] == nil else { continue }
      guard let ask = person.sudoPassword else {
        throw HearthError(
          .privilege, "\(node.name) wants a sudo password, and there is no terminal to ask for it",
          subject: node.source,
          hint: #"run hearth in a terminal, or set `sudo: {password: "${RACK_SUDO_PASSWORD}"}` in the inventory"#)
      }
      passwords[user] = .password(try await ask(user))
    }
    sudoPasswords = passwords
  }

  private var home: String { environment["HOME"] ?? "/root" }

  /// A node's login: the inventory's settings, and the configuration's where it has none.
  package func login(_ node: Node) -> NodeLogin {
    // A host of no inventory has a name in place of an address.
    let typed = node.address == IPv4Address(bits: 0) ? node.name : node.address.description
    let settings = config?.settings(
      for: typed, user: node.ssh.hasDefaultUser ? nil : node.ssh.user, home: home, environment: environment)
    return NodeLogin(node.ssh, typed: typed, settings)
  }

  package func target(_ node: Node) throws(HearthError) -> SSHTarget {
    let login = login(node)
    var jumps: [SSHTarget] = []
    for hop in try hopLogins(node) { jumps.append(target(named: hop.typed, hop)) }
    var target = target(named: node.name, login)
    target.jumps = jumps
    return target
  }

  private func target(named name: String, _ login: NodeLogin) -> SSHTarget {
    var target = SSHTarget(name: name, address: login.address, port: login.port, user: login.user)
    target.options =
      login.ownIdentityFiles.prefix(1).map { "-i \($0.shellQuoted)" }
      + login.ownKnownHosts.prefix(1).map { "-o UserKnownHostsFile=\($0.shellQuoted)" }
    if config == nil { target.options.append("-F none") }
    if login.typed != login.address { target.typed = login.typed }
    target.origin = login.origin
    target.launcher = networkNamespace.map { "nsenter --net=\($0.shellQuoted)" }
    return target
  }

  package func credentials(_ node: Node) -> [Credential] {
    let login = login(node)
    for note in login.notes { person.note?(note) }
    return credentials(login)
  }

  private func credentials(_ login: NodeLogin) -> [Credential] {
    var credentials: [Credential] = []
    if let password = login.password { credentials.append(.password(password)) }
    let named = keys.files(login.identityFiles)
    let files = (named.isEmpty && login.identityFiles.isEmpty ? keys.files(usualKeys) : named).map {
      Credential.key($0)
    }
    // Keys that are named come before the agent's, whose number may exceed what sshd lets one try.
    if !named.isEmpty { credentials += files }
    if let socket = login.agentSocket(environment) {
      credentials.append(.agent(socket: socket, only: login.identitiesOnly ? named : nil))
    }
    if named.isEmpty { credentials += files }
    return credentials
  }

  package func hostKeys(_ node: Node) -> HostKeyPolicy {
    var policy = hostKeys(login(node), onChanged: changedHostKeys[node.name] ?? .refuse)
    policy.formerAddress = formerAddresses[node.name]?.description
    return policy
  }

  private func hostKeys(_ login: NodeLogin, onChanged: HostKeyPolicy.Changed = .refuse) -> HostKeyPolicy {
    let global = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]
    let usual = ["\(home)/.ssh/known_hosts", "\(home)/.ssh/known_hosts2"]
    let files =
      !login.ownKnownHosts.isEmpty
      ? login.ownKnownHosts : (login.knownHosts.isEmpty ? usual : login.knownHosts) + global
    var policy = HostKeyPolicy(
      knownHostsFiles: files, pins: login.pins,
      onUnknown: acceptNewHostKeys ? .accept : person.trustHostKey.map { .ask($0) } ?? .refuse, onChanged: onChanged)
    policy.onUnreadableLine = { [person] file, line, reason in
      person.note?("\(file):\(line) says nothing: \(reason)")
    }
    return policy
  }

  /// The hosts to go through, each with its own keys and pins. A jump host is often somebody else's: it gets no password
  /// of the node's.
  package func hops(_ node: Node) throws(HearthError) -> [JumpHop] {
    try hopLogins(node).map { login in
      JumpHop(target(named: login.typed, login), credentials: credentials(login), hostKeys: hostKeys(login))
    }
  }

  private func hopLogins(_ node: Node) throws(HearthError) -> [NodeLogin] {
    let login = login(node)
    if let jump = node.ssh.jump { return [hop(jump, node)] }
    guard let chain = login.proxyJump else { return [] }
    var hops: [NodeLogin] = []
    for text in chain.split(separator: ",") {
      guard let jump = JumpHost(String(text)) else {
        throw HearthError(
          .inventory, "`\(text)` is not a jump host (ProxyJump of \(node.name))", subject: node.source,
          hint: "write it as user@host or user@host:port", cause: login.origin)
      }
      hops.append(hop(jump, node))
    }
    return hops
  }

  private func hop(_ jump: JumpHost, _ node: Node) -> NodeLogin {
    let settings = config?.settings(for: jump.host, user: jump.user, home: home, environment: environment)
    return NodeLogin(jump, of: node.ssh, settings)
  }

  package func privilege(_ node: Node) -> Privilege {
    let user = login(node).user
    switch node.sudo {
    case .none: return .none
    case .passwordless:
      // Raspberry Pi OS asks for a password by default: whoever sits at a terminal is asked once, if sudo asks.
      return user == "root" ? .none : prompt.map { .askedFor($0) } ?? .passwordless
    case .ask: return sudoPasswords[user] ?? .passwordless
    case .password(let password): return .password(password)
    }
  }

  /// OpenSSH's usual key files that exist.
  private var usualKeys: [String] {
    ["id_ed25519", "id_ecdsa", "id_ed25519_sk", "id_ecdsa_sk", "id_rsa"].map { "\(home)/.ssh/\($0)" }
      .filter { FileManager.default.fileExists(atPath: $0) }
  }
}

extension HostAccess {
  /// A host of no inventory, such as the one that backups go to: a name or an address.
  package static func node(host: String, user: String?, port: UInt16?) -> Node {
    var settings = SSHSettings(user: user ?? NSUserName(), port: port ?? 22)
    settings.hasDefaultUser = user == nil
    settings.hasDefaultPort = port == nil
    return Node(name: host, address: IPv4Address(host) ?? IPv4Address(bits: 0), roles: [], ssh: settings)
  }
}
