package import Diagnostics
import Foundation
import Untrusted

/// Hosts that have other addresses now keep their keys: what `known_hosts` knew of the old ones it knows of the new ones.
package enum MovedHostKeys {
  package struct Move: Sendable, Equatable {
    package var from: SSHTarget
    package var to: SSHTarget

    package init(from: SSHTarget, to: SSHTarget) { (self.from, self.to) = (from, to) }
  }

  /// Rewrites the file in one go, also where hosts have exchanged their addresses. Revoked keys, patterns and lines of
  /// other hosts stay as they are. A file that is not there, or knows none of them, is left alone.
  package static func carry(_ moves: [Move], in file: String) throws(HearthError) {
    guard FileManager.default.fileExists(atPath: file) else { return }
    let before = try RegularFile.read(file)
    let after = carried(moves, in: before, file: file)
    guard after != before else { return }
    do {
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
      try Data(after).write(to: URL(fileURLWithPath: file).resolvingSymlinksInPath(), options: .atomic)
      if let mode { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file) }
    } catch {
      throw HearthError(
        .local, "cannot write \(file): \(error.localizedDescription)", subject: Subject(file: file),
        hint: "make it writable; until then the hosts' keys are unknown at their new addresses")
    }
  }

  static func carried(_ moves: [Move], in bytes: [UInt8], file: String) -> [UInt8] {
    let known = KnownHosts.parse(bytes, file: file)
    var added: [UInt8] = []
    var names: [String] = []
    for move in moves where move.from.address != move.to.address {
      let (from, to) = (KnownHosts.name(of: move.from), KnownHosts.name(of: move.to))
      let keys = known.entries.filter { $0.marker == .none && $0.hosts.match(from) }.map(\.key)
      // One that was carried before, or is known otherwise, is not touched.
      guard !keys.isEmpty else { continue }
      names += [from, to]
      for key in keys {
        added += Array("\(to) \(key.type) \(Data(key.blob).base64EncodedString())\n".utf8)
      }
    }
    guard !added.isEmpty else { return bytes }
    var rest = bytes
    for name in names { rest = KnownHosts.forgetting(name, in: rest) }
    if let last = rest.last, last != UInt8(ascii: "\n") { rest.append(UInt8(ascii: "\n")) }
    return rest + added
  }
}
