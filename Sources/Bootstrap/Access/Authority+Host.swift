package import Diagnostics
package import PKI
package import SSH
import Untrusted

extension Authority {
  /// Takes the authorities and shared keys from a living control-plane host, for an operator who has no copy.
  ///
  /// - Returns: nil when the host holds none.
  /// - Throws: ``HearthError`` when what it holds is incomplete or broken.
  package static func load(from shell: any RootShell) async throws(HearthError) -> Authority? {
    let names = AuthorityFiles.names.shellWords
    let program = """
      cd /etc/kubernetes/pki 2>/dev/null || exit 0
      for name in \(names); do
        [ -f "$name" ] || continue
        echo "=== $name"
        cat "$name"
      done
      """
    let result = try await shell.run(program)
    guard result.status == 0 else {
      throw HearthError(
        .remoteCommand, "the cluster's authorities cannot be read", subject: Subject(host: shell.host),
        output: [result.errorText])
    }
    var texts: [String: String] = [:]
    var current: String?
    for line in result.outputText.byteLines {
      if line.hasPrefix("=== ") {
        current = String(line.dropFirst(4))
      } else if let name = current, !line.isEmpty {
        texts[name, default: ""] += line + "\n"
      }
    }
    guard !texts.isEmpty else { return nil }
    do {
      return try AuthorityFiles(texts.mapValues { Secret($0) }).authority()
    } catch {
      throw error.at(Subject(host: shell.host))
    }
  }
}
