import ArgumentParser
import Bootstrap
import Diagnostics
import Inventory
import Provision
import Untrusted

struct NodeList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Show every node: role, state, its place in etcd, its board.",
    discussion: "Nodes that only the inventory or only the cluster knows are shown, too. Example:\n\n  hearth node list"
  )

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let run = try await RackRun.begin("node list", options: rackOptions, access: access, sink: output.quietSink())
    let status = await run.finish { run in
      let view = await run.view()
      let chosen = Set(run.session.hosts)
      let rows = NodeRow.all(rack: run.rack, view: view, answering: Set(run.engine.currentShells.keys))
        .filter { rackOptions.limit == nil || chosen.contains($0.name) }
      run.pause()
      switch output.output {
      case .json: try JSONSink.write(["nodes": rows.map(NodeDocument.init)], as: .nodes)
      case .text: Terminal.writeOutput(NodeRow.table(rows))
      }
    }
    guard status == .done else { throw status }
  }
}

/// A line of the list.
struct NodeRow: Equatable {
  var name: String
  var address: String?
  var roles: String
  var state: String
  /// Its part in etcd, where it has one: `leader`, `member`, `learner` or `silent`.
  var etcd: String?
  /// Of the board, where it tells one.
  var serial: String?
  /// The same as in `roles` and `state`, apart.
  var roleNames: [String] = []
  var standing = "unknown"
  var isCordoned = false
  /// By SSH; nil for a node that the inventory lacks.
  var isAnswering: Bool?

  static func all(rack: Rack, view: ClusterView, answering: Set<String>) -> [NodeRow] {
    let known = rack.nodes.map { node in
      let roles = node.roles.map(\.rawValue).sorted()
      var row = NodeRow(
        node.name, node.address.description, roles.joined(separator: ","), isAnswering: answering.contains(node.name),
        view)
      row.roleNames = roles
      return row
    }
    let strangers = RemovalRules.strangers(rack: rack, view: view).map { name in
      NodeRow(
        name, view.node(name)?.address ?? view.member(name)?.address, "not in the inventory", isAnswering: nil,
        view)
    }
    return known + strangers
  }

  init(_ name: String, _ address: String?, _ roles: String, isAnswering: Bool?, _ view: ClusterView) {
    self.name = name
    self.address = address
    self.roles = roles
    let node = view.node(name)
    self.isAnswering = isAnswering
    standing = view.nodes == nil ? "unknown" : node.map { $0.isReady ? "Ready" : "NotReady" } ?? "not in the cluster"
    isCordoned = node?.isCordoned == true
    var words = [standing]
    if isCordoned { words.append("cordoned") }
    if isAnswering == false { words.append("SSH unreachable") }
    state = words.joined(separator: ", ")
    let member = view.member(name, address: address)
    etcd =
      member.map { member in
        member.isLearner
          ? "learner" : !member.isHealthy ? "silent" : member.id == view.leader ? "leader" : "member"
      }
    serial = node.flatMap { $0.serial.isEmpty ? nil : $0.serial }
  }

  static func table(_ rows: [NodeRow]) -> String {
    let head = NodeRow(
      name: "NODE", address: "ADDRESS", roles: "ROLES", state: "STATE", etcd: "ETCD", serial: "SERIAL")
    let cells = ([head] + rows).map {
      [$0.name, $0.address ?? "–", $0.roles, $0.state, $0.etcd ?? "–", $0.serial ?? "–"].map(\.visibleLine)
    }
    let widths = (0..<6).map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      zip(row, widths).map { $0.padding($1) }.joined(separator: "  ").trimmingSuffix + "\n"
    }.joined()
  }

  private init(name: String, address: String?, roles: String, state: String, etcd: String?, serial: String?) {
    (self.name, self.address, self.roles) = (name, address, roles)
    (self.state, self.etcd, self.serial) = (state, etcd, serial)
  }
}

/// A node of the list for programs.
struct NodeDocument: Encodable {
  var name: String
  var address: String?
  var roles: [String]
  var isInInventory: Bool
  /// What the cluster says: `Ready`, `NotReady`, `not in the cluster` or `unknown`.
  var state: String
  var isCordoned: Bool
  /// By SSH; nil for nodes that nobody tried.
  var isReachable: Bool?
  var etcd: String?
  var serial: String?

  init(_ row: NodeRow) {
    (name, address, roles, isInInventory) = (row.name, row.address, row.roleNames, row.isAnswering != nil)
    (state, isCordoned, isReachable) = (row.standing, row.isCordoned, row.isAnswering)
    (etcd, serial) = (row.etcd, row.serial)
  }
}

extension String {
  /// Without spaces at its end.
  fileprivate var trimmingSuffix: String { String(reversed().drop { $0 == " " }.reversed()) }
}
