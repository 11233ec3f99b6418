import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import Templates
import Testing
import Yams

@testable import Bootstrap

/// Names, labels, taints and serial numbers that YAML reads as something else, or that are more than text: they arrive as
/// what they are, in every file that hosts and the cluster get.
struct HostileObjectTests {
  static let words = ["true", "no", "on", "null", "123", "1e3", "1.5", "y", "0x1f", "2026-11-30"]

  private func rack() -> (rack: Rack, sample: SampleRack) {
    let sample = SampleRack.virtualOld
    var rack = sample.rack
    rack.cluster.name = "no"
    rack.cluster.networks.domain = "1.5"
    rack.nodes[0].name = "on"
    rack.nodes[1].name = "123"
    rack.nodes[1].labels = Dictionary(uniqueKeysWithValues: Self.words.map { ($0, $0) })
    return (rack, sample)
  }

  private func objects(_ serials: [String: String] = [:]) throws -> (ClusterObjects, Authority) {
    let (rack, sample) = rack()
    let facts = Dictionary(uniqueKeysWithValues: rack.nodes.map { ($0.name, sample.facts.values.first ?? Facts()) })
    let bootstrap = try ClusterBootstrap(rack: rack, facts: facts)
    let authority = try Authority.create(cluster: "no")
    let software = try #require(sample.software[sample.architecture])
    return (
      ClusterObjects(
        rack: rack, release: bootstrap.release, authority: authority, podRanges: bootstrap.podRanges,
        software: software, nodes: rack.nodes, serials: serials), authority
    )
  }

  @Test func namesAndLabelsStayText() throws {
    let (objects, _) = try objects()
    let text = JSONValue.list(try objects.documents()).text
    // As Yams reads YAML, and as a reader of JSON does.
    for tree in [try JSONValue.documents(yaml: text)[0], try JSONValue(json: Array(text.utf8))] {
      let nodes = tree["items"].array.filter { $0["kind"].string == "Node" }
      #expect(nodes.map { $0["metadata"]["name"] } == ["on", "123"])
      for word in Self.words { #expect(nodes[1]["metadata"]["labels"][word] == .string(word)) }
    }
  }

  /// The serial number of the audit, which became a ClusterRoleBinding.
  @Test(arguments: [
    "100000001234abcd\"\u{85}!x apiVersion: rbac.authorization.k8s.io/v1\u{85}!x kind: ClusterRoleBinding\u{85}---\u{85}x: \"y",
    "a\"\nkind: Secret", "a\u{2028}---\u{2028}kind: Secret", "a\\", "a\"", "'",
  ])
  func aSerialNumberIsNoObject(_ serial: String) throws {
    let (objects, _) = try objects(["on": serial])
    let text = JSONValue.list(try objects.documents()).text
    #expect(text.utf8.split(separator: UInt8(ascii: "\n")).allSatisfy { !$0.starts(with: "---".utf8) })
    #expect(!text.unicodeScalars.contains { [0x85, 0x2028, 0x2029].contains($0.value) })
    for tree in [try JSONValue.documents(yaml: text)[0], try JSONValue(json: Array(text.utf8))] {
      let node = tree["items"].array.first { $0["metadata"]["name"].string == "on" }
      #expect(node?["metadata"]["annotations"] == .object(["hearth/serial": .string(serial)]))
      #expect(node?["kind"].string == "Node")
    }
    // From facts it does not come so far.
    #expect(ClusterText.serial(serial) == nil)
    #expect(ClusterText.serial("10000000abcdef01") != nil && ClusterText.serial("PF-3.X9") != nil)
  }

  @Test func filesOfTheKubeletStayText() throws {
    let (rack, sample) = rack()
    let facts = Dictionary(uniqueKeysWithValues: rack.nodes.map { ($0.name, sample.facts.values.first ?? Facts()) })
    let phases = try ClusterBootstrap(rack: rack, facts: facts).phases(
      authority: try Authority.create(cluster: "no"), software: sample.software)
    var files: [String: JSONValue] = [:]
    for case .file(let file) in phases.flatMap({ $0.resources["123"] ?? [] })
    where file.path.hasSuffix(".conf") && file.path.hasPrefix("/etc/kubernetes") || file.path.hasSuffix("config.yaml") {
      files[file.path] = try JSONValue.documents(yaml: String(decoding: file.content, as: UTF8.self))[0]
    }
    #expect(files["/var/lib/kubelet/config.yaml"]?["clusterDomain"] == "1.5")
    #expect(files["/var/lib/kube-proxy/config.yaml"]?["hostnameOverride"] == "123")
    let kubeconfig = try #require(files["/etc/kubernetes/kubelet.conf"])
    #expect(kubeconfig["clusters"].array.map { $0["name"] } == ["no"])
    #expect(kubeconfig["current-context"] == "no")
    #expect(kubeconfig["users"].array.map { $0["name"] } == ["system:node:123"])
  }

  /// A kubeconfig that is merged into the user's keeps what it says, in the user's file too.
  @Test func aMergedKubeconfigStaysText() throws {
    let (_, authority) = try objects()
    let own = try EmbeddedKubeconfig(
      cluster: "no", server: "https://10.0.0.1:6443", user: "on", group: "hearth:admins", days: 1
    ).text(authority: authority).reveal()
    let existing = "apiVersion: v1\nkind: Config\ncontexts:\n- name: other\n  context: {cluster: x, user: y}\n"
    let merged = try JSONValue.documents(yaml: try KubeconfigMerge.merged(own, into: existing))[0]
    #expect(merged["contexts"].array.map { $0["name"] } == ["other", "no"])
    #expect(merged["current-context"] == "no")
    #expect(merged["users"].array.map { $0["name"] } == ["on"])
    let again = try KubeconfigMerge.merged(own, into: try KubeconfigMerge.merged(own, into: existing))
    #expect(try JSONValue.documents(yaml: again)[0] == merged)
  }

  @Test func labelsAndTaintsReachKubectlAsWords() {
    let taint = ClusterObjects.NodeTaint(
      node: "a'; id; '", taint: .init(key: "x", value: "$(id)", effect: .noSchedule))
    #expect(
      Kubectl.taint(taint) == "$kubectl taint node 'a'\\''; id; '\\''' 'x=$(id):NoSchedule' --overwrite || exit 1\n")
    #expect(Kubectl.keepRoles(of: "a b", []).contains("$kubectl label node 'a b' "))
  }
}
