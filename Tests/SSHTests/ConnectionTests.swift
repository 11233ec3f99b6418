import Diagnostics
import Foundation
import Glibc
import SSH
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: Rig.missing() == nil, "needs \(Rig.missing() ?? "nothing")"))
struct ConnectionTests {
  @Test func hundredConnectionsShareOneThread() async throws {
    let rig = try Rig()
    let outputs = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<100 {
        group.addTask {
          let shell = try await rig.shell()
          let result = try await shell.run("echo \(number)")
          await shell.close()
          return result.outputText
        }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(outputs == Set((0..<100).map { "\($0)\n" }))
    #expect(rig.daemon.log.matches(of: /Accepted publickey/).count == 100)
  }

  @Test func commandsOfOneConnectionRunSideBySide() async throws {
    let rig = try Rig(), connection = try await rig.connect()
    let outputs = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for number in 0..<20 {
        group.addTask {
          let input = [UInt8](repeating: UInt8(number), count: 1_000_000)
          let result = try await connection.execute("cat", input: input)
          return result.standardOutput == input ? [UInt8(number)] : []
        }
      }
      return try await group.reduce(into: Set()) { $0.formUnion($1) }
    }
    #expect(outputs == Set(0..<20))
    await connection.close()
  }

  @Test func timeoutEndsTheCallAndNotTheConnection() async throws {
    let rig = try Rig(), connection = try await rig.connect()
    let error = await #expect(throws: HearthError.self) {
      try await connection.execute("echo begun; exec sleep 5", timeout: .milliseconds(300))
    }
    #expect(error?.code == .timedOut)
    #expect(error?.message.contains("did not end within 0.3 s") == true)
    #expect(try await connection.execute("echo alive").outputText == "alive\n")
    await connection.close()
  }

  @Test(arguments: [false, true]) func cancellationEndsTheCallAndNotTheConnection(whileSending: Bool) async throws {
    let rig = try Rig(), connection = try await rig.connect()
    let begun = AsyncStream<Void>.makeStream()
    let input = [UInt8](repeating: 7, count: whileSending ? 64 << 20 : 0)
    let call = Task {
      // Reads nothing: with input, the call hangs in the middle of sending it.
      try await connection.execute("echo begun; exec sleep 5", input: input) { _ in begun.continuation.yield() }
    }
    for await _ in begun.stream { break }
    call.cancel()
    let result = await call.result
    #expect(throws: HearthError.self) { try result.get() }
    if case .failure(let error as HearthError) = result { #expect(error.code == .cancelled) }
    for _ in 0..<3 { #expect(try await connection.execute("echo alive").outputText == "alive\n") }
    await connection.close()
  }

  /// Cancels at random moments of a call, from before its channel is open to after its end.
  @Test func cancellationAtAnyMomentHarmsNobodyElse() async throws {
    let rig = try Rig(), connection = try await rig.connect()
    for _ in 0..<60 {
      let call = Task { try await connection.execute("cat", input: [UInt8](repeating: 1, count: 200_000)) }
      try await Task.sleep(for: .microseconds(Int.random(in: 0...20_000)))
      call.cancel()
      let neighbour = try await connection.execute("cat", input: [1, 2, 3])
      #expect(neighbour.standardOutput == [1, 2, 3])
      _ = await call.result
    }
    await connection.close()
  }

  @Test func cancellationDuringTheLoginClosesIt() async throws {
    let rig = try Rig()
    for _ in 0..<10 {
      let login = Task { try await rig.connect() }
      try await Task.sleep(for: .microseconds(Int.random(in: 0...30_000)))
      login.cancel()
      if case .success(let connection) = await login.result { await connection.close() }
    }
  }

  @Test func closeEndsWhatIsUnderWay() async throws {
    let rig = try Rig(), connection = try await rig.connect()
    let begun = AsyncStream<Void>.makeStream()
    let call = Task {
      try await connection.execute("echo begun; exec sleep 5") { _ in begun.continuation.yield() }
    }
    for await _ in begun.stream { break }
    await connection.close()
    await #expect(throws: HearthError.self) { try await call.value }
    await #expect(throws: HearthError.self) { try await connection.execute("true") }
  }

  @Test func lostHostIsNoticed() async throws {
    let rig = try Rig(), connection = try await rig.connect()
    let begun = AsyncStream<Void>.makeStream()
    let call = Task {
      try await connection.execute("echo begun; exec sleep 5") { _ in begun.continuation.yield() }
    }
    for await _ in begun.stream { break }
    rig.daemon.stop()
    let error = await #expect(throws: HearthError.self) { try await call.value }
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("was lost") == true)
  }

  @Test func hostThatStopsAnsweringIsNoticed() async throws {
    let rig = try Rig()
    let connection = SSHConnection(rig.target(), on: rig.reactor, keepalive: .seconds(1))
    try await connection.connect(credentials: [.keyFile(rig.daemon.userKey)], hostKeys: rig.knownHosts)
    // Longer than it takes to be declared dead, with nothing but keepalives on the wire.
    #expect(try await connection.execute("sleep 6; echo quiet").outputText == "quiet\n")
    rig.daemon.freezeSessions()
    let error = await #expect(throws: HearthError.self) {
      try await connection.execute("true", timeout: .seconds(3600))
    }
    rig.daemon.thawSessions()
    #expect(error?.code == .unreachable)
    #expect(error?.cause?.contains("no answer for") == true)
  }

  @Test func idleConnectionStaysOpen() async throws {
    let rig = try Rig()
    let connection = SSHConnection(rig.target(), on: rig.reactor, keepalive: .seconds(1))
    try await connection.connect(credentials: [.keyFile(rig.daemon.userKey)], hostKeys: rig.knownHosts)
    // Nobody reads for longer than it takes to be declared dead, as while a person looks at a plan.
    try await Task.sleep(for: .seconds(6))
    #expect(try await connection.execute("echo here").outputText == "here\n")
    await connection.close()
  }

  @Test func signalIsAnExitStatus() async throws {
    let rig = try Rig(), connection = try await rig.connect()
    #expect(try await connection.execute("kill -TERM $$").status == 143)
    await connection.close()
  }

  @Test func muchOutputOnBothStreamsComesWhole() async throws {
    let rig = try Rig(), connection = try await rig.connect()
    let result = try await connection.execute(
      "head -c 20000000 /dev/zero & head -c 20000000 /dev/zero >&2; wait", timeout: .seconds(120))
    #expect(result.standardOutput.count == 20_000_000)
    #expect(result.standardError.count == 20_000_000)
    let error = await #expect(throws: HearthError.self) {
      try await connection.execute("cat /dev/zero", outputLimit: 1 << 20)
    }
    #expect(error?.message.contains("more than 1048576 bytes") == true)
    await connection.close()
  }

  @Test func inputThatNobodyReadsIsNoError() async throws {
    let rig = try Rig(), connection = try await rig.connect()
    let result = try await connection.execute("exit 4", input: [UInt8](repeating: 0, count: 30 << 20))
    #expect(result.status == 4)
    await connection.close()
  }

  @Test func refusedConnectionSaysWhatToCheck() async throws {
    let port = try SSHDaemon.freePort()
    let connection = SSHConnection(
      SSHTarget(name: "pi", address: "127.0.0.1", port: port, user: "u"), on: try Reactor())
    let error = await #expect(throws: HearthError.self) {
      try await connection.connect(credentials: [], hostKeys: HostKeyPolicy(knownHostsFiles: []))
    }
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("refuses connections") == true)
    #expect(error?.subject.host == "pi")
  }

  @Test func silentPortIsGivenUp() async throws {
    let silent = try SilentPort()
    let connection = SSHConnection(
      SSHTarget(name: "pi", address: "127.0.0.1", port: silent.port, user: "u"), on: try Reactor())
    let error = await #expect(throws: HearthError.self) {
      try await connection.connect(
        credentials: [], hostKeys: HostKeyPolicy(knownHostsFiles: []), timeout: .milliseconds(200))
    }
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("does not speak SSH") == true)
  }

  @Test func nameThatDoesNotResolveIsNamed() async throws {
    let connection = SSHConnection(
      SSHTarget(name: "pi", address: "no-such-host.invalid", user: "u"), on: try Reactor())
    let error = await #expect(throws: HearthError.self) {
      try await connection.connect(credentials: [], hostKeys: HostKeyPolicy(knownHostsFiles: []))
    }
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("no-such-host.invalid cannot be resolved") == true)
  }

  @Test func jumpHostCarriesTheConnection() async throws {
    let jump = try Rig(), rig = try Rig(), user = try UserAccount()
    try rig.daemon.authorize(try jump.daemon.folder.read("user.pub"))
    try rig.daemon.folder.write(
      "known_hosts", "\(try rig.daemon.knownHostsLine())\n\(try jump.daemon.knownHostsLine())\n")
    var target = rig.target()
    target.jumps = [jump.target(user.name)]
    let connection = SSHConnection(target, on: rig.reactor)
    try await connection.connect(credentials: [.keyFile(jump.daemon.userKey)], hostKeys: rig.knownHosts)
    let input = [UInt8](repeating: 9, count: 3_000_000)
    #expect(try await connection.execute("cat", input: input).standardOutput == input)
    #expect(jump.daemon.log.contains("Accepted publickey for \(user.name)"))
    #expect(rig.daemon.log.contains("Accepted publickey for root"))
    await connection.close()

    target.port = try SSHDaemon.freePort()
    let error = await #expect(throws: HearthError.self) {
      try await SSHConnection(target, on: rig.reactor).connect(
        credentials: [.keyFile(jump.daemon.userKey)], hostKeys: rig.knownHosts)
    }
    #expect(error?.code == .unreachable)
    #expect(error?.message.contains("the jump host 127.0.0.1 cannot reach") == true)
  }
}

/// A port that accepts connections and says nothing.
private final class SilentPort: Sendable {
  let port: UInt16
  private let descriptor: Int32

  init() throws {
    (descriptor, port) = try SSHDaemon.listen()
  }

  deinit { close(descriptor) }
}
