package import Diagnostics
package import Inventory
import Provision
package import SSH
import Templates

/// Whether hosts reach one another's ports, tried from host to host before a cluster is there. A port on which nothing
/// listens yet refuses, which proves the way; a firewall that drops stays silent, and one that rejects says so. What
/// refuses on purpose cannot be told from what does not listen; the rules that ``Check`` reads say more there.
package struct Reachability: Sendable {
  package enum State: String, Sendable, CaseIterable {
    case open, closed, silent, rejected
    /// The host has no program to try it with.
    case unknown
  }

  package struct Attempt: Sendable, Equatable {
    package var from: String
    package var to: String
    package var port: UInt16
    package var state: State
    package init(from: String, to: String, port: UInt16, state: State) {
      self.from = from
      self.to = to
      self.port = port
      self.state = state
    }
  }

  /// Two packets that ask for a connection leave within so many seconds.
  private static let patienceSeconds = 4

  /// - Parameter answering: hosts that can be asked; only they are tried.
  /// - Returns: nil where there is nothing to try.
  package static func program(from node: Node, rack: Rack, answering: Set<String>) throws(HearthError) -> String? {
    let isControlPlane = node.roles.contains(.controlPlane)
    let targets = rack.nodes.filter { $0.name != node.name && answering.contains($0.name) }.flatMap { other in
      HostView.portsForOthers(isControlPlane: other.roles.contains(.controlPlane))
        .filter { isControlPlane || !$0.fromControlPlaneOnly }
        .map { ["name": other.name, "address": other.address.description, "port": "\($0.port)"] }
    }
    guard !targets.isEmpty else { return nil }
    return try Template("facts/reach.sh").render(["targets": targets, "seconds": patienceSeconds])
  }

  /// Lines of `@reach NAME PORT STATE`; others are the login's.
  package static func attempts(in output: String, from host: String) -> [Attempt] {
    output.split(whereSeparator: \.isNewline).compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 4, words[0] == "@reach", let port = UInt16(words[2]),
        let state = State(rawValue: String(words[3]))
      else { return nil }
      return Attempt(from: host, to: String(words[1]), port: port, state: state)
    }
  }

  /// Tries all ways at once. Hosts that cannot be asked are left out: they fail elsewhere.
  package static func attempts(_ rack: Rack, shells: [String: any RootShell]) async -> [Attempt] {
    let names = Set(shells.keys)
    let nodes = rack.nodes.filter { names.contains($0.name) }
    let all = await concurrently(nodes) { node -> [Attempt] in
      guard let shell = shells[node.name],
        let program = try? program(from: node, rack: rack, answering: names),
        let result = try? await shell.run(program, timeout: .seconds(60))
      else { return [] }
      return attempts(in: result.outputText, from: node.name)
    }
    return all.flatMap { $0 }
  }

  /// One finding for each host that others do not reach.
  package static func findings(_ attempts: [Attempt], rack: Rack) -> [CheckFinding] {
    rack.nodes.compactMap { node in
      let lost = attempts.filter { $0.to == node.name && ($0.state == .silent || $0.state == .rejected) }
      guard !lost.isEmpty else { return nil }
      let ports = Set(lost.map(\.port)).sorted()
      let parts = ports.map { port in
        let some = lost.filter { $0.port == port }
        let how = some.contains { $0.state == .rejected } ? "rejected" : "no answer"
        return "TCP \(port) from \(some.map(\.from).joined(separator: ", ")): \(how)"
      }
      let list = ports.map(String.init).joined(separator: ", ")
      return CheckFinding(
        .portUnreachable, host: node.name, parts.joined(separator: "; "),
        remedy:
          "Look at the firewall of \(node.name) (`nft list ruleset`, `ufw status`) and at what stands between the "
          + "hosts; let the nodes' addresses in on TCP \(list).")
    }
  }
}
