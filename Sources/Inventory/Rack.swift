/// Inventory: the model of the rack. Values only; YAML goes in, a validated ``Rack`` or every mistake at once comes out.

package import Diagnostics
package import Units

/// The whole rack as its owner describes it, with `defaults` already merged into every node.
package struct Rack: Sendable, Equatable {
  package var cluster: Cluster
  /// In the inventory's order; at least one.
  package var nodes: [Node]
  package var hardware: RackHardware
  /// Set when the hosts are a virtual rack on this machine: its name.
  package var lab: String?
  package var cost: CostSettings
  /// Nil where the rack reaches the world by itself, or not at all.
  package var proxy: ProxySettings?
  /// Nil where nobody is told anything.
  package var notify: Notify?
  /// Nil where they come when somebody brings them.
  package var updates: Updates?

  package init(
    cluster: Cluster, nodes: [Node], hardware: RackHardware = RackHardware(), lab: String? = nil,
    cost: CostSettings = CostSettings()
  ) {
    self.cluster = cluster
    self.nodes = nodes
    self.hardware = hardware
    self.lab = lab
    self.cost = cost
  }

  package var controlPlane: [Node] { nodes.filter { $0.roles.contains(.controlPlane) } }
}

/// What the cluster is to be.
package struct Cluster: Sendable, Equatable {
  /// A DNS label; also the name of the kubeconfig context.
  package var name: String
  package var kubernetes: KubernetesVersion
  package var networks: Networks
  /// Where people's kubectl reaches the API; nil means the first control-plane node.
  package var endpoint: Endpoint?
  /// Nil where Services of type LoadBalancer get no address of hearth's.
  package var loadBalancer: LoadBalancer?
  package var addons: AddOns
  package var metrics = Metrics()
  package var failover: Failover
  package var podSecurity: PodSecurity
  package var backup: NightlyBackup
  package var artifacts: ArtifactOrigin
  /// Those of which the nodes know more than the name.
  package var registries: [Registry] = []
  /// Of the parts beside Kubernetes, where others than the usual ones are wanted.
  package var versions: PartVersions

  package init(
    name: String, kubernetes: KubernetesVersion, networks: Networks = Networks(), endpoint: Endpoint? = nil,
    addons: AddOns = AddOns(), failover: Failover = Failover(), podSecurity: PodSecurity = PodSecurity(),
    backup: NightlyBackup = NightlyBackup(), artifacts: ArtifactOrigin = .upstream,
    versions: PartVersions = PartVersions()
  ) {
    self.name = name
    self.kubernetes = kubernetes
    self.networks = networks
    self.endpoint = endpoint
    self.addons = addons
    self.failover = failover
    self.podSecurity = podSecurity
    self.backup = backup
    self.artifacts = artifacts
    self.versions = versions
  }
}

package struct Endpoint: Sendable, Equatable {
  /// Host name or address.
  package var host: String
  package var port: UInt16
  /// The control-plane nodes themselves carry the address, one at a time.
  package var isVirtual: Bool
  package init(host: String, port: UInt16 = 6443, isVirtual: Bool = false) {
    self.host = host
    self.port = port
    self.isVirtual = isVirtual
  }

  /// The address that moves between the control-plane nodes; nil where somebody else answers for the endpoint.
  package var virtualAddress: IPv4Address? { isVirtual ? IPv4Address(host) : nil }
}

package struct Networks: Sendable, Equatable {
  package var pods: IPv4Network
  /// Bits of each node's share of `pods`.
  package var podPrefixPerNode: Int
  package var services: IPv4Network
  package var domain: String
  package init(
    pods: IPv4Network = .defaultPods, podPrefixPerNode: Int = 24, services: IPv4Network = .defaultServices,
    domain: String = "cluster.local"
  ) {
    self.pods = pods
    self.podPrefixPerNode = podPrefixPerNode
    self.services = services
    self.domain = domain
  }
}

