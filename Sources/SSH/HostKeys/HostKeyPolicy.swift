/// How a host proves that it is the one that was meant. Decided before anything about the user is sent.
package struct HostKeyPolicy: Sendable {
  /// What happens to a host that is neither pinned nor in a `known_hosts` file.
  package enum Unknown: Sendable {
    case refuse
    /// Trusts the key and adds it to the first `known_hosts` file.
    case accept
    /// Asks a person; `true` is ``accept``. May be called for several hosts at once.
    case ask(@Sendable (HostKeyQuestion) async -> Bool)
  }

  /// What happens to a host whose key is not the one that `known_hosts` has for it. Everything but ``refuse`` is for a
  /// host of which somebody has said that it was reinstalled.
  package enum Changed: Sendable {
    case refuse
    /// Refuses, and says what to do, given the fingerprint that the host shows now.
    case refuseWith(hint: @Sendable (_ fingerprint: String) -> String)
    /// Takes the new key if it has exactly this fingerprint (`SHA256:…`), read on the host itself.
    case expect(String)
    /// Asks a person, who sees both keys.
    case ask(@Sendable (HostKeyQuestion) async -> Bool)
  }

  /// Read in this order; new keys go to the first one, which need not exist yet.
  package var knownHostsFiles: [String]
  /// Fingerprints as OpenSSH prints them (`SHA256:…`). When there are any, the host's key must be one of them and
  /// `known_hosts` is not asked, except for revoked keys.
  package var pins: [String]
  package var onUnknown: Unknown
  package var onChanged: Changed
  /// The address that the host had before it moved. Where it shows a key that is known for that one, it is the host that was
  /// meant, whatever is known of the address where it is now; no file is changed for that, see ``MovedHostKeys``.
  package var formerAddress: String?
  /// Told of lines of the files that may be about this host and cannot be read. May be told the same several times.
  package var onUnreadableLine: (@Sendable (_ file: String, _ line: Int, _ reason: String) -> Void)?

  package init(
    knownHostsFiles: [String], pins: [String] = [], onUnknown: Unknown = .refuse, onChanged: Changed = .refuse
  ) {
    self.knownHostsFiles = knownHostsFiles
    self.pins = pins
    self.onUnknown = onUnknown
    self.onChanged = onChanged
  }
}

/// What a person needs to decide about an unknown host.
package struct HostKeyQuestion: Sendable, Equatable {
  package var host: String
  package var address: String
  package var port: UInt16
  /// `ssh-ed25519`, `ecdsa-sha2-nistp256`, ...
  package var keyType: String
  /// `SHA256:…`
  package var fingerprint: String
  /// What makes this case special, such as a known key of another type.
  package var note: String?
}
