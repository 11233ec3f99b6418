/// What a person may do in the cluster.
package enum PersonalGroup: String, CaseIterable, Sendable {
  /// Look at everything but Secrets and nodes.
  case view
  /// Also change what runs.
  case edit
  /// Everything.
  case admin

  /// The group of the certificate; `templates/manifests/access.yaml` binds it.
  package var organization: String {
    switch self {
    case .view: "hearth:viewers"
    case .edit: "hearth:editors"
    case .admin: ClusterNode.administrators
    }
  }
}
