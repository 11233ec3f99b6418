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
