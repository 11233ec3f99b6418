import Foundation
import Inventory
import PKI
import Testing

@testable import Bootstrap
@testable import Preflight
@testable import Provision

/// `docs/reference/hosts.md` lists what a plan gives to hosts, no more and no less.
struct HostPageTests {
  private struct Row: Hashable, CustomStringConvertible {
    var section: String
    var item: String
    /// `all`, `control plane` or `worker`; for files, with their mode.
    var place: String
    var description: String { "\(section): \(item) | \(place)" }
  }

  private static func page() throws -> Set<Row> {
    let file = URL(fileURLWithPath: #filePath).appending(path: "../../../docs/reference/hosts.md").standardized
    var rows: Set<Row> = []
    var section = ""
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      if line.hasPrefix("## ") { section = String(line.dropFirst(3)) }
      guard line.hasPrefix("| `") else { continue }
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let place = section == "Files" ? "\(cells[1]) \(cells[2])" : cells[1]
      rows.insert(Row(section: section, item: cells[0].filter { $0 != "`" }, place: place))
    }
    return rows
  }

  /// Section, item and mode of what stands on the page; nil for what is only waited for or taken away.
  private static func entries(of resource: Resource) -> [(section: String, item: String, mode: String?)] {
    func file(_ path: String, _ mode: UInt16) -> [(String, String, String?)] {
      [("Files", path, String(mode, radix: 8))]
    }
    switch resource {
    case .file(let value): return file(value.path, value.mode)
    case .directory(let value): return file(value.path, value.mode)
    case .delivery(let value): return [("Programs", value.path, nil)]
    case .packages(let value): return value.names.map { ("Packages", $0, nil) }
    case .user(let value): return [("Users", value.name, nil)]
    case .unit(let value): return value.state == .stopped ? [] : [("Units", value.name, nil)]
    case .custom(let value):
      let prefix = "certificate "
      return value.name.hasPrefix(prefix) ? [("Certificates", String(value.name.dropFirst(prefix.count)), nil)] : []
    case .absent: return []
    case .kernelModule, .sysctl, .swapOff, .bootParameters, .hostname, .hosts, .symlink:
      return [("Before Kubernetes", resource.id, nil)]
    }
  }

  /// The reference rack on hosts that have each thing that the preparation looks for.
  private static func plan() throws -> Set<Row> {
    let sample = SampleRack.reference
    let rack = sample.rack
    var facts = sample.facts
    for node in rack.nodes {
      facts[node.name]?.cgroupControllers = []
      facts[node.name]?.canLoadModules = true
      facts[node.name]?.modules = ["overlay": .loadable, "br_netfilter": .loadable, "nf_conntrack": .loadable]
      for key in PreparedHost.settings.keys { facts[node.name]?.sysctls[key] = .init(value: "0", writable: true) }
      facts[node.name]?.canSetTime = true
      facts[node.name]?.usesNetworkd = true
      facts[node.name]?.existingPaths.insert("/etc/needrestart")
      if !node.roles.contains(.controlPlane) { facts[node.name]?.packages["systemd-timesyncd"] = "257" }
    }
    let bootstrap = try ClusterBootstrap(rack: rack, facts: facts)
    let phases =
      [try HostPreparation.phase(rack: rack, facts: facts, needs: bootstrap.needs)]
      + (try bootstrap.phases(authority: try Authority.create(cluster: "home"), software: sample.software))
    var nodes: [Row: Set<String>] = [:]
    for (name, resources) in phases.flatMap(\.resources) {
      for entry in resources.flatMap(entries) {
        let item = entry.item
          .replacing(/wasmtime-[0-9.]+/, with: "wasmtime-VERSION")
          .replacing(#/^(/var/lib/hearth/images)/.*\.tar$/#) { "\($0.output.1)/*.tar" }
        nodes[Row(section: entry.section, item: item, place: entry.mode ?? ""), default: []].insert(name)
      }
    }
    let planes = Set(rack.controlPlane.map(\.name))
    return Set(
      nodes.map { row, hosts in
        let role = hosts.count == rack.nodes.count ? "all" : hosts == planes ? "control plane" : "worker"
        return Row(section: row.section, item: row.item, place: row.place.isEmpty ? role : "\(role) \(row.place)")
      })
  }

  private static func ports() -> Set<Row> {
    let all = HostView.neededPorts(isControlPlane: false).map(\.port)
    return Set(
      HostView.neededPorts(isControlPlane: true).map { port, _ in
        Row(section: "Ports", item: "\(port)", place: all.contains(port) ? "all" : "control plane")
      })
  }

  @Test func `The page lists what hosts get`() throws {
    let page = try Self.page()
    let real = try Self.plan().union(Self.ports())
    for row in real.subtracting(page) { Issue.record("docs/reference/hosts.md lacks \(row)") }
    for row in page.subtracting(real) { Issue.record("no host gets \(row)") }
    #expect(page.count > 150)
  }
}
