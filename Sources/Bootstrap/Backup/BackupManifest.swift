/// What a backup says of itself: `backup.json`, the first member of the archive.
package struct BackupManifest: Sendable, Equatable, Codable {
  /// Of the archive; this hearth reads 1.
  package var format: Int
  package var cluster: String
  /// Where the snapshot was taken.
  package var host: String
  /// By that host's clock, such as `2026-11-24T09:46:01Z`.
  package var created: String
  /// The version that the cluster ran.
  package var kubernetes: String
  /// etcd's, which counts every change since the cluster began.
  package var revision: Int
  package var snapshotSHA256: String
}
