import ArgumentParser
import Diagnostics
import Foundation
import Inventory
import Provision
import SSH
import Synchronization
import Untrusted

struct LogsCommand: AsyncParsableCommand {
  /// What people call the parts, and their systemd units.
  enum Component: String, CaseIterable, ExpressibleByArgument {
    case etcd
    case apiserver
    case controllerManager = "controller-manager"
    case scheduler
    case kubelet
    case proxy
    case containerd
    case balancer
    case routes
    case images
    case host

    var unit: String? {
      switch self {
      case .etcd: "hearth-etcd"
      case .apiserver: "kube-apiserver"
      case .controllerManager: "kube-controller-manager"
      case .scheduler: "kube-scheduler"
      case .kubelet, .containerd: rawValue
      case .proxy: "kube-proxy"
      case .balancer: "hearth-api"
      case .routes: "hearth-routes"
      case .images: "hearth-images"
      case .host: nil
      }
    }

    var isControlPlane: Bool { [.etcd, .apiserver, .controllerManager, .scheduler].contains(self) }
  }

  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Show what a component says on all its hosts, in the order of time.",
    discussion: """
      Components: \(Component.allCases.map(\.rawValue).joined(separator: ", ")); `host` is everything. Examples:

        hearth logs kubelet --limit pi3
        hearth logs etcd --since "10 min ago" --follow
      """.flowing)

  @Argument(help: "The component.") var component: Component
  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Last lines of each host.", valueName: "count"))
  var lines = 50
  @Option(help: ArgumentHelp("Only what is newer, in journalctl's words, such as `10 min ago`.", valueName: "time"))
  var since: String?
  @Flag(name: .shortAndLong, help: "Go on with what comes, until Ctrl-C.") var follow = false
  @Flag(help: "Pass bytes on as they come, control characters and escape sequences too.") var raw = false
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if raw, output.output == .json { throw ValidationError("--raw and --output json exclude each other") }
  }

  func run() async throws {
    let rack = try rackOptions.load()
    let chosen = try rackOptions.hosts(of: rack).filter { name in
      !component.isControlPlane || rack.node(name)?.roles.contains(.controlPlane) == true
    }
    guard !chosen.isEmpty else {
      throw HearthError(.usage, "\(component.rawValue) runs on none of these hosts", hint: "leave out --limit")
    }
    let run = try await RackRun.begin(
      "logs", rack: rack, hosts: chosen, inventory: try rackOptions.path(), access: access, sink: output.lineSink(),
      facts: false)
    let status = await run.finish { run in
      let errors = try await follow ? stream(run) : collect(run)
      // Ctrl-C is how following ends.
      if follow, Interrupts.shared.isRaised { return }
      guard errors.isEmpty else { throw HearthErrors(errors) }
    }
    guard status == .done else { throw status }
  }

  private var program: String {
    Self.program(unit: component.unit, lines: lines, since: since, follow: follow)
  }

  /// - Parameter unit: systemd's name; nil for everything.
  static func program(unit: String?, lines: Int, since: String? = nil, follow: Bool = false) -> String {
    let unit = unit.map { " -u \($0.shellQuoted)" } ?? ""
    let since = since.map { " --since=\($0.shellQuoted)" } ?? ""
    return "exec journalctl --no-pager -q -o short-iso -n \(max(0, lines))\(unit)\(since)\(follow ? " -f" : "") 2>&1\n"
  }

  private var printer: @Sendable (_ host: String, _ width: Int) -> PrefixedLines {
    let (isRaw, isJSON) = (raw, output.output == .json)
    return { host, width in
      guard isJSON else { return PrefixedLines(prefix: "\(host.padding(width)) | ", isRaw: isRaw) }
      return PrefixedLines(prefix: "") { bytes in
        for line in ByteLines.split(bytes) {
          try? JSONSink.write(LogLine(host: host, line: String(decoding: line, as: UTF8.self)), as: .logLine)
        }
      }
    }
  }

  private func stream(_ run: RackRun) async throws -> [HearthError] {
    let width = run.session.hosts.map(\.count).max() ?? 0
    let (program, printer) = (program, printer)
    return await HostCommand(shells: run.engine.currentShells).each { shell throws(HearthError) in
      let lines = printer(shell.host, width)
      _ = try await shell.run(program, input: [], timeout: .seconds(7 * 86_400), onOutput: { lines.feed($0) })
      lines.finish()
    }
  }

  /// All hosts' lines by the time that each begins with; lines of one host keep their order.
  private func collect(_ run: RackRun) async throws -> [HearthError] {
    let width = run.session.hosts.map(\.count).max() ?? 0
    let program = program
    let gathered = Mutex<[(host: String, line: [UInt8])]>([])
    let errors = await HostCommand(shells: run.engine.currentShells).each { shell throws(HearthError) in
      let result = try await shell.run(program, timeout: .seconds(60))
      guard result.status == 0 else {
        throw HearthError(
          .remoteCommand, "the journal cannot be read",
          output: result.outputText.lastLines(3))
      }
      let lines = ByteLines.split(result.standardOutput).filter { !$0.isEmpty }.map { (shell.host, $0) }
      gathered.withLock { $0 += lines }
    }
    let sorted = gathered.withLock { $0 }.enumerated()
      .map { (time: String(decoding: $1.line.prefix(19), as: UTF8.self), offset: $0, entry: $1) }
      .sorted { ($0.time, $0.offset) < ($1.time, $1.offset) }
    for (_, _, entry) in sorted {
      let lines = printer(entry.host, width)
      lines.feed(entry.line + [UInt8(ascii: "\n")])
    }
    return errors
  }
}

/// A line of a log for programs.
struct LogLine: Encodable, Equatable {
  var host: String
  /// ISO 8601 in UTC, where the line begins with a time.
  var time: String?
  var line: String

  init(host: String, line: String) {
    (self.host, self.line) = (host, line)
    time = (try? Date(String(line.prefix { $0 != " " }), strategy: .iso8601))?.formatted(.iso8601)
  }
}
