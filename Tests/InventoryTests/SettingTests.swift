import Diagnostics
import Inventory
import Templates
import Testing

struct SettingTests {
  private func rack(_ settings: String, version: String = "v1.36.3", node: String = "{}") throws -> Rack {
    try InventoryFile.decode(
      text: """
        cluster:
          name: home
          kubernetes: \(version)
          settings: \(settings)
        nodes:
          - {name: pi1, address: 192.168.1.11, roles: [control-plane, worker]}
          - {name: pi2, address: 192.168.1.12, settings: \(node)}
        """, file: "x.yaml", environment: ["RACK_ISSUER": "https://id.example", "RACK_ODD": "two words"])
  }

  @Test func `A node's settings lie over its roles', and these over those for all`() throws {
    let rack = try rack(
      """
      {kubelet: {maxPods: 60, evictionHard: {memory.available: 100Mi}, featureGates: {A: true}}, apiServer: {v: 2},
        roles: {worker: {kubelet: {maxPods: 50}, kubeProxy: {mode: nftables}},
          control-plane: {kubelet: {maxPods: 30}}}}
      """, node: "{kubelet: {evictionHard: {nodefs.available: 5%}}}")
    #expect(
      rack.nodes[0].settings[.kubelet]
        == ["maxPods": 30, "evictionHard": ["memory.available": "100Mi"], "featureGates": ["A": true]])
    #expect(
      rack.nodes[1].settings[.kubelet]
        == [
          "maxPods": 50, "evictionHard": ["memory.available": "100Mi", "nodefs.available": "5%"],
          "featureGates": ["A": true],
        ])
    #expect(rack.nodes[1].settings[.kubeProxy] == ["mode": "nftables"])
    #expect(rack.nodes[1].settings[.apiServer] == ["v": 2], "it is for all; a worker has none")
  }

  @Test func `An inventory without settings has none`() throws {
    #expect(try rack("{}").nodes.allSatisfy(\.settings.isEmpty))
  }

  @Test func `A value stays what YAML says it is`() throws {
    let settings = try rack(
      "{kubelet: {a: 1, b: 1.5, c: true, d: \"1\", e: [x, 2], f: no}, apiServer: {oidc-issuer-url: \"${RACK_ISSUER}\"}}"
    )
    .nodes[0].settings
    #expect(settings[.kubelet] == ["a": 1, "b": .number(1.5), "c": true, "d": "1", "e": ["x", 2], "f": "no"])
    #expect(settings[.apiServer] == ["oidc-issuer-url": "https://id.example"])
  }

  @Test(arguments: ["two words", "a%b", "x\\\\y", "a'b", "a;b", "a#b", "a\\nb", "\\u2028"])
  func `What could become more than a value in a unit file is refused, where it stands`(_ value: String) throws {
    let errors = #expect(throws: HearthErrors.self) { try rack("{apiServer: {oidc-client-id: \"\(value)\"}}") }
    #expect(errors?.errors.map(\.subject.line) == [4])
    #expect(errors?.errors.first?.message.contains("cannot stand in a unit file") == true)
  }

  @Test func `So is what comes from the environment, which is not shown`() throws {
    let errors = #expect(throws: HearthErrors.self) { try rack("{apiServer: {oidc-client-id: \"${RACK_ODD}\"}}") }
    #expect(errors?.errors.map(\.message).joined().contains("two words") == false)
  }

  static let gates: [(version: String, gate: String, refusal: String?)] = [
    ("v1.20.2", "GracefulNodeShutdown", nil), ("v1.20.2", "SidecarContainers", "does not know"),
    ("v1.36.3", "SidecarContainers", nil), ("v1.36.3", "DynamicKubeletConfig", "no more"),
    ("v1.37.2", "SidecarContainers", "no more"), ("v1.37.2", "DynamicKubeletConfig", "no more"),
    ("v1.37.2", "StructuredAuthenticationConfiguration", "no more"), ("v1.37.2", "GracefulNodeShutdown", nil),
  ]

  @Test(arguments: gates, ["kubelet: {featureGates", "apiServer: {feature-gates", "scheduler: {feature-gates"])
  func `A feature gate is judged by the release`(
    _ gate: (version: String, gate: String, refusal: String?), _ key: String
  ) throws {
    var message: String?
    do throws(HearthErrors) {
      _ = try InventoryFile.decode(
        text: """
          cluster: {name: home, kubernetes: \(gate.version), settings: {\(key): {\(gate.gate): true}}}}
          nodes: [{name: pi1, address: 192.168.1.11, roles: [control-plane, worker]}]
          """, file: "x.yaml", environment: [:])
    } catch {
      message = error.errors.map(\.message).joined(separator: "\n")
    }
    #expect((message == nil) == (gate.refusal == nil), "\(message ?? "")")
    if let refusal = gate.refusal { #expect(message?.contains(refusal) == true, "\(message ?? "")") }
  }

  @Test func `Gates locked by 1.37 may be given their one value`() throws {
    _ = try rack("{kubelet: {featureGates: {DRAPrioritizedList: true}}}", version: "v1.37.2")
    #expect(throws: HearthErrors.self) {
      try rack("{kubelet: {featureGates: {DRAPrioritizedList: false}}}", version: "v1.37.2")
    }
  }

  @Test func `Both tables can be read`() {
    #expect(FeatureGates.embedded.minors == [20, 36, 37])
    for component in Component.allCases {
      #expect(SettingRules.embedded.refused[component]?.isEmpty == false, "\(component)")
    }
    #expect(SettingRules.embedded.reason(.apiServer, ["etcd-servers"]) != nil)
    #expect(SettingRules.embedded.reason(.kubelet, ["authentication", "anonymous", "enabled"]) != nil)
    #expect(SettingRules.embedded.reason(.kubelet, ["addressTypes"]) == nil)
    #expect(SettingRules.embedded.reason(.kubeProxy, ["clientConnection", "qps"]) == nil)
  }
}
