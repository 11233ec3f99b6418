import Diagnostics
import Foundation
import PKI
import TestSupport
import Testing

@testable import Operations

/// This machine takes over a rack of values, with real keys.
struct AdoptTests {
  private static let adopt: @Sendable (FakeRack) async throws -> Void = { rack in
    try await Adopt(rack, mergeKubeconfig: { rack.did("kubeconfig") }).run()
  }

  private static func fingerprint(_ folder: TemporaryFolder) throws -> String? {
    try AuthorityStore(folder: "\(folder.path)/pki").load()?.cluster.fingerprint
  }

  @Test func theKeysComeFromAControlPlaneThatAnswers() async throws {
    let folder = try TemporaryFolder()
    let rack = try FakeRack("adopt", planes: 3, folder: folder.path, { $0.silent = ["pi1"] })
    #expect(await rack.run(Self.adopt) == [])
    #expect(try Self.fingerprint(folder) == rack.keys.cluster.fingerprint)
    #expect(rack.now.log == ["kubeconfig"] && rack.now.done == [])
  }

  @Test func aDryRunTakesNothing() async throws {
    let folder = try TemporaryFolder()
    let rack = try FakeRack("adopt", folder: folder.path)
    let errors = await rack.run { rack in
      try await Adopt(rack, isPreview: true, mergeKubeconfig: { rack.did("kubeconfig") }).run()
    }
    #expect(errors == [] && rack.now.log == [])
    #expect(rack.notes.texts.contains { $0.hasPrefix("the rack's keys would be taken from here") })
    #expect(try Self.fingerprint(folder) == nil)
  }

  @Test func keysOfAnotherClusterAreLeftAlone() async throws {
    let folder = try TemporaryFolder()
    let other = try Authority.create(cluster: "home")
    try AuthorityStore(folder: "\(folder.path)/pki").save(other)
    let rack = try FakeRack("adopt", folder: folder.path)
    #expect(await rack.run(Self.adopt).map(\.code) == [.refused])
    #expect(try Self.fingerprint(folder) == other.cluster.fingerprint)
    #expect(rack.now.log == [])
  }

  @Test func hostsWithoutKeysAreNoCluster() async throws {
    let folder = try TemporaryFolder()
    let rack = try FakeRack("adopt", folder: folder.path, { $0.hostsHoldKeys = false })
    #expect(await rack.run(Self.adopt).map(\.code) == [.refused])
    #expect(try Self.fingerprint(folder) == nil)
  }

  @Test func interruptedItKeepsTheKeysAndRunsAgain() async throws {
    let folder = try TemporaryFolder()
    let rack = try FakeRack("adopt", folder: folder.path, watch: { state, _ in state.isStopping = true })
    #expect(await rack.run(Self.adopt).map(\.code) == [.cancelled])
    #expect(rack.now.log == ["kubeconfig"])
    #expect(try Self.fingerprint(folder) == rack.keys.cluster.fingerprint)
    let next = try FakeRack("adopt", folder: folder.path, keys: rack.keys)
    #expect(await next.run(Self.adopt) == [])
    #expect(next.now.log == ["kubeconfig"])
  }

  @Test func theInventoryOfAHostIsReadAndShownWithoutWhatSteersATerminal() async throws {
    let rack = try FakeRack("adopt", { $0.keptInventory = "cluster:\n\tname: a\u{1B}[2J\u{7F}\r\nnodes: []\n" })
    let shell = try #require(rack.shells["pi1"])
    let kept = try await HostInventory.read(from: shell)
    #expect(kept.host == "pi1" && kept.text == rack.now.keptInventory)
    #expect(kept.shownLines == ["cluster:", "\tname: a\u{FFFD}[2J\u{FFFD}\u{FFFD}", "nodes: []", ""])
  }

  @Test(arguments: ["", String(repeating: "#", count: 1 << 20) + "\n"])
  func anInventoryThatNobodyCouldReadIsRefused(_ text: String) async throws {
    let rack = try FakeRack("adopt", { $0.keptInventory = text })
    let shell = try #require(rack.shells["pi1"])
    await #expect { try await HostInventory.read(from: shell) } throws: { ($0 as? HearthError)?.code == .refused }
  }
}
