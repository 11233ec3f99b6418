import ArgumentParser
import Diagnostics
import VirtualRack

struct LabHosts: ParsableArguments {
  @OptionGroup var options: LabOptions
  @Argument(help: "One or more hosts, such as pi2 pi3.", completion: Completions.hosts) var hosts: [String]

  /// Does one thing to every named host, in order.
  func each(_ done: String, _ action: (VirtualRack, String) async throws(HearthError) -> Void) async throws {
    try await options.require(hosts)
    for host in hosts {
      try await action(options.rack, host)
      Terminal.writeError("\(host) \(done)\n")
    }
  }
}

struct LabKill: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kill", abstract: "Cut the power of hosts; their disks keep what was written.")
  @OptionGroup var target: LabHosts
  func run() async throws {
    try await target.each("is off") { rack, host throws(HearthError) in try await rack.kill(host) }
  }
}

struct LabStart: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Switch hosts on and wait until they answer.")
  @OptionGroup var target: LabHosts
  func run() async throws {
    // All at once, as when the mains come back.
    let rack = target.options.rack
    try await target.options.require(target.hosts)
    for host in target.hosts { try await rack.start(host) }
    try await target.each("is on") { rack, host throws(HearthError) in try await rack.wait(for: host) }
  }
}

struct LabReboot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reboot", abstract: "Reboot hosts in an orderly way and wait until they answer.")
  @OptionGroup var target: LabHosts
  func run() async throws {
    try await target.each("has rebooted") { rack, host throws(HearthError) in
      try await rack.reboot(host)
      try await rack.wait(for: host)
    }
  }
}

struct LabWipe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wipe",
    abstract: "Give hosts a fresh disk, as if their cards were rewritten.",
    discussion: "A host that is on restarts with it and is waited for; one that is off stays off.")
  @OptionGroup var target: LabHosts
  func run() async throws {
    let rack = target.options.rack
    try await target.options.require(target.hosts)
    for host in target.hosts {
      let isOn = try await rack.hosts().first { $0.name == host }?.power == .on
      try await rack.wipe(host)
      if isOn { try await rack.wait(for: host) }
      Terminal.writeError("\(host) has a fresh disk and a new host key\(isOn ? "" : ", and is off")\n")
    }
  }
}

struct LabCut: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "cut", abstract: "Pull the network cable of hosts.")
  @OptionGroup var target: LabHosts
  func run() async throws {
    try await target.each("has no network") { rack, host throws(HearthError) in try await rack.cut(host) }
  }
}

struct LabJoin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "join", abstract: "Plug the network cable of hosts in again.")
  @OptionGroup var target: LabHosts
  func run() async throws {
    try await target.each("has network") { rack, host throws(HearthError) in try await rack.join(host) }
  }
}

struct LabFill: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fill", abstract: "Fill the disk of hosts made with `lab up --disk`.")
  @OptionGroup var target: LabHosts
  @Option(help: ArgumentHelp("Bytes to leave free.", valueName: "bytes")) var leaving = 0

  func validate() throws {
    guard leaving >= 0 else { throw ValidationError("--leaving is 0 or more") }
  }

  func run() async throws {
    try await target.each("has a full disk") { rack, host throws(HearthError) in
      try await rack.fill(host, leaving: leaving)
    }
  }
}

struct LabUnfill: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unfill", abstract: "Remove what `lab fill` wrote.")
  @OptionGroup var target: LabHosts
  func run() async throws {
    try await target.each("has room again") { rack, host throws(HearthError) in try await rack.unfill(host) }
  }
}

struct LabSlow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slow", abstract: "Make the disk of hosts slow that were made with `lab up --disk`.",
    discussion: "Until `lab unslow`, or until they are switched on again.")
  @OptionGroup var target: LabHosts
  @Option(help: ArgumentHelp("Writes that the disk does in a second.", valueName: "count")) var writes = 2

  func validate() throws {
    guard (1...1_000_000).contains(writes) else { throw ValidationError("--writes takes a number from 1 to 1000000") }
  }

  func run() async throws {
    try await target.each("has a slow disk") { rack, host throws(HearthError) in
      try await rack.slow(host, writesPerSecond: writes)
    }
  }
}

struct LabUnslow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unslow", abstract: "Give hosts the speed of their disks back.")
  @OptionGroup var target: LabHosts
  func run() async throws {
    try await target.each("has its own speed again") { rack, host throws(HearthError) in
      try await rack.unslow(host)
    }
  }
}
