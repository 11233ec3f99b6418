import Bootstrap
package import Diagnostics
import Inventory
import Provision

/// The quorum is lost for good: the cluster goes on from what one control-plane host has.
package struct Survive {
  let port: any RackPort
  let host: String

  package init(_ port: any RackPort, _ host: String) {
    self.port = port
    self.host = host
  }

  /// - Parameter approve: is told what is lost.
  package func run(approve: (String) throws(HearthError) -> Void) async throws {
    let planes = port.rack.controlPlane.map(\.name)
    guard planes.contains(host) else {
      throw HearthError(
        .usage, "\(host) is not a control-plane node of the inventory",
        hint: "choose one of \(planes.joined(separator: ", "))")
    }
    let view = await port.view()
    guard !view.hasQuorum else {
      throw HearthError(
        .refused, "etcd has its quorum: nothing needs to be given up",
        hint: "replace or remove the dead control-plane nodes one by one",
        command: "hearth node replace NAME; hearth node remove NAME")
    }
    let others = view.holders.filter { $0 != host }.sorted()
    guard others.isEmpty else {
      throw HearthError(
        .refused, "\(others.joined(separator: ", ")) hold the cluster's data, too",
        hint:
          "start etcd there first: with a majority nothing is lost. If their disks are broken, take them off the rack",
        command: "hearth up")
    }
    let target = port.rack.cluster.kubernetes
    if let other = try await port.installedVersions()[host]?.subtracting([target]).min() {
      throw HearthError(
        .refused, "\(host) has Kubernetes \(other), and the inventory names \(target)", subject: Subject(host: host),
        hint: "set `kubernetes: \(other)`: a cluster is brought back as it was, and upgraded afterwards")
    }
    try approve(
      "\(host) becomes the only member of etcd. What only the other members had written is lost, and they must never be "
        + "switched on again with their old disks.")
    try await port.holding(port.hosts) {
      let report = try await Survivor(host: host, rack: port.rack, shells: port.shells).takeOver()
      port.note(report.text, host: host)
      let plan = try await port.plan(forChange: true)
      if plan.changeCount > 0 { try await port.apply(plan) }
    }
    await port.nameStrangers()
  }
}
