import Untrusted

/// The first line that an SSH server says, before anything is known of who asks.
package struct Greeting: Sendable, Equatable {
  /// Such as `OpenSSH_9.2p1 Debian-2+deb12u3`.
  package var software: String

  /// RFC 4253, 4.2: at most 255 bytes; lines before it are allowed and passed over.
  package static let mostBytes = 1024

  /// - Returns: nil for whatever is not SSH 2, or not whole yet.
  package init?(_ bytes: [UInt8]) {
    let head = bytes.prefix(Self.mostBytes)
    guard let end = head.lastIndex(of: UInt8(ascii: "\n")) else { return nil }
    for line in ByteLines.split(head[...end]) {
      guard line.starts(with: "SSH-2.0-".utf8) || line.starts(with: "SSH-1.99-".utf8) else { continue }
      let text = String(decoding: line.prefix(255), as: UTF8.self)
      software = text.split(separator: "-", maxSplits: 2).last.map { $0.visibleLine } ?? ""
      return
    }
    return nil
  }
}
