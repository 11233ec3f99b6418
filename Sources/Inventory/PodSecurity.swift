/// Which of Kubernetes' Pod Security Standards holds for namespaces that do not name one themselves.
package struct PodSecurity: Sendable, Equatable {
  package enum Standard: String, Sendable, CaseIterable {
    /// Everything.
    case privileged
    /// Nothing that makes a pod root on its host.
    case baseline
    /// Only pods that give up what they do not need.
    case restricted
  }

  /// Pods that break it are refused.
  package var enforce: Standard
  /// Who makes a pod that breaks it is told; the pod starts.
  package var warn: Standard
  /// Namespaces, besides the cluster's own, to which none of it applies.
  package var exempt: [String]

  package init(enforce: Standard = .baseline, warn: Standard = .restricted, exempt: [String] = []) {
    self.enforce = enforce
    self.warn = warn
    self.exempt = exempt
  }
}
