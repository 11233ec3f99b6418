/// A PersistentVolume as the API server lists it.
struct SampleVolume: Sendable {
  var claim: String?
  /// Alternatives of nodes; none for a volume that every node reaches.
  var nodes: [[String]]
  var source = "hostPath"
  var size: String? = "10Gi"

  var object: [String: Any] {
    var spec: [String: Any] = [source: ["path": "/srv/volumes/a"]]
    if let size { spec["capacity"] = ["storage": size] }
    if let claim { spec["claimRef"] = ["namespace": "web", "name": claim] }
    if !nodes.isEmpty {
      let terms = nodes.map { names in
        ["matchExpressions": [["key": "kubernetes.io/hostname", "operator": "In", "values": names] as [String: Any]]]
      }
      spec["nodeAffinity"] = ["required": ["nodeSelectorTerms": terms]]
    }
    return ["metadata": ["name": "pvc-1"], "spec": spec]
  }
}
