@testable import Bootstrap
import Diagnostics
import Foundation
import PKI
import TestSupport
import Testing

/// Archives as hosts make them are read where they lie, and nothing of them gets a name here.
struct BackupTarTests {
  private func archive(_ folder: TemporaryFolder) throws -> String {
    try folder.write("content/backup.json", Data("{}".utf8))
    try folder.write("content/pki/cluster-ca.key", Data("key".utf8))
    try folder.write("content/nodes/pi1", Data(repeating: 7, count: 1000))
    try folder.write("content/etcd.snapshot", Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 >> 3) }))
    try folder.shell("ln -s /etc/passwd content/inventory.yaml; tar -cf backup.tar -C content .")
    return folder.file("backup.tar")
  }

  @Test func membersAreThoseOfTar() throws {
    let folder = try TemporaryFolder(), tar = try BackupTar(try archive(folder))
    #expect(tar.names == ["backup.json", "etcd.snapshot", "nodes/pi1", "pki/cluster-ca.key"])
    #expect(try tar.bytes("pki/cluster-ca.key") == Array("key".utf8))
    #expect(try tar.bytes("nodes/pi1")?.count == 1000)
    #expect(try tar.bytes("inventory.yaml") == nil, "a link leads nowhere")
    let copy = try UnnamedFile(in: folder.path)
    let (sum, bytes) = try tar.copy("etcd.snapshot", to: copy)
    #expect(bytes == 3_000_000)
    #expect(try Command.run("sha256sum", folder.file("content/etcd.snapshot")).hasPrefix(sum))
    #expect(try Data(contentsOf: URL(fileURLWithPath: copy.path)) == folder.data("content/etcd.snapshot"))
    #expect(folder.names == ["backup.tar", "content"], "nothing has a name")
  }

  @Test(arguments: [
    "mkfifo backup.tar", "mkdir backup.tar", "ln -s /dev/zero backup.tar", "ln -s backup.tar backup.tar",
  ])
  func onlyAFileIsRead(making: String) throws {
    let folder = try TemporaryFolder()
    try folder.shell(making)
    #expect(throws: HearthError.self) { try BackupTar(folder.file("backup.tar")) }
    #expect(!AgeFile.isEncrypted(folder.file("backup.tar")))
    #expect(throws: HearthError.self) {
      try AgeFile.decrypt(folder.file("backup.tar"), to: folder.file("plain"), passphrase: Secret("x"))
    }
    #expect(!folder.names.contains("plain"))
  }

  @Test func damageIsRefused() throws {
    let folder = try TemporaryFolder(), whole = try Data(contentsOf: URL(fileURLWithPath: archive(folder)))
    for cut in [1, 511, 600, 5000] {
      let file = try folder.write("cut.tar", Data(whole.prefix(cut)))
      #expect(throws: HearthError.self) { try BackupTar(file) }
    }
    var flipped = whole
    flipped[130] ^= 1
    let file = try folder.write("flipped.tar", flipped)
    #expect(throws: HearthError.self) { try BackupTar(file) }
  }
}
