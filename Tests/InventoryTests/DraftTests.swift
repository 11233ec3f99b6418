import Diagnostics
import Foundation
import Inventory
import Testing

struct DraftTests {
  private func addresses(_ first: String, _ count: Int) throws -> [IPv4Address] {
    InventoryDraft.addresses(from: try #require(IPv4Address(first)), count: count)
  }

  private func load(_ draft: InventoryDraft, environment: [String: String] = [:]) throws -> Rack {
    do {
      let text = try draft.checkedText(file: "/racks/hearth.yaml", environment: environment)
      return try InventoryFile.decode(text: text, file: "/racks/hearth.yaml", environment: environment)
    } catch {
      Issue.record("\(Fixtures.print(error))\n\(try draft.text())")
      throw error
    }
  }

  @Test("where every node is a control plane, all of them work")
  func onlyControlPlanes() throws {
    let nodes = InventoryDraft.nodes(addresses: try addresses("192.168.1.11", 5), controlPlanes: 5)
    #expect(nodes.allSatisfy { $0.roles == [.controlPlane, .worker] })
  }

  @Test func theAnswersComeBack() throws {
    let nodes = InventoryDraft.nodes(addresses: try addresses("192.168.1.11", 6), controlPlanes: 3)
    var draft = InventoryDraft(name: "home", nodes: nodes)
    draft.nodes[0].slot = "top: left"
    draft.nodes[0].hostKeys = ["SHA256:uNiVztksCsDhcc0u9e8BrrdxVRrDbKPAI/2PjFB3yIs"]
    draft.kubernetes = KubernetesVersion(1, 35, 1)
    draft.endpoint = "api.home.example"
    draft.dns = .none
    draft.artifacts = .folder("/srv/my $files/\"k8s\"")
    draft.user = "admin"
    draft.port = 2222
    draft.identityFiles = ["/home/me/.ssh/rack", "/home/me/.ssh/other key"]
    draft.sudo = .variable("RACK_PASSWORD")
    draft.hardware = "pi5-8gb"
    draft.schema = InventorySchema.fileName

    let rack = try load(draft, environment: ["RACK_PASSWORD": "x"])
    #expect(rack.cluster.name == "home")
    #expect(rack.cluster.kubernetes == draft.kubernetes)
    #expect(rack.cluster.endpoint == Endpoint(host: "api.home.example"))
    #expect(rack.cluster.addons.dns == .none)
    #expect(rack.cluster.artifacts == draft.artifacts)
    #expect(rack.nodes.map(\.name) == ["pi1", "pi2", "pi3", "pi4", "pi5", "pi6"])
    #expect(rack.controlPlane.map(\.roles) == [[.controlPlane], [.controlPlane], [.controlPlane]])
    #expect(rack.nodes.last?.address == IPv4Address("192.168.1.16"))
    let first = try #require(rack.nodes.first)
    #expect(first.slot == "top: left")
    #expect(first.hardware == "pi5-8gb")
    #expect(first.sudo == .password(Secret("x")))
    #expect(
      first.ssh
        == SSHSettings(
          user: "admin", port: 2222, identityFiles: draft.identityFiles, hostKeys: draft.nodes[0].hostKeys))
    #expect(rack.nodes.last?.ssh.hostKeys == [])
    let firstLine = try draft.text().split(separator: "\n").first
    #expect(firstLine.map(String.init) == InventorySchema.editorLine())
  }

  @Test(arguments: [1, 2, 3, 4, 7])
  func oneControlPlaneByDefault(count: Int) throws {
    let rack = try load(
      InventoryDraft(name: "r", nodes: InventoryDraft.nodes(addresses: try addresses("10.0.0.9", count))))
    #expect(rack.nodes.count == count)
    #expect(rack.controlPlane.count == 1)
    #expect(rack.controlPlane[0].roles.contains(.worker) == (count < 5))
  }

  @Test func aLabSaysSo() throws {
    let draft = InventoryDraft.lab(
      name: "default", nodes: InventoryDraft.nodes(addresses: try addresses("10.77.0.11", 4)),
      identityFile: "/state/labs/default/key", knownHosts: "/state/labs/default/known_hosts",
      kubernetes: KubernetesVersion(1, 20, 2), dns: .dnsmasq, artifacts: .folder("/cache/v1.20.2"))
    let rack = try load(draft)
    #expect(rack.lab == "default" && rack.cluster.name == "default")
    #expect(rack.nodes.allSatisfy { $0.ssh.identityFiles == ["/state/labs/default/key"] && $0.sudo == .passwordless })
    #expect(rack.nodes.allSatisfy { $0.ssh.knownHosts == ["/state/labs/default/known_hosts"] })
    #expect(rack.cluster.artifacts == .folder("/cache/v1.20.2"))
  }

  @Test(arguments: ["10.244.3.11", "10.100.1.11", "10.96.0.11", "172.28.0.11", "10.200.0.11"])
  func clusterNetworksStayAwayFromTheLAN(first: String) throws {
    let rack = try load(InventoryDraft(name: "r", nodes: InventoryDraft.nodes(addresses: try addresses(first, 3))))
    #expect(rack.nodes[0].address == IPv4Address(first))
  }

  @Test func wrongAnswersAreRefusedWithAPlace() throws {
    let nodes = InventoryDraft.nodes(addresses: try addresses("192.168.1.11", 2), controlPlanes: 2)
    let errors = #expect(throws: HearthErrors.self) {
      try InventoryDraft(name: "My Home", nodes: nodes).checkedText(file: "hearth.yaml", environment: [:])
    }
    let messages = try #require(errors).errors.map(\.message)
    #expect(messages.count == 2)
    #expect(messages.first?.contains("`name` must be a DNS label") == true)
    #expect(messages.last?.contains("even number") == true)
  }

  /// Whatever is typed as an answer stays text of one value.
  @Test(arguments: [
    "a b", "true", "~", "1.5", "x: y", "# no", "- x", "${HOME}", "$", "é\"\\\t\u{1}", "[a]", "", "*a",
    "a\u{FEFF}b", "\u{9B}2J",
  ])
  func everyTextSurvives(text: String) throws {
    var draft = InventoryDraft(name: "r", nodes: InventoryDraft.nodes(addresses: try addresses("192.168.1.11", 1)))
    draft.artifacts = .folder("/" + text)
    #expect(try load(draft).cluster.artifacts == .folder("/" + text))
    draft.artifacts = .upstream
    draft.knownHosts = ["/x/" + text, "/y"]
    #expect(try load(draft).nodes[0].ssh.knownHosts == ["/x/" + text, "/y"])
  }
}
