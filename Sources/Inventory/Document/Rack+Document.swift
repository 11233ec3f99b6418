import Diagnostics
import Schema
import Units

extension Rack {
  /// Merges defaults into nodes. Nil as long as something needed is missing, which has been reported.
  init?(_ document: InventoryDocument, _ decoding: Decoding) {
    guard let name = document.cluster.name else { return nil }
    let section = document.cluster
    var networks = Networks()
    if let pods = section.networks.pods { networks.pods = pods.value }
    if let prefix = section.networks.podPrefixPerNode { networks.podPrefixPerNode = prefix.value }
    if let services = section.networks.services { networks.services = services.value }
    if let domain = section.networks.domain { networks.domain = domain }
    var cluster = Cluster(
      name: name, kubernetes: section.kubernetes?.value ?? .current, networks: networks,
      endpoint: section.endpoint.map {
        Endpoint(
          host: $0.host.value, port: UInt16($0.port?.value ?? 6443), isVirtual: $0.isVirtual?.value ?? false)
      },
      addons: AddOns(
        dns: section.addons.dns ?? .coredns, webAssembly: section.addons.webAssembly ?? .auto,
        storage: section.addons.storage?.storage,
        own: section.addons.own.compactMap(\.addOn).inOrder(after: section.addons.catalogue) ?? []),
      failover: Failover(section.failover), podSecurity: section.podSecurity, backup: section.backup,
      artifacts: section.artifacts ?? .upstream,
      versions: PartVersions(section.versions.mapValues(\.value)))
    cluster.registries = section.registries.compactMap(\.registry)
    cluster.metrics = section.metrics
    cluster.loadBalancer = section.loadBalancer.map { LoadBalancer(addresses: $0.addresses.value) }
    let cost = CostSettings(document.cost, decoding)
    let nodes = document.nodes.compactMap {
      Node($0, defaults: document.defaults, currency: cost.currency, decoding)
    }
    guard !nodes.isEmpty, nodes.count == document.nodes.count else { return nil }
    self.init(
      cluster: cluster, nodes: nodes, hardware: RackHardware(document.rack, currency: cost.currency, decoding),
      lab: document.lab, cost: cost)
    proxy = document.proxy
    notify = document.notify
    updates = document.updates
    for (index, own) in document.nodes.enumerated() {
      let roles = self.nodes[index].roles
      let byRole =
        (roles.contains(.worker) ? [section.settings.roles.worker] : [])
        + (roles.contains(.controlPlane) ? [section.settings.roles.controlPlane] : [])
      self.nodes[index].settings = ([section.settings.all] + byRole + [own.settings])
        .reduce(OwnSettings()) { $0.overlaid(by: $1.settings) }
    }
  }
}

extension Node {
  fileprivate init?(_ section: NodeSection, defaults: HostSection, currency: Currency, _ decoding: Decoding) {
    guard let name = section.name?.value, let address = section.address?.value else { return nil }
    let host = section.host.over(defaults)
    let ssh = SSHSettings(host.ssh)
    var source = decoding.subject(section.place)
    source.host = name
    self.init(
      name: name, address: address, roles: Set(section.roles?.value.map(\.value) ?? [.worker]), hardware: host.hardware,
      slot: section.slot, labels: Dictionary(host.labels.map { ($0.name.value, $0.value) }) { _, last in last },
      taints: host.taints?.map(\.value) ?? [], ssh: ssh,
      sudo: host.sudo?.value ?? (ssh.user == "root" ? .none : .passwordless), source: source)
    purchase = Purchase(host.purchase, currency: currency, decoding)
    power = host.power?.draw
    benchmark = host.benchmark?.stated(decoding) { Performance($0) }
    parts = (host.parts ?? []).map { RackHardware.Item($0, currency: currency, decoding) }
  }
}

extension Failover {
  init(_ section: FailoverSection) {
    self.init()
    if let heartbeat = section.heartbeat { heartbeatSeconds = heartbeat.value }
    if let lostAfter = section.lostAfter { lostAfterSeconds = lostAfter.value }
    if let moveAfter = section.moveAfter { moveAfterSeconds = moveAfter }
  }
}

extension HostSection {
  /// A node's own settings laid over the defaults.
  func over(_ defaults: HostSection) -> HostSection {
    HostSection(
      ssh: ssh.over(defaults.ssh), sudo: sudo ?? defaults.sudo, hardware: hardware ?? defaults.hardware,
      labels: defaults.labels + labels, taints: taints ?? defaults.taints,
      purchase: purchase.map { $0.over(defaults.purchase) } ?? defaults.purchase, power: power ?? defaults.power,
      benchmark: benchmark ?? defaults.benchmark, parts: parts ?? defaults.parts)
  }
}

extension SSHSection {
  func over(_ defaults: SSHSection) -> SSHSection {
    SSHSection(
      user: user ?? defaults.user, port: port ?? defaults.port, identityFiles: identityFiles ?? defaults.identityFiles,
      hostKeys: hostKeys ?? defaults.hostKeys, knownHosts: knownHosts ?? defaults.knownHosts,
      jump: jump ?? defaults.jump, password: password ?? defaults.password)
  }
}

extension SSHSettings {
  fileprivate init(_ section: SSHSection) {
    self.init()
    if let user = section.user { self.user = user } else { hasDefaultUser = true }
    if let port = section.port { self.port = port } else { hasDefaultPort = true }
    identityFiles = section.identityFiles ?? []
    hostKeys = section.hostKeys ?? []
    knownHosts = section.knownHosts ?? []
    jump = section.jump
    password = section.password
  }
}
