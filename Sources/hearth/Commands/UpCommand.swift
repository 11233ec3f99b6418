import ArgumentParser
import Bootstrap
import Diagnostics
import Inventory
import Operations
import Provision

struct UpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up",
    abstract: "Make the rack what the inventory says, then prove that it works.",
    discussion: """
      Shows what would change on which host, asks, and does it. Run again it changes nothing; run after a failure it
      goes on. A plan saved with `hearth plan --output json > plan.json` can be given: it is applied only if it is
      still exactly what would happen. Examples:

        hearth up
        hearth up --yes --limit pi3
        hearth up plan.json
      """.flowing,
    aliases: ["apply"]
  )

  @Argument(help: "A saved plan.", completion: .file(extensions: ["json"]))
  var plan: String?

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @Flag(name: .long, help: "Only show what would change, as `hearth plan` does.")
  var dryRun = false

  @Flag(name: .long, help: "Show every field of the plan, however many there are.")
  var detail = false

  @Flag(name: .long, help: "Do not smoke-test afterwards.")
  var skipSmoke = false

  @Flag(name: .long, help: "Leave ~/.kube/config alone.")
  var skipKubeconfig = false

  @OptionGroup var wait: WaitOptions
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    if let plan, plan.hasSuffix(".yaml") || plan.hasSuffix(".yml") { return try await applyResources(plan) }
    if dryRun { return try await showPlan() }
    let approved = try plan.map { path throws(HearthError) in try SavedPlan.load(path) }
    if let origin = approved?.origin {
      let cluster = try rackOptions.load().cluster.name
      guard origin.cluster == cluster else {
        throw HearthError(
          .refused, "this plan was made for the rack \(origin.cluster), and the inventory names \(cluster)",
          subject: Subject(file: plan), hint: "make a new plan with `hearth plan --output json`")
      }
    }
    let run = try await RackRun.begin(
      "up", options: rackOptions, access: access, sink: output.sink(), limits: wait.limits)
    let status = await run.finish { run in
      let options = Up.Options(
        saved: approved,
        approve: { plan in try Approval(yes: yes, output: output, isDetailed: detail).ask(plan, run) },
        leave: { orphans in leave(orphans, run) }, isUnproven: { try run.isUnproven() },
        mergeKubeconfig: skipKubeconfig ? nil : { try await run.mergeKubeconfig() },
        smoke: skipSmoke ? nil : { try await run.smoke() })
      try await Up(run, options).run()
    }
    guard status == .done else { throw status }
  }

  /// What `hearth apply FILE` did before it became another name of `hearth up`; kept for one release.
  private func applyResources(_ file: String) async throws {
    Terminal.writeError(
      "note: files of resources are applied by `hearth host apply`; `hearth apply` is another name of `hearth up`\n")
    var old = HostApply()
    old.file = file
    old.yes = yes
    old.dryRun = dryRun
    old.wait = wait
    old.rackOptions = rackOptions
    old.access = access
    old.output = output
    try await old.run()
  }

  private func showPlan() async throws {
    var only = PlanCommand()
    only.detail = detail
    only.exitCode = false
    only.rackOptions = rackOptions
    only.access = access
    only.output = output
    try await only.run()
  }

  private func leave(_ orphans: OrphanedNodes, _ run: RackRun) -> Bool {
    guard Question.canAsk else { return false }
    run.pause()
    return Question.confirm("\(orphans.text). Leave it in the cluster for now and go on?")
  }
}
