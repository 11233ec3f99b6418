import Templates

extension CISBenchmark {
  /// A field of the kubelet's configuration, unless a flag of the same meaning replaces it.
  private static func field(
    _ id: String, _ title: String, flag: String, reason: String,
    _ value: @escaping @Sendable (JSONValue) -> JSONValue,
    _ isRight: @escaping @Sendable (String?) -> Bool
  ) -> BenchmarkItem {
    BenchmarkItem(id, title, .everyNode, reason: reason) { host in
      guard host.processes["kubelet"] != nil else { return "the kubelet does not run" }
      let found = host.flag("kubelet", flag) ?? value(host.kubelet).summary
      return isRight(found) ? nil : "it is \(found ?? "not set")"
    }
  }

  static let kubelet: [BenchmarkItem] = [
    field("4.2.1", "Nobody reaches a kubelet without a name", flag: "anonymous-auth", reason: "off") {
      $0["authentication"]["anonymous"]["enabled"]
    } _: {
      $0 == "false"
    },
    field("4.2.2", "Kubelets ask the API server who may do what", flag: "authorization-mode", reason: "Webhook") {
      $0["authorization"]["mode"]
    } _: {
      $0 == "Webhook"
    },
    field("4.2.3", "Kubelets verify their clients", flag: "client-ca-file", reason: "clientCAFile") {
      $0["authentication"]["x509"]["clientCAFile"]
    } _: {
      $0?.isEmpty == false
    },
    field("4.2.4", "No port without a login", flag: "read-only-port", reason: "0") {
      $0["readOnlyPort"]
    } _: {
      $0 == nil || $0 == "0"
    },
    field(
      "4.2.5", "Idle streams end", flag: "streaming-connection-idle-timeout", reason: "four hours, the default"
    ) {
      $0["streamingConnectionIdleTimeout"]
    } _: {
      !["0", "0s"].contains($0)
    },
    field(
      "4.2.6", "Kubelets keep their iptables chains", flag: "make-iptables-util-chains", reason: "on by default"
    ) {
      $0["makeIPTablesUtilChains"]
    } _: {
      $0 != "false"
    },
    BenchmarkItem("4.2.7", "Kubelets have their host's name", .everyNode, reason: "--hostname-override is not set") {
      host in
      if host.processes["kubelet"] == nil { return "the kubelet does not run" }
      return host.flag("kubelet", "hostname-override") == nil ? nil : "--hostname-override is set"
    },
    field("4.2.8", "Enough events are kept", flag: "event-qps", reason: "the default, or more") {
      $0["eventRecordQPS"]
    } _: {
      $0.flatMap { Int($0) }.map { $0 >= 0 } ?? true
    },
    BenchmarkItem("4.2.9", "Kubelets serve with a certificate of the cluster", .everyNode, reason: "tlsCertFile") {
      host in
      let hasBoth = [("tls-cert-file", "tlsCertFile"), ("tls-private-key-file", "tlsPrivateKeyFile")]
        .allSatisfy { host.flag("kubelet", $0) != nil || host.kubelet[$1].string?.isEmpty == false }
      return hasBoth ? nil : "they make one themselves"
    },
    BenchmarkItem(
      "4.2.10", "Kubelets' client certificates are renewed", .everyNode,
      reason: "hearth-certs.timer renews them; the kubelet's own rotation is not switched off"
    ) { host in
      if (host.flag("kubelet", "rotate-certificates") ?? host.kubelet["rotateCertificates"].summary) == "false" {
        return "rotation is switched off"
      }
      return host.renewsCertificates ? nil : "hearth-certs.timer does not run"
    },
    BenchmarkItem(
      "4.2.11", "Kubelets' serving certificates are renewed", .everyNode, reason: "hearth-certs.timer renews them"
    ) { host in
      let gate = host.kubelet["featureGates"]["RotateKubeletServerCertificate"]
      if gate == .bool(false) { return "it is switched off" }
      return host.renewsCertificates ? nil : "hearth-certs.timer does not run"
    },
    BenchmarkItem(
      "4.2.12", "Kubelets' ciphers are strong", .everyNode, reason: "TLS 1.2 with authenticated ciphers, TLS 1.3"
    ) { host in
      let flags = host.list("kubelet", "tls-cipher-suites")
      let suites = flags.isEmpty ? host.kubelet["tlsCipherSuites"].strings : flags
      if suites.isEmpty { return "none are chosen" }
      let weak = suites.filter { !isStrong($0) }
      return weak.isEmpty ? nil : "weak: \(weak.joined(separator: ", "))"
    },
    field("4.2.13", "Pods have a limited number of processes", flag: "pod-max-pids", reason: "podPidsLimit") {
      $0["podPidsLimit"]
    } _: {
      ($0.flatMap { Int($0) } ?? -1) > 0
    },
    BenchmarkItem("4.2.14", "Containers are confined by seccomp") { facts in
      guard facts.minor >= 22 else {
        return .failed("Kubernetes v1.\(facts.minor) has no default for it; from v1.27 on hearth sets seccompDefault")
      }
      return field("4.2.14", "", flag: "seccomp-default", reason: "seccompDefault", { $0["seccompDefault"] }) {
        $0 == "true"
      }.judge(facts)
    },
    BenchmarkItem("4.3.1", "kube-proxy's metrics are served on the loopback", .everyNode, reason: "127.0.0.1") { host in
      if host.processes["kube-proxy"] == nil { return "kube-proxy does not run" }
      let address = host.flag("kube-proxy", "metrics-bind-address") ?? host.proxy["metricsBindAddress"].string
      return address?.hasPrefix("127.0.0.1") ?? true ? nil : "it is \(address ?? "")"
    },
  ]
}