package struct AddOns: Sendable, Equatable {
  package enum DNS: String, Sendable, CaseIterable {
    /// CoreDNS from its upstream image.
    case coredns
    /// Debian's dnsmasq in an image that hearth builds; for racks without a registry.
    case dnsmasq
    case none
  }
  /// What runs WebAssembly on the nodes.
  package enum WebAssembly: String, Sendable, CaseIterable {
    /// The wrapper, or the shim where no wrapper is at hand.
    case auto
    /// runwasi's containerd shim.
    case shim
    /// hearth's runtime wrapper between containerd and runc.
    case wrapper
    case none
  }

  package var dns: DNS
  package var webAssembly: WebAssembly
  /// Nil where claims find no StorageClass of hearth's.
  package var storage: LocalStorage?
  /// Each behind those that it needs.
  package var own: [OwnAddOn]
  package init(
    dns: DNS = .coredns, webAssembly: WebAssembly = .auto, storage: LocalStorage? = nil, own: [OwnAddOn] = []
  ) {
    self.storage = storage
    self.own = own
    self.dns = dns
    self.webAssembly = webAssembly
  }
}

/// How soon a lost node is noticed, and how soon its pods start elsewhere. Kubernetes waits for more than five minutes; a
/// rack at home is one small network, where a node that is silent for seconds is gone.
package struct Failover: Sendable, Equatable {
  /// How often each node says that it lives, in seconds.
  package var heartbeatSeconds: Int
  /// Without a word for so long a node counts as lost, and Services leave its pods out.
  package var lostAfterSeconds: Int
  /// So long after that its pods are given up and others are started in their place.
  package var moveAfterSeconds: Int

  package init(heartbeatSeconds: Int = 4, lostAfterSeconds: Int = 20, moveAfterSeconds: Int = 20) {
    self.heartbeatSeconds = heartbeatSeconds
    self.lostAfterSeconds = lostAfterSeconds
    self.moveAfterSeconds = moveAfterSeconds
  }
}

/// The backup that each control-plane host makes of the cluster every night.
package struct NightlyBackup: Sendable, Equatable {
  /// Of the day, by the hosts' own clocks, in whose second half it is made.
  package var hour: Int
  /// How many of them each host keeps.
  package var keep: Int

  package init(hour: Int = 2, keep: Int = 7) {
    self.hour = hour
    self.keep = keep
  }
}

/// Where binaries and images come from.
package enum ArtifactOrigin: Sendable, Equatable {
  case upstream
  /// A server with upstream's own URL layouts below one base URL.
  case mirror(String)
  /// A folder on the operator's machine with the same layouts.
  case folder(String)
}

package struct Node: Sendable, Equatable {
  package enum Role: String, Sendable, CaseIterable {
    case controlPlane = "control-plane"
    case worker
  }

  package struct Taint: Sendable, Equatable {
    package enum Effect: String, Sendable, CaseIterable {
      case noSchedule = "NoSchedule"
      case preferNoSchedule = "PreferNoSchedule"
      case noExecute = "NoExecute"
    }
    package var key: String
    package var value: String?
    package var effect: Effect
    package init(key: String, value: String? = nil, effect: Effect) {
      self.key = key
      self.value = value
      self.effect = effect
    }
  }

  /// Also the host name and the Kubernetes node name: a DNS label.
  package var name: String
  package var address: IPv4Address
  package var roles: Set<Role>
  /// Key into the hardware catalogue, such as `pi4b-8gb`.
  package var hardware: String?
  /// Where it sits in the rack, free text.
  package var slot: String?
  package var labels: [String: String]
  package var taints: [Taint]
  package var ssh: SSHSettings
  package var sudo: Sudo
  package var purchase = Purchase()
  /// Measured by its owner; nil means the catalogue's figures.
  package var power: PowerDraw?
  /// Measured by its owner; nil means the catalogue's figure.
  package var benchmark: Stated<Performance>?
  /// Disks, cards and boards that sit in or on it.
  package var parts: [RackHardware.Item] = []
  /// Of the cluster's parts on it, those for all and for its roles among them.
  package var settings = OwnSettings()
  /// The inventory line that defines it, for messages.
  package var source: Subject

  package init(
    name: String, address: IPv4Address, roles: Set<Role>, hardware: String? = nil, slot: String? = nil,
    labels: [String: String] = [:], taints: [Taint] = [], ssh: SSHSettings = SSHSettings(),
    sudo: Sudo = .passwordless, source: Subject = Subject()
  ) {
    self.name = name
    self.address = address
    self.roles = roles
    self.hardware = hardware
    self.slot = slot
    self.labels = labels
    self.taints = taints
    self.ssh = ssh
    self.sudo = sudo
    self.source = source
  }
}

