import Crypto
import Diagnostics
import Foundation
import Synchronization

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

  var entries: [Entry] = []

  /// Reads the files that exist.
  static func load(_ files: [String]) throws(HearthError) -> KnownHosts {
    var known = KnownHosts()
    for file in files where FileManager.default.fileExists(atPath: file) {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw HearthError(
          .local, "cannot read \(file)", subject: Subject(file: file), hint: "Check its permissions",
          command: "ls -l \(file)"
        )
      }
      known.entries += entries(of: data, file: file)
    }
    return known
  }

  /// Every connection of a run reads the same file, in which every host of the rack stands: the same bytes are parsed
  /// once.
  private static func entries(of data: Data, file: String) -> [Entry] {
    if let last = parsed.withLock({ $0[file] }), last.data == data { return last.entries }
    let entries = parse(String(decoding: data, as: UTF8.self), file: file)
    parsed.withLock { $0[file] = (data, entries) }
    return entries
  }

  private static let parsed = Mutex<[String: (data: Data, entries: [Entry])]>([:])

  /// Lines that make no sense are passed over, as OpenSSH does: they can trust nobody.
  static func parse(_ text: String, file: String) -> [Entry] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
      var fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })[...]
      guard let first = fields.first, !first.hasPrefix("#") else { return nil }
      var marker = Entry.Marker.none
      if first.hasPrefix("@") {
        switch first {
        case "@revoked": marker = .revoked
        case "@cert-authority": marker = .certificateAuthority
        default: return nil
        }
        fields.removeFirst()
      }
      guard fields.count >= 3 else { return nil }
      let parts = Array(fields)
      guard let data = Data(base64Encoded: String(parts[2])), let key = HostKey(blob: Array(data)),
        key.type == parts[1]
      else { return nil }
      return Entry(
        marker: marker, hosts: HostPatterns(String(parts[0])), key: key, file: file, line: index + 1
      )
    }
  }

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
