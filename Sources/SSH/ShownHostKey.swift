package import Diagnostics
import Synchronization

/// The key that a host shows to whoever connects. Nothing about a user is sent for it.
package struct ShownHostKey: Sendable, Equatable {
  /// `ssh-ed25519`, …
  package var type: String
  /// `SHA256:…`
  package var fingerprint: String

  package init(type: String, fingerprint: String) { (self.type, self.fingerprint) = (type, fingerprint) }

  /// - Throws: what keeps the host from showing one.
  package static func ask(
    _ target: SSHTarget, on reactor: Reactor, timeout: Duration = .seconds(10)
  ) async throws(HearthError) -> ShownHostKey {
    let shown = Mutex<ShownHostKey?>(nil)
    let policy = HostKeyPolicy(
      knownHostsFiles: [],
      onUnknown: .ask { question in
        shown.withLock { $0 = ShownHostKey(type: question.keyType, fingerprint: question.fingerprint) }
        return false
      })
    let connection = SSHConnection(target, on: reactor)
    do throws(HearthError) {
      try await connection.connect(credentials: [], hostKeys: policy, hops: [], timeout: timeout)
    } catch {
      guard let key = shown.withLock({ $0 }) else { throw error }
      return key
    }
    await connection.close()
    throw HearthError(.hostKey, "the host showed no key", subject: Subject(host: target.name))
  }

  /// Fingerprints of the keys that files know for a host, those that are revoked left out.
  package static func known(for target: SSHTarget, in files: [String]) throws(HearthError) -> Set<String> {
    let known = try KnownHosts.load(files)
    let matching = known.entries.filter { $0.hosts.match(KnownHosts.name(of: target)) }
    let revoked = Set(known.entries.filter { $0.marker == .revoked }.map(\.key.fingerprint))
    return Set(matching.filter { $0.marker == .none }.map(\.key.fingerprint)).subtracting(revoked)
  }
}
