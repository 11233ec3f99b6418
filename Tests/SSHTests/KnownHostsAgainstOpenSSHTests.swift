import Diagnostics
import Foundation
@testable import SSH
import Synchronization
import TestSupport
import Testing

/// What OpenSSH's own programs make of a `known_hosts` file, byte by byte, and that hearth makes the same of it.
@Suite(.enabled(if: Rig.missing() == nil, "needs \(Rig.missing() ?? "nothing")"), .serialized)
struct KnownHostsAgainstOpenSSHTests {
  /// `NAME` is the host as both spell it, `KEY` its key, `OTHER` a key that is not its, `RSA` one of another type,
  /// `BLOB` the key without its type.
  static let files: [String] = [
    "NAME KEY\n", "NAME KEY", "NAME KEY\r\n", "NAME KEY comment\r\n", "NAME\tKEY\n", "NAME\t ssh-ed25519\t BLOB\tc\r\n",
    " \tNAME KEY\n", "\r\nNAME KEY\r\n", "# comment\r\nNAME KEY\n", "  # NAME OTHER\r\nNAME KEY\n",
    "\u{FEFF}NAME KEY\n",
    "\u{FEFF}# comment\nNAME KEY\n", "\u{FEFF}NAME OTHER\r\nNAME KEY\r\n", "NAME OTHER\n", "NAME OTHER\r\n",
    "NAME OTHER\r\nNAME KEY\r\n", "NAME KEY\r\nNAME OTHER\r\n", "@revoked * KEY\nNAME KEY\n",
    "@revoked * KEY\r\nNAME KEY\r\n", "NAME KEY\r\n@revoked NAME KEY\r\n", "@revoked\t*\tssh-ed25519\tBLOB\nNAME KEY\n",
    "@revoked  *   KEY\nNAME KEY\n", "@revoked * KEY", "\r\n\r\n@revoked * KEY\r", "@revoked elsewhere KEY\nNAME KEY\n",
    "@revoked * OTHER\nNAME KEY\n", "@cert-authority * KEY\n", "@cert-authority * KEY\r\nNAME KEY\r\n",
    "@cert-authority * OTHER\nNAME OTHER\n", "@Revoked * KEY\nNAME KEY\n", "@revoked @cert-authority * KEY\nNAME KEY\n",
    "NAME RSA\n", "NAME RSA\r\nNAME KEY\r\n", "NAME rsa-sha2-512 RSABLOB\n", "other,NAME KEY\n",
    "other,NAME,!third KEY\n",
    "*,!NAME KEY\n", "!NAME,* KEY\n", "?127.0.0.?]:* KEY\n", "[*]:* KEY\n", "127.0.0.1 KEY\n", "127.0.0.1 OTHER\n",
    "NAME OTHER\n127.0.0.1 KEY\n", "[127.0.0.1]:22 KEY\n", "NAME ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKmB\n",
    "NAME ssh-ed25519\n", "NAME\n", "NAME KEY#glued\n", "NAME ssh-rsa BLOB\n", "NAME ssh-ed448 BLOB\n",
    "NAME 255 35 1234567\nNAME KEY\n", "NAME KEY\0 rest\n", "NAME\u{A0}KEY\nNAME KEY\n", "NAME\u{0B}KEY\n",
    "NAME ssh-ed25519 \u{0C}BLOB\n", "\nNAME KEY\n\n\n", "NAME,,other KEY\n", ",NAME KEY\n",
    "NAME KEY\n|1|broken KEY\n",
    "|1|AAAA|AAAA KEY\n", "NAME KEY\rNAME OTHER\r", "\u{2028}NAME KEY\n", "nàme,NAME KEY\n",
  ]

