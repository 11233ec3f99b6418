import Diagnostics
import Foundation
import Schema

/// An inventory as it is written, before defaults are merged and rules are checked. Everything is optional: what is
/// missing or wrong has been reported, and the rules look at the rest all the same.
struct InventoryDocument: Sendable {
  var place: Place
  var cluster: ClusterSection
  var defaults: HostSection
  var nodes: [NodeSection]
  var nodesPlace: Place
  var rack: RackSection
  var lab: String?
  var cost: CostSection
  var proxy: ProxySettings?
  var notify: Notify?
  var updates: Updates?
}

struct ClusterSection: Sendable {
  var name: String?
  var kubernetes: Located<KubernetesVersion>?
  var networks = NetworksSection()
  var endpoint: EndpointSection?
  var loadBalancer: LoadBalancerSection?
  var addons = AddOnsSection()
  var metrics = Metrics()
  var failover = FailoverSection()
  var podSecurity = PodSecurity()
  var backup = NightlyBackup()
  var artifacts: ArtifactOrigin?
  var versions: [ReleaseTable.Part: Located<String>] = [:]
  var settings = ClusterSettingsSection()
  var registries: [RegistrySection] = []
}

struct NetworksSection: Sendable {
  var pods: Located<IPv4Network>?
  var podPrefixPerNode: Located<Int>?
  var services: Located<IPv4Network>?
  var domain: String?
  /// A network is given but wrong, so that comparing the others with its default would only confuse.
  var hasBrokenPods = false
  var hasBrokenServices = false
}

struct AddOnsSection: Sendable {
  var dns: AddOns.DNS?
  var webAssembly: AddOns.WebAssembly?
  var storage: StorageSection?
  var own: [OwnAddOnSection] = []
}

struct FailoverSection: Sendable {
  var heartbeat: Located<Int>?
  var lostAfter: Located<Int>?
  var moveAfter: Int?
}

struct EndpointSection: Sendable {
  var host: Located<String>
  var port: Located<Int>?
  var isVirtual: Located<Bool>?
}

/// What `defaults` and a node have in common.
struct HostSection: Sendable {
  var ssh = SSHSection()
  var sudo: Located<Sudo>?
  var hardware: String?
  var labels: [LabelEntry] = []
  var taints: [Located<Node.Taint>]?
  var purchase: PurchaseSection?
  var power: PowerSection?
  /// MIPS.
  var benchmark: Located<Decimal>?
  var parts: [ItemSection]?
}

struct LabelEntry: Sendable {
  var name: Located<String>
  var value: String
}

struct SSHSection: Sendable {
  var user: String?
  var port: UInt16?
  var identityFiles: [String]?
  var hostKeys: [String]?
  var knownHosts: [String]?
  var jump: JumpHost?
  var password: Secret<String>?
}

struct NodeSection: Sendable {
  var place: Place
  var name: Located<String>?
  var address: Located<IPv4Address>?
  var roles: Located<[Located<Node.Role>]>?
  /// Roles are given but wrong, so that counting them would only confuse.
  var hasBrokenRoles: Bool
  var slot: String?
  var settings = SettingsSection()
  var host: HostSection
}
