import ArgumentParser
import Diagnostics
import Inventory
import Provision

struct SmokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "smoke",
    abstract: "Prove that the cluster works: pods, Services, names, logs, exec, a rolling update.",
    discussion: """
      Runs small pods on every node, with payloads made for this run, and removes them again. docs/smoke.md lists every
      condition. Example:

        hearth smoke
      """
  )

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let run = try await RackRun.begin("smoke", options: rackOptions, access: access, sink: output.sink(), facts: false)
    let status = await run.finish { run in try await run.smoke() }
    guard status == .done else { throw status }
  }
}
