import Diagnostics
import Foundation

extension KnownHosts {
  /// Removes the keys of a host from the files that have some. Lines about other hosts, revoked keys and comments stay;
  /// a line that names further hosts loses only this one's name, and one with a pattern is left to whoever wrote it.
  static func forget(_ target: SSHTarget, in files: [String]) throws(HearthError) {
    let name = name(of: target)
    for file in files {
      guard let data = FileManager.default.contents(atPath: file) else { continue }
      let before = String(decoding: data, as: UTF8.self)
      let after = forgetting(name, in: before)
      guard after != before else { continue }
      do {
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
        try Data(after.utf8).write(to: URL(fileURLWithPath: file).resolvingSymlinksInPath(), options: .atomic)
        if let mode { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file) }
      } catch {
        throw HearthError(
          .local, "cannot write \(file): \(error.localizedDescription)",
          subject: Subject(host: target.name, file: file),
          hint: "make it writable, or remove the old key yourself", command: "ssh-keygen -f \(file) -R '\(name)'")
      }
    }
  }

  static func forgetting(_ name: String, in text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let kept = lines.compactMap { line -> String? in
      var fields = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard let hosts = fields.first, !hosts.isEmpty, !hosts.hasPrefix("#"), !hosts.hasPrefix("@"),
        HostPatterns(hosts).match(name), !hosts.contains(where: { "*?".contains($0) })
      else { return String(line) }
      let others = hosts.split(separator: ",").map(String.init).filter { $0.lowercased() != name }
      // A hashed name stands for itself; a list loses one name.
      guard !others.isEmpty, others.count < hosts.split(separator: ",").count else { return nil }
      fields[0] = others.joined(separator: ",")
      return fields.joined(separator: " ")
    }
    return kept.joined(separator: "\n")
  }
}
