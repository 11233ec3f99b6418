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

  package init(name: String, address: String, port: UInt16 = 22, user: String, jumps: [SSHTarget] = []) {
    self.name = name
    self.address = address
    self.port = port
    self.user = user
    self.jumps = jumps
  }

  /// The `ssh` command that makes the same login by hand.
  package var command: String {
    let via = jumps.map { "\($0.user)@\($0.address):\($0.port)" }.joined(separator: ",")
    let options = [via.isEmpty ? nil : "-J \(via)", port == 22 ? nil : "-p \(port)"].compactMap { $0 }
    return (["ssh"] + options + ["\(user)@\(address)"]).joined(separator: " ")
  }
}
