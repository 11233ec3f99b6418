import Diagnostics
import Foundation
import PKI
import Testing

struct EncryptionKeyTests {
  @Test("every stage can read what the stage before it wrote, and the last has the new key alone")
  func stages() throws {
    var own = try Authority.create(cluster: "home")
    let first = own.encryptionKeys[0].secret.reveal()
    #expect(own.encryptionStage == .settled)
    var numbers: [[Int]] = []
    var stages: [EncryptionStage] = []
    for _ in 1...6 {
      let writer = own.encryptionKeys[0].name
      own = own.advancedEncryption()
      numbers.append(own.encryptionKeys.map(\.number))
      stages.append(own.encryptionStage)
      // What the stage before wrote is read, until it has been written again.
      #expect(own.encryptionKeys.contains { $0.name == writer } || own.encryptionStage == .settled)
    }
    #expect(numbers == [[1, 2], [2, 1], [2], [2, 3], [3, 2], [3]])
    #expect(stages == [.read, .write, .settled, .read, .write, .settled])
    #expect(own.encryptionKeys[0].secret.reveal() != first)
    #expect(own.encryptionKeys[0].secret.reveal().count == 32)
  }

  @Test("each stage is read back from its file; a key of the first day has no number there")
  func files() throws {
    var own = try Authority.create(cluster: "home")
    let text = try #require(AuthorityFiles(own).texts["encryption.key"]).reveal()
    #expect(text == own.encryptionKeys[0].base64 + "\n")
    for _ in 1...4 {
      let read = try AuthorityFiles(AuthorityFiles(own).texts).authority()
      #expect(read.encryptionKeys.map(\.name) == own.encryptionKeys.map(\.name))
      #expect(read.encryptionKeys.map(\.base64) == own.encryptionKeys.map(\.base64))
      #expect(read.encryptionStage == own.encryptionStage)
      own = own.advancedEncryption()
    }
  }

  @Test(
    "a number that leaves none for the next key is not a number of a key",
    arguments: ["9223372036854775807", "1000001", "0", "-1", "+2", "２", "1e3", ""])
  func numbers(number: String) throws {
    var files = AuthorityFiles(try Authority.create(cluster: "home"))
    let key = try #require(files.texts["encryption.key"]).reveal()
    files.texts["encryption.key"] = Secret("\(number) \(key)")
    if number.isEmpty {
      #expect(try files.authority().encryptionKeys.map(\.number) == [1])
    } else {
      #expect(throws: HearthError.self) { try files.authority() }
    }
  }

  @Test("Secrets of a backup are read with its keys under their names, and written with the key of today")
  func backups() throws {
    let then = try Authority.create(cluster: "home")
    var own = then
    #expect(own.readingSecrets(of: then).encryptionKeys.map(\.number) == [1])
    for _ in 1...3 { own = own.advancedEncryption() }
    let restored = own.readingSecrets(of: then)
    #expect(restored.encryptionKeys.map(\.number) == [2, 1])
    #expect(restored.encryptionKeys[1].base64 == then.encryptionKeys[0].base64)
    #expect(restored.encryptionStage == .write)
    // Two machines that replaced the same key.
    var other = then
    for _ in 1...3 { other = other.advancedEncryption() }
    let both = own.readingSecrets(of: other)
    #expect(both.encryptionKeys.map(\.number) == [3, 2])
    #expect(both.encryptionKeys[1].base64 == other.encryptionKeys[0].base64)
    #expect(both.encryptionKeys[0].base64 == own.encryptionKeys[0].base64)
  }

  static let key = Data(repeating: 7, count: 32).base64EncodedString()

  @Test(arguments: ["", "x", "2 ", "0 \(key)", "-1 \(key)", "1 2 \(key)", "\(key)\n\(key)", "2 \(key)\nx", "2 AAAA"])
  func brokenFilesAreRefused(_ text: String) throws {
    var files = AuthorityFiles(try Authority.create(cluster: "home"))
    files.texts["encryption.key"] = Secret(text + "\n")
    let error = #expect(throws: HearthError.self) { try files.authority() }
    #expect(error?.subject.file == "encryption.key")
  }
}
