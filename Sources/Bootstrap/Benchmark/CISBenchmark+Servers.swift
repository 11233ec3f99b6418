import Templates

extension CISBenchmark {
  /// A flag of a process on control-plane hosts.
  private static func flag(
    _ id: String, _ title: String, _ process: String, _ name: String, reason: String? = nil,
    _ isRight: @escaping @Sendable (String?) -> Bool
  ) -> BenchmarkItem {
    BenchmarkItem(id, title, .controlPlane, reason: reason ?? "--\(name)") { host in
      guard host.processes[process] != nil else { return "\(process) does not run" }
      let value = host.flag(process, name)
      return isRight(value) ? nil : "--\(name) is \(value ?? "not set")"
    }
  }

  private static let api = "kube-apiserver"
  private static let isSet: @Sendable (String?) -> Bool = { $0?.isEmpty == false }
  private static func at(least: Int) -> @Sendable (String?) -> Bool { { ($0.flatMap { Int($0) } ?? 0) >= least } }

  /// Several flags that must all be set.
  private static func flags(_ id: String, _ title: String, _ process: String, _ names: [String]) -> BenchmarkItem {
    BenchmarkItem(id, title, .controlPlane, reason: names.map { "--\($0)" }.joined(separator: ", ")) { host in
      let missing = names.filter { host.flag(process, $0)?.isEmpty != false }
      return missing.isEmpty ? nil : "not set: \(missing.map { "--\($0)" }.joined(separator: ", "))"
    }
  }

  /// A plugin that is on by default, or that is asked for.
  private static func plugin(_ id: String, _ name: String, isDefault: Bool) -> BenchmarkItem {
    BenchmarkItem(id, "The plugin \(name) is on", .controlPlane, reason: isDefault ? "on by default" : "enabled") {
      host in
      let isOff = host.list(api, "disable-admission-plugins").contains(name)
      let isOn = isDefault || host.list(api, "enable-admission-plugins").contains(name)
      return host.processes[api] != nil && isOn && !isOff ? nil : "it is not enabled"
    }
  }

  /// Suites that authenticate what they encrypt, with a key of their own for each connection, as RFC 9325 wants them.
  static func isStrong(_ suite: String) -> Bool {
    if suite.hasPrefix("TLS_AES_") || suite.hasPrefix("TLS_CHACHA20_") { return true }
    return suite.hasPrefix("TLS_ECDHE_") && (suite.contains("_GCM_") || suite.contains("_CHACHA20_POLY1305"))
  }

