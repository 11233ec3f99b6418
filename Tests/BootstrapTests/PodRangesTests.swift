import Diagnostics
import Inventory
import Testing

@testable import Bootstrap

struct PodRangesTests {
  private func rack(_ names: [String], pods: String = "10.244.0.0/16", prefix: Int = 24) throws -> Rack {
    Rack(
      cluster: Cluster(
        name: "home", kubernetes: KubernetesVersion(1, 36, 2),
        networks: Networks(pods: try #require(IPv4Network(pods)), podPrefixPerNode: prefix)),
      nodes: names.enumerated().map { index, name in
        Node(name: name, address: IPv4Address(bits: 0x0A00_0001 + UInt32(index)), roles: [.controlPlane])
      })
  }

  private func record(_ name: String, _ ranges: [String: String]) -> NodeRecord {
    NodeRecord(name: name, cluster: "c", podRanges: ranges)
  }

  private func texts(_ ranges: PodRanges) -> [String: String] { ranges.ranges.mapValues(\.description) }

  @Test func newNodesGetTheLowestInOrder() throws {
    let ranges = try PodRanges(rack: rack(["b", "a"]), records: [:])
    #expect(texts(ranges) == ["b": "10.244.0.0/24", "a": "10.244.1.0/24"])
  }

  @Test func reorderingAndNewcomersChangeNothingForTheOthers() throws {
    let first = texts(try PodRanges(rack: rack(["a", "b"]), records: [:]))
    let records = ["a": record("a", first), "b": record("b", first)]
    let second = try PodRanges(rack: rack(["new", "b", "a"]), records: records)
    #expect(texts(second) == ["a": "10.244.0.0/24", "b": "10.244.1.0/24", "new": "10.244.2.0/24"])
  }

  @Test func aSilentOrReplacedHostKeepsItsRangeByTheOthersMemory() throws {
    let first = texts(try PodRanges(rack: rack(["a", "b", "c"]), records: [:]))
    let again = try PodRanges(rack: rack(["a", "b", "c"]), records: ["c": record("c", first)])
    #expect(texts(again) == first)
  }

  @Test func theRangeOfANodeThatLeftIsNotGivenAwayWhileRemembered() throws {
    let first = texts(try PodRanges(rack: rack(["a", "b"]), records: [:]))
    let later = try PodRanges(rack: rack(["b", "c"]), records: ["b": record("b", first)])
    #expect(texts(later) == ["b": "10.244.1.0/24", "c": "10.244.2.0/24"])
  }

  @Test func twoHoldersOfOneRangeAreRefused() throws {
    let records = ["a": record("a", ["a": "10.244.0.0/24"]), "b": record("b", ["b": "10.244.0.0/24"])]
    let errors = #expect(throws: HearthErrors.self) { try PodRanges(rack: rack(["a", "b"]), records: records) }
    #expect(errors?.errors.map(\.code) == [.refused])
  }

  @Test(
    "A worker gives nobody another range, and keeps none from newcomers",
    arguments: [
      ["w": "10.244.0.0/24"], ["a": "10.244.9.0/24"], ["v": "8.8.8.0/24"], ["v": "10.244.0.0/24"], ["v": "\u{1B}[2J"],
      Dictionary(uniqueKeysWithValues: (0..<256).map { ("x\($0)", "10.244.\($0).0/24") }),
    ])
  func aWorkerLies(_ lie: [String: String]) throws {
    var rack = try rack(["w", "a", "v"])
    rack.nodes[0].roles = [.worker]
    rack.nodes[2].roles = [.worker]
    let known = ["w": "10.244.1.0/24", "a": "10.244.0.0/24"]
    let honest = try PodRanges(rack: rack, records: ["a": record("a", known), "w": record("w", known)])
    let ranges = try PodRanges(
      rack: rack, records: ["a": record("a", known), "w": record("w", known.merging(lie) { $1 })])
    #expect(ranges == honest)
    #expect(texts(ranges) == known.merging(["v": "10.244.2.0/24"]) { $1 })
  }

  @Test(arguments: ["10.9.0.0/24", "10.244.0.0/25", "nonsense"])
  func aRangeOutsideTheNetworkIsRefused(range: String) throws {
    let errors = #expect(throws: HearthErrors.self) {
      try PodRanges(rack: rack(["a"]), records: ["a": record("a", ["a": range])])
    }
    #expect(errors?.errors.first?.subject.host == "a")
  }

  @Test func aNetworkThatIsTooSmallIsRefused() throws {
    #expect(throws: HearthErrors.self) {
      try PodRanges(rack: rack(["a", "b", "c"], pods: "10.244.0.0/23"), records: [:])
    }
  }

  @Test func recordsSurviveTheirText() throws {
    let wanted = record("a", ["a": "10.244.0.0/24", "b": "10.244.1.0/24"])
    #expect(NodeRecord(wanted.text) == wanted)
    #expect(NodeRecord("{") == nil)
    #expect(NodeRecord(nil) == nil)
  }
}
