import Diagnostics
import Discovery
import Foundation
import Inventory
import Provision
import SSH
import Untrusted

/// The part of `init` that looks at hosts: which there are, which answer, what they are.
struct HostSearch {
  let user: String
  /// As typed; none for this machine's own.
  let networks: [String]

  // MARK: Hosts that are looked for

  /// Looks, shows what was found, and lets a person choose.
  func choose() async throws(HearthError) -> [IPv4Address] {
    let report = try await scan()
    guard !report.hosts.isEmpty else {
      throw HearthError(
        .unreachable, "no SSH host was found on \(Self.list(report.networks))",
        hint: "see that the boards are on and in this network, or name theirs with --network")
    }
    let look = try BoardLook(user: user)
    let keys = await look.keys(report.hosts)
    Terminal.writeError(HostChoice.table(report.hosts, keys: keys))
    guard Question.canAsk else {
      throw HearthError(
        .usage, "nobody is here to choose among these hosts",
        hint: "name the nodes: --addresses \(report.hosts.map { "\($0.address)" }.joined(separator: ","))")
    }
    while true {
      let chosen = try ask(of: report.hosts)
      if try await isConfirmed(chosen, keys, look) { return chosen.map(\.address) }
    }
  }

  private func scan() async throws(HearthError) -> Scan.Report {
    var own: [LocalNetwork]?
    if !networks.isEmpty {
      own = try networks.map { text throws(HearthError) in
        guard let network = ScanRange.network(text) else {
          throw HearthError(
            .usage, "`\(text)` is not a network to look at", hint: "write it as in 192.168.1.0/24, a /22 or smaller")
        }
        return network
      }
    }
    Terminal.writeError("Looking for SSH hosts …\n")
    let report = try await Scan(networks: own).run()
    for note in report.notes { Terminal.writeError("note: \(note)\n") }
    if report.networks.isEmpty {
      throw HearthError(
        .local, "this machine is in no private network", hint: "name the one of the boards with --network")
    }
    let places = report.hosts.filter { $0.port != 22 }
    for host in places {
      Terminal.writeError("note: \(host.address) listens on port \(host.port): set `ssh.port` in the inventory\n")
    }
    return report
  }

  private func ask(of hosts: [Scan.Host]) throws(HearthError) -> [Scan.Host] {
    while let line = Question.line("Which of them are the nodes, the control plane first (such as 1-4, or all)") {
      do throws(HearthError) {
        return try HostChoice.places(line, of: hosts.count).map { hosts[$0] }
      } catch {
        Terminal.writeError("\(error.message)\(error.hint.map { ": \($0)" } ?? "")\n")
      }
    }
    throw HearthError(.refused, "cancelled, nothing was written")
  }

  /// Model and serial number of the chosen, where a login works, before anything is written.
  private func isConfirmed(
    _ hosts: [Scan.Host], _ keys: [IPv4Address: ShownHostKey], _ look: BoardLook
  ) async throws(HearthError) -> Bool {
    let text = "Log in as \(user) to see which boards these are, and remember the keys above"
    guard Question.confirm("\(text)?") else { return true }
    let boards = try await look.boards(hosts, trusting: keys, person: Person.atTheTerminal)
    let notes = boards.mapValues { result in
      switch result {
      case .success(let board): board.text.isEmpty ? "logged in" : board.text
      case .failure(let error): "no login: \(error.message.bounded(100))"
      }
    }
    Terminal.writeError(HostChoice.table(hosts, keys: keys, notes: notes))
    return Question.confirm("Take these?")
  }

  // MARK: Addresses that were given

  /// Whether somebody wants to give others, because some do not answer.
  func wantsOthers(_ addresses: [IPv4Address]) async throws(HearthError) -> Bool {
    let hosts = try await Scan().trying(addresses)
    let silent = addresses.filter { address in !hosts.contains { $0.address == address } }
    if !hosts.isEmpty {
      Terminal.writeError(HostChoice.table(hosts, keys: await (try BoardLook(user: user)).keys(hosts)))
    }
    guard !silent.isEmpty else { return false }
    let names = silent.prefix(8).map(\.description).joined(separator: ", ")
    Terminal.writeError(
      "No SSH server answers at \(names)\(silent.count > 8 ? " and \(silent.count - 8) more" : "").\n")
    return !Question.confirm("Write them all the same?")
  }

  /// Addresses as they are; names such as `pi1.local` become the addresses that they have now.
  func addresses(
    _ words: [String], _ read: (String) throws(HearthError) -> IPv4Address
  ) async throws(HearthError) -> [IPv4Address] {
    let names = words.filter { $0.lowercased().hasSuffix(".local") && NamePattern.hostName.accepts($0) }
    var known: [String: IPv4Address] = [:]
    if !names.isEmpty { known = try await Scan().resolve(names) }
    return try words.map { word throws(HearthError) in
      guard names.contains(word) else { return try read(word) }
      guard let address = known[word] else {
        throw HearthError(
          .unreachable, "nobody on this network answers to \(word)",
          hint: "see that the board is on and runs avahi-daemon, or give its address")
      }
      Terminal.writeError(
        "note: \(word) has the address \(address) now, and that is written: nodes need addresses that stay. Reserve it "
          + "in your router\n")
      return address
    }
  }

  private static func list(_ networks: [LocalNetwork]) -> String { networks.map(\.text).joined(separator: ", ") }
}