  private func text(_ template: String, _ rig: Rig) throws -> String {
    let folder = rig.daemon.folder
    func key(_ file: String) throws -> [String] { try folder.read(file).split(separator: " ").map(String.init) }
    let own = try key("host_ed25519.pub"), other = try key("user.pub"), rsa = try key("rsa.pub")
    return
      template.replacing("NAME", with: "[127.0.0.1]:\(rig.daemon.port)").replacing(
        "OTHER", with: "ssh-ed25519 \(other[1])"
      )
      .replacing("KEY", with: "ssh-ed25519 \(own[1])").replacing("RSABLOB", with: rsa[1])
      .replacing("RSA", with: "ssh-rsa \(rsa[1])").replacing("BLOB", with: own[1])
  }

  @Test func everyFileIsReadAsOpenSSHReadsIt() async throws {
    let rig = try Rig()
    try Command.run("ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", rig.daemon.folder.file("rsa"))
    let blob = try #require(HostKey(blob: try Self.blob(rig.daemon.folder.read("host_ed25519.pub"))))
    let target = rig.target()
    for template in Self.files {
      let text = try text(template, rig)
      let file = try rig.daemon.folder.write("kh", text)
      let known = KnownHosts.parse(text, file: file)
      let verdict = known.verdict(on: blob, of: target, usable: ["ssh-ed25519"])
      #expect(Self.word(verdict) == (try Self.wordOfSSH(rig, file)), "\(template.debugDescription)")
      let name = KnownHosts.name(of: target)
      let read = Set(known.entries.filter { $0.hosts.match(name) }.map(\.line))
      let unread = Set(known.skipped.filter { $0.concerns(name) }.map(\.line))
      // OpenSSH finds some lines that it then cannot use.
      let found = Set(try Self.linesFound(name, file))
      #expect(read.isSubset(of: found) && found.isSubset(of: read.union(unread)), "\(template.debugDescription)")
      #expect(Self.spoken(known) == Self.lines(of: text), "\(template.debugDescription)")
    }
  }

  @Test func hashedNamesAreFoundWhateverTheLineEnd() async throws {
    let rig = try Rig()
    for end in ["\n", "\r\n", ""] {
      let file = try rig.daemon.folder.write("hashed", try rig.daemon.knownHostsLine() + "\n")
      try Command.run("ssh-keygen", "-q", "-H", "-f", file)
      let text = try rig.daemon.folder.read("hashed").split(whereSeparator: \.isNewline).joined() + end
      try rig.daemon.folder.write("hashed", text)
      let error = await Self.login(rig, HostKeyPolicy(knownHostsFiles: [file]))
      #expect(error == nil, "\(end.debugDescription)")
    }
  }

  /// The files of people whose editor ends lines as Windows does; each once let a stranger in.
  @Test(arguments: [
    ("NAME OTHER\r\n", HearthError.Code.hostKey), ("@revoked * KEY\r\nNAME KEY\r\n", .hostKey),
    ("NAME KEY\r\n@revoked * KEY\r\n", .hostKey), ("@revoked\t* KEY\nNAME KEY\n", .hostKey),
    ("# comment\r\nNAME OTHER\n", .hostKey),
  ])
  func changedAndRevokedKeysStopALoginThatAcceptsNewOnes(template: String, code: HearthError.Code) async throws {
    let rig = try Rig()
    try rig.daemon.folder.write("rsa.pub", "ssh-rsa AAAA\n")
    let file = try rig.daemon.folder.write("kh", try text(template, rig))
    let before = try rig.daemon.folder.data("kh")
    let error = await Self.login(rig, HostKeyPolicy(knownHostsFiles: [file], onUnknown: .accept))
    #expect(error?.code == code)
    #expect(try rig.daemon.folder.data("kh") == before)
  }

