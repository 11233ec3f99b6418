import Schema

enum ClusterKeys {
  static let name = Key(
    "name", Kind<String>.name, required: true, example: "home",
    "Name of the cluster, also of its kubeconfig context.")
  static let kubernetes = Key(
    "kubernetes", Kind<KubernetesVersion>.kubernetes.located, fallback: "\(KubernetesVersion.current)",
    "Kubernetes release to install. Supported minor versions: \(KubernetesVersion.supportedList).")
  static let networks = Key(
    "networks", NetworksKeys.kind, "Networks inside the cluster. None may overlap with your LAN.")
  static let endpoint = Key(
    "endpoint", EndpointKeys.kind, fallback: "the first control-plane node, port 6443",
    "Where people's kubectl reaches the API.")
  static let loadBalancer = Key(
    "loadBalancer", LoadBalancerKeys.kind, fallback: "none", example: "{addresses: 192.168.1.200-219}",
    "Addresses of the LAN for Services of type LoadBalancer.")
  static let addons = Key("addons", AddOnKeys.kind, "What is installed into the cluster.")
  static let metrics = Key(
    "metrics", MetricsKeys.kind, example: "{nodeExporter: yes}", "What Prometheus can ask the nodes for.")
  static let failover = Key(
    "failover", FailoverKeys.kind, "How soon a lost node is noticed, and how soon its pods start elsewhere.")
  static let podSecurity = Key(
    "podSecurity", PodSecurityKeys.kind,
    "The Pod Security Standards that hold for namespaces without a label of their own. Kubernetes v1.20 has none of it."
  )
  static let backup = Key(
    "backup", BackupKeys.kind, "The backup that each control-plane host makes of the cluster every night.")
  static let artifacts = Key(
    "artifacts", ArtifactKeys.kind, fallback: "upstream", "Where binaries and images come from.")

  static let versions = Key(
    "versions", VersionKeys.kind, fallback: "the usual ones of the Kubernetes release",
    "Versions of what is installed beside Kubernetes, such as a newer patch of containerd.")

  static let registries = Key(
    "registries", RegistryKeys.kind.list(), fallback: "none",
    example: "[{name: docker.io, mirrors: [\"https://mirror.home.arpa\"]}]",
    "Registries of images that need more than their name: mirrors, a login, an authority of their own.")

  static let settings = Key(
    "settings", SettingKeys.clusterKind, example: "{kubelet: {maxPods: 60}}",
    "Settings of the kubelet, the API server and the other parts, laid over hearth's own.")

  static let kind = Kind<ClusterSection>.object(
    "the cluster", "What the cluster is to be.",
    keys: [
      name, kubernetes, versions, networks, endpoint, loadBalancer, addons, metrics, settings, failover, podSecurity,
      backup,
      artifacts, registries,
    ]
  ) { fields in
    ClusterSection(
      name: fields[name], kubernetes: fields[kubernetes], networks: fields[networks] ?? NetworksSection(),
      endpoint: fields[endpoint], loadBalancer: fields[loadBalancer],
      addons: fields[addons] ?? AddOnsSection(), metrics: fields[metrics] ?? Metrics(),
      failover: fields[failover] ?? FailoverSection(), podSecurity: fields[podSecurity] ?? PodSecurity(),
      backup: fields[backup] ?? NightlyBackup(), artifacts: fields[artifacts],
      versions: fields[versions] ?? [:], settings: fields[settings] ?? ClusterSettingsSection(),
      registries: fields[registries] ?? [])
  }
}

enum NetworksKeys {
  static let pods = Key(
    "pods", Kind<IPv4Network>.network.located, fallback: "\(IPv4Network.defaultPods)",
    "Network of the pods; each node gets a part of it.")
  static let podPrefixPerNode = Key(
    "podPrefixPerNode", Kind<Int>.integer(16...28).located, fallback: "24",
    "Prefix length of each node's part of `pods`: 24 gives room for 254 pods, 26 for 62.")
  static let services = Key(
    "services", Kind<IPv4Network>.network.located, fallback: "\(IPv4Network.defaultServices)",
    "Network of the Services' cluster addresses, with a prefix of 12 to 28.")
  static let domain = Key(
    "domain", Kind<String>.text(.domain), fallback: "cluster.local", "DNS domain of the cluster.")

  static let kind = Kind<NetworksSection>.object(
    "networks", "Networks inside the cluster.", keys: [pods, podPrefixPerNode, services, domain]
  ) { fields in
    NetworksSection(
      pods: fields[pods], podPrefixPerNode: fields[podPrefixPerNode], services: fields[services],
      domain: fields[domain], hasBrokenPods: fields.has(pods) && fields[pods] == nil,
      hasBrokenServices: fields.has(services) && fields[services] == nil)
  }
}

enum EndpointKeys {
  static let host = Key(
    "host", Kind<String>.text(.host).located, required: true, example: "192.168.1.10",
    "Host name or address under which the API is reached from outside; the API server's certificate names it.")
  static let port = Key("port", Kind<Int>.integer(1...65535).located, fallback: "6443", "TCP port of the API there.")
  static let virtual = Key(
    "virtual", Kind<Bool>.truth.located, fallback: "no",
    "Whether `host` is a free address of the nodes' network that hearth gives to one of the control-plane nodes, and to "
      + "another when that one's API server is not ready.")

