import Diagnostics
import Discovery
import Foundation
import Inventory
import SSH
import TestSupport
import Testing

@testable import hearth

/// Which of the hosts that were found become nodes.
struct HostChoiceTests {
  @Test(arguments: [
    ("all", [0, 1, 2, 3]), ("ALL", [0, 1, 2, 3]), ("1-2,4", [0, 1, 3]), ("3 1", [2, 0]), ("2,2,1-3", [1, 0, 2]),
    ("4", [3]),
  ])
  func placesInTheOrderThatWasNamed(_ text: String, _ places: [Int]) throws {
    #expect(try HostChoice.places(text, of: 4) == places)
  }

  @Test(arguments: ["", "0", "5", "1-", "-1", "3-2", "1-5", "a", "1;2", "99999999999999999999", ",", "+1"])
  func whatIsNoChoiceIsAskedAgain(_ text: String) {
    let error = #expect(throws: HearthError.self) { try HostChoice.places(text, of: 4) }
    #expect(error?.code == .usage && error?.hint != nil)
  }

  @Test func theTableHasANumberForEach() throws {
    let one = Scan.Host(
      address: IPv4Address(bits: 0xC0A8_010B), name: "pi1.local", software: "OpenSSH_9.2p1 Debian-2+deb12u3")
    let two = Scan.Host(address: IPv4Address(bits: 0xC0A8_010C), port: 2222, software: "dropbear")
    let keys = [one.address: ShownHostKey(type: "ssh-ed25519", fingerprint: "SHA256:abc")]
    #expect(
      HostChoice.table([one, two], keys: keys, notes: [two.address: "no login"])
        == "  1  192.168.1.11       pi1.local  SHA256:abc  OpenSSH_9.2p1 Debian-2+deb12u3\n"
        + "  2  192.168.1.12:2222             (no key)    no login\n")
  }

  @Test func aBoardSaysWhatItIsBehindItsMark() {
    let board = BoardLook.Board(output: "Welcome\n@board\nRaspberry Pi 5\u{1B}[2J\n10000000abcd1234\npi1\n")
    #expect(board?.text == "Raspberry Pi 5\\x1b[2J, serial 10000000abcd1234, named pi1")
    #expect(BoardLook.Board(output: "@board\n\n\n\n")?.text == "")
    #expect(BoardLook.Board(output: "@board\nx; rm\n$(y)\n")?.text == nil)
    #expect(BoardLook.Board(output: "Please login as debian") == nil)
  }
}

/// Boards are told apart by their keys, not by their addresses.
struct BoardSearchTests {
  private static func address(_ last: UInt32) -> IPv4Address { IPv4Address(bits: 0xC0A8_0100 | last) }
  private static let inventory = ["pi1": address(11), "pi2": address(12), "pi3": address(13)]
  private static let known: [String: Set<String>] = ["pi1": ["one", "other"], "pi2": ["two"], "pi3": ["three"]]

  private static func find(
    _ shown: [UInt32: String], known: [String: Set<String>] = known
  ) -> BoardSearch.Finding {
    BoardSearch.Finding(
      known: known, shown: Dictionary(uniqueKeysWithValues: shown.map { (address($0.key), $0.value) }),
      inventory: inventory)
  }

  @Test func eachWhereItAnswers() {
    let found = Self.find([11: "one", 57: "two", 58: "nas"])
    #expect(found.addresses == ["pi1": Self.address(11), "pi2": Self.address(57)] && found.unclear.isEmpty)
  }

  @Test func addressesThatWereExchanged() {
    let found = Self.find([11: "two", 12: "other", 13: "three"])
    #expect(found.addresses == ["pi1": Self.address(12), "pi2": Self.address(11), "pi3": Self.address(13)])
  }

  @Test func aBoardWithTwoAddressesStaysAtItsOwn() {
    #expect(Self.find([12: "two", 57: "two"]).addresses == ["pi2": Self.address(12)])
    #expect(Self.find([56: "two", 57: "two"]).unclear == ["pi2": [Self.address(56), Self.address(57)]])
  }

  @Test func aRunThatWasEndedIsGoneOnWith() throws {
    let both: [IPv4Address: String] = [Self.address(12): "two", Self.address(57): "two"]
    let begun = ["pi2": Self.address(57)]
    let found = BoardSearch.Finding(known: Self.known, shown: both, inventory: Self.inventory, begun: begun)
    #expect(found.addresses == begun)
    let folder = try TemporaryFolder()
    let record = ReaddressRecord(folder: folder.path)
    #expect(record.addresses == [:])
    try record.set(begun)
    #expect(record.addresses == begun)
    record.forget()
    #expect(record.addresses == [:])
  }

