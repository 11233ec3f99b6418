import Foundation
import TestSupport
import Testing

/// Four virtual hosts with a cluster on them, shared by the end-to-end tests of a suite.
struct SharedRack: Sendable {
  @TaskLocal static var current: SharedRack?

  let lab: String
  let folder: TemporaryFolder
  let hearth: HearthProgram
  /// The runs before the first that was left in peace, oldest first: after how many steps each was killed, and how it
  /// ended, which is 0 where it was quicker than the kill.
  let killed: [(steps: Int, status: Int32)]
  /// The run that went on to the end.
  let first: HearthProgram.Result

  static func required() throws -> SharedRack { try #require(current, "no rack: the suite lacks its trait") }

  /// Makes hosts, and a cluster by an `up` that is killed again and again at points drawn from `seed`.
  static func make(seed: UInt64, kills: Int, controlPlanes: Int) async throws -> SharedRack {
    let lab = "e2e-\(UUID().uuidString.prefix(6).lowercased())"
    let folder = try TemporaryFolder("hearth-e2e")
    let hearth = HearthProgram(
      folder: folder,
      environment: [
        "XDG_STATE_HOME=\(folder.file("state"))", "KUBECONFIG=\(folder.file("kubeconfig"))",
        "HEARTH_INVENTORY=\(folder.file("hearth.yaml"))", "NO_COLOR=1",
      ])
    do {
      let up = try hearth.run(
        "lab", "up", "--name", lab, "--nodes", "4", "--control-planes", "\(controlPlanes)",
        "--file", folder.file("hearth.yaml"))
      try #require(up.status == 0, "lab up: \(up.errors)")
      var random = SeededRandom(seed: seed)
      var killed: [(steps: Int, status: Int32)] = []
      // A first up has some 360 steps; what the killed program had started goes on without it, so later runs have fewer,
      // and the last may be quicker than its kill.
      for limit in [300, 40, 8].prefix(kills) {
        let steps = Int.random(in: 0..<limit, using: &random)
        let result = try await killedUp(hearth, after: steps)
        killed.append((steps, result.status))
        if result.status == 0 {
          return SharedRack(lab: lab, folder: folder, hearth: hearth, killed: killed, first: result)
        }
      }
      let first = try hearth.run("up", "--yes", "--output", "json")
      return SharedRack(lab: lab, folder: folder, hearth: hearth, killed: killed, first: first)
    } catch {
      _ = try? hearth.run("lab", "down", "--name", lab)
      throw error
    }
  }

  /// - Returns: its status is 137 when the kill came before the end.
  private static func killedUp(_ hearth: HearthProgram, after steps: Int) async throws -> HearthProgram.Result {
    let run = try hearth.start(["up", "--yes", "--output", "json"])
    while run.process.isRunning {
      if run.output.components(separatedBy: #""event":"step-ended""#).count > steps { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    run.process.signal(SIGKILL)
    return run.end()
  }

  func remove() throws {
    let down = try hearth.run("lab", "down", "--name", lab)
    #expect(down.status == 0, "lab down: \(down.errors)")
    let namespace = "/run/netns/hearth-\(lab)"
    #expect(!FileManager.default.fileExists(atPath: namespace))
    let mounts = try String(contentsOfFile: "/proc/mounts", encoding: .utf8)
    #expect(!mounts.contains(lab), "a mount is left: \(mounts.split(separator: "\n").filter { $0.contains(lab) })")
  }

  /// A command as root inside a host, past its network.
  @discardableResult
  func inside(_ host: String, _ command: String...) throws -> String {
    let result = try hearth.start(["lab", "exec", "--name", lab, host, "--"] + command).end()
    guard result.status == 0 else {
      throw Command.Failure(description: "\(command) on \(host) ended with \(result.status): \(result.errors)")
    }
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// One of the project's scripts, with this rack's state.
  func script(_ name: String, _ arguments: [String]) throws {
    let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../scripts").path
    try Command.run(
      ["env", "HEARTH=\(HearthProgram.path)"] + hearth.environment + ["\(scripts)/\(name)"] + arguments)
  }

  /// Asks again while etcd has no leader, as every client of Kubernetes has to: what it was not told of may be done.
  func kubectl(_ arguments: String...) throws -> String {
    let command = ["kubectl", "--kubeconfig=/etc/kubernetes/admin.conf"] + arguments
    var attempt = 0
    while true {
      attempt += 1
      let result = try hearth.start(["lab", "exec", "--name", lab, "pi1", "--"] + command).end()
      let wasDone = attempt > 1 && arguments.first == "create" && result.errors.contains("already exists")
      if result.status == 0 || wasDone { return result.output.trimmingCharacters(in: .whitespacesAndNewlines) }
      guard attempt < 10, result.errors.contains("etcdserver: ") else {
        throw Command.Failure(description: "\(arguments): \(result.errors)")
      }
      Thread.sleep(forTimeInterval: 1)
    }
  }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
