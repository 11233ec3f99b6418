import Diagnostics
import Foundation
@testable import PKI
import TestSupport
import Testing

/// hearth reads what Debian's `age` reads, and nothing else; and each reads what the other writes.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/age"), "needs age"), .serialized)
struct AgeAgreementTests {
  private static let passphrase = "correct horse battery"

  /// `age` asks a terminal for its passphrase; this gives it one.
  private static let terminal = """
    import os, pty, sys
    child, terminal = pty.fork()
    if child == 0: os.execvp(sys.argv[2], sys.argv[2:])
    said = b''
    while True:
        try: more = os.read(terminal, 1024)
        except OSError: break
        if not more: break
        said += more
        if b'assphrase' in said and said.rstrip().endswith(b':'):
            said = b''
            os.write(terminal, sys.argv[1].encode() + b'\\n')
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """

  private func age(_ arguments: String...) throws -> Bool {
    let words = ["python3", "-c", Self.terminal, Self.passphrase, "age"] + arguments
    return (try? Command.run(words)) != nil
  }

  private func hearthReads(_ file: String, _ folder: TemporaryFolder) -> Data? {
    let target = folder.file("back")
    try? FileManager.default.removeItem(atPath: target)
    do throws(HearthError) {
      try AgeFile.decrypt(file, to: target, passphrase: Secret(Self.passphrase))
      return FileManager.default.contents(atPath: target)
    } catch {
      return nil
    }
  }

