package import Diagnostics
package import Inventory
package import SSH

/// How one host is logged in to: the inventory's own settings first, then those of `~/.ssh/config`, then the defaults.
package struct NodeLogin: Sendable {
  /// As the inventory has it; what `Host` of the configuration is compared with.
  package var typed: String
  /// Where to connect.
  package var address: String
  package var port: UInt16
  package var user: String
  /// Those of the inventory.
  package var ownIdentityFiles: [String]
  package var ownKnownHosts: [String]
  package var identityFiles: [String]
  package var knownHosts: [String]
  package var identitiesOnly: Bool
  package var identityAgent: String?
  package var pins: [String]
  package var password: Secret<String>?
  package var proxyJump: String?
  /// What of it came from `~/.ssh/config`, as part of a message.
  package var origin: String?
  /// What the configuration says and hearth does not do.
  package var notes: [String]

  init(_ ssh: SSHSettings, typed: String, _ config: SSHConfig.Settings?) {
    self.init(
      typed: typed, user: ssh.hasDefaultUser ? nil : ssh.user, port: ssh.hasDefaultPort ? nil : ssh.port,
      defaults: (ssh.user, ssh.port), files: ssh.identityFiles, knownHosts: ssh.knownHosts, pins: ssh.hostKeys,
      password: ssh.password, hasJump: ssh.jump != nil, config)
  }

  /// A jump host's, which takes the node's keys where it names none.
  init(_ jump: JumpHost, of ssh: SSHSettings, _ config: SSHConfig.Settings?) {
    let files =
      jump.identityFiles.isEmpty && config?.identityFiles.isEmpty != false ? ssh.identityFiles : jump.identityFiles
    self.init(
      typed: jump.host, user: jump.user, port: jump.port, defaults: (ssh.user, 22), files: files,
      knownHosts: jump.knownHosts.isEmpty ? ssh.knownHosts : jump.knownHosts, pins: jump.hostKeys,
      password: jump.password, hasJump: true, config)
  }

  private init(
    typed: String, user: String?, port: UInt16?, defaults: (user: String, port: UInt16), files: [String],
    knownHosts own: [String], pins: [String], password: Secret<String>?, hasJump: Bool, _ config: SSHConfig.Settings?
  ) {
    let config = config ?? SSHConfig.Settings()
    self.typed = typed
    address = config.hostName ?? typed
    self.user = user ?? config.user ?? defaults.user
    self.port = port ?? config.port ?? defaults.port
    (ownIdentityFiles, ownKnownHosts) = (files, own)
    identityFiles = files.isEmpty ? config.identityFiles : files
    knownHosts = own.isEmpty ? config.userKnownHostsFiles : own
    identitiesOnly = config.identitiesOnly
    identityAgent = config.identityAgent
    self.pins = pins
    self.password = password
    proxyJump = hasJump ? nil : config.proxyJump
    notes = config.notes
    var used: [(String, String)] = []
    func from(_ keyword: String, _ title: String, _ isUsed: Bool) {
      if isUsed, let place = config.places[keyword] { used.append((title, place)) }
    }
    from("hostname", "address \(address)", config.hostName != nil)
    from("user", "user \(self.user)", user == nil && config.user != nil)
    from("port", "port \(self.port)", port == nil && config.port != nil)
    from("identityfile", "key files", files.isEmpty && !config.identityFiles.isEmpty)
    from("identitiesonly", "IdentitiesOnly", config.identitiesOnly)
    from("identityagent", "agent", config.identityAgent != nil)
    from("userknownhostsfile", "known hosts", own.isEmpty && !config.userKnownHostsFiles.isEmpty)
    from("proxyjump", "jump host \(config.proxyJump ?? "")", proxyJump != nil)
    origin = used.isEmpty ? nil : used.map { "\($0.0) from \($0.1)" }.joined(separator: ", ")
  }

  /// Nil for none.
  func agentSocket(_ environment: [String: String]) -> String? {
    let own = environment["SSH_AUTH_SOCK"].flatMap { $0.isEmpty ? nil : $0 }
    guard let agent = identityAgent, agent != "SSH_AUTH_SOCK" else { return own }
    return agent.lowercased() == "none" ? nil : agent
  }
}
