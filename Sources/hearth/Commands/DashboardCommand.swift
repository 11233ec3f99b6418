import ArgumentParser
import Diagnostics
import Foundation
import Untrusted

struct DashboardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract: "Show the rack as it stands on one screen, refreshed.",
    discussion: """
      Hosts by slot with state, load, memory, temperature, disk, pods and certificates; what is wrong; watts and money an
      hour from the samples of `hearth cost track`; the last events. Keys: j and k choose a host, enter opens its page, l
      its log, b blinks its LED, r looks again, ? explains, q quits. --web serves the same as a page, on this machine only
      unless --address names another, to whoever has the link that is printed; that page only looks. Nothing is put on the
      hosts. Examples:

        hearth dashboard --every 5
        hearth dashboard --web
      """.flowing)

  @Option(help: ArgumentHelp("Seconds between two looks, 2 to 3600.", valueName: "seconds")) var every = 10
  @Flag(help: "Serve a page instead, with charts of the samples; the link is printed.") var web = false
  @Option(help: ArgumentHelp("With --web: the port, 0 for any that is free.", valueName: "number")) var port: UInt16 = 0
  @Option(help: ArgumentHelp("With --web: the address of this machine to listen on.", valueName: "ip"))
  var address = "127.0.0.1"
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions

  func validate() throws {
    try ScreenOptions.check(every: every)
    guard NamePattern.address.accepts(address) || NamePattern.ipv4.accepts(address) else {
      throw ValidationError("--address takes an IP address of this machine")
    }
    if !web, port != 0 || address != "127.0.0.1" { throw ValidationError("--port and --address go with --web") }
  }

  func run() async throws {
    let rack = try rackOptions.load()
    let names = try rackOptions.hosts(of: rack)
    if web {
      let source = try await PictureSource.open(rack, hosts: names, access: access)
      try await WebDashboard(source: source, every: .seconds(every), address: address, port: Int(port)).run()
      return await source.close()
    }
    guard RawTerminal.isThere(term: ProcessInfo.processInfo.environment["TERM"]) else {
      throw HearthError(
        .usage, "the dashboard needs a terminal",
        hint: "in a pipe, in a log or with TERM=dumb use `hearth status --watch`")
    }
    let source = try await PictureSource.open(rack, hosts: names, access: access)
    await FullScreen<DashboardProgram>(
      every: .seconds(every), look: { .picture(await source.picture()) }, errand: { await source.answer($0) }
    ).run(DashboardProgram(style: Terminal().screenStyle))
    await source.close()
  }
}

enum ScreenOptions {
  static func check(every: Int) throws {
    guard (2...3600).contains(every) else { throw ValidationError("--every takes seconds, from 2 to 3600") }
  }
}
