import Foundation
package import HTTP

/// A document in which upstream publishes the checksum of one of its files.
struct ChecksumDocument: Equatable {
  /// On the server, without a slash at the start.
  var path: String

  /// Where the projects publish the checksum of a file: beside it, or in a list of the whole release. The projects name
  /// them differently.
  static func all(for path: String) -> [ChecksumDocument] {
    let parts = path.split(separator: "/").map(String.init)
    let folder = parts.dropLast().joined(separator: "/")
    switch parts.first {
    case "release":
      return [.init(path: "\(path).sha256"), .init(path: "\(parts.prefix(2).joined(separator: "/"))/SHA256SUMS")]
    case "etcd-io": return [.init(path: "\(folder)/SHA256SUMS")]
    case "containerd": return [.init(path: "\(path).sha256sum")]
    case "opencontainers": return [.init(path: "\(folder)/runc.sha256sum")]
    case "containernetworking": return [.init(path: "\(path).sha256")]
    default: return []
    }
  }

  /// The checksum of the file at `path`: the only word of the text, or what stands before the file's name. nil where the
  /// text says nothing of it, or two different things.
  static func checksum(of path: String, in text: [UInt8]) -> Checksum? {
    let lines = text.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
    let found = lines.compactMap { line -> Checksum? in
      let words = line.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") })
        .map { String(decoding: $0, as: UTF8.self) }
      guard let first = words.first, let checksum = Checksum(.sha256, hex: first) else { return nil }
      guard words.count > 1, let last = words.last else { return lines.count == 1 ? checksum : nil }
      // `*` marks files that were read as binary.
      let name = last.hasPrefix("*") ? String(last.dropFirst()) : last
      let plain = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
      return path == plain || path.hasSuffix("/\(plain)") ? checksum : nil
    }
    return Set(found).count == 1 ? found.first : nil
  }
}