/// How to log in.
package struct SSHSettings: Sendable, Equatable {
  package var user: String
  package var port: UInt16
  /// Private key files in the order tried; empty means the agent and OpenSSH's usual files.
  package var identityFiles: [String]
  /// Pins, each as OpenSSH prints a fingerprint (`SHA256:…`); empty means `known_hosts` decides.
  package var hostKeys: [String]
  /// `known_hosts` files; empty means OpenSSH's usual ones.
  package var knownHosts: [String]
  /// The host to go through.
  package var jump: JumpHost?
  /// A login password, from the environment only.
  package var password: Secret<String>?
  /// The inventory says nothing of them, so `~/.ssh/config` may.
  package var hasDefaultUser = false
  package var hasDefaultPort = false

  package init(
    user: String = "pi", port: UInt16 = 22, identityFiles: [String] = [], hostKeys: [String] = [],
    knownHosts: [String] = [], jump: JumpHost? = nil, password: Secret<String>? = nil
  ) {
    self.user = user
    self.port = port
    self.identityFiles = identityFiles
    self.hostKeys = hostKeys
    self.knownHosts = knownHosts
    self.jump = jump
    self.password = password
  }
}

/// A host to go through, with a login of its own.
package struct JumpHost: Sendable, Equatable {
  /// Name or address.
  package var host: String
  /// Nil is the node's.
  package var user: String?
  package var port: UInt16?
  /// Empty means the node's.
  package var identityFiles: [String]
  /// Pins; empty means `known_hosts` decides.
  package var hostKeys: [String]
  /// Empty means the node's.
  package var knownHosts: [String]
  package var password: Secret<String>?

  package init(
    host: String, user: String? = nil, port: UInt16? = nil, identityFiles: [String] = [], hostKeys: [String] = [],
    knownHosts: [String] = [], password: Secret<String>? = nil
  ) {
    (self.host, self.user, self.port, self.password) = (host, user, port, password)
    (self.identityFiles, self.hostKeys, self.knownHosts) = (identityFiles, hostKeys, knownHosts)
  }

  /// `user@host:port`, also `ssh://user@host:port`, user and port optional; nil for anything else.
  package init?(_ text: String) {
    let place = text.hasPrefix("ssh://") ? text.dropFirst(6) : text[...]
    let pattern = /(?:([^@\s]+)@)?(?:\[([0-9A-Fa-f:.%]+)\]|([^@:\/\s]+))(?::([0-9]{1,5}))?\/?/
    guard let match = place.wholeMatch(of: pattern), let host = match.2 ?? match.3 else { return nil }
    var port: UInt16?
    if let digits = match.4 {
      guard let number = UInt16(digits), number > 0 else { return nil }
      port = number
    }
    self.init(host: String(host), user: match.1.map(String.init), port: port)
  }
}

/// How to become root after the login.
package enum Sudo: Sendable, Equatable {
  /// The login user is root already.
  case none
  case passwordless
  /// Ask once per run.
  case ask
  /// From the environment.
  case password(Secret<String>)
}

/// What stands around the nodes; used for cost and for messages.
package struct RackHardware: Sendable, Equatable {
  package struct Item: Sendable, Equatable {
    package var name: String
    /// Key into the hardware catalogue, such as `switch-5-port`.
    package var model: String?
    /// How many of them.
    package var count: Int
    package var purchase: Purchase
    package var power: PowerDraw?
    package var subject: Subject

    package init(
      name: String, model: String? = nil, count: Int = 1, purchase: Purchase = Purchase(), power: PowerDraw? = nil,
      subject: Subject = Subject()
    ) {
      self.name = name
      self.model = model
      self.count = count
      self.purchase = purchase
      self.power = power
      self.subject = subject
    }
  }
  package var networkSwitch: Item?
  package var supply: Item?
  package var ups: Item?
  /// Case, fans, cables, disks that belong to no node.
  package var others: [Item]
  package init(networkSwitch: Item? = nil, supply: Item? = nil, ups: Item? = nil, others: [Item] = []) {
    self.networkSwitch = networkSwitch
    self.supply = supply
    self.ups = ups
    self.others = others
  }
}

extension Rack {
  /// The same rack without a node.
  package func without(_ name: String) -> Rack {
    var rack = self
    rack.nodes.removeAll { $0.name == name }
    return rack
  }

  package func node(_ name: String) -> Node? { nodes.first { $0.name == name } }
}
