package import Diagnostics
import Foundation
import Untrusted

/// What the API server says of the cluster.
package struct ClusterState: Sendable, Equatable, Codable {
  package struct Condition: Sendable, Equatable, Codable {
    package var type: String
    /// `True`, `False` or `Unknown`.
    package var status: String
    package var reason: String
    package var message: String
    /// When the status last became another, in seconds since 1970.
    @OptionalTimestamp package var since: Int? = nil
  }

  package struct Node: Sendable, Equatable, Codable {
    package var name: String
    package var address: String?
    package var roles: [String]
    package var kubelet: String
    package var kernel: String
    package var runtime: String
    package var system: String
    package var architecture: String
    package var podRange: String?
    package var unschedulable: Bool
    package var conditions: [Condition]
    /// When its kubelet last renewed its lease, by the node's own clock, in seconds since 1970.
    @OptionalTimestamp package var renewed: Int? = nil

    package var isReady: Bool { conditions.contains { $0.type == "Ready" && $0.status == "True" } }
  }

  /// A Deployment or DaemonSet of `kube-system`.
  package struct AddOn: Sendable, Equatable, Codable {
    package var name: String
    package var kind: String
    package var ready: Int
    package var wanted: Int
  }

  /// The clock of the host that was asked, in seconds since 1970.
  package var clock: Int?
  /// The API server's own version, such as `v1.36.2`.
  package var server: String
  package var nodes: [Node]
  package var addOns: [AddOn]
  /// Nil where the API server did not say.
  package var policies: UnenforcedPolicies?
  /// Nil where nobody asked for details, or the API server did not say.
  package var pods: [PodCount]?
  /// The newest first.
  package var events: [ClusterEvent]?

  package init(server: String, nodes: [Node], addOns: [AddOn] = []) {
    self.server = server
    self.nodes = nodes
    self.addOns = addOns
  }

  package func node(_ name: String) -> Node? { nodes.first { $0.name == name } }

  /// The node that became Ready last, and how many seconds ago; nil when nobody knows.
  package var newest: (name: String, seconds: Int)? {
    guard let clock else { return nil }
    return nodes.compactMap { node in
      node.conditions.first { $0.type == "Ready" && $0.status == "True" }?.since.map { (node.name, max(0, clock - $0)) }
    }.min { $0.1 < $1.1 }
  }
}

extension ClusterState {
  /// Decodes the API server's answers to `/version`, `/api/v1/nodes` and the workloads of `kube-system`.
  ///
  /// - Throws: `DecodingError` when an answer is not what the API documents.
  init(version: String, nodes: String, deployments: String, daemonSets: String) throws {
    func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
      try JSONDecoder().decode(type, from: Data(text.utf8))
    }
    self.init(
      server: try decode(API.Version.self, version).gitVersion,
      nodes: try decode(API.List<API.Node>.self, nodes).items.map(Node.init),
      addOns: try decode(API.List<API.Workload>.self, deployments).items.map {
        AddOn(
          name: $0.metadata.name, kind: "Deployment", ready: $0.status.readyReplicas ?? 0,
          wanted: $0.spec.replicas ?? 1)
      }
        + (try decode(API.List<API.Workload>.self, daemonSets).items.map {
          AddOn(
            name: $0.metadata.name, kind: "DaemonSet", ready: $0.status.numberReady ?? 0,
            wanted: $0.status.desiredNumberScheduled ?? 0)
        }))
  }

  /// nil with the reason when a section is missing or one request failed.
  static func parse(_ sections: Sections) -> Result<ClusterState, Problem> {
    for name in ["version", "nodes", "deployments", "daemonsets"]
    where sections["\(name) status"]?.trimmingCharacters(in: .whitespacesAndNewlines) != "0" {
      let error = sections["\(name) error"]?.lastLines(1).last
      return .failure(Problem(error ?? "the API server was not asked"))
    }
    do {
      var state = try ClusterState(
        version: sections["version"] ?? "", nodes: sections["nodes"] ?? "",
        deployments: sections["deployments"] ?? "", daemonSets: sections["daemonsets"] ?? "")
      // Without them the state is as good as the API server's belief.
      if let leases = sections["leases"] { state.take(leases: leases) }
      state.policies = sections["policies"].flatMap { UnenforcedPolicies(json: Array($0.utf8)) }
      state.pods = sections["pods"].map(PodCount.all)
      state.events = sections["events"].map(ClusterEvent.all)
      state.clock = sections["clock"].flatMap {
        Int(checked: $0.trimmingCharacters(in: .whitespacesAndNewlines), in: 0...Sections.lastSecond)
      }
      return .success(state)
    } catch {
      return .failure(Problem("the API server's answer cannot be read: \(error)"))
    }
  }

  /// - Parameter leases: those of `kube-node-lease`, one for each node.
  mutating func take(leases: String) {
    guard let list = try? JSONDecoder().decode(API.List<API.Lease>.self, from: Data(leases.utf8)) else { return }
    for lease in list.items {
      guard let index = nodes.firstIndex(where: { $0.name == lease.metadata.name }),
        let text = lease.spec.renewTime,
        let time = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
      else { continue }
      nodes[index].renewed = Int(checked: time.timeIntervalSince1970.rounded(.down))
    }
  }

  struct Problem: Error, Equatable {
    var text: String
    init(_ text: String) { self.text = text }
  }
}

extension ClusterState.Node {
  init(_ node: API.Node) {
    let prefix = "node-role.kubernetes.io/"
    let labels = node.metadata.labels ?? [:]
    self.init(
      name: node.metadata.name,
      address: node.status.addresses?.first { $0.type == "InternalIP" }?.address,
      roles: labels.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted(),
      kubelet: node.status.nodeInfo.kubeletVersion,
      kernel: node.status.nodeInfo.kernelVersion,
      runtime: node.status.nodeInfo.containerRuntimeVersion,
      system: node.status.nodeInfo.osImage,
      architecture: node.status.nodeInfo.architecture,
      podRange: node.spec.podCIDR.flatMap { $0.isEmpty ? nil : $0 },
      unschedulable: node.spec.unschedulable ?? false,
      conditions: (node.status.conditions ?? []).map {
        .init(
          type: $0.type, status: $0.status, reason: $0.reason ?? "", message: $0.message ?? "",
          since: $0.lastTransitionTime.flatMap { try? Date($0, strategy: .iso8601) }.flatMap {
            Int(checked: $0.timeIntervalSince1970, in: 0...Sections.lastSecond)
          })
      })
  }
}
