extension KubernetesRelease {
  /// Namespaces have a Pod Security Standard by themselves: stable from 1.25 on.
  package var knowsPodSecurity: Bool { minor >= 25 }
  /// The kubelet confines containers that name no seccomp profile: stable from 1.27 on.
  package var knowsSeccompDefault: Bool { minor >= 27 }
  /// Services with external addresses can be refused by a plugin, from 1.21 on.
  package var canDenyExternalIPs: Bool { minor >= 21 }
  /// The API server itself evaluates admission rules: stable from 1.30 on.
  package var knowsAdmissionPolicies: Bool { minor >= 30 }

  /// Admission plugins besides those that are on by default.
  package var admissionPlugins: [String] {
    ["NodeRestriction", "EventRateLimit"] + (canDenyExternalIPs ? ["DenyServiceExternalIPs"] : [])
  }
}

extension ClusterNode {
  /// For TLS 1.2 only those that authenticate what they encrypt, with the keys on P-256 that all of a rack's certificates
  /// have. TLS 1.3 has no others. The names are those that every release since 1.20 knows.
  static let ciphers = etcdCiphers + ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305"]
  /// etcd changed its name for the third.
  static let etcdCiphers = [
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  ]
}
