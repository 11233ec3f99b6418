import Templates

extension CISBenchmark {
  /// No role besides those that come with Kubernetes gives a right.
  private static func rights(
    _ id: String, _ title: String, _ what: String, _ gives: @escaping @Sendable (JSONValue) -> Bool
  ) -> BenchmarkItem {
    BenchmarkItem(id, title) { facts in
      let givers = facts.ownRoles.filter { $0["rules"].array.contains(where: gives) }.map(\.title)
      return givers.isEmpty
        ? .passed("only roles that come with Kubernetes")
        : .failed("\(what): \(givers.joined(separator: ", "))")
    }
  }

  private static func covers(_ rule: JSONValue, _ group: String, _ resource: String, _ verbs: [String]) -> Bool {
    let groups = rule["apiGroups"].strings
    let resources = rule["resources"].strings
    // A right to one named object is not one to all.
    return rule["resourceNames"].array.isEmpty && (groups.contains(group) || groups.contains("*"))
      && (resources.contains(resource) || resources.contains("*"))
      && rule["verbs"].strings.contains { $0 == "*" || verbs.contains($0) }
  }

  static let accounts: [BenchmarkItem] = [
    BenchmarkItem("5.1.1", "cluster-admin is given to administrators only") { facts in
      let wanted = ["Group system:masters", "Group \(ClusterNode.administrators)"]
      let others = facts.administrators.filter { !wanted.contains($0) }
      return others.isEmpty
        ? .passed("the groups system:masters and \(ClusterNode.administrators), which no node can get")
        : .failed("also \(others.joined(separator: ", "))")
    },
    rights("5.1.2", "Few may read Secrets", "may read them all") {
      covers($0, "", "secrets", ["get", "list", "watch"])
    },
    rights("5.1.3", "Few roles have wildcards", "have one") { rule in
      ["apiGroups", "resources", "verbs"].contains { rule[$0].strings.contains("*") }
    },
    rights("5.1.4", "Few may make pods", "may") { covers($0, "", "pods", ["create"]) },
    BenchmarkItem("5.1.5", "Default accounts have no token") { facts in
      let open = facts.all("serviceaccounts").filter {
        $0.name == "default" && $0["automountServiceAccountToken"] != .bool(false)
      }.map(\.namespace)
      return open.isEmpty
        ? .passed("automountServiceAccountToken: false")
        : .failed("pods get the token of the account `default` in \(open.sorted().joined(separator: ", "))")
    },
    BenchmarkItem("5.1.6", "Tokens are mounted only where they are needed") { facts in
      let pods = facts.podsWithToken.filter { ($0["spec"]["serviceAccountName"].string ?? "default") == "default" }
      return pods.isEmpty
        ? .passed("pods with a token have an account of their own")
        : .failed("with the token of `default`: \(pods.map(\.title).sorted().joined(separator: ", "))")
    },
    BenchmarkItem("5.1.7", "Nobody works as system:masters") { facts in
      let own = facts.allBindings.filter {
        !$0.isOfKubernetes && $0["subjects"].array.contains { $0.name(is: "system:masters") }
      }
      return own.isEmpty
        ? .passed("`hearth up` uses a credential of it for one program at a time; it ends after a day and is not kept")
        : .failed("bound by \(own.map(\.title).joined(separator: ", "))")
    },
    rights("5.1.8", "Few may bind, impersonate or escalate", "may") {
      !Set($0["verbs"].strings).isDisjoint(with: ["bind", "impersonate", "escalate", "*"])
    },
    rights("5.1.9", "Few may make persistent volumes", "may") { covers($0, "", "persistentvolumes", ["create"]) },
    rights("5.1.10", "Few reach kubelets through the API server", "may") {
      covers($0, "", "nodes/proxy", ["get", "create"])
    },
    rights("5.1.11", "Few may approve certificates", "may") {
      covers($0, "certificates.k8s.io", "certificatesigningrequests/approval", ["update", "patch"])
    },
    rights("5.1.12", "Few may change webhooks", "may") { rule in
      ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"].contains {
        covers(rule, "admissionregistration.k8s.io", $0, ["create", "update", "patch"])
      }
    },
    rights("5.1.13", "Few may make tokens", "may") { covers($0, "", "serviceaccounts/token", ["create"]) },
  ]

  /// What a Pod Security Standard of at least this strength forbids everywhere but in the cluster's own namespaces.
  private static func standard(_ id: String, _ title: String, _ level: PodSecurityLevel) -> BenchmarkItem {
    BenchmarkItem(id, title) { facts in
      guard facts.minor >= 25 else {
        return .failed("Kubernetes v1.\(facts.minor) has no Pod Security admission; hearth uses it from v1.25 on")
      }
      let weak = facts.podSecurityLevels.filter { $0.value < level }
      guard !weak.isEmpty else { return .passed("\(level.rawValue) is enforced") }
      return .failed(
        "\(weak.map { "\($0.key) enforces \($0.value.rawValue)" }.sorted().prefix(4).joined(separator: ", "))"
          + (weak.count > 4 ? " and \(weak.count - 4) more" : "")
          + "; it takes \(level.rawValue) (`cluster.podSecurity.enforce`)")
    }
  }

  static let podStandards: [BenchmarkItem] = [
    standard("5.2.1", "Some policy limits pods", .baseline), standard("5.2.2", "No privileged containers", .baseline),
    standard("5.2.3", "No pods among the host's processes", .baseline),
    standard("5.2.4", "No pods that share the host's memory objects", .baseline),
    standard("5.2.5", "No pods in the host's network", .baseline),
    standard("5.2.6", "No containers that may gain rights", .restricted),
    standard("5.2.7", "No containers that run as root", .restricted),
    standard("5.2.8", "No containers with NET_RAW", .restricted),
    standard("5.2.9", "No containers with more capabilities", .baseline),
    BenchmarkItem("5.2.10", "No HostProcess containers of Windows") { _ in .notApplicable("no node runs Windows") },
    standard("5.2.11", "No paths of the host in pods", .baseline),
    standard("5.2.12", "No ports of the host for pods", .baseline),
  ]

  static let workloads: [BenchmarkItem] = [
    BenchmarkItem("5.3.1", "The pod network knows NetworkPolicies") { facts in
      facts.hosts.contains { $0.networkPlugins.contains("bridge") }
        ? .failed("the bridge plugin, which hearth sets up, enforces none")
        : .passed("a plugin of your own")
    },
    BenchmarkItem("5.3.2", "Every namespace has a NetworkPolicy") { facts in
      let covered = Set(facts.all("networkpolicies").map(\.namespace))
      let open = facts.all("namespaces").map(\.name).filter { !covered.contains($0) }
      return open.isEmpty
        ? .passed("they have")
        : .failed("none in \(open.sorted().joined(separator: ", ")); the bridge plugin would enforce none")
    },
    BenchmarkItem("5.4.1", "Secrets come to pods as files") { facts in
      let pods = facts.all("pods").filter { $0.containers.contains(where: \.takesSecretsFromEnvironment) }
      return pods.isEmpty
        ? .passed("no pod takes one from its environment")
        : .failed("in the environment of \(pods.map(\.title).sorted().joined(separator: ", "))")
    },
    BenchmarkItem("5.4.2", "Secrets may be kept outside") { _ in
      .notApplicable("whether a store outside the rack is worth it is its owner's decision")
    },
    BenchmarkItem("5.5.1", "Images are admitted by their origin") { _ in
      .notApplicable(
        "a rack has no server that knows origins; what hearth brings itself it checks against locked checksums")
    },
    BenchmarkItem("5.6.1", "Namespaces separate who must be separated") { _ in
      .notApplicable("who must be separated from whom is the owner's decision")
    },
    BenchmarkItem("5.6.2", "Pods are confined by seccomp") { facts in
      if facts.hosts.allSatisfy({ $0.kubelet["seccompDefault"] == .bool(true) }) {
        return .passed("by default, on every node")
      }
      let open = facts.all("pods").filter { pod in
        pod["spec"]["securityContext"]["seccompProfile"]["type"].string == nil
          && !pod.containers.allSatisfy { $0["securityContext"]["seccompProfile"]["type"].string != nil }
      }
      return open.isEmpty
        ? .passed("every pod names a profile") : .failed("not \(open.map(\.title).sorted().joined(separator: ", "))")
    },
    BenchmarkItem("5.6.3", "Containers have a security context") { facts in
      let open = facts.all("pods").filter { pod in
        !pod.containers.allSatisfy { !$0["securityContext"].isEmpty } && pod["spec"]["securityContext"].isEmpty
      }
      return open.isEmpty
        ? .passed("every container or its pod has one")
        : .failed("not \(open.map(\.title).sorted().joined(separator: ", "))")
    },
    BenchmarkItem("5.6.4", "The namespace default is not used") { facts in
      let pods = facts.all("pods").filter { $0.namespace == "default" }
      return pods.isEmpty ? .passed("no pod is in it") : .failed(pods.map(\.name).sorted().joined(separator: ", "))
    },
  ]
}

