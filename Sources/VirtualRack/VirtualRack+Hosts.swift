package import Diagnostics
package import Inventory

/// What can be done to single hosts.
extension VirtualRack {
  /// Cuts the power: no process of the host gets to do anything more. The disk keeps what was written.
  package func kill(_ hosts: String...) async throws(HearthError) { try await launcher.run("kill", hosts) }

  /// Switches on, with the disk as it is. Use ``wait(for:)`` to know when the host answers.
  package func start(_ hosts: String...) async throws(HearthError) { try await launcher.run("start", hosts) }

  /// An orderly reboot from inside, as by `systemctl reboot`. Returns when the old system has ended; the new one
  /// then boots.
  package func reboot(_ hosts: String...) async throws(HearthError) { try await launcher.run("reboot", hosts) }

  /// A fresh disk, as if the card had been rewritten: new host key and machine id; address and serial number stay.
  /// A host that was on is switched on again.
  package func wipe(_ hosts: String...) async throws(HearthError) { try await launcher.run("wipe", hosts) }

  /// Pulls the network cable; it stays out over reboots.
  package func cut(_ hosts: String...) async throws(HearthError) { try await launcher.run("cut", hosts) }

  /// Plugs the network cable in again.
  package func join(_ hosts: String...) async throws(HearthError) { try await launcher.run("join", hosts) }

  /// Gives hosts other addresses, as another network or new leases do; they keep all else. Hosts that are on are rebooted.
  /// Use ``wait(for:)`` to know when they answer.
  package func move(_ addresses: [String: IPv4Address]) async throws(HearthError) {
    try await launcher.run("move", addresses.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
  }

  /// Returns when each of these hosts answers SSH; hosts without a cable are left out.
  package func wait(for hosts: String...) async throws(HearthError) { try await launcher.run("wait", hosts) }

  /// Fills the disk of a host that was made with ``VirtualHostOptions/diskBytes``, but for so many bytes.
  package func fill(_ host: String, leaving bytes: Int = 0) async throws(HearthError) {
    try await launcher.run("fill", [host, "\(bytes)"])
  }

  package func unfill(_ host: String) async throws(HearthError) { try await launcher.run("unfill", [host]) }

  /// Slows the disk of a host down that was made with ``VirtualHostOptions/diskBytes``, until ``unslow(_:)`` or the next
  /// time it is switched on.
  ///
  /// - Parameter writesPerSecond: 1 or more.
  package func slow(_ host: String, writesPerSecond: Int) async throws(HearthError) {
    try await launcher.run("slow", [host, "\(writesPerSecond)"])
  }

  package func unslow(_ host: String) async throws(HearthError) { try await launcher.run("unslow", [host]) }

  /// Runs a program as root inside a host, past its network and its SSH.
  /// - Returns: What it printed to standard output.
  @discardableResult
  package func exec(_ host: String, _ command: [String]) async throws(HearthError) -> String {
    try await launcher.run("exec", [host] + command)
  }
}
