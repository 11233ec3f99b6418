import Diagnostics
import Foundation
import Templates
import Untrusted

/// The names, payloads and programs of one smoke test.
struct TestPlan: Sendable {
  /// A label that all namespaces of smoke tests carry.
  static let label = "hearth-smoke"
  /// Who runs the test: the operator's host name and process.
  static let ownerAnnotation = "hearth-smoke/owner"
  /// Test pods keep to `baseline`, whatever stricter standard the inventory asks for.
  static let podSecurityLabels: [String: JSONValue] = [
    "pod-security.kubernetes.io/enforce": "baseline", "pod-security.kubernetes.io/warn": "baseline",
  ]

  let access: ClusterAccess
  let options: SmokeOptions
  let domain: String
  let namespace: String
  let expectation: TrialResults.Expectation
  let members: [Member]
  /// The rack gives addresses to Services.
  let hasLoadBalancer: Bool
  let oldPayload: String
  let newPayload: String

  /// A node that takes part.
  struct Member: Sendable {
    var node: String
    var architecture: String
    var image: String
    /// nil where WebAssembly did not pass the node's own check.
    var webAssembly: WebAssemblyState.Images?
  }

  init(
    members: [Member], domain: String, options: SmokeOptions, access: ClusterAccess, hasLoadBalancer: Bool = false
  ) {
    self.hasLoadBalancer = hasLoadBalancer
    self.access = access
    self.options = options
    self.domain = domain
    namespace = "hearth-smoke-\(Self.random(bytes: 4))"
    expectation = TrialResults.Expectation(
      payload: "p\(Self.random(bytes: 8))", nonce: "n\(Self.random(bytes: 8))",
      secretPayload: "s\(Self.random(bytes: 8))", nodes: members.map(\.node))
    self.members = members
    oldPayload = "old\(Self.random(bytes: 8))"
    newPayload = "new\(Self.random(bytes: 8))"
  }

  private static func random(bytes: Int) -> String {
    (0..<bytes).map { _ in UInt8.random(in: .min ... .max) }.hexadecimal
  }

  func podName(_ node: String) -> String { "node-\(expectation.nodes.firstIndex(of: node) ?? -1)" }

  /// Hundredths of a second.
  private var patience: Int { Int(nearest: options.patience.inSeconds * 100) }

  /// Makes everything, and prints the Services.
  func startProgram(owner: String) throws(HearthError) -> String {
    let server = try Template.text(of: "smoke/server.sh")
    let objects = try Template("smoke/objects.yaml").documents([
      "namespace": namespace, "image": members.first?.image ?? "", "payload": expectation.payload,
      "architecture": members.first?.architecture ?? "", "secretPayload": expectation.secretPayload,
      "oldPayload": oldPayload, "serverProgram": server,
      "nodes": members.map(\.node),
      "pods": members.enumerated().map { index, member in
        [
          "index": String(index), "node": member.node, "namespace": namespace, "image": member.image,
          "payload": expectation.payload, "serverProgram": server,
        ]
      },
      "hasLoadBalancer": hasLoadBalancer,
      "hasWebAssembly": members.contains { $0.webAssembly != nil },
      "webAssemblyPods": webAssemblyPods,
    ])
    return try Template("smoke/start.sh").render([
      "kube": ShellText(access.shellFunction), "mark": Sections.mark, "namespace": namespace,
      "namespaceObject": Self.namespaceObject(namespace, owner: owner).line,
      "objects": JSONValue.list(objects).text,
    ])
  }

  static func namespaceObject(_ name: String, owner: String) -> JSONValue {
    [
      "apiVersion": "v1", "kind": "Namespace",
      "metadata": [
        "name": .string(name), "labels": .object(podSecurityLabels.merging([label: "true"]) { $1 }),
        "annotations": .object([ownerAnnotation: .string(owner)]),
      ],
    ]
  }

  /// Prints all pods of the namespace as JSON.
  var podsProgram: String {
    access.get("/api/v1/namespaces/\(namespace)/pods?labelSelector=app%3Dhearth-smoke")
  }

