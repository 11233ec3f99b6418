import ArgumentParser
import Dashboard
import Diagnostics
import Foundation
import Inventory
import Provision
import Smoke

struct NodeShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show all that is known of one node: state, load, units, certificates, events.",
    discussion: "With --output json it is the status of this node alone. Example:\n\n  hearth node show pi3")

  @Argument(help: "Name of the node.", completion: Completions.hosts) var name: String
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if rackOptions.limit != nil { throw ValidationError("this command is about one node: leave out --limit") }
  }

  func run() async throws {
    let rack = try rackOptions.load()
    guard rack.node(name) != nil else {
      throw HearthError(
        .usage, "the inventory has no node named \(name)",
        hint: "use one of: \(rack.nodes.map(\.name).joined(separator: ", "))")
    }
    let session = try await RackSession.open(rack, hosts: rack.nodes.map(\.name), access: access, facts: false)
    let whole = await ClusterStatus.collect(
      rack: rack, shells: session.survey.fleet.shells, failures: session.survey.failures, isDetailed: true)
    await session.survey.fleet.close()
    let status = whole.limited(to: [name])
    switch output.output {
    case .json: try JSONSink.write(status, as: .status)
    case .text:
      let now = Int(Date().timeIntervalSince1970)
      let picture = RackPicture(rack: rack, status: whole, time: now)
      guard let host = picture.hosts.first(where: { $0.name == name }) else { return }
      let page = HostPage(style: Terminal().outputStyle, time: ScreenTime(now: now, timeZone: .current))
      Terminal.writeOutput(page.lines(host, of: picture).joined(separator: "\n") + "\n")
    }
    if !status.healthy { throw ExitStatus.failed }
  }
}
