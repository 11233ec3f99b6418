package import Diagnostics
import Foundation
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
