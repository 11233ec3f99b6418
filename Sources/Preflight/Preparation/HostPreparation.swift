package import Diagnostics
package import Inventory
package import Provision
import Templates

/// Makes hosts fit for Kubernetes: names, packages, kernel, swap, time, logs, and network managers that leave pods
/// alone. Pure; what a host's facts rule out is left away, so the same code serves boards and virtual hosts.
package enum HostPreparation {
  package static let phaseName = "host"

  /// The one phase of host preparation.
  ///
  /// - Parameters:
  ///   - facts: by node name; nodes without facts get nothing.
  ///   - needs: by node name; see ``HostNeeds``.
  package static func phase(
    rack: Rack, facts: [String: Facts], needs: [String: HostNeeds] = [:]
  ) throws(HearthError) -> Phase {
    var resources: [String: [Resource]] = [:]
    for node in rack.nodes {
      guard let own = facts[node.name] else { continue }
      let host = PreparedHost(rack: rack, node: node, facts: own, needs: needs[node.name] ?? HostNeeds())
      resources[node.name] = try host.resources()
    }
    return Phase(Self.phaseName, title: "Prepare the hosts", resources: resources)
  }
}

/// One host of the phase; the parts stand in its extensions.
struct PreparedHost {
  let rack: Rack
  let node: Node
  let facts: Facts
  let needs: HostNeeds

  var isControlPlane: Bool { node.roles.contains(.controlPlane) }

  /// The order matters: boot parameters first, because they may cost a reboot; masks before packages; files before the
  /// units that read them.
  func resources() throws(HearthError) -> [Resource] {
    let time = TimeKeeping(rack: rack, node: node, facts: facts)
    var all = bootParameters() + names() + [.swapOff]
    all += try proxy()
    all += needs.maskedUnits.sorted().map { .unit(.init($0, state: .masked, enabled: false)) }
    all += packages(with: time.packages)
    all += modules() + sysctls()
    all += try time.resources()
    all += try logs()
    all += try networkManagers()
    all += try updates()
    return all
  }

  private func names() -> [Resource] {
    let entries = rack.nodes.map { Resource.HostsEntry(address: $0.address.description, names: [$0.name]) }
    return [.hostname(node.name), .hosts(entries)]
  }

  private func packages(with own: [String]) -> [Resource] {
    var set = needs.packages
    set.names += own.filter { !set.names.contains($0) }
    return set.names.isEmpty ? [] : [.packages(set)]
  }

  /// A cap that fits the disk: logs must neither fill it nor wear a card out.
  private func logs() throws(HearthError) -> [Resource] {
    let total = facts.filesystems["/"]?.totalBytes ?? 0
    let cap = facts.rootDisk.kind == .sdCard || total < 12 << 30 ? "100M" : "500M"
    let path = "/etc/systemd/journald.conf.d/90-hearth.conf"
    let text = try Template("host-preparation/journald.conf").render(["systemMaxUse": cap])
    return [
      .directory(.init("/etc/systemd/journald.conf.d")), .file(.init(path, text)),
      .unit(.init("systemd-journald.service", restartOn: [path])),
    ]
  }
}

/// What the cluster's software needs on one host before its own resources come; ``HostPreparation`` puts it at the
/// right place in the order.
package struct HostNeeds: Sendable {
  /// Debian packages. ``HostPreparation`` adds its own to them: one transaction of apt takes half as long as two.
  package var packages: Resource.Packages
  /// Units masked before the packages that bring them are installed, so that they never start with the packages'
  /// default configuration, such as `etcd.service`.
  package var maskedUnits: [String]
  /// Further kernel settings by dotted key; they win over the usual ones.
  package var sysctls: [String: String]

  package init(
    packages: Resource.Packages = .init([]), maskedUnits: [String] = [], sysctls: [String: String] = [:]
  ) {
    self.packages = packages
    self.maskedUnits = maskedUnits
    self.sysctls = sysctls
  }
}
