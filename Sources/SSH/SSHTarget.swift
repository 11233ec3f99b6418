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

  package init(name: String, address: String, port: UInt16 = 22, user: String, jumps: [SSHTarget] = []) {
    self.name = name
    self.address = address
    self.port = port
    self.user = user
    self.jumps = jumps
  }

  /// The `ssh` command that makes the same login by hand.
  package var command: String { command() }

  /// - Parameter running: a command to run there.
  package func command(tty: Bool = false, running program: String? = nil) -> String {
    let via = jumps.map { "\($0.user)@\($0.address):\($0.port)" }.joined(separator: ",")
    let place = [via.isEmpty ? nil : "-J \(via)", port == 22 ? nil : "-p \(port)", tty ? "-t" : nil]
    let words = [launcher, "ssh"] + options + place + ["\(user)@\(address)", program]
    return words.compactMap { $0 }.joined(separator: " ")
  }
}