/// Pod Security Standards by their strength.
enum PodSecurityLevel: String, Comparable {
  case privileged, baseline, restricted

  static func < (left: PodSecurityLevel, right: PodSecurityLevel) -> Bool {
    func rank(_ level: PodSecurityLevel) -> Int { level == .privileged ? 0 : level == .baseline ? 1 : 2 }
    return rank(left) < rank(right)
  }
}

extension BenchmarkFacts {
  var allRoles: [JSONValue] { all("clusterroles") + all("roles") }
  var allBindings: [JSONValue] { all("clusterrolebindings") + all("rolebindings") }
  /// Roles that did not come with Kubernetes.
  var ownRoles: [JSONValue] { allRoles.filter { !$0.isOfKubernetes } }

  /// Who has the role cluster-admin, such as `Group hearth:admins`.
  var administrators: [String] {
    allBindings.filter { $0["roleRef"]["name"].string == "cluster-admin" }
      .flatMap { $0["subjects"].array.map { "\($0["kind"].string ?? "?") \($0["name"].string ?? "?")" } }.uniqued
  }

  var podsWithToken: [JSONValue] {
    all("pods").filter { pod in
      pod.containers.contains { container in
        container["volumeMounts"].array.contains {
          $0["mountPath"].string == "/var/run/secrets/kubernetes.io/serviceaccount"
        }
      }
    }
  }