  static let apiServer: [BenchmarkItem] = [
    flag("1.2.1", "Nobody is let in without a name", api, "anonymous-auth") { $0 == "false" },
    flag("1.2.2", "No file of fixed tokens", api, "token-auth-file", reason: "not set") { $0 == nil },
    BenchmarkItem("1.2.3", "Services may not claim external addresses") { facts in
      guard facts.minor >= 21 else {
        return .failed("Kubernetes v1.\(facts.minor) has no plugin for it; from v1.21 on hearth enables it")
      }
      return plugin("1.2.3", "DenyServiceExternalIPs", isDefault: false).judge(facts)
    },
    flags(
      "1.2.4", "The API server shows kubelets a certificate", api, ["kubelet-client-certificate", "kubelet-client-key"]),
    flag("1.2.5", "The API server verifies kubelets", api, "kubelet-certificate-authority", isSet),
    BenchmarkItem("1.2.6", "Not everything is allowed", .controlPlane, reason: "Node,RBAC") { host in
      let modes = host.list(api, "authorization-mode")
      return modes.isEmpty || modes.contains("AlwaysAllow") ? "--authorization-mode is \(modes)" : nil
    },
    BenchmarkItem("1.2.7", "Nodes are authorized by Node", .controlPlane, reason: "Node,RBAC") { host in
      host.list(api, "authorization-mode").contains("Node") ? nil : "Node is not among the modes"
    },
    BenchmarkItem("1.2.8", "Rights are given by RBAC", .controlPlane, reason: "Node,RBAC") { host in
      host.list(api, "authorization-mode").contains("RBAC") ? nil : "RBAC is not among the modes"
    },
    plugin("1.2.9", "EventRateLimit", isDefault: false),
    BenchmarkItem("1.2.10", "The plugin AlwaysAdmit is off", .controlPlane, reason: "not enabled") { host in
      if host.processes[api] == nil { return "\(api) does not run" }
      return host.list(api, "enable-admission-plugins").contains("AlwaysAdmit") ? "it is enabled" : nil
    },
    BenchmarkItem("1.2.11", "The plugin AlwaysPullImages is on") { facts in
      let isOn = facts.controlPlane.allSatisfy { $0.list(api, "enable-admission-plugins").contains("AlwaysPullImages") }
      return isOn
        ? .passed("enabled")
        : .notApplicable(
          "images are brought to the nodes by hearth: with it, a rack without a registry could start nothing")
    },
    plugin("1.2.12", "ServiceAccount", isDefault: true), plugin("1.2.13", "NamespaceLifecycle", isDefault: true),
    plugin("1.2.14", "NodeRestriction", isDefault: false),
    flag("1.2.15", "No profiling of the API server", api, "profiling") { $0 == "false" },
    flag("1.2.16", "There is an audit log", api, "audit-log-path", isSet),
    flag("1.2.17", "The audit log is kept for 30 days", api, "audit-log-maxage", at(least: 30)),
    flag("1.2.18", "Ten files of the audit log are kept", api, "audit-log-maxbackup", at(least: 10)),
    flag("1.2.19", "Files of the audit log grow to 100 MB", api, "audit-log-maxsize", at(least: 100)),
    flag("1.2.20", "Requests end in time", api, "request-timeout", reason: "60 s, the default") {
      $0 != "0" && $0 != "0s"
    },
    flag("1.2.21", "Tokens end with their accounts", api, "service-account-lookup", reason: "on by default") {
      $0 != "false"
    },
    flag("1.2.22", "Tokens are verified by a key of their own", api, "service-account-key-file", isSet),
    flags("1.2.23", "The API server shows etcd a certificate", api, ["etcd-certfile", "etcd-keyfile"]),
    flags("1.2.24", "The API server serves by TLS", api, ["tls-cert-file", "tls-private-key-file"]),
    flag("1.2.25", "Clients are verified", api, "client-ca-file", isSet),
    flag("1.2.26", "etcd is verified", api, "etcd-cafile", isSet),
    flag("1.2.27", "Secrets are encrypted at rest", api, "encryption-provider-config", isSet),
    BenchmarkItem("1.2.28", "They are encrypted by a strong provider", .controlPlane, reason: "secretbox") { host in
      let first = host.encryption.first ?? "nothing"
      return ["secretbox", "aescbc", "kms"].contains(first) ? nil : "\(first) writes"
    },
    BenchmarkItem(
      "1.2.29", "The API server's ciphers are strong", .controlPlane,
      reason: "TLS 1.2 with authenticated ciphers, TLS 1.3"
    ) { host in
      let suites = host.list(api, "tls-cipher-suites")
      let weak = suites.filter { !isStrong($0) }
      if suites.isEmpty { return "--tls-cipher-suites is not set" }
      return weak.isEmpty ? nil : "weak: \(weak.joined(separator: ", "))"
    },
    flag(
      "1.2.30", "Tokens of pods are not extended to a year", api, "service-account-extend-token-expiration"
    ) { $0 == "false" },
  ]

  private static let manager = "kube-controller-manager"
  private static let scheduler = "kube-scheduler"

