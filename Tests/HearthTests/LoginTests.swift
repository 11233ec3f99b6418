import Foundation
import TestSupport
import Testing

/// What people see when a host does not let hearth in: the program itself against a real sshd.
@Suite(
  .enabled(
    if: Program.missing == nil && SSHDaemon.missing == nil, "needs \(SSHDaemon.missing ?? "the built program")"))
struct LoginTests {
  let program: Program
  let network: PrivateNetwork
  let daemon: SSHDaemon

  init() throws {
    program = try Program()
    network = try PrivateNetwork()
    daemon = try SSHDaemon(options: ["ListenAddress \(PrivateNetwork.address)"], networkNamespace: network.namespace)
    try daemon.folder.write("known_hosts", try line(daemon))
  }

  /// A `known_hosts` line for this host with a daemon's key.
  private func line(_ owner: SSHDaemon) throws -> String {
    let key = try owner.knownHostsLine().split(separator: " ").dropFirst().joined(separator: " ")
    return "[\(PrivateNetwork.address)]:\(daemon.port) \(key)\n"
  }

  private func inventory(
    key: String? = nil, knownHosts: String = "known_hosts", user: String = "root", sudo: String = "none"
  ) throws {
    try program.inventory(
      port: daemon.port, user: user,
      ssh: [
        "identityFiles: [\(key ?? daemon.userKey)]", "knownHosts: [\(daemon.folder.file(knownHosts))]",
      ], sudo: sudo, lab: network.lab)
  }

  @Test func `A key that the host does not know`() throws {
    try Command.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", program.folder.file("stranger"))
    try inventory(key: program.folder.file("stranger"))
    let result = try program.run("up", "--yes")
    #expect(result.status == 1)
    #expect(result.text.contains("error: pi1: 10.20.0.1 does not let root in"))
    #expect(result.text.contains("stranger (ssh-ed25519): not accepted"))
    #expect(result.text.contains("ssh-copy-id"))
    #expect(result.text.contains("ssh -i \(program.folder.file("stranger"))"))
    #expect(!result.text.contains("Would block"))
  }

  @Test func `A key file that is not there`() throws {
    try inventory(key: "/does/not/exist")
    let result = try program.run("plan")
    #expect(result.status == 1)
    #expect(result.text.contains("/does/not/exist: does not exist"))
    #expect(result.text.contains("ssh.identityFiles"))
  }

  @Test func `An encrypted key without a terminal`() throws {
    let key = program.folder.file("locked")
    try Command.run("cp", daemon.userKey, key)
    try Command.run("ssh-keygen", "-q", "-p", "-N", "secret", "-f", key)
    try inventory(key: key)
    let result = try program.run("plan")
    #expect(result.status == 1)
    #expect(result.text.contains("is encrypted, and there is no terminal to ask for its passphrase"))
    #expect(result.text.contains("ssh-add \(key)"))
  }

  @Test func `A host key that nobody has seen, in a pipe`() throws {
    try daemon.folder.write("nobody", "")
    try inventory(knownHosts: "nobody")
    let result = try program.run("plan")
    #expect(result.status == 1)
    #expect(result.text.contains("the host key of 10.20.0.1 is unknown"))
    #expect(result.text.contains(try daemon.fingerprint()))
    #expect(result.text.contains("--accept-new-host-keys"))
    #expect(try daemon.folder.read("nobody") == "")
  }

  @Test func `A host key that has changed stops, whatever the flags`() throws {
    let other = try SSHDaemon()
    try daemon.folder.write("changed", try line(other))
    try inventory(knownHosts: "changed")
    let result = try program.run("plan", "--accept-new-host-keys")
    #expect(result.status == 1)
    #expect(result.text.contains("has changed"))
    #expect(result.text.contains(try daemon.fingerprint()))
    #expect(result.text.contains(try other.fingerprint()))
    #expect(result.text.contains("ssh-keygen -f \(daemon.folder.file("changed")) -R"))
  }

  @Test func `Nobody listens`() throws {
    daemon.stop()
    try inventory()
    let result = try program.run("up", "--yes")
    #expect(result.status == 1)
    #expect(result.text.contains("pi1: 10.20.0.1, port \(daemon.port), refuses connections"))
    #expect(result.text.contains("run `hearth up` again"))
  }

  @Test func `A wrong sudo password is tried once, and the hint says where to correct it`() throws {
    let user = try UserAccount(sudo: .withPassword)
    try inventory(user: user.name, sudo: #"{password: "${RACK_PASSWORD}"}"#)
    let result = try program.run("plan", environment: ["RACK_PASSWORD": "wrong"])
    #expect(result.status == 1)
    #expect(result.text.contains("sudo refused the password of \(user.name)"))
    #expect(result.text.contains("Correct the password: the inventory's `sudo`"))
    #expect(result.text.contains("-t \(user.name)@10.20.0.1 sudo -k true"))
    #expect(!result.text.contains("wrong"))
  }

  @Test func `sudo that wants a password nobody can type`() throws {
    let user = try UserAccount(sudo: .withPassword)
    try inventory(user: user.name, sudo: "ask")
    let result = try program.run("plan")
    #expect(result.status == 1)
    // The hint can be pasted: braces in YAML's flow style need the quotes.
    #expect(result.text.contains(#"`sudo: {password: "${RACK_SUDO_PASSWORD}"}`"#))
  }

  @Test func `A state folder that cannot be written`() throws {
    try program.folder.write("state", "a file where a folder should be")
    try inventory()
    let result = try program.run("plan")
    #expect(result.status == 1)
    #expect(result.text.contains("journal.sqlite: the journal cannot be opened"))
    #expect(result.text.contains("XDG_STATE_HOME"))
    #expect(!result.text.contains("Error Domain"))
  }

  @Test func `A reader that goes away ends nothing early`() throws {
    try inventory()
    let result = try program.run("plan", shell: " | head -n 1 >/dev/null; (exit ${PIPESTATUS[0]})")
    // This host is not a rack's; what matters is that the program came to its own end.
    #expect([0, 1].contains(result.status))
  }
}
