package import Artifacts
import Crypto
package import Diagnostics
import Foundation
package import PKI

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

  /// Unpacks a plain archive into an empty folder (0700) and checks all of it.
  ///
  /// - Throws: `local` or `checksum` that names what is missing, broken or of another format.
  package static func open(_ file: String, in folder: String) async throws(HearthError) -> BackupArchive {
    try Folders.create(folder)
    try await LocalProgram.run(
      "tar", ["--extract", "--file", file, "--directory", folder, "--no-same-owner", "--no-same-permissions"])
    do {
      return try read(folder)
    } catch {
      throw error.at(Subject(file: file))
    }
  }

  private static func read(_ folder: String) throws(HearthError) -> BackupArchive {
    guard let data = FileManager.default.contents(atPath: "\(folder)/backup.json"),
      let manifest = try? JSONDecoder().decode(BackupManifest.self, from: data)
    else { throw HearthError(.local, "this is no backup of a cluster", hint: "name a file that `hearth backup` wrote") }
    guard manifest.format == 1 else {
      throw HearthError(
        .unsupported, "this backup has format \(manifest.format), and this hearth reads 1", hint: "take a newer hearth")
    }
    let snapshot = "\(folder)/etcd.snapshot"
    let (sum, bytes) = try sha256(of: snapshot)
    guard sum == manifest.snapshotSHA256 else {
      throw HearthError(
        .checksum, "the snapshot in this backup is not the one that was taken", hint: "take another backup")
    }
    var texts: [String: Secret<String>] = [:]
    for name in AuthorityFiles.names {
      if let data = FileManager.default.contents(atPath: "\(folder)/pki/\(name)") {
        texts[name] = Secret(String(decoding: data, as: UTF8.self))
      }
    }
    var records: [String: NodeRecord] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/nodes")) ?? [] {
      let data = FileManager.default.contents(atPath: "\(folder)/nodes/\(name)") ?? Data()
      if let record = NodeRecord(String(decoding: data, as: UTF8.self)) { records[record.name] = record }
    }
    let inventory = FileManager.default.contents(atPath: "\(folder)/inventory.yaml")
    return BackupArchive(
      manifest: manifest, authority: try AuthorityFiles(texts).authority(),
      snapshot: LocalFile(path: snapshot, sha256: sum, bytes: bytes), records: records,
      inventory: inventory.map { String(decoding: $0, as: UTF8.self) })
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
