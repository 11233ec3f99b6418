/// The answers from which a new inventory is written.
package struct InventoryDraft: Sendable, Equatable {
  package struct Node: Sendable, Equatable {
    package var name: String
    package var address: String
    package var roles: Set<Inventory.Node.Role>
    package var slot: String?
    /// Fingerprints of its host keys (`SHA256:…`), if they are known already.
    package var hostKeys: [String]

    package init(
      name: String, address: String, roles: Set<Inventory.Node.Role> = [.worker], slot: String? = nil,
      hostKeys: [String] = []
    ) {
      self.name = name
      self.address = address
      self.roles = roles
      self.slot = slot
      self.hostKeys = hostKeys
    }
  }

  /// How to become root.
  package enum Sudo: Sendable, Equatable {
    case passwordless
    case ask
    case none
    /// A password from this variable of the environment.
    case variable(String)
  }

  /// Name of the cluster.
  package var name: String
  package var nodes: [Node]
  package var kubernetes: KubernetesVersion = .current
  /// Host name or address of the API from outside; nil means the first control-plane node.
  package var endpoint: String?
  package var dns: AddOns.DNS = .coredns
  package var artifacts: ArtifactOrigin = .upstream
  /// Of parts beside Kubernetes, where others than the usual ones are to be installed.
  package var versions = PartVersions()
  package var user: String = "pi"
  package var port: UInt16 = 22
  package var identityFiles: [String] = []
  package var knownHosts: [String] = []
  package var sudo: Sudo = .passwordless
  package var hardware: String?
  /// Name of the virtual rack that the nodes are part of.
  package var lab: String?
  /// Path of a JSON Schema file beside the inventory, for editors.
  package var schema: String?

  package init(name: String, nodes: [Node]) {
    self.name = name
    self.nodes = nodes
  }
}

extension InventoryDraft {
  /// Nodes in a row: `pi1`, `pi2`, … with addresses that count up. The first ones are the control plane, and work too
  /// on racks of fewer than five nodes, or where nobody else would.
  /// - Parameter addresses: One for each node.
  package static func nodes(addresses: [IPv4Address], prefix: String = "pi", controlPlanes: Int = 1) -> [Node] {
    addresses.enumerated().map { index, address in
      let isControlPlane = index < controlPlanes
      let works = !isControlPlane || addresses.count < 5 || controlPlanes >= addresses.count
      let roles: Set<Inventory.Node.Role> =
        isControlPlane ? (works ? [.controlPlane, .worker] : [.controlPlane]) : [.worker]
      return Node(name: "\(prefix)\(index + 1)", address: "\(address)", roles: roles)
    }
  }

  /// `count` addresses from the first one on; fewer where the address space ends.
  package static func addresses(from first: IPv4Address, count: Int) -> [IPv4Address] {
    (0..<UInt32(clamping: count)).compactMap { offset in
      let (bits, overflow) = first.bits.addingReportingOverflow(offset)
      return overflow ? nil : IPv4Address(bits: bits)
    }
  }

  /// The inventory of a virtual rack.
  /// - Parameters:
  ///   - name: The virtual rack's, and the cluster's too.
  ///   - identityFile: Absolute path of the private key that opens the hosts.
  ///   - knownHosts: Absolute path of a `known_hosts` file with all hosts' keys.
  ///   - artifacts: Virtual hosts reach no upstream; usually a folder.
  package static func lab(
    name: String, nodes: [Node], user: String = "pi", identityFile: String, knownHosts: String,
    kubernetes: KubernetesVersion = .current, dns: AddOns.DNS = .coredns, artifacts: ArtifactOrigin = .upstream,
    sudo: Sudo = .passwordless, schema: String? = nil
  ) -> InventoryDraft {
    var draft = InventoryDraft(name: name, nodes: nodes)
    draft.user = user
    draft.identityFiles = [identityFile]
    draft.knownHosts = [knownHosts]
    draft.kubernetes = kubernetes
    draft.dns = dns
    draft.artifacts = artifacts
    draft.sudo = sudo
    draft.schema = schema
    draft.lab = name
    return draft
  }
}
