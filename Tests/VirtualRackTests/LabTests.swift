import Diagnostics
import Foundation
import Testing

@testable import VirtualRack

/// Whole labs: side by side, cut off in the middle, taken away.
@Suite(.enabled(if: LabFixture.isPossible, LabFixture.comment))
struct LabTests {
  @Test func upAgainChangesNothing() async throws {
    try await LabFixture.withLab(nodes: 1) { rack in
      let first = try await rack.hosts()
      _ = try await rack.ssh("pi1", "touch file")
      let second = try await rack.up(nodes: 2)
      #expect(Array(second.prefix(1)) == first)
      #expect(second.map(\.name) == ["pi1", "pi2"])
      #expect(try await rack.ssh("pi1", "ls") == "file")
    }
  }

  @Test func twoLabsLiveSideBySide() async throws {
    try await LabFixture.withLab(nodes: 1) { one in
      try await LabFixture.withLab(nodes: 1) { two in
        // Same address, another host: the pinned key would refuse the wrong one.
        _ = try await one.ssh("pi1", "echo one > file")
        _ = try await two.ssh("pi1", "echo two > file")
        #expect(try await one.ssh("pi1", "cat file") == "one")
        #expect(try await two.ssh("pi1", "cat file") == "two")
      }
      #expect(try await one.ssh("pi1", "cat file") == "one")
    }
  }

  @Test(arguments: [20, 100, 250, 500, 900])
  func aRunThatWasKilledIsGoneOnWith(milliseconds: Int) async throws {
    try await LabFixture.withRack { rack in
      try await rack.prepare()
      try await killUp(of: rack, after: .milliseconds(milliseconds))
      #expect(try await rack.up(nodes: 2).map(\.power) == [.on, .on])
      #expect(try await rack.ssh("pi2", "systemctl is-system-running --wait") == "running")
    }
  }

  @Test(arguments: [20, 100, 250, 500, 900])
  func aRunThatWasKilledLeavesNothingAfterDown(milliseconds: Int) async throws {
    try await LabFixture.withRack { rack in
      try await rack.prepare()
      try await killUp(of: rack, after: .milliseconds(milliseconds))
    }
  }

  /// Kills the whole process group of a run that makes two hosts, as harshly as can be.
  private func killUp(of rack: VirtualRack, after delay: Duration) async throws {
    let launcher = try ["setsid"] + rack.launcher.commandLine("up", ["2"])
    let driver = "\(rack.stateFolder)/driver"
    async let run = LabFixture.run(["sh", "-c", "\"$@\" >/dev/null 2>&1 & echo $! >\"$0\"; wait", driver] + launcher)
    try await Task.sleep(for: delay)
    _ = try await LabFixture.run(["sh", "-c", "kill -9 -- -$(cat \"$0\")", driver])
    _ = try await run
  }

  @Test func theProxyGoesWithTheLastLab() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "hearth-cache-\(UUID().uuidString)")
    let cache = folder.appending(path: "hearth/lab")
    try FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let shared = Folders().cache + "/lab"
    try await VirtualRack().prepare()
    for image in try FileManager.default.contentsOfDirectory(atPath: shared) where image.hasPrefix("base-") {
      try FileManager.default.createSymbolicLink(
        atPath: "\(cache.path)/\(image)", withDestinationPath: "\(shared)/\(image)")
    }
    func proxies() async throws -> Int {
      try await LabFixture.run(["pgrep", "-f", "apt-cacher-ng -c \(folder.path)"]).output.lines.count
    }
    try await LabFixture.withRack(cache: folder.path) { one in
      try await one.up(nodes: 1)
      try await LabFixture.withRack(cache: folder.path) { two in
        try await two.up(nodes: 1)
        #expect(try await proxies() == 1)
      }
      #expect(try await proxies() == 1)
    }
    while try await proxies() > 0 { try await Task.sleep(for: .milliseconds(20)) }
  }

  @Test func aNameInUseElsewhereIsRefused() async throws {
    try await LabFixture.withLab(nodes: 1) { rack in
      let other = FileManager.default.temporaryDirectory.appending(path: "hearth-lab-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: other) }
      let twin = VirtualRack(
        lab: rack.lab, folders: Folders(environment: ["XDG_STATE_HOME": other.path, "HOME": "/root"]))
      #expect(await LabFixture.refusal { try await twin.up(nodes: 1) }.contains("already on"))
      #expect(await LabFixture.refusal { try await twin.down() } != "")
      let answer = try await rack.ssh("pi1", "echo here")
      #expect(answer == "here")
    }
  }

  @Test func unknownHostsAreNamed() async throws {
    try await LabFixture.withLab(nodes: 1) { rack in
      #expect(await LabFixture.refusal { try await rack.kill("pi1", "pi7") }.contains("no host named pi7"))
      let hosts = try await rack.hosts()
      #expect(hosts.map(\.power) == [.on])
    }
  }
}
