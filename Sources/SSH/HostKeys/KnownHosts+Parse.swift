import Foundation

/// Reads the bytes as OpenSSH's `hostkeys_foreach_file` and `sshkey_read` do: lines end at a line feed, fields at blanks
/// and tabs, and what is neither is part of its field. A carriage return before the line end is within the key's base64
/// or the comment, where it counts for nothing. Character sets play no part.
///
/// One line is read where OpenSSH passes it over: `@revoked` and a tab, with blanks later in the line. A revocation that
/// somebody wrote is never the thing to lose.
extension KnownHosts {
  static func parse(_ text: String, file: String) -> KnownHosts { parse(Array(text.utf8), file: file) }

  static func parse(_ bytes: [UInt8], file: String) -> KnownHosts {
    var known = KnownHosts()
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      // A zero byte ends the line for OpenSSH, which is written in C.
      switch Line(line.prefix { $0 != 0 }) {
      case .empty: continue
      case .entry(let marker, let hosts, let key):
        known.entries.append(Entry(marker: marker, hosts: hosts, key: key, file: file, line: index + 1))
      case .unreadable(let reason, let hosts):
        let isFirst = index == 0 && line.starts(with: byteOrderMark)
        let why = isFirst ? "it begins with a byte order mark" : reason
        known.skipped.append(Skipped(file: file, line: index + 1, reason: why, hosts: isFirst ? nil : hosts))
      }
      // The name behind a byte order mark is another name, for OpenSSH too; what follows it may be a good entry.
      if index == 0, line.starts(with: byteOrderMark), known.skipped.isEmpty {
        known.skipped.append(
          Skipped(file: file, line: 1, reason: "it begins with a byte order mark, which hides its first name"))
      }
    }
    return known
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private enum Line {
    case empty
    case entry(Entry.Marker, HostPatterns, HostKey)
    case unreadable(String, HostPatterns?)

    init(_ line: ArraySlice<UInt8>) {
      var rest = line.drop(while: Line.isBlank)
      guard let first = rest.first, first != UInt8(ascii: "#"), !rest.allSatisfy({ $0 == UInt8(ascii: "\r") }) else {
        self = .empty
        return
      }
      var marker = Entry.Marker.none
      if first == UInt8(ascii: "@") {
        switch String(decoding: Line.field(&rest), as: UTF8.self) {
        case "@revoked": marker = .revoked
        case "@cert-authority": marker = .certificateAuthority
        default:
          self = .unreadable("its marker is neither @revoked nor @cert-authority", nil)
          return
        }
        if rest.first == UInt8(ascii: "@") {
          self = .unreadable("it has two markers", nil)
          return
        }
      }
      let hosts = HostPatterns(Line.field(&rest))
      let type = Line.field(&rest)
      guard !type.isEmpty, type.first != UInt8(ascii: "#") else {
        self = .unreadable("it names no key", hosts)
        return
      }
      switch HostKey.read(type: type, base64: Line.field(&rest)) {
      case .success where hosts.isDamaged: self = .unreadable("its hashed name is damaged", nil)
      case .success(let key): self = .entry(marker, hosts, key)
      case .failure(let objection): self = .unreadable(objection.reason, hosts)
      }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Cuts the first field off, and the blanks behind it.
    private static func field(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
      let field = rest.prefix { !isBlank($0) }
      rest = rest[field.endIndex...].drop(while: isBlank)
      return field
    }
  }
}
