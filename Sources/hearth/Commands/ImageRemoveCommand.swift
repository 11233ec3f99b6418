import ArgumentParser
import Bootstrap
import Diagnostics
import Provision

struct ImageRemoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Take an image that was loaded off the nodes again, where no container uses it.",
    discussion: "Example:\n\n  hearth image remove hearth.local/web:3f2a9c"
  )

  @Argument(help: "The image's name, as `hearth image load` showed it.")
  var reference: String

  @OptionGroup var consent: ConsentOptions

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let resources = try NodeImage.removal(of: reference)
    let run = try await RackRun.begin("image remove", options: rackOptions, access: access, sink: output.sink())
    let status = await run.finish { run in
      let phase = Phase(
        "images", title: "Take \(reference) off the nodes",
        resources: Dictionary(uniqueKeysWithValues: run.engine.currentShells.keys.map { ($0, resources) }))
      let plan = await run.plan([phase], forChange: true)
      guard plan.changeCount > 0 else {
        return run.events.emit(.note(level: .info, host: nil, text: "no node that answers has \(reference)"))
      }
      try Approval(consent, output: output).ask(plan, run)
      try await run.apply(plan)
    }
    guard status == .done else { throw status }
  }
}