  @Test func addressesOfTheOldNetworkAreNamed() throws {
    let text = """
      # was 192.168.1.9
      nodes: [{name: pi1, address: 10.0.0.11}]
      url: "http://192.168.1.2:80/x"  # a meter
      range: 192.168.1.200-219
      other: 192.168.10.2, 1192.168.1.2
      """
    let new = try #require(IPv4Address("10.0.0.11"))
    #expect(LeftBehind.lines(of: text, from: [Self.address(11)], to: [new]) == [3, 4])
    #expect(LeftBehind.lines(of: text, from: [Self.address(11)], to: [new, Self.address(12)]) == [])
  }

  @Test func cardsThatWereCopiedCannotBeToldApart() {
    let copied: [String: Set<String>] = ["pi1": ["same"], "pi2": ["same"], "pi3": ["three"]]
    let found = Self.find([12: "same", 57: "same", 13: "three"], known: copied)
    #expect(found.addresses == ["pi3": Self.address(13)] && Set(found.unclear.keys) == ["pi1", "pi2"])
  }

  @Test(
    arguments: [
      ("10.0.0.7:41234", "10.0.0.7"), ("[::ffff:10.0.0.7]:41234", "10.0.0.7"), ("[fe80::1%eth0]:22", nil), ("", nil),
      ("10.0.0.7", nil), ("x:1", nil),
    ] as [(String, String?)])
  func visitorsOfAnAPIServer(_ line: String, _ address: String?) {
    #expect(MovedBoards.address(line)?.description == address)
  }
}

/// The program on a network of its own, where one sshd listens.
@Suite(
  .enabled(
    if: Program.missing == nil && SSHDaemon.missing == nil, "needs \(SSHDaemon.missing ?? "the built program")"))
struct InitScanTests {
  private func run(_ program: Program, _ network: PrivateNetwork, _ words: String...) throws -> (Int32, String) {
    let line = "cd \"$1\" && shift && { env -u SSH_AUTH_SOCK HOME=\"$PWD\" \"$@\" 2>&1 </dev/null; echo \"\n$?\"; }"
    let output = try Command.run(
      ["ip", "netns", "exec", network.namespace, "bash", "-c", line, "bash", program.folder.path, Program.path] + words)
    let end = output.lastIndex(of: "\n") ?? output.startIndex
    return (Int32(output[end...].dropFirst()) ?? -1, String(output[..<end]))
  }

  @Test func hostsAreShownWithTheirKeysWhereNobodyCanChoose() throws {
    let (program, network) = (try Program(), try PrivateNetwork())
    let daemon = try SSHDaemon(
      options: ["ListenAddress \(PrivateNetwork.address)", "Port 22"], networkNamespace: network.namespace)
    let (status, text) = try run(
      program, network, "init", "--scan", "--network", "10.20.0.0/30", "--name", "home", "--user", "pi")
    #expect(status == 2, "\(text)")
    let fingerprint = try daemon.fingerprint()
    #expect(text.contains("  1  10.20.0.1") && text.contains(fingerprint) && text.contains("OpenSSH_"))
    #expect(text.contains("--addresses 10.20.0.1"))
    #expect(!FileManager.default.fileExists(atPath: program.folder.file("hearth.yaml")))
    #expect(!daemon.log.contains("Accepted") && !daemon.log.contains("publickey"))
  }

  @Test func anEmptyNetworkAndAMistakeAreSaid() throws {
    let (program, network) = (try Program(), try PrivateNetwork())
    let none = try run(
      program, network, "init", "--scan", "--network", "10.20.0.0/30", "--name", "home", "--user", "pi")
    #expect(none.0 == 1 && none.1.contains("no SSH host was found on 10.20.0.0/30"), "\(none.1)")
    let wide = try run(program, network, "init", "--scan", "--network", "10.0.0.0/8", "--name", "home", "--user", "pi")
    #expect(wide.0 == 2 && wide.1.contains("`10.0.0.0/8` is not a network to look at"), "\(wide.1)")
    let both = try run(program, network, "init", "--scan", "--addresses", "10.20.0.1")
    #expect(both.0 == 2, "\(both.1)")
    let name = try run(
      program, network, "init", "--addresses", "pi1.local", "--name", "home", "--user", "pi")
    #expect(name.0 == 1 && name.1.contains("nobody on this network answers to pi1.local"), "\(name.1)")
  }
}
