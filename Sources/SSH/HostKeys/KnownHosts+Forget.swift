import Diagnostics
import Foundation
import Untrusted

extension KnownHosts {
  /// Removes the keys of a host from the files that have some. Lines about other hosts, revoked keys and comments stay
  /// byte by byte; a line that names further hosts loses only this one's name, and one with a pattern is left to whoever
  /// wrote it.
  static func forget(_ target: SSHTarget, in files: [String]) throws(HearthError) {
    let name = name(of: target)
    for file in files {
      guard let before = try? RegularFile.read(file) else { continue }
      let after = forgetting(name, in: before)
      guard after != before else { continue }
      do {
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
        try Data(after).write(to: URL(fileURLWithPath: file).resolvingSymlinksInPath(), options: .atomic)
        if let mode { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file) }
      } catch {
        throw HearthError(
          .local, "cannot write \(file): \(error.localizedDescription)",
          subject: Subject(host: target.name, file: file),
          hint: "make it writable, or remove the old key yourself",
          command: "ssh-keygen -f \(file.shellQuoted) -R \(name.shellQuoted)")
      }
    }
  }

  static func forgetting(_ name: String, in text: String) -> String {
    String(decoding: forgetting(name, in: Array(text.utf8)), as: UTF8.self)
  }

  static func forgetting(_ name: String, in bytes: [UInt8]) -> [UInt8] {
    var kept: [UInt8] = []
    for line in lines(of: bytes) {
      let blank = line.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      let field = line[blank.endIndex...].prefix { !" \t\r\n\0".utf8.contains($0) }
      let isEntry = field.first.map { $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "@") } ?? false
      guard isEntry, HostPatterns(field).match(name), !field.contains(where: { "*?".utf8.contains($0) }) else {
        kept += line
        continue
      }
      // A hashed name stands for itself; a list loses one name.
      let names = field.split(separator: UInt8(ascii: ","))
      let others = names.filter { !HostPatterns.names(in: $0).contains(Array(name.utf8)) }
      guard others.count < names.count, others.contains(where: { $0.first != UInt8(ascii: "!") }) else { continue }
      kept += blank + others.joined(separator: [UInt8(ascii: ",")]) + line[field.endIndex...]
    }
    return kept
  }

  /// Each with its own line end.
  private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(rest[...end])
      rest = rest[(end + 1)...]
    }
    return rest.isEmpty ? lines : lines + [rest]
  }
}
