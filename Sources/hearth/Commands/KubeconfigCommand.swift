import ArgumentParser
import Diagnostics
import Inventory
import Provision

struct KubeconfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubeconfig",
    abstract: "Merge the rack's context into your kubeconfig, or print it.",
    discussion: """
      Other clusters, users and contexts in the file stay as they are; a copy of the file is kept. Example:

        hearth kubeconfig && kubectl get nodes
      """.flowing
  )

  @Flag(name: .long, help: "Print a kubeconfig of its own in place of merging; it holds a private key.")
  var print = false

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let run = try await RackRun.begin("kubeconfig", options: rackOptions, access: access, sink: output.quietSink())
    let status = await run.finish { run in
      if print {
        Terminal.writeOutput(try await run.adminKubeconfig().reveal())
      } else {
        try await run.mergeKubeconfig()
      }
    }
    guard status == .done else { throw status }
  }
}
