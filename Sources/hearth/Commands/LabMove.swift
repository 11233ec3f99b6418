import ArgumentParser
import Diagnostics
import Inventory
import VirtualRack

struct LabMove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "move",
    abstract: "Give hosts other addresses, as another network or new leases do; they reboot and keep all else.",
    discussion: """
      `hearth readdress` lets the cluster follow. Examples:

        hearth lab move --network 10.78.0.0/24
        hearth lab move pi3=10.77.0.43
      """.flowing)
  @OptionGroup var options: LabOptions
  @Argument(help: "HOST=ADDRESS.") var hosts: [String] = []
  @Option(
    help: ArgumentHelp(
      "All hosts into this network, a /24, each with the last part of the address that it has.", valueName: "cidr"))
  var network: String?

  func validate() throws {
    guard hosts.isEmpty != (network == nil) else {
      throw ValidationError("give HOST=ADDRESS, or --network for all hosts")
    }
  }

  func run() async throws {
    try await options.require([])
    let rack = options.rack
    let addresses = try network == nil ? given() : all(of: try await rack.hosts())
    try await options.require(addresses.keys.sorted())
    try await rack.move(addresses)
    for host in try await rack.hosts() where addresses[host.name] != nil {
      if host.power == .on { try await rack.wait(for: host.name) }
      Terminal.writeError("\(host.name) has the address \(host.address)\(host.power == .on ? "" : ", and is off")\n")
    }
  }

  private func given() throws(HearthError) -> [String: IPv4Address] {
    var addresses: [String: IPv4Address] = [:]
    for word in hosts {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let address = IPv4Address(parts[1]) else {
        throw HearthError(.usage, "`\(word)` is not HOST=ADDRESS", hint: "write it as in pi3=10.77.0.43")
      }
      addresses[parts[0]] = address
    }
    return addresses
  }

  private func all(of hosts: [VirtualHost]) throws(HearthError) -> [String: IPv4Address] {
    guard let network = network.flatMap({ IPv4Network($0) }), network.prefix == 24 else {
      throw HearthError(
        .usage, "`\(network ?? "")` is not a network for a virtual rack", hint: "write it as in 10.78.0.0/24")
    }
    return Dictionary(
      hosts.map { ($0.name, IPv4Address(bits: network.base.bits | $0.address.bits & 255)) }
    ) { $1 }
  }
}
