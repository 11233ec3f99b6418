import Diagnostics
import SSH
import TestSupport
import Testing

@Suite(.enabled(if: Rig.missing(programs: ["ip"]) == nil, "needs \(Rig.missing(programs: ["ip"]) ?? "nothing")"))
struct NetworkNamespaceTests {
  @Test func onlyTheReactorsThreadIsInside() async throws {
    let name = "hearth-ssh-test-\(UInt16.random(in: 0 ... .max))"
    try Command.run("ip", "netns", "add", name)
    defer { _ = try? Command.run("ip", "netns", "delete", name) }
    try Command.run("ip", "-n", name, "link", "set", "lo", "up")
    let daemon = try SSHDaemon(networkNamespace: name)
    let target = SSHTarget(name: "inside", address: "127.0.0.1", port: daemon.port, user: "root")
    let policy = HostKeyPolicy(knownHostsFiles: [], pins: [try daemon.fingerprint()])
    let credentials = [Credential.keyFile(daemon.userKey)]

    let inside = SSHConnection(target, on: try Reactor(networkNamespace: "/run/netns/\(name)"))
    try await inside.connect(credentials: credentials, hostKeys: policy)
    #expect(try await inside.execute("echo here").outputText == "here\n")
    await inside.close()

    let error = await #expect(throws: HearthError.self) {
      try await SSHConnection(target, on: try Reactor()).connect(credentials: credentials, hostKeys: policy)
    }
    #expect(error?.code == .unreachable)
  }

  @Test func missingNamespaceIsNamed() throws {
    let error = #expect(throws: HearthError.self) { try Reactor(networkNamespace: "/run/netns/no-such-rack") }
    #expect(error?.message.contains("/run/netns/no-such-rack") == true)
    #expect(error?.hint?.contains("hearth lab up") == true)
  }
}
