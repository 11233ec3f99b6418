package import Diagnostics
import Foundation
package import Inventory
package import SSH
import Templates
import Untrusted

/// The one control-plane host that is left after the quorum is lost for good.
package struct Survivor: Sendable {
  package struct Report: Sendable, Equatable {
    package var host: String
    /// Of the last write that this host had heard of, in seconds since 1970 by its own clock.
    package var lastWrite: Int
    package var revision: Int

    package var text: String {
      let time = Date(timeIntervalSince1970: Double(lastWrite)).ISO8601Format()
      return
        "etcd goes on with one member. The last write that \(host) had heard of was at \(time), revision \(revision); "
        + "what only the lost members had written after that is lost"
    }

    /// `survived SECONDS REVISION`.
    init?(host: String, output: String) {
      let words = output.byteLines.last { $0.hasPrefix("survived ") }?.split(separator: " ") ?? []
      guard words.count == 3, let lastWrite = Int(checked: words[1], in: 0...253_402_300_799),
        let revision = Int(checked: words[2], in: 0...Int.max)
      else { return nil }
      (self.host, self.lastWrite, self.revision) = (host, lastWrite, revision)
    }
  }

  private let host: String
  private let rack: Rack
  private let shells: [String: any RootShell]

  package init(host: String, rack: Rack, shells: [String: any RootShell]) {
    self.host = host
    self.rack = rack
    self.shells = shells
  }

  static func program(_ release: KubernetesRelease) throws(HearthError) -> String {
    "set -eu\n" + (try Template("backup/force-new-cluster").render(["etcdctl": release.paths.etcdctl]))
  }

  /// Makes a cluster of one out of the host's member. What it had before is kept beside it as `….before-survivor`.
  package func takeOver() async throws(HearthError) -> Report {
    guard let shell = shells[host], let release = KubernetesRelease.of(rack.cluster) else {
      throw HearthError(.unreachable, "the survivor cannot be reached", subject: Subject(host: host))
    }
    let program = try Self.program(release)
    let result = try await shell.run(program, timeout: .seconds(600))
    guard result.status == 0, let report = Report(host: host, output: result.outputText) else {
      throw HearthError(
        .cluster, "etcd could not be started as a cluster of one", subject: Subject(host: host),
        hint: "its data as it was is kept in /var/lib/etcd/hearth.before-survivor; look at etcd's own words",
        output: (result.outputText + result.errorText).lastLines(8),
        command: "sudo journalctl -u hearth-etcd -n 50 --no-pager")
    }
    return report
  }
}
