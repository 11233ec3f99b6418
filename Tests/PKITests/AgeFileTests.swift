import Diagnostics
import Foundation
import PKI
import Testing

struct AgeFileTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "age-\(UUID().uuidString)").path

  private func scratch(_ work: (String) throws -> Void) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try work(folder)
  }

  /// Around the size of a chunk, where the last one is marked.
  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
  func whatGoesInComesOut(bytes: Int) throws {
    try scratch { folder in
      let plain = Data((0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
      try plain.write(to: URL(fileURLWithPath: "\(folder)/plain"))
      try AgeFile.encrypt(
        "\(folder)/plain", to: "\(folder)/sealed", passphrase: Secret("five words on a card"), workFactor: 10)
      #expect(AgeFile.isEncrypted("\(folder)/sealed"))
      #expect(!AgeFile.isEncrypted("\(folder)/plain"))
      let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/sealed")[.posixPermissions] as? Int
      #expect(mode == 0o600)
      try AgeFile.decrypt("\(folder)/sealed", to: "\(folder)/back", passphrase: Secret("five words on a card"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/back")) == plain)
    }
  }

  @Test func whatWasChangedIsRefused() throws {
    try scratch { folder in
      try Data(repeating: 7, count: 70_000).write(to: URL(fileURLWithPath: "\(folder)/plain"))
      try AgeFile.encrypt("\(folder)/plain", to: "\(folder)/sealed", passphrase: Secret("right"), workFactor: 10)
      let sealed = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/sealed"))
      func refusal(_ data: Data, _ passphrase: String = "right") throws -> HearthError.Code? {
        try data.write(to: URL(fileURLWithPath: "\(folder)/other"))
        defer { #expect(!FileManager.default.fileExists(atPath: "\(folder)/back")) }
        do throws(HearthError) {
          try AgeFile.decrypt("\(folder)/other", to: "\(folder)/back", passphrase: Secret(passphrase))
          return nil
        } catch {
          return error.code
        }
      }
      #expect(try refusal(sealed, "wrong") == .local)
      #expect(try refusal(sealed.dropLast(1)) == .checksum)
      // Cut off behind the first chunk: what is left is whole in itself, but not marked as the last.
      #expect(try refusal(sealed.dropLast(70_000 - 65_536 + 16)) == .checksum)
      var flipped = sealed
      flipped[flipped.count - 30_000] ^= 1
      #expect(try refusal(flipped) == .checksum)
      #expect(try refusal(Data("hello\n".utf8)) == .local)
      #expect(try refusal(Data()) == .local)
      let greedy = String(decoding: sealed.prefix(200), as: UTF8.self).replacing(" 10\n", with: " 40\n")
      #expect(try refusal(Data(greedy.utf8)) == .local)
    }
  }
}
