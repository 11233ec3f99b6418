import ArgumentParser
import Diagnostics
import Provision

struct HostGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "host", abstract: "Keep packages, files and settings of your own on hosts, beside Kubernetes.",
    subcommands: [HostApply.self])
}

struct HostApply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Make hosts hold what a file of resources lists: packages, files, directories, settings, units.",
    discussion: """
      For what your machines need beside Kubernetes, with the same engine as `hearth up`; no Kubernetes is needed. The
      format is in docs/reference/resources.md. Example:

        hearth host apply extras.yaml --limit worker
      """.flowing
  )

  @Argument(help: "A YAML file of resources.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @Flag(name: .long, help: "Only show what would change.")
  var dryRun = false

  @OptionGroup var wait: WaitOptions
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let resources = try ResourceFile.load(file)
    let run = try await RackRun.begin(
      "host apply", options: rackOptions, access: access, sink: dryRun ? output.quietSink() : output.sink(),
      facts: false, waits: false, limits: wait.limits)
    let status = await run.finish { run in
      let hosts = run.session.survey.fleet.shells.keys
      let phase = Phase(
        "apply", title: "Apply \(file)",
        resources: Dictionary(uniqueKeysWithValues: hosts.map { ($0, resources) }))
      let plan = await run.plan([phase], forChange: !dryRun)
      if dryRun {
        run.pause()
        if output.output == .json { return Terminal.writeJSON(try plan.saved(of: run.planOrigin).json() + "\n") }
        return Terminal.writeOutput(PlanText(style: Terminal().outputStyle, isDetailed: true).render(plan) + "\n")
      }
      guard plan.changeCount > 0 else { return }
      try Approval(yes: yes, output: output).ask(plan, run)
      try await run.apply(plan)
    }
    guard status == .done else { throw status }
  }
}
