import Diagnostics

/// A host to log in to.
package struct SSHTarget: Sendable, Equatable {
  /// The name used in messages, such as the node's name.
  package var name: String
  /// DNS name or numeric address, as `known_hosts` spells it.
  package var address: String
  package var port: UInt16
  package var user: String
  /// Jump hosts in the order in which they are passed; empty means a direct connection. Their own `jumps` are ignored.
  package var jumps: [SSHTarget]
  /// What an `ssh` by hand needs beside the place: options such as `-i FILE`, each as it is typed.
  package var options: [String] = []
  /// What an `ssh` by hand must be started by, such as `ip netns exec NAME`.
  package var launcher: String?
  /// The host as one types it, where `~/.ssh/config` leads from there to ``address``.
  package var typed: String?
  /// Which settings came from `~/.ssh/config`, as part of a message.
  package var origin: String?

  package init(name: String, address: String, port: UInt16 = 22, user: String, jumps: [SSHTarget] = []) {
    self.name = name
    self.address = address
    self.port = port
    self.user = user
    self.jumps = jumps
  }

  private var login: String { "\(user)@\(typed ?? address)" }

  /// The `ssh` command that makes the same login by hand.
  package var command: String { command() }

  /// - Parameter running: a command to run there.
  package func command(tty: Bool = false, running program: String? = nil) -> String {
    let words =
      [launcher, "ssh"] + options + [way, port == 22 ? nil : "-p \(port)", tty ? "-t" : nil]
      + [
        login.shellQuoted,
        program.map { $0.contains(where: { "|&;<>$`'\"".contains($0) }) ? $0.shellQuoted : $0 },
      ]
    return words.compactMap { $0 }.joined(separator: " ")
  }

  /// How `ssh` is told of the jump hosts. `-J` takes no options for them, so one that has some of its own is spelled out.
  private var way: String? {
    if jumps.isEmpty { return nil }
    if jumps.count == 1, let jump = jumps.first, !jump.options.isEmpty {
      let words = ["ssh"] + jump.options + ["-p \(jump.port)", "-W %h:%p", jump.login.shellQuoted]
      return "-o \("ProxyCommand=\(words.joined(separator: " "))".shellQuoted)"
    }
    return "-J " + jumps.map { "\($0.login):\($0.port)" }.joined(separator: ",").shellQuoted
  }
}

/// A host to go through, with a login of its own: what opens the target is not for it to see.
package struct JumpHop: Sendable {
  package var target: SSHTarget
  package var credentials: [Credential]
  package var hostKeys: HostKeyPolicy

  package init(_ target: SSHTarget, credentials: [Credential], hostKeys: HostKeyPolicy) {
    self.target = target
    self.credentials = credentials
    self.hostKeys = hostKeys
  }

  /// The hop as it is without settings of its own: the target's keys, never its password, and none of its pins.
  init(_ jump: SSHTarget, likeTarget credentials: [Credential], _ hostKeys: HostKeyPolicy) {
    var policy = hostKeys
    policy.pins = []
    policy.onChanged = .refuse
    self.init(jump, credentials: credentials.filter { !$0.isPassword }, hostKeys: policy)
  }
}