  /// What each namespace enforces but those that are exempt.
  var podSecurityLevels: [String: PodSecurityLevel] {
    let configuration =
      controlPlane.first?.admission["plugins"].array.first { $0["name"].string == "PodSecurity" }?["configuration"]
      ?? .null
    let exempt = configuration["exemptions"]["namespaces"].strings
    let usual = configuration["defaults"]["enforce"].string.flatMap(PodSecurityLevel.init) ?? .privileged
    let open = all("namespaces").filter { !exempt.contains($0.name) }
    return Dictionary(
      uniqueKeysWithValues: open.map { namespace in
        let own = namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"].string
        return (namespace.name, own.flatMap(PodSecurityLevel.init) ?? usual)
      })
  }
}

extension JSONValue {
  /// Kubernetes marks what it makes itself.
  fileprivate var isOfKubernetes: Bool {
    self["metadata"]["labels"]["kubernetes.io/bootstrapping"].string != nil
  }

  fileprivate var title: String { (namespace.isEmpty ? "" : "\(namespace)/") + name }
  fileprivate func name(is name: String) -> Bool { self["name"].string == name }
  fileprivate var containers: [JSONValue] {
    self["spec"]["containers"].array + self["spec"]["initContainers"].array
  }

  fileprivate var takesSecretsFromEnvironment: Bool {
    self["env"].array.contains { !$0["valueFrom"]["secretKeyRef"].isEmpty }
      || self["envFrom"].array.contains { !$0["secretRef"].isEmpty }
  }
}
