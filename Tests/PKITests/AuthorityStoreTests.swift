import Diagnostics
import Foundation
import Testing

@testable import PKI

struct AuthorityStoreTests {
  let folder = FileManager.default.temporaryDirectory.appending(path: "authority-\(UUID().uuidString)").path

  private func withFolder(_ body: (AuthorityStore) throws -> Void) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(AuthorityStore(folder: folder))
  }

  private func mode(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber).intValue
  }

  @Test func comesBackAsItWasSaved() throws {
    try withFolder { store in
      #expect(try store.load() == nil)
      let authority = try Authority.create(cluster: "home")
      try store.save(authority)
      let loaded = try #require(try store.load())
      #expect(AuthorityFiles(loaded).texts == AuthorityFiles(authority).texts)
      #expect(try mode(folder) == 0o700)
      for name in AuthorityFiles.names { #expect(try mode("\(folder)/\(name)") == 0o600) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == AuthorityFiles.names.sorted())
    }
  }

  @Test func refusesAFileThatOthersMayRead() throws {
    try withFolder { store in
      try store.save(try Authority.create(cluster: "home"))
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(folder)/ca.key")
      let error = #expect(throws: HearthError.self) { try store.load() }
      #expect(error?.subject.file == "\(folder)/ca.key")
      #expect(error?.command != nil)
    }
  }

  @Test func refusesAKeyOfAnotherAuthority() throws {
    try withFolder { store in
      try store.save(try Authority.create(cluster: "home"))
      try PrivateFile.write(Array(SigningKey().pem.reveal().utf8), to: "\(folder)/etcd-ca.key")
      let error = #expect(throws: HearthError.self) { try store.load() }
      #expect(error?.subject.file == "etcd-ca.crt")
    }
  }

  @Test func aSaveThatBrokeOffCountsAsNone() throws {
    try withFolder { store in
      try store.save(try Authority.create(cluster: "home"))
      try FileManager.default.removeItem(atPath: "\(folder)/ca.crt")
      #expect(try store.load() == nil)
    }
  }

  /// What a kill leaves behind at each point of a save that replaces keys.
  @Test(arguments: ["while it writes", "before the first rename", "between the two", "before it cleans up"])
  func aSaveThatBrokeOffLeavesTheOldOrTheNewKeys(_ point: String) throws {
    let manager = FileManager.default
    try withFolder { store in
      defer { for name in ["new", "old"] { try? manager.removeItem(atPath: "\(folder).\(name)") } }
      let (old, new) = (try Authority.create(cluster: "home"), try Authority.create(cluster: "home"))
      try store.save(old)
      try AuthorityStore(folder: "\(folder).new").save(new)
      switch point {
      case "while it writes": try manager.removeItem(atPath: "\(folder).new/ca.crt")
      case "before the first rename": break
      case "between the two": try manager.moveItem(atPath: folder, toPath: "\(folder).old")
      default:
        try manager.moveItem(atPath: folder, toPath: "\(folder).old")
        try manager.moveItem(atPath: "\(folder).new", toPath: folder)
      }
      let loaded = try #require(try store.load())
      let isNew = loaded.cluster.fingerprint == new.cluster.fingerprint
      #expect(isNew || loaded.cluster.fingerprint == old.cluster.fingerprint)
      #expect(isNew == ["between the two", "before it cleans up"].contains(point))
      try store.save(new)
      #expect(try store.load()?.cluster.fingerprint == new.cluster.fingerprint)
      #expect(!manager.fileExists(atPath: "\(folder).new") && !manager.fileExists(atPath: "\(folder).old"))
    }
  }

  @Test func nothingSecretIsPrinted() throws {
    let authority = try Authority.create(cluster: "home")
    var dumped = ""
    dump(authority, to: &dumped)
    dumped += "\(authority) \(AuthorityFiles(authority)) \(String(reflecting: authority.serviceAccount))"
    let body = authority.cluster.key.pem.reveal().split(separator: "\n")[1]
    #expect(!dumped.contains(body))
    #expect(!dumped.contains("PRIVATE KEY"))
  }
}
