/// What is known of one artifact on the operator's machine, without asking any server.
package struct ArtifactRecord: Sendable, Equatable, Codable {
  package enum State: String, Sendable, Codable {
    /// Here, with the bytes that the lock file names.
    case verified
    /// Not here yet.
    case missing
    /// Here, with other bytes.
    case wrong
    /// No lock file names its checksum, so it is never installed.
    case unlocked
  }

  package var name: String
  package var version: String
  package var architecture: Architecture
  /// URL, path or image reference.
  package var source: String
  /// Path of the program inside the archive that is fetched.
  package var member: String?
  /// Algorithm and hex digits, as in `sha256:…`; of an image its digest or that of its archive.
  package var checksum: String?
  /// Size of the file here; nil while it is missing.
  package var bytes: Int?
  /// Where it lies on this machine, or would lie.
  package var file: String?
  package var state: State
}