  /// Around the size of a chunk. What `age` itself writes takes seconds of work to open, so not at every size.
  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
  func eachReadsWhatTheOtherWrites(bytes: Int) throws {
    let folder = try TemporaryFolder()
    let plain = Data((0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
    let file = try folder.write("plain", plain)
    if [0, 65_536].contains(bytes) {
      try #require(try age("-p", "-o", folder.file("foreign.age"), file))
      #expect(hearthReads(folder.file("foreign.age"), folder) == plain)
    }
    try AgeFile.encrypt(file, to: folder.file("ours.age"), passphrase: Secret(Self.passphrase), workFactor: 10)
    try #require(try age("-d", "-o", folder.file("theirs"), folder.file("ours.age")))
    // age makes no file for nothing.
    #expect(((try? folder.data("theirs")) ?? Data()) == plain)
  }

  /// A file that `age` 1.1.1 wrote from "hearth\n".
  @Test func storedFileOfAgeIsRead() throws {
    let folder = try TemporaryFolder()
    let sealed = try #require(Data(base64Encoded: Self.stored))
    #expect(hearthReads(try folder.write("stored.age", sealed), folder) == Data("hearth\n".utf8))
  }

  private static let stored =
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBPQVJGVXluRHN0UC80WDREYjlNVktBIDE4CmIxMW5jTE1RbEdtbmhXV04z"
    + "RUpIUm9qdTFHV01HSC9xcXNBeHozWDVIWUEKLS0tIDRkU29FbjZuRkNETjVsUXpTRHo3VmJmbm9qeFhCMzNDZDlicjljVEszWVUK"
    + "jrOGkze6NU/J5LV4nLo/ohOBIcdvdxe1dUWJHFkuqJXK0Yc9kC6G"

  /// What may be wrong with a file whose codes are all right.
  enum Change: String, CaseIterable {
    case none, paddedSalt, paddedBody, paddedMAC, looseSalt, looseBody, looseMAC, factorPlus, factorZeroInFront,
      factorZero
    case factorNone, factorTooLarge, factorText, twoBlanks, tab, blankAtEnd, carriageReturns, wrappedBody, secondStanza
    case emptyLine, noMAC, shortMAC, otherVersion, upperCaseKind, fifthArgument, emptyLastChunk, twoLastChunks
    case noPayload, shortNonce, trailingByte, firstChunkShort
  }

  @Test(arguments: Change.allCases) func hearthAndAgeAgree(change: Change) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("changed.age", try Self.file(change))
    let theirs = try age("-d", "-o", folder.file("theirs"), file)
    let ours = hearthReads(file, folder)
    #expect((ours != nil) == theirs, "age \(theirs ? "reads" : "refuses") it")
    #expect((ours != nil) == (change == .none))
    if theirs { #expect(ours == (try folder.data("theirs"))) }
  }

  /// Builds a file with its codes computed over the changed head, so that nothing but the form is wrong.
  private static func file(_ change: Change) throws -> Data {
    let header = try AgeHeader(passphrase: Secret(passphrase), workFactor: 10)
    var lines = header.text.split(separator: "\n").map(String.init)
    let stanza = lines[1].split(separator: " ").map(String.init), body = lines[2]
    func loose(_ text: String) -> String {
      // The last of 22 or 43 digits carries four or two bits that count for nothing.
      let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
      let index = text.last.flatMap { digits.firstIndex(of: $0) } ?? 0
      return text.dropLast() + String(digits[index | 1])
    }
    switch change {
    case .paddedSalt: lines[1] = "-> scrypt \(stanza[2])== 10"
    case .paddedBody: lines[2] = body + "="
    case .looseSalt: lines[1] = "-> scrypt \(loose(stanza[2])) 10"
    case .looseBody: lines[2] = loose(body)
    case .factorPlus: lines[1] = "-> scrypt \(stanza[2]) +10"
    case .factorZeroInFront: lines[1] = "-> scrypt \(stanza[2]) 010"
    case .factorZero: lines[1] = "-> scrypt \(stanza[2]) 0"
    case .factorNone: lines[1] = "-> scrypt \(stanza[2])"
    case .factorTooLarge: lines[1] = "-> scrypt \(stanza[2]) 23"
    case .factorText: lines[1] = "-> scrypt \(stanza[2]) 1e1"
    case .twoBlanks: lines[1] = "->  scrypt \(stanza[2]) 10"
    case .tab: lines[1] = "->\tscrypt \(stanza[2]) 10"
    case .blankAtEnd: lines[1] += " "
    case .wrappedBody: lines[2] = "\(body.prefix(20))\n\(body.dropFirst(20))"
    case .secondStanza: lines.insert("-> grease x\n", at: 3)
    case .emptyLine: lines.insert("", at: 3)
    case .otherVersion: lines[0] = "age-encryption.org/v2"
    case .upperCaseKind: lines[1] = "-> Scrypt \(stanza[2]) 10"
    case .fifthArgument: lines[1] += " x"
    default: break
    }
    let head = lines.dropLast().joined(separator: "\n") + "\n---"
    var mac = AgeHeader.encode(Array(AgeHeader.mac(of: head, header.fileKey)))
    switch change {
    case .paddedMAC: mac += "="
    case .looseMAC: mac = loose(mac)
    case .noMAC: mac = ""
    case .shortMAC: mac.removeLast()
    default: break
    }
    var text = "\(head) \(mac)\n"
    if change == .carriageReturns { text = text.replacing("\n", with: "\r\n") }
    return Data(text.utf8) + (try payload(header, change))
  }

  private static func payload(_ header: AgeHeader, _ change: Change) throws -> Data {
    let nonce = AgeHeader.random(16)
    let whole = [UInt8](repeating: 7, count: 64 << 10)
    func chunk(_ bytes: [UInt8], _ index: UInt64, last: Bool) throws -> Data {
      try AgeFile.seal(bytes, header.payloadKey(nonce: nonce), index: index, last: last)
    }
    switch change {
    case .emptyLastChunk: return try nonce + chunk(whole, 0, last: false) + chunk([], 1, last: true)
    case .twoLastChunks: return try nonce + chunk(whole, 0, last: true) + chunk([1], 1, last: true)
    case .noPayload: return Data(nonce)
    case .shortNonce: return Data(nonce.dropLast())
    case .trailingByte: return try nonce + chunk([1, 2, 3], 0, last: true) + [0]
    case .firstChunkShort: return try nonce + chunk([1, 2, 3], 0, last: false) + chunk([4], 1, last: true)
    default: return try nonce + chunk(whole, 0, last: false) + chunk([1, 2, 3], 1, last: true)
    }
  }
}
