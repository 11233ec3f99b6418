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
    try refuse(try await localVolumes(on: node, view), on: node, isAccepted: isAccepted)
  }

  /// Before hosts are cleaned. Where no API server answers, nobody can say what lies there: hosts of a cluster that is gone
  /// can be cleaned all the same.
  package func refuseLostVolumes(ofCleaned nodes: [String], isAccepted: Bool) async throws(HearthErrors) {
    let objects: [LocalVolume.Object]
    do throws(HearthError) {
      objects = try await admin().objects(of: LocalVolume.Object.self, ["get", "persistentvolumes"])
    } catch {
      guard error.code != .cancelled else { throw HearthErrors([error]) }
      note("no API server says which volumes lie on \(nodes.joined(separator: ", ")); they go unasked", .warning)
      return
    }
    var errors: [HearthError] = []
    for node in nodes {
      do throws(HearthError) {
        try refuse(objects.compactMap { $0.volume(on: node) }, on: node, isAccepted: isAccepted)
      } catch { errors.append(error) }
    }
    guard errors.isEmpty else { throw HearthErrors(errors) }
  }

  /// Before a node is emptied: nothing is lost, but the pods of its volumes cannot run elsewhere.
  package func tellWaitingVolumes(of node: String, _ view: ClusterView?) async throws(HearthError) {
    let volumes = try await localVolumes(on: node, view)
    guard !volumes.isEmpty else { return }
    note(
      "\(node) holds the only copy of \(Self.count(volumes)), whose pods wait until it takes pods again: "
        + Self.list(volumes), .warning, host: node)
  }

  private func refuse(_ volumes: [LocalVolume], on node: String, isAccepted: Bool) throws(HearthError) {
    guard !volumes.isEmpty else { return }
    guard !isAccepted else {
      note(
        "\(Self.count(volumes)) of which \(node) holds the only copy go with it: \(Self.list(volumes))", .warning,
        host: node)
      return
    }
    throw HearthError(
      .refused, "\(node) holds the only copy of \(Self.count(volumes)): \(Self.list(volumes))",
      subject: Subject(host: node),
      hint: "copy the data away and delete the claims first; --lose-volumes goes on without them",
      command: "kubectl get persistentvolumeclaims -A")
  }

  private static func count(_ volumes: [LocalVolume]) -> String {
    volumes.count == 1 ? "a volume" : "\(volumes.count) volumes"
  }

  private static func list(_ volumes: [LocalVolume]) -> String {
    let titles = volumes.sorted { $0.claim < $1.claim }.prefix(20).map(\.title)
    return titles.joined(separator: ", ") + (volumes.count > 20 ? ", …" : "")
  }
}
