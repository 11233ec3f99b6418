import Foundation
import Inventory
import Units

/// What is not a failure but worth knowing about a rack.
enum Warnings {
  /// - Parameter today: decides what gets no updates soon.
  static func all(rack: Rack, observation: Observation, today: Day = .today) -> [String] {
    ofDesign(rack, observation) + ofVersions(rack, observation, today) + ofHosts(rack, observation)
      + ofNodes(rack, observation)
  }

  private static func ofDesign(_ rack: Rack, _ observation: Observation) -> [String] {
    var warnings = [
      observation.cluster?.policies?.sentence ?? "the CNI bridge enforces no NetworkPolicy: every pod reaches every pod"
    ]
    if rack.controlPlane.count == 1, rack.nodes.count > 1 {
      warnings.append(
        "one control-plane node: while \(rack.controlPlane[0].name) is off, nothing in the cluster changes")
    }
    if rack.cluster.addons.dns == .none { warnings.append("no cluster DNS: Services have no names") }
    return warnings
  }

  private static func ofVersions(_ rack: Rack, _ observation: Observation, _ today: Day) -> [String] {
    var warnings: [String] = []
    let server = observation.cluster.flatMap { KubernetesVersion($0.server) } ?? rack.cluster.kubernetes
    var cluster = rack.cluster
    cluster.kubernetes = server
    for notice in ReleaseTable.embedded.notices(of: cluster, on: today) {
      warnings.append("\(notice.text); \(notice.wayOn)")
    }
    for node in observation.cluster?.nodes ?? [] {
      guard let kubelet = KubernetesVersion(node.kubelet) else { continue }
      if kubelet > server {
        warnings.append(
          "\(node.name): kubelet \(kubelet) is newer than the API server \(server), which is not supported")
      } else if server.minor - kubelet.minor > (server.minor >= 28 ? 3 : 2) {
        warnings.append("\(node.name): kubelet \(kubelet) is too old for the API server \(server)")
      }
    }
    return warnings
  }

  private static func ofHosts(_ rack: Rack, _ observation: Observation) -> [String] {
    rack.nodes.flatMap { node -> [String] in
      guard let host = observation.hosts[node.name] else { return [] }
      let soon = host.certificates.filter {
        $0.daysLeft >= $0.failureDays && $0.daysLeft < $0.warningDays
      }
      return soon.map {
        "\(node.name): \($0.path) ends in \($0.daysLeft) days and was not renewed by the host; try `hearth certs renew`"
      }
        + (host.slowWrites > 0 ? [slowDisk(node.name, host.slowWrites)] : [])
        + restarts(node, host)
    }
  }

  /// A day is enough to forget: what kept a unit from staying up at the first start is not news for ever.
  private static func restarts(_ node: Node, _ host: HostState) -> [String] {
    host.units.filter { $0.restarts > 0 && !$0.isSteady }
      .map { "\(node.name): \($0.name) was restarted \($0.restarts) times" }
  }

  private static func slowDisk(_ host: String, _ times: Int) -> String {
    "\(host): etcd waited longer than a second for its disk, \(times == 1 ? "once" : "\(times) times") in ten minutes; the "
      + "whole cluster waits with it. Give etcd an SSD, or find out what else writes there (`iotop`)"
  }

  private static func ofNodes(_ rack: Rack, _ observation: Observation) -> [String] {
    let known = Set(rack.nodes.map(\.name))
    return (observation.cluster?.nodes ?? []).flatMap { node -> [String] in
      var warnings: [String] = []
      if !known.contains(node.name) {
        warnings.append("\(node.name) is part of the cluster and not of the inventory")
      }
      if node.unschedulable { warnings.append("\(node.name) is cordoned: it takes no new pods") }
      return warnings
    }
  }
}

extension Day {
  /// In UTC.
  static var today: Day { Day(unixSeconds: Int(Date().timeIntervalSince1970)) }
}