  /// A request to make: its label and the host part of its URL.
  struct Target: Sendable, Equatable {
    var label: String
    var host: String
    var values: [String: String] { ["label": label, "host": host] }
  }

  /// What the pod of a node asks for: the other pods, every Service by address, and one by name.
  func podTargets(from node: String, pods: [String: TestPod], services: [String: String]) -> [Target] {
    var targets = expectation.nodes.enumerated().compactMap { index, other -> Target? in
      guard other != node, let pod = pods[other], pod.ready, let address = pod.address else { return nil }
      return Target(label: "pod.\(index)", host: "\(address):8080")
    }
    targets += serviceTargets(pods: pods, services: services)
    targets += [Target(label: "short", host: "smoke"), Target(label: "full", host: "smoke.\(namespace).svc.\(domain)")]
    return targets
  }

  func serviceTargets(pods: [String: TestPod], services: [String: String]) -> [Target] {
    let single = expectation.nodes.enumerated().compactMap { index, node -> Target? in
      guard pods[node]?.ready == true, let address = services["node-\(index)"] else { return nil }
      return Target(label: "service.\(index)", host: address)
    }
    return single + (services["smoke"].map { [Target(label: "service", host: $0)] } ?? [])
  }

  /// Runs in a pod.
  func requests(targets: [Target], apiAddress: String) throws(HearthError) -> String {
    try Template("smoke/requests.sh").render([
      "nonce": expectation.nonce, "patience": patience, "apiAddress": apiAddress,
      "payloadPath": "/api/v1/namespaces/\(namespace)/configmaps/payload", "targets": targets.map(\.values),
    ])
  }

  func podProgram(on node: String, targets: [Target], apiAddress: String) throws(HearthError) -> String {
    let requests = try requests(targets: targets, apiAddress: apiAddress)
    return try Template("smoke/pod-trial.sh").render([
      "kube": ShellText(access.shellFunction), "kubectl": access.kubectl, "kubeconfig": access.kubeconfig,
      "mark": Sections.mark, "namespace": namespace, "pod": podName(node), "podName": "pod/\(podName(node))",
      "logPath": "/api/v1/namespaces/\(namespace)/pods/\(podName(node))/log?tailLines=5",
      "forwardQuery": "\(expectation.nonce).forward", "requests": requests,
      "timeout": Int(nearest: options.patience.inSeconds) + 15,
      "fetch": ShellText(try Template.text(of: "smoke/fetch.sh")),
    ])
  }

  func hostProgram(targets: [Target]) throws(HearthError) -> String {
    try Template("smoke/host-trial.sh").render([
      "nonce": expectation.nonce, "patience": patience, "targets": targets.map(\.values),
      "fetch": ShellText(try Template.text(of: "smoke/fetch.sh")),
    ])
  }

  /// Runs in a pod while the Deployment rolls.
  func watch(address: String) throws(HearthError) -> String {
    try Template("smoke/watch-roll.sh").render([
      "url": "http://\(address)/cgi-bin/hearth?\(expectation.nonce).roll", "oldPayload": oldPayload,
      "newPayload": newPayload,
      "seconds": Int(nearest: options.podTimeout.inSeconds),
    ])
  }

  func rollProgram(from node: String, address: String) throws(HearthError) -> String {
    let container: JSONValue = [
      "name": "server", "env": [["name": "PAYLOAD", "value": .string(newPayload)]],
    ]
    let patch: JSONValue = ["spec": ["template": ["spec": ["containers": [container]]]]]
    return try Template("smoke/roll.sh").render([
      "kube": ShellText(access.shellFunction), "mark": Sections.mark, "namespace": namespace, "pod": podName(node),
      "watch": try watch(address: address), "patch": patch.line, "seconds": Int(nearest: options.podTimeout.inSeconds),
    ])
  }

  static func cleanProgram(_ namespaces: [String], access: ClusterAccess) throws(HearthError) -> String {
    try Template("smoke/clean.sh").render([
      "kube": ShellText(access.shellFunction), "namespaces": namespaces,
    ])
  }
}