  static let kind = Kind<EndpointSection>.object(
    "the endpoint", "Where people's kubectl reaches the API.", keys: [host, port, virtual]
  ) { fields in
    fields[host].map { EndpointSection(host: $0, port: fields[port], isVirtual: fields[virtual]) }
  }
}

enum AddOnKeys {
  static let dns = Key(
    "dns",
    Kind<AddOns.DNS>.choice([
      (.coredns, "CoreDNS from its upstream image."),
      (.dnsmasq, "Debian's dnsmasq in an image that hearth builds, for racks without a registry."),
      (.none, "No names for Services; you bring your own."),
    ]), fallback: "coredns", "Cluster DNS.")

  static let wasm = Key(
    "wasm",
    Kind<AddOns.WebAssembly>.choice([
      (.auto, "The wrapper; nothing, with a warning, where this hearth came without it."),
      (.shim, "runwasi's containerd shim, from its upstream release; hearth was never tested with it."),
      (.wrapper, "hearth's runtime wrapper between containerd and runc."),
      (.none, "Containers only."),
    ]), fallback: "auto", "What runs WebAssembly, beside containers.")

  static let kind = Kind<AddOnsSection>.object(
    "addons", "What is installed into the cluster.", keys: [dns, wasm, storage, own]
  ) { fields in
    AddOnsSection(
      dns: fields[dns], webAssembly: fields[wasm], storage: fields[storage], own: fields[own] ?? [])
  }

  static let storage = Key(
    "storage", StorageKeys.kind, fallback: "none", example: "local", "What volumes are made of.")

  static let own = Key(
    "own", OwnAddOnKeys.kind.list(), fallback: "none", example: "[{name: storage, path: ./addons/storage}]",
    "Manifests of your own: applied, waited for, and removed when they leave this list.")
}

enum FailoverKeys {
  static let heartbeat = Key(
    "heartbeat", Kind<Int>.integer(1...30).located, fallback: "4",
    "Seconds between two signs of life of each node.")
  static let lostAfter = Key(
    "lostAfter", Kind<Int>.integer(3...600).located, fallback: "20",
    "Seconds of silence after which a node counts as lost and Services leave its pods out; at least three heartbeats.")
  static let moveAfter = Key(
    "moveAfter", Kind<Int>.integer(0...3600), fallback: "20",
    "Seconds from then until pods start elsewhere. A machine that restarts within this time keeps its pods.")

  static let kind = Kind<FailoverSection>.object(
    "failover", "How soon a lost node is noticed, and how soon its pods start elsewhere.",
    keys: [heartbeat, lostAfter, moveAfter]
  ) { fields in
    FailoverSection(heartbeat: fields[heartbeat], lostAfter: fields[lostAfter], moveAfter: fields[moveAfter])
  }
}

enum PodSecurityKeys {
  private static let standards = Kind<PodSecurity.Standard>.choice([
    (.privileged, "Everything."),
    (.baseline, "Nothing that makes a pod root on its host: not privileged, no namespaces or paths of the host."),
    (.restricted, "Only pods that give up what they do not need: no root, no capabilities, a seccomp profile."),
  ])
  static let enforce = Key(
    "enforce", standards, fallback: "\(PodSecurity().enforce.rawValue)", "Pods that break it are refused.")
  static let warn = Key(
    "warn", standards, fallback: "\(PodSecurity().warn.rawValue)",
    "Who makes a pod that breaks it is warned; the audit log notes it.")
  static let exempt = Key(
    "exempt", Kind<String>.text(.dnsLabel).list(), fallback: "none",
    "Namespaces to which none of it applies, such as that of a storage driver. `kube-system` always is.")

  static let kind = Kind<PodSecurity>.object(
    "podSecurity", "The Pod Security Standards of namespaces without a label of their own.",
    keys: [enforce, warn, exempt]
  ) { fields in
    let usual = PodSecurity()
    return PodSecurity(
      enforce: fields[enforce] ?? usual.enforce, warn: fields[warn] ?? usual.warn, exempt: fields[exempt] ?? [])
  }
}

enum BackupKeys {
  static let hour = Key(
    "hour", Kind<Int>.integer(0...23), fallback: "\(NightlyBackup().hour)",
    "Hour of the day, by the hosts' own clocks, in whose second half it is made.")
  static let keep = Key(
    "keep", Kind<Int>.integer(1...365), fallback: "\(NightlyBackup().keep)",
    "How many of them each host keeps; the oldest goes first.")

  static let kind = Kind<NightlyBackup>.object(
    "backup", "The backup that each control-plane host makes of the cluster every night.", keys: [hour, keep]
  ) { fields in
    let usual = NightlyBackup()
    return NightlyBackup(hour: fields[hour] ?? usual.hour, keep: fields[keep] ?? usual.keep)
  }
}

enum ArtifactKeys {
  static let mirror = Key(
    "mirror", Kind<String>.text(.url), example: "https://mirror.example/k8s",
    "Base URL of a server with upstream's own paths below it.")
  static let folder = Key(
    "folder", Kind<String>.path, example: "./artifacts", "Folder on this machine with upstream's own paths below it.")

  private enum Word: String, Sendable { case upstream }

  static let kind = Kind<ArtifactOrigin>.either(
    Kind<Word>.choice([(.upstream, "The projects' own servers.")]).map { _ in .upstream },
    .object("artifacts", "Another place than upstream's.", keys: [mirror, folder], exactlyOne: true) { fields in
      fields[mirror].map { .mirror($0) } ?? fields[folder].map { .folder($0) }
    })
}
