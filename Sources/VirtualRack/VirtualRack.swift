package import Diagnostics
import Foundation
package import Inventory
import Untrusted

/// A rack of virtual hosts on this machine.
///
/// The work is done by the shell programs in `templates/lab`, which one can also run by hand. All state of a lab is in one
/// folder and in the kernel; nothing of it depends on the hearth process that made it, so any later one, or none, can go
/// on. All verbs need root.
package struct VirtualRack: Sendable {
  package let lab: Lab
  /// Everything that belongs to this lab: keys, disks, consoles. Gone after ``down(events:)``.
  package let stateFolder: String
  let launcher: Launcher

  package init(lab: Lab = Lab(), folders: Folders = Folders()) {
    self.lab = lab
    stateFolder = "\(folders.state)/labs/\(lab.name)"
    launcher = Launcher(
      lab: lab.name, labsFolder: "\(folders.state)/labs", cacheFolder: "\(folders.cache)/lab",
      programsFolder: "\(stateFolder)/programs")
  }

  /// The login user of every host.
  package static let user = "pi"
  /// The private key (ed25519, without passphrase) that opens every host of the lab.
  package var keyFile: String { "\(stateFolder)/key" }
  /// The keys of all hosts, known before the first login because they were made outside.
  package var knownHostsFile: String { "\(stateFolder)/known_hosts" }

  /// Makes the base image that all labs share, unless it is in the cache. The first time takes about half a minute.
  package func prepare(events: any EventSink = SilentSink()) async throws(HearthError) {
    try await launcher.run("prepare", events: events)
  }

  /// Makes the lab and its hosts `pi1` to `piN` where they are missing, switches on those that are off and waits until
  /// each answers SSH. Recovers what a run that was cut off left behind.
  /// - Parameters:
  ///   - nodes: 1 to 200.
  ///   - options: For hosts that do not exist yet.
  ///   - overrides: By host name, in place of `options` values.
  /// - Returns: All hosts of the lab, in the order of their numbers.
  @discardableResult
  package func up(
    nodes: Int, options: VirtualHostOptions = VirtualHostOptions(), overrides: [String: VirtualHostOptions] = [:],
    events: any EventSink = SilentSink()
  ) async throws(HearthError) -> [VirtualHost] {
    let secrets = "\(FileManager.default.temporaryDirectory.path)/hearth-lab-\(UUID().uuidString)"
    try Folders.create(secrets)
    defer { try? FileManager.default.removeItem(atPath: secrets) }
    var arguments = ["\(nodes)"] + (try options.arguments(secretsIn: secrets))
    for (host, options) in overrides.sorted(by: { $0.key < $1.key }) {
      arguments += try options.arguments(for: host, secretsIn: secrets)
    }
    try await launcher.run("up", arguments, events: events)
    return try await hosts()
  }

  /// Ends every process of the lab and removes everything it made, from what is found in the kernel and in its folder.
  package func down(events: any EventSink = SilentSink()) async throws(HearthError) {
    try await launcher.run("down", events: events)
  }

  /// All hosts of the lab, in the order of their numbers; none where there is no such lab.
  package func hosts() async throws(HearthError) -> [VirtualHost] {
    guard FileManager.default.fileExists(atPath: "\(stateFolder)/hosts") else { return [] }
    return try await launcher.run("status").byteLines.compactMap(VirtualHost.init(statusLine:))
  }
}

/// Command lines for whoever has a terminal: the caller becomes the program.
extension VirtualRack {
  /// A login shell as root inside a host, or one command there.
  package func insideCommand(_ host: String, _ command: [String] = ["bash", "-l"]) throws(HearthError) -> [String] {
    try launcher.commandLine("exec", [host] + command)
  }

  /// OpenSSH to a host as user `pi`, with the lab's key and the host's key pinned.
  package func sshCommand(_ host: String, _ command: [String] = []) throws(HearthError) -> [String] {
    try launcher.commandLine("ssh", [host] + command)
  }

  /// A program of this machine inside the lab's network: kubectl, curl, a shell.
  package func enterCommand(_ command: [String]) throws(HearthError) -> [String] {
    try launcher.commandLine("enter", command)
  }
}

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
