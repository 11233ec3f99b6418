package import Artifacts
import Crypto
package import Diagnostics
import Foundation
package import PKI
import Untrusted

/// A backup that was unpacked on this machine and checked.
package struct BackupArchive: Sendable {
  package let manifest: BackupManifest
  package var authority: Authority
  /// The authorities were replaced after this backup was made, and ``authority`` are the new ones.
  package var predatesAuthority = false
  package let snapshot: LocalFile
  /// By node name.
  package let records: [String: NodeRecord]
  package let inventory: String?

  /// Keeps the snapshot's file, which has no name, while the archive is in use.
  package var file: UnnamedFile?

  /// Reads a plain archive and checks all of it. Nothing of it gets a name on this machine's disk.
  ///
  /// - Parameters:
  ///   - file: the archive; errors name `source` in its place where that is given.
  ///   - folder: on whose disk the snapshot lies until it has been delivered, in a file without a name.
  /// - Throws: `local` or `checksum` that names what is missing, broken or of another format.
  package static func open(
    _ file: String, source: String? = nil, in folder: String
  ) throws(HearthError) -> BackupArchive {
    do {
      return try read(try BackupTar(file), folder)
    } catch {
      throw error.at(Subject(file: source ?? file))
    }
  }

  /// Looks at the beginning of what is encrypted, and at the names in what is not.
  ///
  /// - Throws: `usage` for a file that no `hearth backup` wrote.
  package static func refuseOther(_ file: String) throws(HearthError) {
    let hint = "name a file that `hearth backup` wrote; `hearth backup list` shows them"
    guard FileManager.default.fileExists(atPath: file) else {
      throw HearthError(.usage, "there is no such file", subject: Subject(file: file), hint: hint)
    }
    if AgeFile.isEncrypted(file) { return }
    guard (try? BackupTar(file))?.names.contains("backup.json") == true else {
      throw HearthError(.usage, "this is not a backup of a cluster", subject: Subject(file: file), hint: hint)
    }
  }

  private static func read(_ tar: BackupTar, _ folder: String) throws(HearthError) -> BackupArchive {
    guard let data = try tar.bytes("backup.json"),
      let manifest = try? JSONDecoder().decode(BackupManifest.self, from: Data(data))
    else {
      throw HearthError(.local, "this is not a backup of a cluster", hint: "name a file that `hearth backup` wrote")
    }
    guard manifest.format == 1 else {
      throw HearthError(
        .unsupported, "this backup has format \(manifest.format), and this hearth reads 1", hint: "use a newer hearth")
    }
    let snapshot = try UnnamedFile(in: folder)
    let (sum, bytes) = try tar.copy("etcd.snapshot", to: snapshot)
    guard sum == manifest.snapshotSHA256 else {
      throw HearthError(
        .checksum, "the snapshot in this backup is not the one that was taken", hint: "take another backup")
    }
    var texts: [String: Secret<String>] = [:]
    for name in AuthorityFiles.names {
      if let data = try tar.bytes("pki/\(name)") { texts[name] = Secret(String(decoding: data, as: UTF8.self)) }
    }
    var records: [String: NodeRecord] = [:]
    for name in tar.names where name.hasPrefix("nodes/") {
      let data = try tar.bytes(name) ?? []
      if let record = NodeRecord(String(decoding: data, as: UTF8.self)) { records[record.name] = record }
    }
    let inventory = try tar.bytes("inventory.yaml")
    return BackupArchive(
      manifest: manifest, authority: try AuthorityFiles(texts).authority(),
      snapshot: LocalFile(path: snapshot.path, sha256: sum, bytes: bytes), records: records,
      inventory: inventory.map { String(decoding: $0, as: UTF8.self) }, file: snapshot)
  }

  /// Lower-case hex, and the size in bytes.
  package static func sha256(of path: String) throws(HearthError) -> (sum: String, bytes: Int) {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw HearthError(.local, "the file is missing", subject: Subject(file: path))
    }
    defer { try? handle.close() }
    var hash = SHA256()
    var bytes = 0
    do {
      while let data = try handle.read(upToCount: 1 << 20), !data.isEmpty {
        hash.update(data: data)
        bytes += data.count
      }
    } catch {
      throw HearthError(.local, "the file cannot be read", subject: Subject(file: path), cause: "\(error)")
    }
    let digits = Array("0123456789abcdef")
    let sum = String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    return (sum, bytes)
  }
}

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
