package import Bootstrap
package import Diagnostics
import Untrusted

/// A volume whose only copy lies on one node.
package struct LocalVolume: Sendable, Equatable {
  /// Namespace and name of the claim, or the volume's own name where none holds it.
  package var claim: String
  /// As the cluster writes it, such as `10Gi`.
  package var size: String

  /// `web/data (10Gi)`
  package var title: String { "\(claim) (\(size))".visibleLine }

  /// Of a PersistentVolume, what tells where it lies.
  struct Object: Decodable {
    struct Metadata: Decodable { var name: String }
    struct Claim: Decodable {
      var namespace: String?
      var name: String?
    }
    struct Expression: Decodable {
      var `operator`: String
      var values: [String]?
    }
    struct Term: Decodable { var matchExpressions: [Expression]? }
    struct Selector: Decodable { var nodeSelectorTerms: [Term]? }
    struct Affinity: Decodable { var required: Selector? }
    /// Only that it is there counts.
    struct Source: Decodable {}
    struct Spec: Decodable {
      var capacity: [String: String]?
      var claimRef: Claim?
      var nodeAffinity: Affinity?
      var local: Source?
      var hostPath: Source?
    }
    var metadata: Metadata
    var spec: Spec

    /// Nil for volumes that other nodes reach as well, and for those of other nodes.
    func volume(on node: String) -> LocalVolume? {
      guard spec.local != nil || spec.hostPath != nil else { return nil }
      // Each term is enough by itself: a volume is a node's alone where every one of them names it, and nobody else.
      let terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? []
      let isOnlyHere = terms.allSatisfy { term in
        (term.matchExpressions ?? []).contains { $0.operator == "In" && $0.values == [node] }
      }
      guard !terms.isEmpty, isOnlyHere else { return nil }
      let claim = spec.claimRef.flatMap { claim in claim.name.map { "\(claim.namespace ?? "default")/\($0)" } }
      return LocalVolume(claim: claim ?? metadata.name, size: spec.capacity?["storage"] ?? "size unknown")
    }
  }
}

extension RackPort {
  /// Volumes whose only copy lies on the node, by the cluster's word.
  package func localVolumes(on node: String, _ view: ClusterView? = nil) async throws(HearthError) -> [LocalVolume] {
    try await admin(view).objects(of: LocalVolume.Object.self, ["get", "persistentvolumes"])
      .compactMap { $0.volume(on: node) }.sorted { $0.claim < $1.claim }
  }

  /// Before a node goes: its disk, or at least its way into the cluster, goes with it.
  ///
  /// - Parameter isAccepted: somebody knows that they are lost.
  package func refuseLostVolumes(of node: String, _ view: ClusterView, isAccepted: Bool) async throws(HearthError) {
    let volumes = try await localVolumes(on: node, view)
    guard !volumes.isEmpty else { return }
    let list = volumes.prefix(20).map(\.title).joined(separator: ", ") + (volumes.count > 20 ? ", …" : "")
    let count = volumes.count == 1 ? "a volume" : "\(volumes.count) volumes"
    guard !isAccepted else {
      note("\(count) of which \(node) holds the only copy go with it: \(list)", .warning, host: node)
      return
    }
    throw HearthError(
      .refused, "\(node) holds the only copy of \(count): \(list)", subject: Subject(host: node),
      hint: "copy the data away and delete the claims first; --lose-volumes goes on without them",
      command: "kubectl get persistentvolumeclaims -A")
  }
}
