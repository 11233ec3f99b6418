import ArgumentParser
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Provision

/// Flags of every command that reads an inventory.
struct RackOptions: ParsableArguments {
  @Option(
    name: [.short, .customLong("inventory")],
    help: ArgumentHelp(
      "The inventory; otherwise $HEARTH_INVENTORY, otherwise hearth.yaml in this folder.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var inventory: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Only these hosts: names or roles, separated by commas.", valueName: "hosts"),
    completion: Completions.hostList)
  var limit: String?

  /// - Throws: ``HearthErrors`` with every mistake of the inventory, or one error when there is none to read.
  func load() throws(HearthErrors) -> Rack {
    try InventoryFile.load(path: try path(), environment: ProcessInfo.processInfo.environment)
  }

  func path() throws(HearthErrors) -> String {
    let environment = ProcessInfo.processInfo.environment
    if let path = inventory ?? environment["HEARTH_INVENTORY"].flatMap({ $0.isEmpty ? nil : $0 }) { return path }
    guard FileManager.default.fileExists(atPath: "hearth.yaml") else {
      throw HearthErrors([
        HearthError(
          .inventory, "there is no inventory: no hearth.yaml in \(FileManager.default.currentDirectoryPath)",
          hint: "write one with `hearth init`, name one with --inventory, or make a virtual rack with `hearth lab up`")
      ])
    }
    return "hearth.yaml"
  }

  /// For `validate()` of commands about the whole rack.
  func refuseLimit() throws {
    if limit != nil { throw ValidationError("this command is about the whole rack: leave out --limit") }
  }

  /// Names of the hosts that `--limit` leaves, in the inventory's order.
  func hosts(of rack: Rack) throws(HearthError) -> [String] {
    guard let limit else { return rack.nodes.map(\.name) }
    let words = limit.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    guard words.contains(where: { !$0.isEmpty }) else {
      throw HearthError(
        .usage, "--limit names no host", hint: "leave it away for all hosts, or name hosts or roles: --limit pi1,worker"
      )
    }
    var chosen: Set<String> = []
    for word in words where !word.isEmpty {
      let matching = rack.nodes.filter { $0.name == word || $0.roles.contains { $0.rawValue == word } }
      guard !matching.isEmpty else {
        let known = rack.nodes.map(\.name) + Node.Role.allCases.map(\.rawValue)
        throw HearthError(
          .usage, "--limit: there is no host and no role named `\(word)`",
          hint: "use one or more of: \(known.joined(separator: ", "))")
      }
      chosen.formUnion(matching.map(\.name))
    }
    return rack.nodes.map(\.name).filter(chosen.contains)
  }
}

/// How a command gets into hosts.
struct AccessOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: "Trust host keys that are seen for the first time and add them to known_hosts; changed keys still stop.")
  var acceptNewHostKeys = false
}

/// How patient a command is.
struct WaitOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("How long to wait for another program that holds apt's lock on a host.", valueName: "seconds"))
  var aptWait = 300

  func validate() throws {
    guard (0...86_400).contains(aptWait) else { throw ValidationError("--apt-wait takes seconds, from 0 to 86400") }
  }

  var limits: Limits { Limits(aptLock: .seconds(aptWait)) }
}

/// How long and how hard a node is emptied.
struct DrainOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Seconds that moving its pods may take; disruption budgets are respected all the while.", valueName: "seconds"))
  var drainTimeout = 300

  @Flag(help: "Also end pods that have no controller and would be lost.")
  var force = false

  func validate() throws {
    guard (1...86_400).contains(drainTimeout) else {
      throw ValidationError("--drain-timeout takes 1 to 86400 seconds")
    }
  }

  var options: Drain.Options { Drain.Options(timeout: .seconds(drainTimeout), force: force) }
}
