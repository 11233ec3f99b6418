import Diagnostics
import Inventory
import Provision
import SSH
import Templates
import Untrusted

/// Boards that do not answer where the inventory has them, and answer elsewhere. The network is not looked through for that:
/// a node that lives holds a connection to an API server, which knows from where.
struct MovedBoards {
  let session: RackSession

  /// A sentence for each, and one where the whole rack may have moved.
  func sentences() async -> [String] {
    let rack = session.rack
    let silent = rack.nodes.filter { node in
      guard let failure = session.survey.failures[node.name] else { return false }
      return [.unreachable, .hostKey, .timedOut].contains(failure.code)
    }
    guard !silent.isEmpty else { return [] }
    if silent.count == rack.nodes.count {
      return ["no host answers: if the rack is in another network now, `hearth readdress` finds its boards"]
    }
    let addresses = Set(rack.nodes.map(\.address))
    let strangers = await visitors().filter { !addresses.contains($0) }.sorted()
    guard !strangers.isEmpty else { return [] }
    let shown = await keys(Array(strangers.prefix(16)))
    let known = Dictionary(rack.nodes.map { ($0.name, (try? keys(of: $0)) ?? []) }) { $1 }
    return silent.compactMap { node in
      let own = known[node.name] ?? []
      // Cards that were copied share their keys: then nothing is sure.
      let isSure = known.allSatisfy { $0.key == node.name || $0.value.isDisjoint(with: own) }
      let places = shown.filter { own.contains($0.value) }.map(\.key)
      guard isSure, places.count == 1 else { return nil }
      return "\(node.name) answers at \(places[0]): `hearth readdress \(node.name)=\(places[0])`"
    }
  }

  private func visitors() async -> Set<IPv4Address> {
    guard let program = try? Template.text(of: "daily/visitors") else { return [] }
    let shells = session.rack.controlPlane.compactMap { session.survey.fleet.shells[$0.name] }
    let answers = await concurrently(shells) { shell in
      (try? await shell.run(program, timeout: .seconds(10)).outputText) ?? ""
    }
    return Set(answers.flatMap { $0.filledLines.compactMap(Self.address) })
  }

  /// `10.0.0.7:41234`, or as IPv6 has it: `[::ffff:10.0.0.7]:41234`.
  static func address(_ line: String) -> IPv4Address? {
    guard let colon = line.lastIndex(of: ":") else { return nil }
    var host = line[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    if host.hasPrefix("::ffff:") { host = host.dropFirst(7) }
    return IPv4Address(String(host))
  }

  private func keys(_ addresses: [IPv4Address]) async -> [IPv4Address: String] {
    let port = session.rack.nodes.first.map { session.access.login($0).port } ?? 22
    let keys = await concurrently(byKey: addresses) { [session] address -> String? in
      let target = SSHTarget(name: address.description, address: address.description, port: port, user: "nobody")
      return try? await ShownHostKey.ask(target, on: session.reactor, timeout: .seconds(5)).fingerprint
    }
    return keys.compactMapValues { $0 }
  }

  private func keys(of node: Node) throws(HearthError) -> Set<String> {
    let policy = session.access.hostKeys(node)
    if !policy.pins.isEmpty { return Set(policy.pins) }
    return try ShownHostKey.known(for: session.access.target(node), in: policy.knownHostsFiles)
  }
}
