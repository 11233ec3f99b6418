import Inventory
import Templates

/// The file behind `--admission-control-config-file`: how many events may be written, and which Pod Security Standard
/// applies to namespaces that name none.
struct AdmissionConfiguration {
  /// nil where the release has no Pod Security admission.
  var podSecurity: PodSecurity?

  /// Namespaces whose pods are of the cluster itself.
  static let ownNamespaces = ["kube-system"]

  /// Events a second, and how many may come at once. Far more than a healthy rack writes, and few enough that one client
  /// that writes nothing else cannot fill etcd.
  private static let eventLimits: [(type: String, rate: Int, burst: Int)] = [
    ("Server", 200, 4000), ("Namespace", 50, 1000), ("User", 50, 1000),
  ]

  var text: String {
    let all: JSONValue = [
      "apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration",
      "plugins": .array([eventRateLimit] + (podSecurity.map { [plugin($0)] } ?? [])),
    ]
    return all.text
  }

  private var eventRateLimit: JSONValue {
    let limits = Self.eventLimits.map { limit -> JSONValue in
      ["type": .string(limit.type), "qps": .integer(limit.rate), "burst": .integer(limit.burst)]
    }
    return [
      "name": "EventRateLimit",
      "configuration": [
        "apiVersion": "eventratelimit.admission.k8s.io/v1alpha1", "kind": "Configuration", "limits": .array(limits),
      ],
    ]
  }

  private func plugin(_ podSecurity: PodSecurity) -> JSONValue {
    let (enforce, warn) = (JSONValue.string(podSecurity.enforce.rawValue), JSONValue.string(podSecurity.warn.rawValue))
    let exempt = (Self.ownNamespaces + podSecurity.exempt).uniqued.map { JSONValue.string($0) }
    return [
      "name": "PodSecurity",
      "configuration": [
        "apiVersion": "pod-security.admission.config.k8s.io/v1", "kind": "PodSecurityConfiguration",
        "defaults": [
          "enforce": enforce, "enforce-version": "latest", "warn": warn, "warn-version": "latest", "audit": warn,
          "audit-version": "latest",
        ],
        "exemptions": ["namespaces": .array(exempt), "usernames": [], "runtimeClasses": []],
      ],
    ]
  }
}

extension ClusterNode {
  func admissionConfiguration() -> AdmissionConfiguration {
    AdmissionConfiguration(podSecurity: release.knowsPodSecurity ? rack.cluster.podSecurity : nil)
  }
}
