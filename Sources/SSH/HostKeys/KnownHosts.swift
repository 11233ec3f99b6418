import Diagnostics
import Foundation
import Synchronization
import Untrusted

/// What OpenSSH's `known_hosts` files say.
struct KnownHosts: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    enum Marker: Sendable { case none, revoked, certificateAuthority }
    var marker: Marker
    var hosts: HostPatterns
    var key: HostKey
    var file: String
    /// From 1.
    var line: Int
    var place: String { "\(file):\(line)" }
  }

  /// A line that is neither blank nor a comment and says nothing, so that it can be named.
  struct Skipped: Sendable, Equatable {
    var file: String
    /// From 1.
    var line: Int
    /// As part of a sentence: `its key is damaged`.
    var reason: String
    /// Nil when the line cannot even be told to be about some hosts.
    var hosts: HostPatterns?
    var place: String { "\(file):\(line)" }

    /// Whether the line may have been meant for a host.
    func concerns(_ name: String) -> Bool { hosts.map { $0.match(name) } ?? true }
  }

  var entries: [Entry] = []
  var skipped: [Skipped] = []

  /// Reads the files that exist.
  static func load(_ files: [String]) throws(HearthError) -> KnownHosts {
    var known = KnownHosts()
    for file in files where FileManager.default.fileExists(atPath: file) && file != nowhere {
      let bytes: [UInt8]
      do throws(HearthError) {
        bytes = try RegularFile.read(file)
      } catch {
        throw HearthError(
          .local, "cannot read \(file)", subject: Subject(file: file), hint: "Check its permissions",
          cause: error.cause ?? error.message, command: "ls -l \(file.shellQuoted)"
        )
      }
      let read = parsed(bytes, file: file)
      known.entries += read.entries
      known.skipped += read.skipped
    }
    return known
  }

  /// Every connection of a run reads the same file, in which every host of the rack stands: the same bytes are parsed
  /// once.
  private static func parsed(_ bytes: [UInt8], file: String) -> KnownHosts {
    if let last = cache.withLock({ $0[file] }), last.bytes == bytes { return last.known }
    let known = parse(bytes, file: file)
    cache.withLock { $0[file] = (bytes, known) }
    return known
  }

  private static let cache = Mutex<[String: (bytes: [UInt8], known: KnownHosts)]>([:])

  /// What people name to keep no keys at all.
  static let nowhere = "/dev/null"

  /// How `known_hosts` spells a host.
  static func name(of target: SSHTarget) -> String {
    let host = target.address.lowercased()
    return target.port == 22 ? host : "[\(host)]:\(target.port)"
  }

  /// Key types known for a host, so that it is asked to prove itself with one of them.
  func keyTypes(of target: SSHTarget, among usable: [String]) -> [String] {
    let name = Self.name(of: target)
    let known = entries.filter { $0.marker == .none && $0.hosts.match(name) }.map(\.key.type)
    let algorithms = Set(known.flatMap(HostKey.algorithms))
    return usable.filter(algorithms.contains)
  }
}

extension KnownHosts {
  /// What is known about a host that shows a key.
  enum Verdict: Equatable {
    case trusted
    case revoked(Entry)
    /// The host is known with other keys.
    case changed([Entry])
    /// The host is known, but only with keys that cannot be checked here (RSA with an old libssh2).
    case unusable([Entry])
    /// Only a certificate authority is known for the host, which libssh2 cannot check.
    case authorityOnly(Entry)
    case unknown
  }

  /// - Parameter usable: algorithms that can be checked here. A host known with one of them cannot pass as unknown by
  ///   showing a key of another type.
  func verdict(on key: HostKey, of target: SSHTarget, usable: [String]) -> Verdict {
    let verdict = verdict(on: key, ofName: Self.name(of: target), usable: usable)
    guard target.port != 22 else { return verdict }
    switch verdict {
    case .unknown, .authorityOnly:
      // The very key that is known for the host without a port is as good, as for OpenSSH.
      return self.verdict(on: key, ofName: target.address.lowercased(), usable: usable) == .trusted ? .trusted : verdict
    default: return verdict
    }
  }

  private func verdict(on key: HostKey, ofName name: String, usable: [String]) -> Verdict {
    let matching = entries.filter { $0.hosts.match(name) }
    if let revoked = matching.first(where: { $0.marker == .revoked && $0.key == key }) { return .revoked(revoked) }
    let known = matching.filter { $0.marker == .none }
    if known.contains(where: { $0.key == key }) { return .trusted }
    let checkable = known.filter { !Set(HostKey.algorithms(forKeyType: $0.key.type)).isDisjoint(with: usable) }
    if !checkable.isEmpty { return .changed(checkable) }
    if !known.isEmpty { return .unusable(known) }
    if let authority = matching.first(where: { $0.marker == .certificateAuthority }) {
      return .authorityOnly(authority)
    }
    return .unknown
  }
}
