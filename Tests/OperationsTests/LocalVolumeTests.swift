import Bootstrap
import Diagnostics
import Inventory
import Operations
import Provision
import Testing

/// A node that holds the only copy of a volume does not go without a word.
struct LocalVolumeTests {
  private static func rack(_ volumes: [SampleVolume], silent: Set<String> = []) throws -> FakeRack {
    try FakeRack("node remove", planes: 3, workers: 2) {
      $0.volumes = volumes
      $0.silent = silent
      for name in silent { $0.nodes[name]?.isReady = false }
    }
  }

  private static func remove(_ name: String, loseVolumes: Bool = false) -> @Sendable (FakeRack) async throws -> Void {
    { rack in try await RemoveNode(rack, name, RemoveNode.Options(loseVolumes: loseVolumes) { _ in }).run() }
  }

  @Test(arguments: [[], ["pi5"]] as [Set<String>])
  func `Dead or alive, it is refused with each claim and its size, before anything is done`(
    _ silent: Set<String>
  ) async throws {
    let rack = try Self.rack(
      [
        SampleVolume(claim: "data", nodes: [["pi5"]]), SampleVolume(nodes: [["pi5"]], source: "local", size: nil),
        SampleVolume(claim: "other", nodes: [["pi4"]]),
      ], silent: silent)
    let errors = await rack.run(Self.remove("pi5"))
    #expect(errors.map(\.code) == [.refused])
    #expect(errors.first?.message == "pi5 holds the only copy of 2 volumes: pvc-1 (size unknown), web/data (10Gi)")
    #expect(errors.first?.hint?.contains("--lose-volumes") == true)
    #expect(rack.now.log == [] && rack.now.nodes["pi5"] != nil)
    #expect(await rack.run(Self.remove("pi5", loseVolumes: true)) == [])
    #expect(rack.now.nodes["pi5"] == nil)
  }

  @Test(arguments: [
    SampleVolume(claim: "elsewhere", nodes: [["pi4"]]), SampleVolume(claim: "everywhere", nodes: []),
    SampleVolume(claim: "both", nodes: [["pi4", "pi5"]]), SampleVolume(claim: "either", nodes: [["pi4"], ["pi5"]]),
    SampleVolume(claim: "network", nodes: [["pi5"]], source: "nfs"),
  ])
  func `Volumes that others reach keep nobody`(_ volume: SampleVolume) async throws {
    let rack = try Self.rack([volume])
    #expect(await rack.run(Self.remove("pi5")) == [])
    #expect(rack.now.nodes["pi5"] == nil)
  }

  @Test func `A node that is replaced is asked the same`() async throws {
    let rack = try Self.rack([SampleVolume(claim: "data", nodes: [["pi5"]])])
    let replace: @Sendable (Bool) -> @Sendable (FakeRack) async throws -> Void = { loseVolumes in
      { rack in
        _ = try await ReplaceNode(rack, "pi5", ReplaceNode.Options(loseVolumes: loseVolumes) { _ in }).run()
      }
    }
    let errors = await rack.run(replace(false))
    #expect(errors.map(\.message) == ["pi5 holds the only copy of a volume: web/data (10Gi)"])
    #expect(rack.now.log == [])
    #expect(await rack.run(replace(true)) == [])
    #expect(rack.now.nodes["pi5"] == nil)
  }

  @Test func `A node that is emptied names what waits for it, and is emptied`() async throws {
    let rack = try Self.rack([
      SampleVolume(claim: "data", nodes: [["pi5"]]), SampleVolume(claim: "other", nodes: [["pi4"]]),
    ])
    let drain: @Sendable (FakeRack) async throws -> Void = { rack in
      try await DrainNodes(rack, ["pi5"], .drain(.init())).run()
    }
    #expect(await rack.run(drain) == [])
    #expect(
      rack.notes.texts == [
        "pi5 holds the only copy of a volume, whose pods wait until it takes pods again: web/data (10Gi)"
      ])
    #expect(rack.cordoned == ["pi5"] && rack.now.nodes["pi5"]?.pods == [])
  }

  @Test func `Hosts that are cleaned are refused each with its volumes, unless somebody knows`() async throws {
    let rack = try Self.rack([
      SampleVolume(claim: "data", nodes: [["pi5"]]), SampleVolume(claim: "other", nodes: [["pi4"]]),
      SampleVolume(claim: "everywhere", nodes: []),
    ])
    func clean(_ names: [String], loseVolumes: Bool = false) -> @Sendable (FakeRack) async throws -> Void {
      { rack in try await rack.refuseLostVolumes(ofCleaned: names, isAccepted: loseVolumes) }
    }
    let errors = await rack.run(clean(["pi1", "pi4", "pi5"]))
    #expect(errors.allSatisfy { $0.code == .refused && $0.hint?.contains("--lose-volumes") == true })
    #expect(
      errors.map(\.message) == [
        "pi4 holds the only copy of a volume: web/other (10Gi)", "pi5 holds the only copy of a volume: web/data (10Gi)",
      ])
    #expect(await rack.run(clean(["pi1"])) == [] && rack.notes.texts == [])
    #expect(await rack.run(clean(["pi4"], loseVolumes: true)) == [])
    #expect(rack.notes.texts == ["a volume of which pi4 holds the only copy go with it: web/other (10Gi)"])
  }

  @Test func `Hosts of a cluster that answers nobody can be cleaned`() async throws {
    let rack = try Self.rack([SampleVolume(claim: "data", nodes: [["pi5"]])], silent: ["pi1", "pi2", "pi3"])
    let clean: @Sendable (FakeRack) async throws -> Void = { rack in
      try await rack.refuseLostVolumes(ofCleaned: ["pi5"], isAccepted: false)
    }
    #expect(await rack.run(clean) == [])
    #expect(rack.notes.texts == ["no API server says which volumes lie on pi5; they go unasked"])
  }
}
