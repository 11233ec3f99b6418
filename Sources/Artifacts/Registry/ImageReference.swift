package import Diagnostics

/// An image's name, taken apart: `registry.k8s.io/coredns/coredns:v1.14.2`.
package struct ImageReference: Sendable, Hashable, CustomStringConvertible {
  /// Where the registry listens, such as `registry.k8s.io`.
  package let host: String
  package let repository: String
  package let tag: String

  /// - Throws: ``HearthError`` `checksum` when this is not a reference with a registry and a tag.
  package init(_ text: String) throws(HearthError) {
    let slash = text.firstIndex(of: "/")
    let first = slash.map { String(text[..<$0]) } ?? ""
    // As everywhere: without a dot, a port or `localhost` the first part is not a host and the image is Docker Hub's.
    let hasHost = first.contains(".") || first.contains(":") || first == "localhost"
    let rest = hasHost ? String(text[text.index(after: slash ?? text.startIndex)...]) : text
    let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
    guard text.utf8.count <= 255, !hasHost || ImageReference.isHost(first), parts.count == 2,
      ImageReference.isRepository(parts[0]), ImageReference.isTag(parts[1])
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

  /// A DNS name or an address, with or without a port.
  private static func isHost(_ text: String) -> Bool {
    text.wholeMatch(of: /[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:[0-9]{1,5})?/) != nil
  }

  /// Lower-case parts between slashes, as the distribution specification has them.
  private static func isRepository(_ text: Substring) -> Bool {
    text.wholeMatch(of: /[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*/) != nil
  }

  private static func isTag(_ text: Substring) -> Bool {
    text.wholeMatch(of: /[A-Za-z0-9_][-A-Za-z0-9._]{0,127}/) != nil
  }
}