  static let controllers: [BenchmarkItem] = [
    flag("1.3.1", "Ended pods are collected", manager, "terminated-pod-gc-threshold", at(least: 1)),
    flag("1.3.2", "No profiling of the controller manager", manager, "profiling") { $0 == "false" },
    flag("1.3.3", "Each controller has an account of its own", manager, "use-service-account-credentials") {
      $0 == "true"
    },
    flag("1.3.4", "Tokens are signed by a key of their own", manager, "service-account-private-key-file", isSet),
    flag("1.3.5", "Pods can verify the API server", manager, "root-ca-file", isSet),
    flag("1.3.6", "Kubelets' serving certificates may be renewed", manager, "feature-gates", reason: "not switched off")
    {
      $0?.contains("RotateKubeletServerCertificate=false") != true
    },
    flag("1.3.7", "The controller manager listens on the loopback", manager, "bind-address") { $0 == "127.0.0.1" },
    flag("1.4.1", "No profiling of the scheduler", scheduler, "profiling") { $0 == "false" },
    flag("1.4.2", "The scheduler listens on the loopback", scheduler, "bind-address") { $0 == "127.0.0.1" },
  ]

  private static let store = "hearth-etcd"

  static let etcd: [BenchmarkItem] = [
    flags("2.1", "etcd serves by TLS", store, ["cert-file", "key-file"]),
    flag("2.2", "etcd verifies its clients", store, "client-cert-auth") { $0 == "true" },
    flag("2.3", "etcd makes no certificates for clients itself", store, "auto-tls", reason: "not set") { $0 != "true" },
    flags("2.4", "etcd's members speak TLS", store, ["peer-cert-file", "peer-key-file"]),
    flag("2.5", "etcd's members verify one another", store, "peer-client-cert-auth") { $0 == "true" },
    flag("2.6", "etcd makes no certificates for members itself", store, "peer-auto-tls", reason: "not set") {
      $0 != "true"
    },
    BenchmarkItem("2.7", "etcd has an authority of its own", .controlPlane, reason: "another one than the cluster's") {
      host in
      host.authorities.count == 2 && Set(host.authorities).count == 2 ? nil : "it is the cluster's"
    },
  ]

  static let people: [BenchmarkItem] = [
    BenchmarkItem("3.1.1", "People do not log in with client certificates") { facts in
      let hasOther = facts.controlPlane.allSatisfy {
        $0.flag(api, "oidc-issuer-url") != nil || $0.flag(api, "authentication-config") != nil
      }
      return hasOther
        ? .passed("they log in elsewhere")
        : .failed("`hearth kubeconfig` makes client certificates of a year; a rack has no server that knows people")
    },
    BenchmarkItem("3.1.2", "People do not log in as service accounts") { facts in
      let accounts = facts.administrators.filter { $0.hasPrefix("ServiceAccount ") }
      return accounts.isEmpty
        ? .passed("people have certificates") : .failed("administrators: \(accounts.joined(separator: ", "))")
    },
    flag("3.1.3", "Nobody logs in with bootstrap tokens", api, "enable-bootstrap-token-auth", reason: "not enabled") {
      $0 != "true"
    },
    BenchmarkItem("3.2.1", "There is an audit policy", .controlPlane, reason: "--audit-policy-file") { host in
      host.flag(api, "audit-policy-file") != nil && !host.auditPolicy["rules"].array.isEmpty ? nil : "there is none"
    },
    BenchmarkItem("3.2.2", "Reads of Secrets leave a trace, whoever reads", .controlPlane, reason: "at level Metadata")
    { host in
      host.auditsSecrets ? nil : "some readers of Secrets are left out"
    },
  ]
}

extension BenchmarkHost {
  /// Before any rule that could leave a Secret's reader out stands one that names Secrets for everybody.
  var auditsSecrets: Bool {
    for rule in auditPolicy["rules"].array {
      let resources = rule["resources"].array
      let touches =
        rule["nonResourceURLs"].array.isEmpty
        && (resources.isEmpty
          || resources.contains {
            ($0["group"].string ?? "").isEmpty
              && ($0["resources"].array.isEmpty
                || $0["resources"].strings.contains { $0 == "secrets" || $0.hasPrefix("*") })
          })
      guard touches else { continue }
      if rule["level"].string == "None" { return false }
      if ["users", "userGroups", "verbs", "namespaces"].allSatisfy({ rule[$0].array.isEmpty }) { return true }
    }
    return false
  }
}