  @Test func linesThatSayNothingAreNamed() async throws {
    let rig = try Rig()
    let line = try rig.daemon.knownHostsLine()
    let file = try rig.daemon.folder.write("kh", "\u{FEFF}\(line)\n\(line.dropLast(8))\nelsewhere ssh-ed25519 AAAA\n")
    let told = Lines()
    var policy = HostKeyPolicy(knownHostsFiles: [file])
    policy.onUnreadableLine = { _, line, _ in told.add(line) }
    let error = await Self.login(rig, policy)
    #expect(error?.code == .hostKey)
    #expect(told.values == [1, 2])
    #expect(error?.cause?.contains("\(file):1") == true && error?.cause?.contains("\(file):2") == true)
  }

  /// `ssh-keygen -R` where it does the same: lines of one name.
  @Test(arguments: [
    "NAME KEY\n", "NAME\tKEY\r\nother KEY\r\n", "  NAME KEY\n# c\n", "other KEY\n", "NAME KEY\nNAME OTHER\n",
  ])
  func forgottenIsWhatOpenSSHForgets(template: String) async throws {
    let rig = try Rig()
    try rig.daemon.folder.write("rsa.pub", "ssh-rsa AAAA\n")
    let text = try text(template, rig), name = KnownHosts.name(of: rig.target())
    let file = try rig.daemon.folder.write("kh", text)
    _ = try? Command.run("ssh-keygen", "-q", "-f", file, "-R", name)
    #expect(KnownHosts.forgetting(name, in: Array(text.utf8)) == Array(try rig.daemon.folder.data("kh")))
  }

  /// Numbers of the lines that are more than blank or a comment.
  private static func lines(of text: String) -> [Int] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().compactMap {
      index, line in
      let rest = line.drop { " \t\r".utf8.contains($0) }
      return rest.isEmpty || rest.first == UInt8(ascii: "#") ? nil : index + 1
    }
  }

  private static func spoken(_ known: KnownHosts) -> [Int] {
    Set(known.entries.map(\.line) + known.skipped.map(\.line)).sorted()
  }

  private static func blob(_ line: String) throws -> [UInt8] {
    Array(try #require(Data(base64Encoded: String(line.split(separator: " ")[1]))))
  }

  private static func word(_ verdict: KnownHosts.Verdict) -> String {
    switch verdict {
    case .trusted: "trusted"
    case .revoked: "revoked"
    // OpenSSH has no word for a key that a library cannot use.
    case .changed, .unusable: "changed"
    case .authorityOnly, .unknown: "unknown"
    }
  }

  private static func wordOfSSH(_ rig: Rig, _ file: String) throws -> String {
    let result = try Command.run(
      "sh", "-c", "\"$@\" 2>&1; echo \"status $?\"", "sh", "ssh", "-F", "none", "-i", rig.daemon.userKey, "-p",
      "\(rig.daemon.port)", "-o", "UserKnownHostsFile=\(file)", "-o", "GlobalKnownHostsFile=/dev/null", "-o",
      "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o", "UpdateHostKeys=no", "root@127.0.0.1", "true")
    if result.hasSuffix("status 0") { return "trusted" }
    if result.contains("REVOKED") { return "revoked" }
    if result.contains("HAS CHANGED") { return "changed" }
    return result.contains("host key is known") ? "unknown" : result
  }

  private static func linesFound(_ name: String, _ file: String) throws -> [Int] {
    let found = try Command.run("sh", "-c", "ssh-keygen -F \"$1\" -f \"$2\" 2>/dev/null || :", "sh", name, file)
    return found.split(whereSeparator: \.isNewline).compactMap { line in
      line.hasPrefix("# Host") ? line.split(separator: " ").last { Int($0) != nil }.flatMap { Int($0) } : nil
    }
  }

  private static func login(_ rig: Rig, _ policy: HostKeyPolicy) async -> HearthError? {
    do throws(HearthError) {
      await try rig.connect(hostKeys: policy).close()
      return nil
    } catch {
      return error
    }
  }
}

private final class Lines: Sendable {
  private let lines = Mutex<[Int]>([])
  func add(_ line: Int) { lines.withLock { $0.append(line) } }
  var values: [Int] { lines.withLock { $0 } }
}
