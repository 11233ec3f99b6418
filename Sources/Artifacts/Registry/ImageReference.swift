package import Diagnostics

/// An image's name, taken apart: `registry.k8s.io/coredns/coredns:v1.14.2`.
package struct ImageReference: Sendable, Hashable, CustomStringConvertible {
  /// Where the registry listens, such as `registry.k8s.io`.
  package let host: String
  package let repository: String
  package let tag: String

  /// - Throws: ``HearthError`` `checksum` when this is no reference with a registry and a tag.
  package init(_ text: String) throws(HearthError) {
    let slash = text.firstIndex(of: "/")
    let first = slash.map { String(text[..<$0]) } ?? ""
    // As everywhere: without a dot, a port or `localhost` the first part is no host and the image is Docker Hub's.
    let hasHost = first.contains(".") || first.contains(":") || first == "localhost"
    let rest = hasHost ? String(text[text.index(after: slash ?? text.startIndex)...]) : text
    let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, !text.contains("@"),
      rest.utf8.allSatisfy(ImageReference.isPlain)
    else {
      throw HearthError(
        .checksum, "`\(text)` is not the name of an image with a tag",
        hint: "Write it as in registry.k8s.io/pause:3.10.2; the digest stands beside it.")
    }
    let isHub = !hasHost || first == "docker.io"
    host = isHub ? "registry-1.docker.io" : first
    repository = isHub && !parts[0].contains("/") ? "library/\(parts[0])" : String(parts[0])
    tag = String(parts[1])
  }

  package var description: String { "\(host)/\(repository):\(tag)" }

  /// Base of the registry's API. A registry on this machine needs no TLS, as with every other tool.
  func url(isPlain: Bool = false) -> String {
    let name = host.split(separator: ":").first.map(String.init) ?? host
    let scheme = isPlain || name == "localhost" || name.wholeMatch(of: /127(\.[0-9]{1,3}){3}/) != nil ? "http" : "https"
    return "\(scheme)://\(host)/v2/\(repository)"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._-/:".utf8.contains(byte)
    }
  }
}
