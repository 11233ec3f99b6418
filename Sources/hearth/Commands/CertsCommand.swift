import ArgumentParser
import Bootstrap
import Diagnostics
import Inventory
import Operations
import Provision
import Smoke

struct CertsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certs",
    abstract: "List the rack's certificates, or renew them ahead of time.",
    discussion: """
      Hosts renew their certificates by themselves, at boot and every hour, when less than a third of their time is
      left. Examples:

        hearth certs list
        hearth certs rotate-ca
        hearth certs rotate-encryption
      """.flowing,
    subcommands: [List.self, Renew.self, CertsRotate.self, CertsRotateEncryption.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show each certificate and how long it is valid.")
    @OptionGroup var rackOptions: RackOptions
    @OptionGroup var access: AccessOptions
    @OptionGroup var output: OutputOptions

    private struct Silent: Encodable {
      var host: String
      var reason: String
    }

    private struct Document: Encodable {
      var certificates: [Line]
      var silent: [Silent]
    }

    private struct Line: Encodable {
      var host: String
      var path: String
      @Timestamp var notAfter: Int
      var daysLeft: Int
    }

    func run() async throws {
      let rack = try rackOptions.load()
      let names = try rackOptions.hosts(of: rack)
      let session = try await RackSession.open(rack, hosts: names, access: access, facts: false)
      let status = await ClusterStatus.collect(
        rack: rack, shells: session.survey.fleet.shells, failures: session.survey.failures)
      await session.survey.fleet.close()
      let lines = status.hosts.flatMap { host in
        (host.state?.certificates ?? []).map {
          Line(host: host.name, path: $0.path, notAfter: $0.notAfter, daysLeft: $0.daysLeft)
        }
      }
      let silent = status.hosts.filter { names.contains($0.name) && $0.state == nil }
        .map { Silent(host: $0.name, reason: $0.unreachable ?? "not asked") }
      switch output.output {
      case .json: try JSONSink.write(Document(certificates: lines, silent: silent), as: .certificates)
      case .text:
        let width = lines.map(\.host.count).max() ?? 0
        for line in lines.sorted(by: { ($0.host, $0.notAfter, $0.path) < ($1.host, $1.notAfter, $1.path) }) {
          let left = line.daysLeft < 0 ? "expired \(-line.daysLeft) days ago" : "\(line.daysLeft) days"
          Terminal.writeOutput("\(line.host.padding(width))  \(left.padding(12))  \(line.path)\n")
        }
        for host in silent { Terminal.writeError("\(host.host): \(host.reason)\n") }
      }
      if !silent.isEmpty { throw ExitStatus.someHostsFailed }
      if lines.contains(where: { $0.daysLeft < 0 }) { throw ExitStatus.failed }
    }
  }

  struct Renew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Renew all certificates now.",
      discussion: """
        Control-plane hosts one after the other, then the workers together; what reads its certificate only at start is
        restarted. Your own kubeconfig gets a new certificate, too. Example:

          hearth certs renew --limit pi3
        """.flowing)
    @Flag(name: .long, help: "Leave ~/.kube/config alone.") var skipKubeconfig = false
    @OptionGroup var preview: PreviewOptions
    @OptionGroup var rackOptions: RackOptions
    @OptionGroup var access: AccessOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let run = try await RackRun.begin("certs renew", options: rackOptions, access: access, sink: output.sink())
      let status = await run.finish { run in
        if preview.dryRun {
          let planes = Set(run.rack.controlPlane.map(\.name))
          let (first, last) = (
            run.session.hosts.filter(planes.contains), run.session.hosts.filter { !planes.contains($0) }
          )
          let words = first + (last.isEmpty ? [] : [last.joined(separator: " and ")])
          run.note("would renew every certificate of \(words.joined(separator: ", then "))")
          throw Approval.previewed
        }
        try await RenewCertificates(run).run()
        if !skipKubeconfig { try await run.mergeKubeconfig() }
      }
      guard status == .done else { throw status }
    }
  }
}
